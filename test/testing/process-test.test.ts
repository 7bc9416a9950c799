import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpmnError, defineInbound, defineOutbound, isFault, jobError } from 'camunda-connectors';
import { createProcessTest, mockInbound, mockOutbound, sequence } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { catchEvent, chain, end, process, serviceTask, start } from '../engine/support/bpmn.ts';
import { models } from './support/models.ts';

const charge = defineOutbound({
  name: 'Charge',
  type: 'charge',
  input: v.object({ total: v.pipe(v.number(), v.minValue(0)) }),
  output: v.object({ paid: v.boolean() }),
  run: ({ total }) => ({ paid: total < 1000 }),
});

/** An activation of an inbound connector, and the message event that follows it. */
const awaiting = (connector: string) => ({
  name: `${connector}.bpmn`,
  content: process(
    'awaiting',
    ...chain(
      start('Start', { outputs: { request: '=uuid()' } }),
      serviceTask('Activate', {
        type: '_activate_inbound_connector',
        inputs: { name: connector, correlation_key: '=request' },
      }),
      catchEvent('Arrived', { message: { name: connector, correlationKey: '=request' } }),
      end('End'),
    ),
  ),
});

test('a real connector runs, and the test sees where the process ended and what it was given (case 6)', async (t) => {
  const processes = await createProcessTest(t, { resources: models.order, connectors: { outbound: [charge] } });
  const order = await processes.start('order', { total: 1 });
  await order.completed({ at: 'EndPlain', variables: { paid: true } });
  assert.deepEqual(order.path(), ['Start', 'Charge', 'Big', 'EndPlain']);
  const [call] = processes.calls('charge');
  assert.deepEqual(call?.variables, { total: 1 });
  assert.deepEqual(call?.outcome, { kind: 'complete', variables: { paid: true } });
});

test('each tenant has the files, and connectors and mocks get the jobs of all tenants', async (t) => {
  const processes = await createProcessTest(t, {
    resources: models.order,
    connectors: { outbound: [charge] },
    mocks: { jobs: { review: {} } },
    engine: { tenants: ['north', 'south'] },
  });
  for (const tenantId of ['north', 'south']) {
    const order = await processes.start('order', { total: 1 }, { tenantId });
    await order.completed({ at: 'EndPlain', variables: { paid: true } });
    assert.equal(order.state().instance.tenantId, tenantId);
  }
});

test('an instance needs a tenant of the engine, and none without tenants', async (t) => {
  const [two, none] = [
    await createProcessTest(t, { resources: models.wait, engine: { tenants: ['north', 'south'] } }),
    await createProcessTest(t, { resources: models.wait }),
  ];
  await assert.rejects(two.start('wait'), (error: Error) => {
    assert.match(error.message, /has tenants, but the new instance has none\. Tenants: north, south\./);
    assert.match(error.message, /Fix: name one of its tenants/);
    return true;
  });
  await assert.rejects(none.start('wait', {}, { tenantId: 'east' }), /has no tenant "east"\. Tenants: <default>\./);
  await none.start('wait', { orderId: '1' }, { tenantId: '<default>' });
});

test('a mock by job type completes with variables, as they are (case 8)', async (t) => {
  const mocks = { jobs: { charge: { total: 500 }, review: {} } };
  const processes = await createProcessTest(t, { resources: models.order, mocks });
  const order = await processes.start('order', { total: 1 });
  await order.completed({ at: 'EndReviewed', variables: { total: 500 } });
});

test('a mock serves jobs that wait already, and the last mock of a type counts (cases 7 and 9)', async (t) => {
  const processes = await createProcessTest(t, { resources: models.order });
  const order = await processes.start('order', { total: 1 });
  await order.waitsAt('Charge');
  processes.mock('charge', { by: 'first' });
  await order.completed({ variables: { by: 'first' } });
  processes.mock('charge', { by: 'second' });
  await (await processes.start('order', { total: 1 })).completed({ variables: { by: 'second' } });
});

test('a mock throws a BPMN error with variables, and the task is terminated (cases 10 and 12)', async (t) => {
  const mocks = { jobs: { charge: bpmnError('DECLINED', 'no funds', { why: 'x' }) } };
  const processes = await createProcessTest(t, { resources: models.order, mocks });
  const order = await processes.start('order', { total: 1 });
  await order.completed({ at: 'EndDeclined' });
  const element = order.state().history.elements.find(({ elementId }) => elementId === 'Charge');
  assert.equal(element?.state, 'TERMINATED');
  assert.deepEqual(processes.calls('charge')[0]?.outcome, {
    kind: 'bpmnError',
    code: 'DECLINED',
    variables: { why: 'x' },
  });
});

test('an error that nothing catches is an incident, which fails the await of the end at once (case 11)', async (t) => {
  const mocks = { jobs: { charge: bpmnError('OTHER') } };
  const processes = await createProcessTest(t, { resources: models.order, mocks });
  const order = await processes.start('order', { total: 1 });
  await order.incident({ at: 'Charge', type: 'UNHANDLED_ERROR_EVENT' });
  await assert.rejects(order.completed(), /Charge the card has an incident \(UNHANDLED_ERROR_EVENT\).*OTHER/);
});

