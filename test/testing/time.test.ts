/** How time passes: what is busy, what is due next, and in which order everything happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConnection, defineInbound, defineOutbound } from 'camunda-connectors';
import { createProcessTest, mockOutbound } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { catchEvent, chain, end, flow, process, serviceTask, start } from '../engine/support/bpmn.ts';
import { models } from './support/models.ts';

const hour = 3_600_000;

/** Waits for the time that the instance is given. */
const sleeper = {
  name: 'sleeper.bpmn',
  content: process('sleeper', ...chain(start('Start'), catchEvent('Sleep', { duration: '=length' }), end('End'))),
};

const awaiting = {
  name: 'awaiting.bpmn',
  content: process(
    'awaiting',
    ...chain(
      start('Start', { outputs: { request: '=uuid()' } }),
      serviceTask('Activate', {
        type: '_activate_inbound_connector',
        inputs: { name: 'source', correlation_key: '=request', id: '=id' },
      }),
      catchEvent('Arrived', { message: { name: 'source', correlationKey: '=request' } }),
      end('End'),
    ),
  ),
};

test('several awaits at once skip in the order of due times', async (t) => {
  const processes = await createProcessTest(t, { resources: sleeper });
  const began = processes.clock.now();
  const lengths = ['PT3H', 'PT1H', 'PT2H'];
  const ends: [string, number][] = [];
  const sleepers = await Promise.all(lengths.map((length) => processes.start('sleeper', { length })));
  await Promise.all(
    sleepers.map(async (instance, index) => {
      await instance.completed();
      ends.push([lengths[index]!, processes.clock.now() - began]);
    }),
  );
  assert.equal(processes.clock.now() - began, 3 * hour);
  assert.deepEqual(
    ends.map(([length]) => length),
    ['PT1H', 'PT2H', 'PT3H'],
  );
});

test('a test that acts while it awaits acts before time is skipped', async (t) => {
  const processes = await createProcessTest(t, { resources: models.race });
  const race = await processes.start('race', { key: '1' });
  const act = async (): Promise<void> => {
    await Promise.resolve();
    await processes.publish({ name: 'answer', correlationKey: '1' });
  };
  await Promise.all([race.completed({ at: 'EndAnswer' }), act()]);
});

test('time stands still while a connector works, however long it takes', async (t) => {
  let release = (): void => {};
  let isRunning = (): void => {};
  const running = new Promise<void>((resolve) => {
    isRunning = resolve;
  });
  const slow = defineOutbound({
    name: 'Slow',
    type: 'work',
    input: v.object({}),
    run: () =>
      new Promise<object>((resolve) => {
        release = () => resolve({});
        isRunning();
      }),
  });
  const processes = await createProcessTest(t, { resources: models.reminders, connectors: { outbound: [slow] } });
  const began = processes.clock.now();
  const instance = await processes.start('reminders');
  const completed = instance.completed();
  await running;
  assert.equal(processes.clock.now(), began);
  release();
  await completed;
  assert.deepEqual(processes.skips, []);
  await instance.notPassed('Remind');
});

test('a process that was busy for longer than the time limit is not taken for one that hangs', async (t) => {
  const busy = (): Record<string, boolean> => {
    const until = performance.now() + 400;
    while (performance.now() < until);
    return {};
  };
  const mocks = { jobs: { work: busy } };
  const processes = await createProcessTest(t, { resources: models.reminders, mocks, timeLimit: 0.3 });
  const instance = await processes.start('reminders');
  await instance.completed();
});

test('the deadline of a job that a worker holds does not fire while time is skipped', async (t) => {
  const processes = await createProcessTest(t, { resources: [models.order, sleeper], timeLimit: 0.1 });
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: processes.engine.port });
  t.after(() => connection.close());
  const order = await processes.start('order', { total: 1 });
  const request = { type: 'charge', worker: 'Ann', timeout: 60_000, maxJobs: 1, requestTimeout: -1 };
  const [job] = await connection.activateJobs(request, { timeout: 5_000 });
  const sleep = await processes.start('sleeper', { length: 'PT1H' });
  await assert.rejects(sleep.completed(), /under way: the job "charge" of Charge, which the worker "Ann" has/);
  assert.deepEqual(processes.skips, []);
  await connection.send({ kind: 'completeJob', jobKey: job?.key ?? '', variables: '{}' });
  await sleep.completed();
  await order.completed();
});

test('many loops are called at the same time, and each delivers its message', async (t) => {
  const calls = new Map<number, number>();
  const source = defineInbound({
    name: 'source',
    cycle: 60,
    input: v.object({ id: v.number() }),
    output: v.object({ got: v.number() }),
    loop: ({ id }) => {
      calls.set(id, (calls.get(id) ?? 0) + 1);
      return calls.get(id) === 3 ? { got: id } : undefined;
    },
  });
  const processes = await createProcessTest(t, { resources: awaiting, connectors: { inbound: [source] } });
  const began = processes.clock.now();
  // More than a queue of timers calls in one turn of the event loop.
  const ids = Array.from({ length: 70 }, (_, id) => id);
  const instances = await Promise.all(ids.map((id) => processes.start('awaiting', { id })));
  await Promise.all(instances.map((instance, id) => instance.completed({ variables: { got: id } })));
  assert.equal(processes.clock.now() - began, 120_000);
  assert.deepEqual([...new Set(calls.values())], [3]);
});

