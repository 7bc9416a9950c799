import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { ActivatedJob, Command, ConnectionFault } from '../../../src/connection/port.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import type { AnyOutboundConnector } from '../../../src/connector/types.ts';
import { createManualClock, createSkippingClock, settle } from '../support/clock.ts';
import { connectionFault, createTwin, makeJob } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

const echo = defineOutbound({
  name: 'Echo',
  type: 'echo',
  timeout: 5,
  maxJobs: 4,
  input: v.object({ text: v.string() }),
  run: ({ text }) => ({ text }),
});

/** A connector whose jobs end when the test opens their gates. It counts how many run at once. */
const gated = (type: string, maxJobs: number) => {
  const gates: (() => void)[] = [];
  const most = { running: 0, ever: 0 };
  const connector: AnyOutboundConnector = defineOutbound({
    name: type,
    type,
    maxJobs,
    input: v.object({}),
    run: async () => {
      most.running++;
      most.ever = Math.max(most.ever, most.running);
      await new Promise<void>((open) => gates.push(open));
      most.running--;
      return {};
    },
  });
  return { connector, gates, most };
};

test('a request names the variables, the free slots, and a timeout beyond that of the connector', async () => {
  const twin = createTwin();
  const { runtime } = observe({ outbound: [echo], connection: twin.connection, workerName: 'me' });
  await runtime.start();
  assert.deepEqual(twin.polls, [
    { type: 'echo', worker: 'me', timeout: 15_000, maxJobs: 4, requestTimeout: 20_000, fetchVariables: ['text'] },
  ]);
  await runtime.stop();
});

test('activations are requested only if there are inbound connectors', async () => {
  const twin = createTwin();
  const ticker = defineInbound({ name: 'ticker', loop: () => null });
  const { runtime } = observe({ inbound: [ticker], connection: twin.connection });
  await runtime.start();
  assert.deepEqual(
    twin.polls.map(({ type, fetchVariables }) => [type, fetchVariables]),
    [['_activate_inbound_connector', ['name', 'correlation_key', 'message_name', 'expires_after']]],
  );
  await runtime.stop();
});

test('jobs are executed and settled without a log line at the default level', async () => {
  const twin = createTwin();
  const { runtime, count, lines } = observe({ outbound: [echo], connection: twin.connection });
  await runtime.start();
  for (let index = 0; index < 20; index++) twin.push({ type: 'echo', variables: `{"text":"${index}"}` });
  await count('job:settled', 20);
  const texts = twin.accepted.map((command) => command.kind === 'completeJob' && command.variables);
  assert.deepEqual(new Set(texts), new Set(Array.from({ length: 20 }, (_, index) => `{"text":"${index}"}`)));
  await runtime.stop();
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('debug ')),
    [
      'info Running, connected to twin://memory.',
      'info Stopping: no new jobs, waiting for active jobs to end.',
      'info Stopped.',
    ],
  );
});

test('active jobs and requested jobs never exceed the slots of the connector', async () => {
  const twin = createTwin();
  const { connector, gates, most } = gated('slow', 3);
  const { runtime, count } = observe({ outbound: [connector], connection: twin.connection });
  for (let index = 0; index < 10; index++) twin.push({ type: 'slow' });
  await runtime.start();
  await count('job:started', 3);
  await settle();
  assert.equal(runtime.status().inFlight, 3);
  assert.equal(twin.polls.length, 1);
  for (let done = 0; done < 10; done++) {
    await count('job:started', done + 1);
    gates[done]!();
    await count('job:settled', done + 1);
  }
  assert.equal(most.ever, 3);
  assert.equal(twin.accepted.length, 10);
  await runtime.stop();
});

test("the runtime's own limit holds over all connectors, and none starves", async () => {
  const twin = createTwin();
  const kinds = ['a', 'b', 'c'].map((type) => gated(type, 4));
  const all = (): number => kinds.reduce((sum, { most }) => sum + most.running, 0);
  const { runtime, seen, count } = observe({
    outbound: kinds.map(({ connector }) => connector),
    connection: twin.connection,
    maxJobs: 4,
  });
  for (let index = 0; index < 30; index++) twin.push({ type: 'a' });
  await runtime.start();
  let opened = 0;
  const finishOne = async (): Promise<void> => {
    const gate = kinds.find(({ gates }) => gates.length > 0)?.gates.shift();
    if (gate === undefined) return;
    gate();
    await count('job:settled', ++opened);
  };
  await settle(20);
  assert.ok(all() <= 4);
  for (const type of ['b', 'c']) for (let index = 0; index < 3; index++) twin.push({ type });
  for (let rounds = 0; seen['job:settled'].length < 36; rounds++) {
    assert.ok(rounds < 2_000, 'the jobs were not all done');
    await settle(3);
    assert.ok(all() <= 4, `${all()} jobs at once`);
    await finishOne();
    twin.expire();
  }
  const order = seen['job:settled'].map(({ job }) => job.type);
  assert.ok(order.indexOf('b') < 20 && order.indexOf('c') < 20, `b and c waited for a: ${order.join('')}`);
  await runtime.stop();
});

