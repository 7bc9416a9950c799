/** The numbered cases of process tests, through the functions of the kit. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { bpmnError, jobError } from 'camunda-connectors';
import { createProcessTest, type ProcessTest, type ProcessTestOptions } from 'camunda-connectors/testing';
import { decision, dmn, table } from '../engine/support/dmn.ts';
import { models } from './support/models.ts';

type Model = keyof typeof models;

const setUp = (t: TestContext, model: Model, options: ProcessTestOptions = {}): Promise<ProcessTest> =>
  createProcessTest(t, { resources: models[model], ...options });

const charged = { mocks: { jobs: { charge: {} } } };

test('case 1, 3: an instance that waits is active', async (t) => {
  const processes = await setUp(t, 'wait');
  const wait = await processes.start('wait', { orderId: '1' });
  await wait.waitsAt('Paid');
  assert.equal(wait.state().instance.state, 'ACTIVE');
  assert.equal(wait.bpmnProcessId, 'wait');
});

test('case 4: an instance that nothing has started', async (t) => {
  const processes = await setUp(t, 'wait');
  await assert.rejects(processes.started('wait'), /No instance of the process wait was started/);
});

test('case 13, 14: the test ends a job by its type or its element', async (t) => {
  const processes = await setUp(t, 'order');
  for (const selector of [{ type: 'charge' }, { at: 'Charge' }, { at: { name: 'Charge the card' } }, {}]) {
    const order = await processes.start('order', { total: 1 });
    const job = await order.job(selector);
    assert.deepEqual([job.type, job.elementId, job.retries], ['charge', 'Charge', 3]);
    await job.end({ by: 'hand' });
    await order.completed({ at: 'EndPlain', variables: { by: 'hand' } });
  }
});

test('case 15, 17: without such a job the check names the jobs there are', async (t) => {
  const processes = await setUp(t, 'order');
  const order = await processes.start('order', { total: 1 });
  await assert.rejects(
    order.job({ type: 'charge', at: 'Review' }),
    /to have a job of the type "charge" at Review that no worker has, but it has "charge" at Charge/,
  );
  const job = await order.job();
  await job.end({});
  await assert.rejects(job.end({}), /NOT_FOUND|no such job/i);
});

test('case 20: a job that another worker holds is not free, and the check says who has it', async (t) => {
  const processes = await setUp(t, 'order', { timeLimit: 0.1 });
  const { createConnection } = await import('camunda-connectors');
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: processes.engine.port });
  t.after(() => connection.close());
  const order = await processes.start('order', { total: 1 });
  const request = { type: 'charge', worker: 'Ann', timeout: 60_000, maxJobs: 1, requestTimeout: -1 };
  await connection.activateJobs(request, { timeout: 5_000 });
  await assert.rejects(order.job(), /"charge" at Charge, which the worker "Ann" has/);
  // Moving the clock by hand is no reason to wait for Ann.
  await processes.elapse('PT1M');
  await (await order.job()).end({});
  await order.completed();
});

test('case 21: a BPMN error from the test keeps its message and its variables', async (t) => {
  const processes = await setUp(t, 'order');
  const order = await processes.start('order', { total: 1 });
  await (await order.job()).end(bpmnError('DECLINED', 'no funds', { why: 'x' }));
  await order.completed({ at: 'EndDeclined' });
});

test('case 22, 33: an element counts as often as it has completed', async (t) => {
  const processes = await setUp(t, 'loop');
  const loop = await processes.start('loop');
  for (const n of [1, 2, 3]) await (await loop.job()).end({ n });
  await loop.completed();
  await loop.passed('Poll', 'Poll', 'Poll', 'End');
  await assert.rejects(loop.passed('Poll', 'Poll', 'Poll', 'Poll'), /has not completed Poll after Poll/);
  const [counts] = processes.counts().processes;
  assert.deepEqual(counts?.elements.Poll, { entered: 3, completed: 3, terminated: 0 });
  assert.deepEqual([counts?.flows.again, counts?.flows['Done-End']], [2, 1]);
});

test('case 24 to 30: parallel branches, and a token that waits at the join', async (t) => {
  const processes = await setUp(t, 'par');
  const par = await processes.start('par');
  await par.waitsAt('A', 'B');
  await par.notPassed('End', 'Join');
  await (await par.job({ type: 'a' })).end({});
  await par.passed('A');
  await par.waitsAt('B');
  await assert.rejects(par.waitsAt('A'), /Join waits for the tokens of the flow "B-Join"/);
  await assert.rejects(par.notPassed('A'), /A has completed/);
  const active = par.state().history.elements.filter(({ state }) => state === 'ACTIVE');
  assert.deepEqual(
    active.map(({ elementId }) => elementId),
    ['B'],
  );
});

test('case 31, 32, 34: elements in order, by id and by name', async (t) => {
  const processes = await setUp(t, 'order', charged);
  const order = await processes.start('order', { total: 1 });
  await order.passed('Start', 'Charge', 'EndPlain');
  await order.passed({ name: 'Charge the card' });
  await assert.rejects(order.passed('Charge', 'Start'), /the order was Start, Charge, Big, EndPlain/);
});

test('case 36, 41, 43, 45: a message correlates, with its variables', async (t) => {
  const processes = await setUp(t, 'wait');
  const wait = await processes.start('wait', { orderId: '1' });
  await processes.publish({ name: 'paid', correlationKey: '1', variables: { by: 'bank' } });
  await wait.completed({ variables: { by: 'bank' } });
  await wait.received('paid', '1');
  await assert.rejects(wait.waitsForMessage('paid'), /does not wait for it/);
  await assert.rejects(wait.received('paid', '2'), /has received "paid" with the key "1"/);
});

test('case 42: a message for which nobody waits, without time to live', async (t) => {
  const processes = await setUp(t, 'wait');
  const wait = await processes.start('wait', { orderId: '7' });
  await processes.publish({ name: 'paid', correlationKey: '1', timeToLive: 0 });
  assert.deepEqual(processes.engine.messages(), []);
  await wait.waitsForMessage('paid', '7');
  await assert.rejects(
    wait.received('paid', '1'),
    /"paid" with the key "1" was published 0 ms ago, and nothing awaited it/,
  );
});

test('case 82: a signal for which nobody waits changes nothing', async (t) => {
  const processes = await setUp(t, 'wait');
  const wait = await processes.start('wait', { orderId: '1' });
  const before = wait.describe();
  processes.engine.broadcastSignal('closing', { by: 'guard' });
  await processes.settle();
  assert.equal(wait.describe(), before);
  await wait.waitsForMessage('paid', '1');
});

test('case 37, 40: a message is buffered for an hour, and its id is unique meanwhile', async (t) => {
  const processes = await setUp(t, 'wait');
  const message = { name: 'paid', correlationKey: '1', messageId: 'm' };
  await processes.publish(message);
  await assert.rejects(processes.publish(message), /ALREADY_EXISTS/);
  await (await processes.start('wait', { orderId: '1' })).completed();
  await processes.elapse('PT1H');
  await processes.publish(message);
});

test('case 44: what an instance waits for', async (t) => {
  const processes = await setUp(t, 'wait');
  const wait = await processes.start('wait', { orderId: '1' });
  await wait.waitsForMessage('paid');
  await wait.waitsForMessage('paid', '1');
  await assert.rejects(wait.waitsForMessage('paid', '2'), /Paid waits for the message "paid" with the key "1"/);
});

test('case 46, 47: time by hand, up to the timer and not further', async (t) => {
  const processes = await setUp(t, 'pause', { skip: false });
  const pause = await processes.start('pause');
  await processes.elapse('PT59M');
  await pause.waitsAt('Pause');
  await processes.elapse('PT1M');
  await pause.completed();
});

test('case 49 to 52: the clock moves only forward, and by durations of a fixed length', async (t) => {
  const now = '2030-01-31T09:00:00Z';
  const processes = await setUp(t, 'pause', { now, skip: false });
  await assert.rejects(processes.at('2030-01-31T08:59:59Z'), /it is 2030-01-31T09:00:00\.000Z, and moves only forward/);
  await assert.rejects(processes.elapse('1 hour'), /"1 hour" is not a duration/);
  await assert.rejects(processes.elapse('P1M'), /"P1M" is not a duration/);
  await processes.at(new Date('2030-02-01T09:00:00Z'));
  await processes.start('pause');
  assert.equal(processes.engine.timers()[0]?.due, Date.parse('2030-02-01T10:00:00Z'));
});

test('case 53, 54: of two events that race, the first counts', async (t) => {
  const processes = await setUp(t, 'race');
  const late = await processes.start('race', { key: '1' });
  await late.waitsAt('Answer', 'TooLate');
  await processes.elapse('P1D');
  await late.completed({ at: 'EndLate' });
  await late.notPassed('Answer');
  const answered = await processes.start('race', { key: '2' });
  await processes.publish({ name: 'answer', correlationKey: '2' });
  await processes.elapse('P1D');
  await answered.completed({ at: 'EndAnswer' });
  await answered.notPassed('TooLate');
  assert.equal(processes.counts().processes[0]?.flows['First-TooLate'], 1);
});

test('case 55: a cycle fires each time at its own instant', async (t) => {
  const processes = await setUp(t, 'reminders');
  const began = processes.clock.now();
  const times: number[] = [];
  processes.engine.on((event) => {
    if (event.kind === 'timer:triggered') times.push(processes.clock.now() - began);
  });
  const reminders = await processes.start('reminders');
  await processes.elapse('PT1M');
  assert.deepEqual(times, [10_000, 20_000, 30_000]);
  await reminders.waitsAt('Work');
});

test('case 56, 57: no retries left is an incident; with the cause gone it is resolved', async (t) => {
  const processes = await setUp(t, 'order', { mocks: { jobs: { charge: jobError('closed', { retries: 0 }) } } });
  const order = await processes.start('order', { total: 1 });
  const incident = await order.incident({ at: 'Charge', message: 'closed' });
  assert.equal(incident.message, 'closed');
  processes.mock('charge', {});
  processes.engine.updateJobRetries(incident.jobKey, 1);
  processes.engine.resolveIncident(incident.key);
  await order.completed();
});

test('case 58: an incident of another kind is no match, and the text shows the one there is', async (t) => {
  const processes = await setUp(t, 'bad');
  const bad = await processes.start('bad');
  await assert.rejects(bad.incident({ type: 'JOB_NO_RETRIES' }), /of the type JOB_NO_RETRIES, but it has another one/);
  const good = await setUp(t, 'pause');
  await assert.rejects((await good.start('pause')).incident(), /to have an incident, but it has completed|has none/);
});

test('case 59, 60: a failed condition, and how it continues', async (t) => {
  const processes = await setUp(t, 'bad');
  const bad = await processes.start('bad');
  const incident = await bad.incident({ at: 'Big' });
  await assert.rejects(bad.noIncident(), /to have no incident, but it has one/);
  await processes.engine.setVariables(bad.key, { missing: 2 });
  processes.engine.resolveIncident(incident.key);
  await bad.completed();
});

test('case 62 to 65: variables of an element', async (t) => {
  const processes = await setUp(t, 'box');
  const box = await processes.start('box');
  await box.variables({ x: 1 }, { at: 'Box' });
  const element = processes.engine.elements(box.key).find(({ elementId }) => elementId === 'Box');
  await processes.engine.setVariables(element?.key ?? '', { x: 2, y: 3 });
  await box.variables({ x: 2 }, { at: 'Box' });
  await box.variables({ y: 3 });
  await box.cancel();
  await box.terminated();
  await assert.rejects(async () => processes.engine.setVariables(box.key, { x: 3 }), /NOT_FOUND/);
});

test('case 66 to 69: values are compared whole and exactly', async (t) => {
  const big = 9_007_199_254_740_993n;
  const processes = await setUp(t, 'pause');
  const pause = await processes.start('pause', { a: null, n: 1, o: { a: 1, b: 2 }, big });
  await pause.variables({ a: null, n: 1.0, big });
  await assert.rejects(pause.variables({ n: '1' }), /has n = 1 \(expected "1"\)/);
  await assert.rejects(pause.variables({ o: { a: 1 } }), /has o = \{"a":1,"b":2\} \(expected \{"a":1\}\)/);
  await assert.rejects(pause.variables({ big: big + 1n }), /has big = 9007199254740993 \(expected 9007199254740994\)/);
});

test('case 72, 73: an instance starts at an element, and ends after one', async (t) => {
  const processes = await setUp(t, 'order', charged);
  const review = await processes.start('order', {}, { startInstructions: [{ elementId: 'Review' }] });
  await review.waitsAt('Review');
  await review.notPassed('Charge');
  const ended = await processes.start(
    'order',
    { total: 500 },
    {
      runtimeInstructions: [{ terminateAfterElementId: 'Charge' }],
    },
  );
  await ended.terminated();
});

test('case 74: each handle is about its own instance', async (t) => {
  const processes = await setUp(t, 'wait');
  const first = await processes.start('wait', { orderId: '1' });
  const second = await processes.start('wait', { orderId: '2' });
  await processes.publish({ name: 'paid', correlationKey: '2' });
  await second.completed();
  await assert.rejects(first.completed(), /Paid waits for the message "paid" with the key "1"/);
});

test('case 75 to 77: a user task is assigned and completed, or expires', async (t) => {
  const processes = await setUp(t, 'approve');
  const approve = await processes.start('approve', { boss: 'Zee' });
  const task = await approve.userTask({ at: { name: 'Approve the bill' }, assignee: 'Zee' });
  await assert.rejects(approve.userTask({ assignee: 'Ann' }), /Approve of Zee/);
  await task.assign('Ann');
  await (await approve.userTask({ assignee: 'Ann' })).complete({ ok: true });
  await approve.completed({ at: 'End', variables: { ok: true } });
  const expired = await processes.start('approve', { boss: 'Zee' });
  await expired.waitsAt('Approve');
  await processes.elapse('P3D');
  await expired.completed({ at: 'EndExpired' });
  await assert.rejects(expired.userTask(), /to have an open user task, but it has none/);
});

test('case 79: a called process that is neither deployed nor mocked is an incident', async (t) => {
  const processes = await setUp(t, 'parent');
  await (await processes.start('parent')).incident({ at: 'Ship', type: 'CALLED_ELEMENT_ERROR' });
});

test('case 81: the rules of a decision that matched', async (t) => {
  const content = dmn(
    decision(
      'discount',
      table({
        inputs: ['total'],
        outputs: ['rate'],
        rules: [
          ['> 100', '0.2'],
          ['-', '0'],
        ],
        hitPolicy: 'FIRST',
      } as never),
    ),
  );
  const processes = await createProcessTest(t, { resources: [models.rate, { name: 'discount.dmn', content }] });
  const rate = await processes.start('rate', { total: 500 });
  await rate.decided('discount', { output: 0.2, rules: [1] });
  await assert.rejects(rate.decided('discount', { rules: [2] }), /to match the rules 2 .*but it matched the rules 1/);
  await assert.rejects(rate.decided('menu'), /has evaluated only discount/);
  await assert.rejects(rate.decided('discont'), /the decision "discont"\. Did you mean discount\?/);
  assert.deepEqual(processes.counts().decisions[0]?.rules, { 1: 1 });
});

test('case 90: a test sees nothing of another one', async (t) => {
  const [first, second] = [await setUp(t, 'wait'), await setUp(t, 'wait')];
  await first.start('wait', { orderId: '1' });
  assert.deepEqual(second.engine.instances(), []);
  assert.match(first.describe(), /^wait \d+ ACTIVE\n {2}Paid waits for/);
});