test('a loop that fails is called again after pauses of the time of processes', async (t) => {
  let calls = 0;
  const source = defineInbound({
    name: 'source',
    cycle: 60,
    output: v.object({ got: v.number() }),
    loop: () => {
      if (++calls < 4) throw new Error('unreachable');
      return { got: calls };
    },
  });
  const processes = await createProcessTest(t, { resources: awaiting, connectors: { inbound: [source] } });
  const began = processes.clock.now();
  await (await processes.start('awaiting', { id: 1 })).completed({ variables: { got: 4 } });
  assert.ok(processes.clock.now() - began >= 180_000, 'three pauses of at least a cycle');
});

test('a subscription expires in the time of processes', async (t) => {
  const source = defineInbound({ name: 'source', cycle: 600, expires: 3600, loop: () => undefined });
  const processes = await createProcessTest(t, { resources: awaiting, connectors: { inbound: [source] } });
  const instance = await processes.start('awaiting', { id: 1 });
  await assert.rejects(instance.completed(), /Arrived waits for the message "source"/);
  assert.deepEqual(processes.runtime?.status().subscriptions, []);
});

test('a process that a timer starts', async (t) => {
  const content = process(
    'hourly',
    ...chain(start('Start', { cycle: 'R/PT1H' }), serviceTask('Work', { type: 'work' }), end('End')),
  );
  const mocks = { jobs: { work: { done: true } } };
  const processes = await createProcessTest(t, { resources: { name: 'hourly.bpmn', content }, mocks });
  const first = await processes.started('hourly');
  await first.completed({ variables: { done: true } });
  await processes.elapse('PT5H');
  assert.equal(processes.calls('work').length, 6);
});

test('a timer that fires again and again while something waits in vain fails the await and is named', async (t) => {
  const content = process('hourly', ...chain(start('Start', { cycle: 'R/PT1S' }), end('End')));
  const processes = await createProcessTest(t, { resources: [{ name: 'hourly.bpmn', content }, models.wait] });
  const wait = await processes.start('wait', { orderId: '1' });
  await assert.rejects(wait.completed(), /1000 times to the timer "Start"\. Fix: make the interval longer/);
});

test('a message that a process throws starts another, which is found by its process', async (t) => {
  const other = process(
    'other',
    ...chain(start('Start', { message: 'go' }), serviceTask('Work', { type: 'work' }), end('End')),
  );
  const mocks = { jobs: { work: {} } };
  const processes = await createProcessTest(t, { resources: { name: 'other.bpmn', content: other }, mocks });
  await processes.publish({ name: 'go', variables: { a: 1 } });
  await (await processes.started('other')).completed({ variables: { a: 1 } });
});

test('the same test has the same events, keys and times each time', async (t) => {
  const run = async (): Promise<readonly string[]> => {
    const content = process(
      'random',
      start('Start', { outputs: { id: '=uuid()' } }),
      catchEvent('Sleep', { duration: 'PT1H' }),
      end('End'),
      flow('Start', 'Sleep'),
      flow('Sleep', 'End'),
    );
    const processes = await createProcessTest(t, { resources: { name: 'random.bpmn', content } });
    const events: string[] = [];
    processes.engine.on((event) => events.push(`${processes.clock.now()} ${JSON.stringify(event)}`));
    await (await processes.start('random')).completed();
    return events;
  };
  assert.deepEqual(await run(), await run());
});

test('secrets are given by name, reach connectors, and are masked', async (t) => {
  const seen: string[] = [];
  const call = defineOutbound({
    name: 'Call',
    type: 'charge',
    input: v.object({ key: v.string() }),
    run: ({ key }) => {
      seen.push(key);
      return { echoed: key };
    },
  });
  const processes = await createProcessTest(t, {
    resources: models.order,
    connectors: { outbound: [call] },
    secrets: { API_KEY: 'a-long-secret-value' },
    use: [(_input, _context, next) => next()],
  });
  const order = await processes.start('order', { key: '{{secrets.API_KEY}}', total: 1 });
  await order.completed();
  assert.deepEqual(seen, ['a-long-secret-value']);
  assert.doesNotMatch(order.describe(), /a-long-secret-value/);
});

test('a mock of a connector with operations answers each operation, and refuses others', async (t) => {
  const shelf = defineOutbound({
    name: 'Shelf',
    type: 'charge',
    operations: {
      find: {
        input: v.object({ total: v.number() }),
        output: v.object({ title: v.string() }),
        run: () => ({ title: '' }),
      },
      lend: { input: v.object({}), run: () => ({}) },
    },
  });
  const mock = mockOutbound(shelf, { find: ({ total }) => ({ title: `${total} books` }) });
  assert.throws(
    () => mockOutbound(shelf, { fnd: {} } as never),
    /has no operation "fnd"\. Fix: mock one of find, lend/,
  );
  // @ts-expect-error the output of the operation has another type
  mockOutbound(shelf, { find: { title: 7 } });
  const content = (operation: string): string =>
    process(
      operation,
      ...chain(start('Start'), serviceTask('Task', { type: 'charge', headers: { operation } }), end('End')),
    );
  const resources = ['find', 'lend'].map((name) => ({ name: `${name}.bpmn`, content: content(name) }));
  const processes = await createProcessTest(t, { resources, connectors: { outbound: [mock] } });
  await (await processes.start('find', { total: 2 })).completed({ variables: { title: '2 books' } });
  assert.deepEqual(
    mock.calls.map(({ operation, input }) => [operation, input]),
    [['find', { total: 2 }]],
  );
  await (await processes.start('lend')).incident({ message: /no outcome for the operation lend/ });
});