test('a connector that got jobs requests its whole share of the slots, others a single one', async () => {
  const twin = createTwin();
  const kinds = ['a', 'b'].map((type) => gated(type, 8));
  const outbound = kinds.map(({ connector }) => connector);
  for (let index = 0; index < 20; index++) twin.push({ type: 'a' });
  const { runtime, count } = observe({ outbound, connection: twin.connection, maxJobs: 8 });
  await runtime.start();
  await count('job:started', 7);
  assert.deepEqual(
    twin.polls.map(({ type, maxJobs }) => [type, maxJobs]),
    [
      ['a', 1],
      ['b', 1],
      ['a', 6],
    ],
  );
  for (const gate of kinds[0]!.gates) gate();
  const stopped = runtime.stop();
  await settle();
  for (const gate of kinds[0]!.gates) gate();
  await stopped;
});

test('with fewer slots than connectors, each gets its turn', async () => {
  const twin = createTwin();
  const kinds = ['a', 'b', 'c'].map((type) => gated(type, 1));
  twin.answer = ({ requestTimeout, type }) => {
    assert.equal(requestTimeout, 1_000);
    // The request is answered without its second of holding. Only c has a job.
    return type === 'c' && twin.polls.filter((poll) => poll.type === 'c').length === 1 ? [makeJob({ type })] : [];
  };
  const { runtime, event } = observe({
    outbound: kinds.map(({ connector }) => connector),
    connection: twin.connection,
    maxJobs: 1,
    clock: createSkippingClock(),
  });
  await runtime.start();
  const { job } = await event('job:started');
  assert.equal(job.type, 'c');
  await settle();
  kinds[2]!.gates[0]!();
  await event('job:settled');
  await runtime.stop();
});

for (const [what, count, maxJobs, hold] of [
  ['are few beside the slots that they share', 2, 8, 50_000],
  ['are many beside the slots that they share', 3, 8, 1_000],
  ['have enough slots', 2, 16, 50_000],
] as const) {
  test(`over a connection with a hold time of its own, connectors that ${what} are held for ${hold} ms`, async () => {
    const twin = createTwin();
    const outbound = Array.from({ length: count }, (_, index) => ({ ...echo, type: `echo-${index}`, maxJobs: 8 }));
    const connection = { ...twin.connection, holdTime: 50_000 };
    const { runtime } = observe({ outbound, connection, maxJobs, streaming: false });
    await runtime.start();
    await twin.until(() => twin.polls.length === count);
    assert.deepEqual([...new Set(twin.polls.map(({ requestTimeout }) => requestTimeout))], [hold]);
    await runtime.stop();
  });
}

test('117. a cluster that asks for a pause is asked again after it', async () => {
  const twin = createTwin();
  const refusal = Object.assign(connectionFault('RESOURCE_EXHAUSTED'), { retryAfter: 7_000 });
  twin.onPoll = () => (twin.polls.length === 1 ? refusal : undefined);
  const { runtime, seen } = observe({
    outbound: [echo],
    connection: twin.connection,
    clock: createSkippingClock(),
  });
  await runtime.start();
  await twin.until(() => twin.polls.length >= 2);
  assert.deepEqual(
    seen['poll:failed'].map(({ pause }) => pause),
    [7_000],
  );
  await runtime.stop();
});

test('jobs beyond the requested number are returned', async () => {
  const twin = createTwin();
  const { connector, gates } = gated('slow', 2);
  twin.answer = ({ type }) =>
    twin.polls.length === 1 ? Array.from({ length: 5 }, () => makeJob({ type })) : undefined;
  const { runtime, count, seen } = observe({ outbound: [connector], connection: twin.connection });
  await runtime.start();
  await count('job:started', 2);
  await count('job:returned', 3);
  assert.ok(twin.accepted.every((command) => command.kind === 'failJob' && command.retries === 3));
  for (const gate of gates) gate();
  await count('job:settled', 2);
  assert.equal(seen['job:started'].length, 2);
  await runtime.stop();
});

