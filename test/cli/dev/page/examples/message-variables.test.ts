import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { messageVariables } from '../../../../../src/cli/dev/page/examples/message-variables.ts';
import { connectorFacts } from '../../../../../src/cli/modules/connector-facts.ts';
import { compileBpmn } from '../../../../../src/engine/model/index.ts';
import { defineInbound, defineOutbound, defineWebhook } from '../../../../../src/index.ts';
import {
  boundary,
  bytes,
  catchEvent,
  chain,
  end,
  flow,
  type Part,
  process,
  serviceTask,
  start,
  subProcess,
} from '../../../../engine/support/bpmn.ts';

const charge = defineOutbound({
  name: 'Charge',
  type: 'charge',
  input: v.object({ total: v.pipe(v.number(), v.minValue(3)), card: v.string() }),
  run: () => undefined,
});
const poll = defineInbound({
  name: 'poll',
  output: v.object({ content: v.string(), size: v.optional(v.number()) }),
  loop: () => undefined,
});
const bare = defineInbound({ name: 'bare', loop: () => undefined });
const payments = defineWebhook({
  name: 'payments',
  path: '/payments',
  auth: 'none',
  messages: {
    paid: v.object({ amount: v.pipe(v.number(), v.minValue(5)), currency: v.picklist(['EUR', 'USD']) }),
    empty: v.object({}),
  },
  run: () => undefined,
});
const facts = connectorFacts({ outbound: [charge], inbound: [poll, bare, payments] });

const exampleOf = async (message: string, ...parts: readonly Part[]) => {
  const compiled = await compileBpmn('p.bpmn', bytes(process('p', ...parts)));
  assert.ok(compiled.ok, 'the process compiles');
  return messageVariables(message, compiled.processes, facts);
};

const awaits = (name: string, inner: readonly Part[] = [], outputs = {}): readonly Part[] =>
  chain(start(), catchEvent('Wait', { message: { name, correlationKey: '=orderId' }, outputs }), ...inner, end());

const activation = (inputs: Readonly<Record<string, string>>): Part =>
  serviceTask('Watch', { type: '_activate_inbound_connector', inputs: { correlation_key: '="1"', ...inputs } });

const cases: readonly (readonly [
  title: string,
  message: string,
  parts: readonly Part[],
  variables: object,
  from: string | undefined,
])[] = [
  [
    'the schema of a webhook',
    'paid',
    awaits('paid'),
    { amount: 5, currency: 'EUR' },
    'the schema of the webhook "payments"',
  ],
  [
    'the output schema of the connector that is activated for it, under another name',
    'arrived',
    chain(
      start(),
      activation({ name: 'poll', message_name: 'arrived' }),
      catchEvent('Wait', { message: { name: 'arrived', correlationKey: '="1"' } }),
      end(),
    ),
    { content: 'content' },
    'the output schema of the connector "poll"',
  ],
  [
    'the connector of the same name, if no process activates one',
    'poll',
    awaits('poll'),
    { content: 'content' },
    'the output schema of the connector "poll"',
  ],
  [
    'what is read after the event, where no schema is known, and not what is read before it',
    'approved',
    chain(
      start(),
      serviceTask('Ask', { type: 'ask', inputs: { to: '=clerk' } }),
      catchEvent('Wait', { message: { name: 'approved', correlationKey: '=orderId' } }),
      serviceTask('Pay', { type: 'charge', inputs: { card: '=card' } }),
      serviceTask('Thank', { type: 'thank', inputs: { to: '=clerk', by: '=approver' } }),
      end(),
    ),
    { total: 3, card: 'card', approver: null },
    'what the process p reads after the message',
  ],
  [
    'what the output mappings of the event read',
    'bare',
    awaits('bare', [], { answer: '=reply.text', all: '=first + second' }),
    { reply: { text: null }, first: null, second: null },
    'what the process p reads after the message',
  ],
  [
    'what is read after a boundary event, and not after its activity',
    'approved',
    [
      ...chain(
        start(),
        subProcess('Inside', {}, ...chain(start('s'), serviceTask('Long', { type: 'long' }), end('e'))),
        serviceTask('Next', { type: 'next', inputs: { to: '=nextOne' } }),
        end(),
      ),
      boundary('Approved', 'Inside', { message: { name: 'approved', correlationKey: '=orderId' } }),
      serviceTask('Thank', { type: 'thank', inputs: { by: '=approver' } }),
      flow('Approved', 'Thank'),
    ],
    { approver: null },
    'what the process p reads after the message',
  ],
  [
    'all that a process reads which the message starts',
    'begun',
    chain(start('Begun', { message: { name: 'begun' } }), serviceTask('Pay', { type: 'charge' }), end()),
    { total: 3, card: 'card' },
    'what the process p reads after the message',
  ],
  ['a schema without fields says nothing', 'empty', awaits('empty'), {}, undefined],
  ['an unknown message', 'other', awaits('paid'), {}, undefined],
];

for (const [title, message, parts, variables, from] of cases) {
  test(`example variables of a message: ${title}`, async () => {
    const example = await exampleOf(message, ...parts);
    assert.deepEqual([example.variables, example.from], [variables, from]);
  });
}

test('notes name what has to be filled in, and only that', async () => {
  const { notes } = await exampleOf(
    'approved',
    ...chain(
      start(),
      serviceTask('Ask', { type: 'ask', inputs: { to: '=clerk' } }),
      catchEvent('Wait', { message: { name: 'approved', correlationKey: '=orderId' } }),
      serviceTask('Thank', { type: 'thank', inputs: { to: '=clerk', by: '=approver' } }),
      end(),
    ),
  );
  assert.equal(notes.length, 1);
  assert.match(notes[0]!, /^Fill in approver: /);
});
