import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound } from '../../src/connector/define.ts';
import { defineWebhook } from '../../src/connector/definitions/define-webhook.ts';
import { createTemplate, createTemplates } from '../../src/template/index.ts';

const common = { name: 'payments', path: '/payments', auth: 'none', run: () => undefined } as const;
const paid = v.object({ amount: v.number() });
const one = defineWebhook({ ...common, messages: { paid } });
const two = defineWebhook({
  ...common,
  messages: { paid, 'payment failed': v.object({ reason: v.string() }) },
  template: { id: 'acme.payments' },
});

test('a webhook has four templates for each of its messages', () => {
  assert.deepEqual(
    createTemplates(two).map(({ id, name }) => [id, name]),
    [
      ['acme.payments.paid.message-start', 'payments: paid (message start event)'],
      ['acme.payments.paid.catch-event', 'payments: paid (message event)'],
      ['acme.payments.paid.boundary-event', 'payments: paid (boundary event)'],
      ['acme.payments.paid.receive-task', 'payments: paid (receive task)'],
      ['acme.payments.payment failed.message-start', 'payments: payment failed (message start event)'],
      ['acme.payments.payment failed.catch-event', 'payments: payment failed (message event)'],
      ['acme.payments.payment failed.boundary-event', 'payments: payment failed (boundary event)'],
      ['acme.payments.payment failed.receive-task', 'payments: payment failed (receive task)'],
    ],
  );
  assert.deepEqual(createTemplates(defineWebhook(common)), [], 'without messages, nothing is known of them');
});

test('the template of a message start event has the name and no key; that of a catch event has both', () => {
  const start = createTemplate(one);
  assert.deepEqual(start.appliesTo, ['bpmn:StartEvent']);
  assert.deepEqual(start.elementType, { value: 'bpmn:StartEvent', eventDefinition: 'bpmn:MessageEventDefinition' });
  assert.deepEqual(start.properties.map(({ id, value }) => [id, value]).slice(0, 1), [['messageName', 'paid']]);
  assert.equal(
    start.properties.some(({ id }) => id === 'correlationKey'),
    false,
  );
  const event = createTemplate(one, { part: 'catchEvent' });
  assert.deepEqual(
    event.properties.slice(0, 2).map(({ id }) => id),
    ['messageName', 'correlationKey'],
  );
});

test('a message that is missing or unknown, and options of other connectors, are refused with their names', () => {
  assert.throws(() => createTemplate(two), /options\.message: is missing.*choose one of paid, payment failed/s);
  assert.throws(() => createTemplate(one, { message: 'payed' }), /options\.message: is not a message of the webhook/);
  assert.throws(() => createTemplate(defineWebhook(common)), /messages: is missing/);
  assert.throws(() => createTemplate(one, { hybrid: true }), /a webhook has no task/);
  assert.throws(() => createTemplate(one, { messageName: 'a' }), /choose one with message/);
});

test('a webhook that waits has a template for the task that answers, with the fields of its schema', () => {
  const waiting = defineWebhook({
    ...common,
    messages: { paid },
    waits: { input: v.object({ receipt: v.string() }) },
    template: { id: 'acme.payments', name: 'Payments' },
  });
  const all = createTemplates(waiting);
  assert.deepEqual(all.map(({ id, name }) => [id, name]).slice(3), [
    ['acme.payments.paid.receive-task', 'Payments: paid (receive task)'],
    ['acme.payments.answer', 'Payments: answer'],
  ]);
  const task = createTemplate(waiting, { part: 'answerTask' });
  assert.deepEqual(task, all[4]);
  assert.deepEqual(task.elementType, { value: 'bpmn:ServiceTask' });
  assert.deepEqual(
    task.properties.filter(({ binding }) => binding.type === 'zeebe:taskDefinition').map(({ value }) => value)[0],
    'answer-payments',
  );
  assert.equal(task.properties.find(({ id }) => id === 'receipt')?.binding.type, 'zeebe:input');
  assert.deepEqual(createTemplates(waiting, { part: 'answerTask' }), [task]);
  assert.equal(createTemplates(waiting, { message: 'paid' }).length, 4);
  assert.throws(
    () => createTemplate(one, { part: 'answerTask' }),
    /waits: is missing, and without it no task answers calls.*add waits to the definition/s,
  );
  assert.throws(
    () => createTemplate(waiting, { part: 'answerTask', message: 'paid' }),
    /options\.message: has no effect on the answering task/,
  );
});

test('a callback has the templates of every inbound connector', () => {
  const callback = defineInbound({
    name: 'order_paid',
    input: v.object({ order: v.string() }),
    output: v.object({ paid: v.boolean() }),
    webhook: { run: () => ({ paid: true }) },
  });
  assert.deepEqual(
    createTemplates(callback).map(({ id }) => id),
    ['order_paid.activation', 'order_paid.catch-event', 'order_paid.boundary-event', 'order_paid.receive-task'],
  );
  assert.ok(
    createTemplate(callback).properties.some(({ id }) => id === 'order'),
    'the activation has the fields of the input',
  );
});