/** A twin whose first poll passes jobs on while it goes on. The test ends it. */
const partialPoll = () => {
  const twin = createTwin();
  let arrived: (count: number) => void = () => {};
  let end: (result: readonly ActivatedJob[] | ConnectionFault) => void = () => {};
  twin.answer = ({ type }, options) => {
    if (twin.polls.length > 1) return undefined;
    arrived = (count) => options?.arrived?.(Array.from({ length: count }, () => makeJob({ type })));
    return new Promise((resolve, reject) => {
      end = (result) => (Array.isArray(result) ? resolve(result) : reject(result));
    });
  };
  return { twin, arrive: (count: number) => arrived(count), end: (result: Parameters<typeof end>[0]) => end(result) };
};

test('jobs that arrive before the end of a request start at once, in its slots, and the next request is for the others', async () => {
  const { twin, arrive, end } = partialPoll();
  const { connector, gates, most } = gated('slow', 4);
  const { runtime, count } = observe({ outbound: [connector], connection: twin.connection });
  await runtime.start();
  arrive(2);
  await count('job:started', 2);
  assert.deepEqual([runtime.status().inFlight, twin.polls.length], [2, 1]);
  arrive(1);
  await count('job:started', 3);
  gates[0]!();
  await count('job:settled', 1);
  // The slot of the job that has ended is not one of the request, which still has one.
  end([makeJob({ type: 'slow' }), makeJob({ type: 'slow' })]);
  await count('job:returned', 1);
  await count('job:started', 4);
  await twin.until(() => twin.polls.length >= 2);
  assert.deepEqual([most.ever, twin.polls[1]?.maxJobs], [3, 1]);
  for (const gate of gates.slice(1)) gate();
  await count('job:settled', 4);
  await runtime.stop();
});

test('a request that fails after some jobs keeps the slots of these jobs, and gives back the others', async () => {
  const { twin, arrive, end } = partialPoll();
  const { connector, gates } = gated('slow', 4);
  const { runtime, count, seen } = observe({
    outbound: [connector],
    connection: twin.connection,
    clock: createSkippingClock(),
  });
  await runtime.start();
  arrive(3);
  await count('job:started', 3);
  end(connectionFault('UNAVAILABLE'));
  await twin.until(() => twin.polls.length >= 2);
  assert.equal(twin.polls[1]?.maxJobs, 1);
  // This one was on its way.
  arrive(1);
  await count('job:returned', 1);
  assert.equal(seen['job:started'].length, 3);
  for (const gate of gates) gate();
  await count('job:settled', 3);
  await runtime.stop();
});

test('jobs that arrive while the runtime stops are returned', async () => {
  const { twin, arrive, end } = partialPoll();
  const { connector, gates } = gated('slow', 4);
  const { runtime, count } = observe({ outbound: [connector], connection: twin.connection });
  await runtime.start();
  arrive(1);
  await count('job:started', 1);
  const stopped = runtime.stop();
  await settle();
  arrive(2);
  await count('job:returned', 2);
  end([]);
  gates[0]!();
  await stopped;
  assert.deepEqual(
    twin.accepted.map(({ kind }) => kind),
    ['failJob', 'failJob', 'completeJob'],
  );
});

test('a cluster that does not hold requests is not polled in a hot loop', async () => {
  const twin = createTwin();
  twin.answer = () => [];
  const clock = createManualClock();
  const { runtime } = observe({ outbound: [echo], connection: twin.connection, clock });
  await runtime.start();
  await settle();
  const pauses: number[] = [];
  for (let round = 0; round < 12; round++) {
    assert.equal(twin.polls.length, round + 1);
    pauses.push(clock.timers()[0]!);
    clock.advance(clock.timers()[0]!);
    await settle();
  }
  assert.deepEqual(pauses.slice(0, 4), [15, 25, 45, 85]);
  assert.equal(pauses.at(-1), 505);
  await runtime.stop();
});

test('RESOURCE_EXHAUSTED leads to growing pauses and is not an outage', async () => {
  const twin = createTwin();
  twin.onPoll = () => connectionFault('RESOURCE_EXHAUSTED');
  const clock = createManualClock();
  const { runtime, seen, lines } = observe({ outbound: [echo], connection: twin.connection, clock });
  await runtime.start();
  await settle();
  for (let round = 0; round < 6; round++) {
    clock.advance(clock.timers()[0]!);
    await settle();
  }
  assert.deepEqual(
    seen['poll:failed'].map(({ pause }) => pause),
    [150, 250, 450, 850, 1_650, 3_250, 6_450],
  );
  assert.deepEqual(seen['connection:lost'], []);
  assert.equal(runtime.status().connection, 'up');
  assert.equal(lines.filter((line) => line.startsWith('warn')).length, 1);
  await runtime.stop();
});

