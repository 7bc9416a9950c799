/** What the checks say when they fail: what the process is doing instead, what almost fits, and what to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpmnError, defineOutbound, jobError } from 'camunda-connectors';
import { createProcessTest, sequence } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { models } from './support/models.ts';

const textOf = async (check: Promise<unknown>): Promise<string> => {
  const message = await check.then(
    () => 'It has passed.',
    (error: Error) => error.message,
  );
  return message.replaceAll(/\d{16,}/g, 'KEY');
};

test('a message with another key: the wait, the near miss, the path, the variables and the fix (cases 2 and 39)', async (t) => {
  const processes = await createProcessTest(t, { resources: models.wait });
  const wait = await processes.start('wait', { orderId: 'A-7' });
  await processes.publish({ name: 'paid', correlationKey: 'A-8' });
  assert.equal(
    await textOf(wait.completed()),
    [
      'Expected wait KEY to have completed, but it is active.',
      '  Paid waits for the message "paid" with the key "A-7". The message "paid" with the key "A-8" is buffered.',
      '  path: Start → Paid',
      '  variables: orderId: "A-7"',
      '  Fix: publish it: await processes.publish({ name: "paid", correlationKey: "A-7" }).',
    ].join('\n'),
  );
});

test('the first line of the stack is the line of the test', async (t) => {
  const processes = await createProcessTest(t, { resources: models.wait });
  const wait = await processes.start('wait', { orderId: '1' });
  const { stack = '' } = await wait.completed().then(
    () => new Error('It has passed.'),
    (error: Error) => error,
  );
  const [first] = stack.split('\n').filter((line) => /^ {4}at .*[\\/]test[\\/]|^ {4}at .*[\\/]src[\\/]/.test(line));
  assert.match(first ?? stack, /failure-texts\.test\.ts/);
});

test('a message without a time to live that came too early (case 38)', async (t) => {
  const processes = await createProcessTest(t, { resources: models.wait });
  await processes.publish({ name: 'paid', correlationKey: '1', timeToLive: 0 });
  const wait = await processes.start('wait', { orderId: '1' });
  assert.match(
    await textOf(wait.completed()),
    /was published 0 ms ago without a time to live, when nothing waited for it/,
  );
});

test('a job without a worker, with the mock that would serve it', async (t) => {
  const processes = await createProcessTest(t, { resources: models.order });
  const order = await processes.start('order', { total: 1 });
  assert.match(
    await textOf(order.completed({ at: 'EndPlain' })),
    /to have completed at EndPlain, but it is active\.\n {2}Charge the card waits for a worker with the job type "charge", but no worker has asked for this type\.[\s\S]*Fix: pass a connector of the type "charge", or a mock: \{ mocks: \{ jobs: \{ "charge": \{\} \} \} \}\./,
  );
});

test('skipped time is told, by what it was skipped to', async (t) => {
  const mocks = {
    jobs: { charge: sequence(jobError('busy', { backoff: 3600 }), jobError('busy', { backoff: 90 }), {}) },
  };
  const processes = await createProcessTest(t, { resources: models.order, mocks });
  const order = await processes.start('order', { total: 500 });
  assert.match(
    await textOf(order.completed()),
    /path: Start → Charge the card → Big → Review[\s\S]*skipped: 1 h 1 min 30 s to the end of the back-off of a job "charge", 2 times\n {2}Fix: pass a connector of the type "review"/,
  );
});

test('a user task, with the call that completes it', async (t) => {
  const processes = await createProcessTest(t, { resources: models.approve, skip: false });
  const approve = await processes.start('approve', { boss: 'Zee' });
  assert.match(
    await textOf(approve.completed()),
    /Approve the bill waits for "Zee" to complete the user task\.[\s\S]*Fix: complete it: await \(await instance\.userTask\("Approve"\)\)\.complete\(\{ … \}\)\./,
  );
});

test('local variables are shown beside those of the instance, with the place to look for them (case 61)', async (t) => {
  const processes = await createProcessTest(t, { resources: models.box });
  const box = await processes.start('box');
  assert.match(
    await textOf(box.variables({ x: 1 })),
    /has no variable x \(expected 1\)[\s\S]*variables of Box: x: 1\n {2}Fix: the variables are local to Box: pass \{ at: "Box" \}\./,
  );
});

test('a called process is looked into', async (t) => {
  const ship = { name: 'ship.bpmn', content: models.wait.content.replaceAll('"wait"', '"ship"') };
  const processes = await createProcessTest(t, { resources: [models.parent, ship] });
  const parent = await processes.start('parent', { orderId: '1' });
  assert.match(
    await textOf(parent.completed()),
    /Ship waits for the called process instance KEY to complete\. There, Paid waits for the message "paid" with the key "1"/,
  );
});

test('an end that was missed names the end that was reached, and an ended process fails at once', async (t) => {
  const processes = await createProcessTest(t, { resources: models.order, mocks: { jobs: { charge: {} } } });
  const order = await processes.start('order', { total: 1 });
  assert.match(
    await textOf(order.completed({ at: 'EndReviewed' })),
    /to have completed at EndReviewed, but it has completed at EndPlain/,
  );
  assert.match(await textOf(order.passed('Review')), /has not completed Review/);
  assert.match(await textOf(order.waitsAt('Charge')), /to wait at Charge, but it has completed/);
  assert.match(await textOf(order.terminated()), /to be terminated, but it has completed/);
  assert.match(await textOf(order.notPassed('Charge')), /not to have entered Charge, but it did: Charge has completed/);
});

test('a forgotten inbound connector is named, with the option that takes it', async (t) => {
  const content = models.order.content.replace('type="charge"', 'type="_activate_inbound_connector"');
  const named = content.replace(
    '<zeebe:taskDefinition',
    '<zeebe:ioMapping><zeebe:input source="=&#34;parcel&#34;" target="name"/></zeebe:ioMapping><zeebe:taskDefinition',
  );
  for (const [file, connector] of [
    [named, 'the inbound connector "parcel"'],
    [content, 'its inbound connector'],
  ] as const) {
    const processes = await createProcessTest(t, { resources: { name: 'order.bpmn', content: file } });
    const text = await textOf((await processes.start('order', { total: 1 })).completed());
    const fix = `Fix: pass ${connector} with { connectors: { inbound: [ … ] } }, or a mock of it: mockInbound(connector, { … }).`;
    assert.ok(text.includes(fix), text);
  }
});

test('a connector of almost the same type is named', async (t) => {
  const charge = defineOutbound({ name: 'Charge', type: 'Charge', input: v.object({}), run: () => ({}) });
  const processes = await createProcessTest(t, { resources: models.order, connectors: { outbound: [charge] } });
  const order = await processes.start('order', { total: 1 });
  assert.match(
    await textOf(order.completed()),
    /Fix: the types must be the same: change "Charge", the type of the connector or mock, to "charge", or correct the type in the file\./,
  );
});

test('started says whether the id is wrong or nothing has started the process', async (t) => {
  const processes = await createProcessTest(t, { resources: models.wait });
  assert.match(
    await textOf(processes.started('wait')),
    /No instance of the process wait was started\. Nothing that is due starts one[\s\S]*Fix: start it with processes\.start\("wait"\), or cause/,
  );
  assert.match(await textOf(processes.started('wiat')), /was started\. Did you mean wait\?[\s\S]*Fix: correct the id/);
});

test('an incident, also one of a called instance, has a fix that names an element of the instance', async (t) => {
  const ship = { name: 'ship.bpmn', content: models.order.content.replaceAll('id="order"', 'id="ship"') };
  const mocks = { jobs: { charge: bpmnError('OTHER') } };
  const processes = await createProcessTest(t, { resources: [models.order, models.parent, ship], mocks });
  const order = await processes.start('order', { total: 1 });
  assert.match(
    await textOf(order.completed()),
    /Fix: correct the cause, or expect .*incident\(\{ at: "Charge" \}\)\.$/,
  );
  const parent = await processes.start('parent');
  const text = await textOf(parent.completed());
  assert.match(text, /Fix: correct the cause, or expect .*incident\(\{ at: "Ship" \}\)\.$/);
  await parent.incident({ at: 'Ship' });
});