test('a typed mock receives the converted input, and its result is checked by the output schema', async (t) => {
  const mock = mockOutbound(charge, ({ total }) => ({ paid: total > 5 }));
  const processes = await createProcessTest(t, { resources: models.order, connectors: { outbound: [mock] } });
  await (await processes.start('order', { total: 6 })).completed({ variables: { paid: true } });
  assert.deepEqual(
    mock.calls.map(({ input }) => input),
    [{ total: 6 }],
  );
  await (await processes.start('order', { total: -1 })).incident({ message: /total/ });

  const wrong = mockOutbound(charge, { paid: 'yes' } as never);
  const other = await createProcessTest(t, { resources: models.order, connectors: { outbound: [wrong] } });
  await (await other.start('order', { total: 6 })).incident({ message: /does not fit its output schema/ });
});

test('the types of a mock are those of the connector', () => {
  mockOutbound(charge, { paid: true });
  mockOutbound(charge, sequence(jobError('busy'), { paid: true }));
  mockOutbound(charge, ({ total }) => ({ paid: total.toFixed() === '1' }));
  // @ts-expect-error the output has another type
  mockOutbound(charge, { paid: 'yes' });
  // @ts-expect-error the input has no such field
  mockOutbound(charge, ({ amount }) => ({ paid: amount > 1 }));
  assert.ok(true, 'the compiler has checked the lines above');
});

test('a back-off is skipped, and a sequence has one outcome for each attempt', async (t) => {
  const mocks = {
    jobs: { charge: sequence(jobError('busy', { backoff: 3600 }), jobError('busy', { backoff: 60 }), {}) },
  };
  const processes = await createProcessTest(t, { resources: models.order, mocks });
  const order = await processes.start('order', { total: 1 });
  await order.completed();
  assert.deepEqual(
    processes.skips.map(({ from, to }) => to - from),
    [3_600_000, 60_000],
  );
  assert.equal(processes.calls('charge').length, 3);
});

test('a timer is skipped while the end is awaited, and not while the test looks where the process waits', async (t) => {
  const processes = await createProcessTest(t, { resources: models.pause });
  const pause = await processes.start('pause');
  await pause.waitsAt('Pause');
  assert.deepEqual(processes.skips, []);
  await pause.completed();
  assert.deepEqual(
    processes.skips.map(({ from, to, until }) => [to - from, until]),
    [[3_600_000, 'the timer "Pause"']],
  );
});

test('skipping can be limited or switched off, and the error says so', async (t) => {
  for (const [skip, pattern] of [
    [false, /Pause waits for a timer, which fires in 1 h/],
    [{ upTo: 'PT59M' }, /Time was not skipped by 1 h to the timer "Pause": the limit is 59 min/],
  ] as const) {
    const processes = await createProcessTest(t, { resources: models.pause, skip });
    const pause = await processes.start('pause');
    await assert.rejects(pause.completed(), pattern);
    await processes.elapse('PT1H');
    await pause.completed();
  }
});

test('the loop of an inbound connector follows the time of processes', async (t) => {
  let calls = 0;
  const slow = defineInbound({
    name: 'slow',
    cycle: 3600,
    output: v.object({ answer: v.number() }),
    loop: () => (++calls < 25 ? undefined : { answer: 42 }),
  });
  const processes = await createProcessTest(t, { resources: awaiting('slow'), connectors: { inbound: [slow] } });
  const began = processes.clock.now();
  const instance = await processes.start('awaiting');
  await instance.waitsForMessage('slow');
  assert.equal(calls, 1);
  await processes.elapse('PT2H');
  assert.equal(calls, 3);
  await instance.completed({ variables: { answer: 42 } });
  assert.equal(processes.clock.now() - began, 24 * 3_600_000);
});

test('a loop that is called too often while time is skipped fails the test and is named', async (t) => {
  let calls = 0;
  const never = defineInbound({
    name: 'never',
    loop: () => {
      calls += 1;
      return undefined;
    },
  });
  const processes = await createProcessTest(t, { resources: awaiting('never'), connectors: { inbound: [never] } });
  const instance = await processes.start('awaiting');
  await assert.rejects(instance.completed(), /1000 times to the next call to the loop of "never"\. Fix: /);
  assert.equal(calls, 1001);
});

test('a mock of an inbound connector delivers its message in the call that the sequence says', async (t) => {
  const real = defineInbound({ name: 'real', cycle: 60, output: v.object({ by: v.string() }), loop: () => undefined });
  const mock = mockInbound(real, sequence(undefined, undefined, { by: 'Ada' }));
  const processes = await createProcessTest(t, { resources: awaiting('real'), connectors: { inbound: [mock] } });
  await (await processes.start('awaiting')).completed({ variables: { by: 'Ada' } });
  assert.equal(mock.calls.length, 3);
});