test('an outage that many polls meet is one log line at its start and one at its end', async () => {
  const twin = createTwin();
  let down = true;
  twin.onPoll = () => (down ? connectionFault('UNAVAILABLE') : undefined);
  const outbound = Array.from({ length: 5 }, (_, index) => ({ ...echo, type: `echo-${index}` }));
  const { runtime, seen, lines, count, event } = observe({
    outbound,
    connection: twin.connection,
    clock: createSkippingClock(),
  });
  await runtime.start();
  await twin.until(() => twin.polls.length >= 200);
  assert.equal(runtime.status().connection, 'down');
  down = false;
  for (let index = 0; index < 5; index++) twin.push({ type: `echo-${index}`, variables: '{"text":"back"}' });
  await count('job:settled', 5);
  await event('connection:restored');
  assert.equal(seen['connection:lost'].length, 1);
  assert.equal(runtime.status().connection, 'up');
  assert.equal(lines.filter((line) => line.startsWith('warn')).length, 1);
  assert.equal(lines.filter((line) => /restored after/.test(line)).length, 1);
  await runtime.stop();
});

test('the first request after a failure is not held, so that the recovery shows at once', async () => {
  const twin = createTwin();
  const holds = (): number[] => twin.polls.map(({ requestTimeout }) => requestTimeout);
  twin.onPoll = () => (twin.polls.length <= 2 ? connectionFault('UNAVAILABLE') : undefined);
  twin.answer = ({ requestTimeout }) => (requestTimeout < 0 ? [] : undefined);
  const { runtime, event } = observe({
    outbound: [echo],
    connection: twin.connection,
    clock: createSkippingClock(),
  });
  await runtime.start();
  await event('connection:restored');
  await twin.until(() => twin.waiting('echo') === 1);
  assert.deepEqual(holds(), [20_000, -1, -1, 20_000]);
  await runtime.stop();
});

test('a type that the cluster refuses is logged rarely, and the others continue', async () => {
  const twin = createTwin();
  twin.onPoll = ({ type }) => (type === 'bad' ? connectionFault('PERMISSION_DENIED', 'rejected') : undefined);
  const { runtime, lines, event } = observe({
    outbound: [echo, { ...echo, type: 'bad' }],
    connection: twin.connection,
    clock: createSkippingClock(),
  });
  await runtime.start();
  await event('poll:failed', ({ attempt }) => attempt === 100);
  twin.push({ type: 'echo', variables: '{"text":"fine"}' });
  await event('job:settled');
  assert.equal(lines.filter((line) => /"bad" failed/.test(line)).length, 3);
  await runtime.stop();
});

test('a connector that misbehaves affects only its own jobs', async () => {
  const twin = createTwin();
  const bad = { ...echo, type: 'bad', run: () => Promise.reject(Object.freeze(['no error'])) };
  const { runtime, count, lines } = observe({ outbound: [echo, bad as never], connection: twin.connection });
  await runtime.start();
  for (let index = 0; index < 10; index++) {
    twin.push({ type: 'bad', variables: '{"text":"x"}', elementId: 'TheTask', bpmnProcessId: 'TheProcess' });
    twin.push({ type: 'echo', variables: '{"text":"x"}' });
  }
  await count('job:settled', 20);
  const kinds = twin.accepted.map(({ kind }: Command) => kind);
  assert.equal(kinds.filter((kind) => kind === 'failJob').length, 10);
  const warnings = lines.filter((line) => line.startsWith('warn'));
  assert.equal(warnings.length, 10);
  for (const part of ['"bad"', 'TheTask', 'TheProcess', '2 attempts left'])
    assert.ok(warnings[0]!.includes(part), part);
  await runtime.stop();
});

test('a listener or logger that throws disturbs nothing', async () => {
  const twin = createTwin();
  const broken = (): never => {
    throw new Error('broken logger');
  };
  const { runtime, event } = observe({
    outbound: [echo],
    connection: twin.connection,
    logger: { debug: broken, info: broken, warn: broken, error: broken },
  });
  runtime.on('job:started', broken);
  runtime.on('job:started', () => Promise.reject(new Error('broken listener')));
  await runtime.start();
  twin.push({ type: 'echo', variables: '{"text":"x"}' });
  const { delivery } = await event('job:settled');
  assert.equal(delivery.kind, 'accepted');
  await runtime.stop();
});