test('a connector that hangs ends the await by the time limit, and is named', async (t) => {
  let isRunning = (): void => {};
  const running = new Promise<void>((resolve) => {
    isRunning = resolve;
  });
  const hanging = defineOutbound({
    name: 'Hanging',
    type: 'charge',
    input: v.object({}),
    run: (_input, { signal }) => {
      isRunning();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  const connectors = { outbound: [hanging] };
  const processes = await createProcessTest(t, { resources: models.order, connectors, timeLimit: 0.05 });
  const order = await processes.start('order', { total: 1 });
  await running;
  await assert.rejects(order.completed(), /under way: the job "charge" of Charge, which the worker "process test" has/);
  await assert.rejects(processes.elapse('PT1S'), /Nothing has happened for 0\.05 s, although something is under way/);
});

test('called processes and decisions are mocked (cases 78 and 80)', async (t) => {
  const processes = await createProcessTest(t, {
    resources: [models.parent, models.rate],
    mocks: {
      processes: { ship: ({ variables }) => ({ tracking: `A-${variables.id}` }) },
      decisions: { discount: { rate: 0.1 } },
    },
  });
  await (await processes.start('parent', { id: 7 })).completed({ variables: { tracking: 'A-7' } });
  const rate = await processes.start('rate');
  await rate.completed({ variables: { discount: { rate: 0.1 } } });
  await rate.decided('discount', { output: { rate: 0.1 } });
});

test('invalid options, an unknown process and an unknown element are refused with the nearest name (cases 5 and 35)', async (t) => {
  await assert.rejects(
    createProcessTest(t, { resorces: 'x', timeLimit: 0 } as never),
    (error) => isFault(error, 'configuration') && /Did you mean resources\?/.test(error.message),
  );
  await assert.rejects(createProcessTest({ mocks: { job: {} } } as never), /mocks\.job: unknown option/);
  const processes = await createProcessTest(t, { resources: models.order });
  await assert.rejects(processes.start('orders'), /Did you mean order\?/);
  const order = await processes.start('order', { total: 1 });
  await assert.rejects(order.waitsAt('Charg'), /Did you mean "Charge"\?/);
  await assert.rejects(order.passed({ name: 'Charge the cart' }), /Did you mean "Charge the card"\?/);
  await order.waitsAt({ name: 'Charge the card' });
});

test('a job type with a connector is not mocked later; the error says how to do it', async (t) => {
  const processes = await createProcessTest(t, { resources: models.order, connectors: { outbound: [charge] } });
  assert.throws(
    () => processes.mock('charge', {}),
    /The job type "charge" has a connector in this test already[\s\S]*mockOutbound\(connector, …\) as the connector/,
  );
  const mocked = await createProcessTest(t, {
    resources: models.order,
    connectors: { outbound: [charge] },
    mocks: { jobs: { charge: { by: 'mock' } } },
  });
  await (await mocked.start('order', { total: 1 })).completed({ variables: { by: 'mock' } });
});

test('a mock that yields something else than variables is an incident that says so', async (t) => {
  const processes = await createProcessTest(t, {
    resources: models.order,
    mocks: { jobs: { charge: () => 7 as never } },
  });
  const order = await processes.start('order', { total: 1 });
  await order.incident({ at: 'Charge', message: 'has yielded a value of the type number. Fix: let it yield' });
});

test('an await that is left over when the test has ended rejects at once', async () => {
  const processes = await createProcessTest({ resources: models.order, engine: { seed: 2 } });
  const { createConnection } = await import('camunda-connectors');
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: processes.engine.port });
  const order = await processes.start('order', { total: 1 });
  const request = { type: 'charge', worker: 'Ann', timeout: 60_000, maxJobs: 1, requestTimeout: -1 };
  await connection.activateJobs(request, { timeout: 5_000 });
  const left = assert.rejects(order.completed(), /The process test has stopped while something was awaited/);
  await connection.close();
  await processes.stop();
  await left;
});

test('all instances of a process, oldest first', async (t) => {
  const processes = await createProcessTest(t, { resources: [models.pause, models.wait] });
  const started = [await processes.start('pause'), await processes.start('pause')];
  assert.deepEqual(processes.instances('pause'), started);
  assert.deepEqual(processes.instances('wait'), []);
});

test('everything stops with the test: by the context, by a function, or by stop', async () => {
  const hooks: (() => Promise<void>)[] = [];
  const given = [
    { after: (hook: () => Promise<void>) => hooks.push(hook) },
    (hook: () => Promise<void>) => hooks.push(hook),
  ];
  for (const cleanUp of given) {
    const processes = await createProcessTest(cleanUp, { resources: models.pause });
    await hooks.pop()?.();
    await assert.rejects(processes.start('pause'), /has stopped/);
  }
  const processes = await createProcessTest({ resources: models.pause });
  await processes[Symbol.asyncDispose]();
  await processes.stop();
  await assert.rejects(processes.start('pause'), /has stopped/);
});
