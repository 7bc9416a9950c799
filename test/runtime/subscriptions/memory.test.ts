import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { pending } from '../../../src/connector/pending.ts';
import type { Activation, AnyInboundConnector } from '../../../src/connector/types.ts';
import type { RuntimeEvents } from '../../../src/runtime/shared/events.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { callLoop } from '../../../src/runtime/subscriptions/call-loop.ts';
import { createMemoryScheduler } from '../../../src/runtime/subscriptions/memory.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault } from '../support/cluster.ts';
import { createTwinSender } from '../support/sender.ts';

const activationOf = (id: string, connector: string, variables: Record<string, unknown> = {}): Activation => ({
  id,
  connector,
  messageName: `${connector} done`,
  correlationKey: `key of ${id}`,
  variables,
  processInstanceKey: '1',
  bpmnProcessId: 'process',
  elementId: 'task',
});

const never = new AbortController().signal;

const setUp = async (connectors: readonly AnyInboundConnector[]) => {
  const { twin, clock, emit, on, connectionState: link, sender } = createTwinSender(createManualClock());
  const scheduler = createMemoryScheduler();
  const named = new Map(connectors.map((connector) => [connector.name, connector]));
  const failures: RuntimeEvents['subscription:failed'][] = [];
  on('subscription:failed', (event) => failures.push(event));
  const { connection } = twin;
  const services = { connection, sender, link, clock, logger: silentLogger, emit, workerName: 'test', signal: never };
  await scheduler.start({ connectors: named, ...services });
  return { twin, clock, scheduler, on, failures };
};

const results: readonly [what: string, loop: () => unknown, kind: string, error?: RegExp][] = [
  ['undefined', () => undefined, 'pending'],
  ['null', () => null, 'pending'],
  ['an object', () => ({ a: 1 }), 'message'],
  ['an empty object', () => ({}), 'message'],
  ['a map', () => new Map([['a', 1]]), 'message'],
  ['a text', () => 'hunter2', 'failed', /must return an object/],
  ['a list', () => [1], 'failed', /must return an object/],
  ['false', () => false, 'failed', /must return an object/],
  ['an object with a function', () => ({ f: () => 1 }), 'failed', /f: a function/],
  ['a thrown error', () => assert.fail('broken'), 'failed', /broken/],
  ['a thrown text', () => Promise.reject('plain'), 'failed', /plain/],
];

for (const [what, loop, kind, error] of results) {
  test(`callLoop: ${what} is ${kind}`, async () => {
    const connector = defineInbound({ name: 'c', loop: loop as () => object });
    const result = await callLoop(connector, activationOf('1', 'c'), { signal: never, logger: silentLogger });
    assert.equal(result.kind, kind);
    if (result.kind === 'failed') assert.match((result.error as Error).message, error!);
  });
}

test('callLoop returns the message as a command with the id of the activation', async () => {
  const connector = defineInbound({
    name: 'c',
    messageTimeToLive: 2.5,
    input: v.object({ n: v.number() }),
    output: v.object({ at: v.date(), n: v.number() }),
    loop: ({ n }, { activation }) => ({ at: new Date(0), n: n + activation.correlationKey.length }),
  });
  const result = await callLoop(connector, activationOf('1', 'c', { n: '1' }), { signal: never, logger: silentLogger });
  assert.ok(result.kind === 'message');
  assert.deepEqual(result.command, {
    kind: 'publishMessage',
    name: 'c done',
    correlationKey: 'key of 1',
    messageId: '1',
    timeToLive: 2_500,
    variables: '{"at":"1970-01-01T00:00:00.000Z","n":9}',
  });
});

test('callLoop puts the whole message into the variable that the activation names', async () => {
  const connector = defineInbound({
    name: 'c',
    output: v.object({ from: v.string() }),
    loop: (_input, { activation }) => ({ from: activation.correlationKey, more: 1 }),
  });
  for (const resultVariable of ['letter', 'from', '__proto__']) {
    const activation = { ...activationOf('1', 'c'), resultVariable };
    const result = await callLoop(connector, activation, { signal: never, logger: silentLogger });
    assert.ok(result.kind === 'message', result.kind);
    assert.equal(result.command.variables, `{"${resultVariable}":{"from":"key of 1"}}`);
    assert.deepEqual(Object.entries(result.variables), [[resultVariable, { from: 'key of 1' }]]);
  }
});

test('callLoop: a value that a schema rejects is a failure, and the message does not quote it', async () => {
  const connector = defineInbound({
    name: 'c',
    input: v.object({ n: v.optional(v.number()) }),
    output: v.object({ n: v.number() }),
    loop: () => ({ n: 'hunter2' }) as never,
  });
  const services = { signal: never, logger: silentLogger };
  for (const variables of [{ n: 'hunter2' }, {}]) {
    const result = await callLoop(connector, activationOf('1', 'c', variables), services);
    assert.ok(result.kind === 'failed');
    assert.match((result.error as Error).message, /- n: expected a number/);
    assert.doesNotMatch((result.error as Error).message, /hunter2/);
  }
});

const states: readonly [what: string, given: unknown, kept: string | undefined, error?: RegExp][] = [
  ['an object', { page: 2 }, '{"page":2}'],
  ['what the schema does not know', { page: 2, other: 1 }, '{"page":2,"other":1}'],
  ['a date', { page: 2, since: new Date(0) }, '{"page":2,"since":"1970-01-01T00:00:00.000Z"}'],
  ['what the schema refuses', { page: 'hunter2' }, undefined, /The state of "c" does not fit .*\n- page: /],
  ['a function', { page: 2, other: () => 1 }, undefined, /other: a function/],
];

for (const [what, given, kept, error] of states) {
  test(`callLoop: pending with ${what}`, async () => {
    const connector = defineInbound({
      name: 'c',
      state: v.object({ page: v.number(), since: v.optional(v.date()) }),
      loop: () => pending(given as { page: number }),
    });
    const result = await callLoop(connector, activationOf('1', 'c'), { signal: never, logger: silentLogger });
    if (error === undefined) assert.deepEqual(result, { kind: 'pending', state: kept });
    else assert.match(result.kind === 'failed' ? (result.error as Error).message : '', error);
  });
}

test('callLoop passes on the stored state as its schema parses it, or reports that it does not fit', async () => {
  const connector = defineInbound({
    name: 'c',
    state: v.object({ since: v.date() }),
    loop: (_, { state }) => ({ year: state?.since.getUTCFullYear() }),
  });
  const poll = (state: string) =>
    callLoop(connector, activationOf('1', 'c'), { signal: never, logger: silentLogger, state });
  const found = await poll('{"since":"1970-01-01T00:00:00.000Z"}');
  assert.deepEqual(found.kind === 'message' && found.variables, { year: 1970 });
  const refused = await poll('{"since":"hunter2"}');
  assert.ok(refused.kind === 'failed' && isFault(refused.error, 'input'));
  assert.match(refused.error.message, /an earlier call of "c" left .*\n- since: /);
  assert.doesNotMatch(refused.error.message, /hunter2/);
});

test('the next call gets the state, which stays until a call returns another', async () => {
  const found: unknown[] = [];
  const connector = defineInbound({
    name: 'c',
    loop: (_, { state }) => {
      found.push(state);
      if (found.length === 1) return pending([1]);
      if (found.length === 2) return undefined;
      return found.length === 3 ? pending(null) : { done: true };
    },
  });
  const { twin, clock, scheduler } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c'), '1');
  for (let round = 0; round < 4; round++) {
    await settle();
    clock.advance(1_000);
  }
  assert.deepEqual(found, [undefined, [1], [1], null]);
  assert.deepEqual(
    twin.accepted.map(({ kind }) => kind),
    ['publishMessage'],
  );
  await scheduler.stop(never, never);
});

const expiries: readonly [what: string, ofConnector: number | undefined, ofActivation: number | undefined][] = [
  ['the connector’s time', 2.5, undefined],
  ['its own time', 60, 2.5],
  ['its own time alone', undefined, 2.5],
];

for (const [what, ofConnector, ofActivation] of expiries) {
  test(`a subscription expires after ${what} without another call`, async () => {
    let calls = 0;
    const loop = (): undefined => void calls++;
    const connector = defineInbound({
      name: 'c',
      loop,
      ...(ofConnector === undefined ? {} : { expires: ofConnector }),
    });
    const { clock, scheduler, on } = await setUp([connector]);
    let expired = 0;
    on('subscription:expired', () => expired++);
    const own = ofActivation === undefined ? {} : { expiresAfter: ofActivation };
    await scheduler.add({ ...activationOf('1', 'c'), ...own }, '1');
    for (let round = 0; round < 4; round++) {
      await settle();
      clock.advance(round === 2 ? 499 : 1_000);
    }
    assert.equal(expired, 1);
    assert.equal(calls, 3);
    assert.deepEqual(scheduler.subscriptions(), []);
    assert.deepEqual(clock.timers(), []);
    await scheduler.add({ ...activationOf('1', 'c'), ...own }, '1');
    assert.deepEqual(scheduler.subscriptions(), []);
    await scheduler.stop(never, never);
  });
}

test('the loop is called again one cycle after the last call has ended', async () => {
  const ends: (() => void)[] = [];
  const connector = defineInbound({
    name: 'c',
    cycle: 2,
    loop: () => new Promise<null>((end) => ends.push(() => end(null))),
  });
  const { clock, scheduler } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c'), '1');
  await settle();
  clock.advance(60_000);
  await settle();
  assert.equal(ends.length, 1);
  ends[0]!();
  await settle();
  clock.advance(1_999);
  await settle();
  assert.equal(ends.length, 1);
  clock.advance(1);
  await settle();
  assert.equal(ends.length, 2);
  ends[1]!();
  await scheduler.stop(never, never);
});

test('a published message ends the subscription', async () => {
  let calls = 0;
  const connector = defineInbound({ name: 'c', loop: () => (++calls < 3 ? null : { calls }) });
  const { twin, clock, scheduler, on } = await setUp([connector]);
  const events: string[] = [];
  on('subscription:opened', () => events.push('opened'));
  on('message:published', ({ duplicate }) => events.push(`published ${duplicate}`));
  on('subscription:delivered', () => events.push('delivered'));
  await scheduler.add(activationOf('1', 'c'), '1');
  for (let round = 0; round < 3; round++) {
    await settle();
    clock.advance(1_000);
  }
  await settle();
  assert.deepEqual(events, ['opened', 'published false', 'delivered']);
  assert.equal(twin.accepted.length, 1);
  assert.deepEqual(scheduler.subscriptions(), []);
  clock.advance(10_000);
  await settle();
  assert.equal(calls, 3);
  await scheduler.stop(never, never);
});

test('activations of one connector run side by side, each with its own input', async () => {
  const connector = defineInbound({
    name: 'c',
    input: v.object({ ready: v.boolean() }),
    loop: ({ ready }, { activation }) => (ready ? { id: activation.id } : new Promise<null>(() => {})),
  });
  const { twin, scheduler } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c', { ready: false }), '1');
  await scheduler.add(activationOf('2', 'c', { ready: true }), '1');
  await scheduler.add(activationOf('3', 'c', { ready: true }), '1');
  await settle();
  assert.deepEqual(
    twin.accepted.map((command) => command.kind === 'publishMessage' && command.messageId),
    ['2', '3'],
  );
  assert.deepEqual(
    scheduler.subscriptions().map(({ activation, state }) => [activation.id, state]),
    [['1', 'waiting']],
  );
  await scheduler.stop(AbortSignal.abort(), never);
});

test('a repeated activation changes nothing, neither before nor after its message', async () => {
  let calls = 0;
  const connector = defineInbound({ name: 'c', loop: () => (++calls < 2 ? null : {}) });
  const { twin, clock, scheduler } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c'), '1');
  await scheduler.add(activationOf('1', 'c'), '1');
  await settle();
  assert.equal(calls, 1);
  clock.advance(1_000);
  await settle();
  await scheduler.add(activationOf('1', 'c'), '1');
  await settle();
  assert.equal(calls, 2);
  assert.equal(twin.accepted.length, 1);
  await scheduler.stop(never, never);
});

test('a loop that throws is called again after growing pauses that are never shorter than its cycle', async () => {
  let calls = 0;
  const connector = defineInbound({
    name: 'c',
    cycle: 1,
    loop: () => {
      calls++;
      throw new Error('broken');
    },
  });
  const { clock, scheduler, failures } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c'), '1');
  await settle();
  for (let round = 0; round < 9; round++) {
    clock.advance(failures.at(-1)!.pause);
    await settle();
  }
  assert.equal(calls, 10);
  assert.deepEqual(
    failures.map(({ pause, attempt }) => [attempt, pause]),
    [
      [1, 1_000],
      [2, 1_250],
      [3, 2_250],
      [4, 4_250],
      [5, 8_250],
      [6, 16_250],
      [7, 30_250],
      [8, 30_250],
      [9, 30_250],
      [10, 30_250],
    ],
  );
  assert.equal(scheduler.subscriptions()[0]?.failures, 10);
  await scheduler.stop(never, never);
});

test('a rejected message is kept and published again without another call of the loop', async () => {
  let calls = 0;
  const connector = defineInbound({ name: 'c', loop: () => ({ calls: ++calls }) });
  const { twin, clock, scheduler, failures } = await setUp([connector]);
  twin.onSend = (_, call) => (call <= 2 ? connectionFault('PERMISSION_DENIED', 'rejected') : undefined);
  await scheduler.add(activationOf('1', 'c'), '1');
  for (let round = 0; round < 2; round++) {
    await settle();
    clock.advance(failures.at(-1)!.pause);
  }
  await settle();
  assert.equal(failures.length, 2);
  assert.equal(calls, 1);
  assert.deepEqual(scheduler.subscriptions(), []);
  await scheduler.stop(never, never);
});

test('a message that the cluster already has counts as delivered', async () => {
  const connector = defineInbound({ name: 'c', loop: () => ({}) });
  const { twin, scheduler, on } = await setUp([connector]);
  const duplicates: boolean[] = [];
  on('message:published', ({ duplicate }) => duplicates.push(duplicate));
  twin.onSend = () => connectionFault('ALREADY_EXISTS', 'rejected');
  await scheduler.add(activationOf('1', 'c'), '1');
  await settle();
  assert.deepEqual(duplicates, [true]);
  assert.deepEqual(scheduler.subscriptions(), []);
  await scheduler.stop(never, never);
});

test('stop aborts the loops and reports the subscriptions that end with it', async () => {
  const waiting = defineInbound({
    name: 'waiting',
    loop: (_, { signal }) => new Promise<null>((end) => signal.addEventListener('abort', () => end(null))),
  });
  const pausing = defineInbound({ name: 'pausing', cycle: 3_600, loop: () => null });
  const { clock, scheduler, on } = await setUp([waiting, pausing]);
  const ended: string[] = [];
  on('subscriptions:ended', ({ subscriptions }) => ended.push(...subscriptions.map(({ activation }) => activation.id)));
  await scheduler.add(activationOf('1', 'waiting'), '1');
  await scheduler.add(activationOf('2', 'pausing'), '1');
  await settle();
  await scheduler.stop(never, never);
  assert.deepEqual(ended, ['1', '2']);
  assert.deepEqual(scheduler.subscriptions(), []);
  assert.deepEqual(clock.timers(), []);
  await assert.rejects(async () => scheduler.add(activationOf('3', 'pausing'), '1'));
});

test('a message that is ready when the runtime stops is still published', async () => {
  const connector = defineInbound({
    name: 'c',
    loop: (_, { signal }) => new Promise<object>((end) => signal.addEventListener('abort', () => end({ last: true }))),
  });
  const { twin, scheduler } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c'), '1');
  await settle();
  await scheduler.stop(never, never);
  const [message] = twin.accepted;
  assert.ok(message?.kind === 'publishMessage');
  assert.equal(message.variables, '{"last":true}');
});

test('a loop that ignores its signal does not delay a forced stop', async () => {
  const connector = defineInbound({ name: 'c', loop: () => new Promise<null>(() => {}) });
  const { scheduler } = await setUp([connector]);
  await scheduler.add(activationOf('1', 'c'), '1');
  const force = new AbortController();
  const stopped = scheduler.stop(force.signal, never);
  force.abort();
  await stopped;
});

test('one scheduler serves one runtime', async () => {
  const { scheduler } = await setUp([]);
  assert.throws(() => scheduler.start({} as never), /already serves a runtime/);
  await scheduler.stop(never, never);
});

const mappings: readonly [what: string, headers: object, variables: object | RegExp, isFinal?: boolean][] = [
  ['an expression', { resultExpression: '={who: from, all: response.n}' }, { who: 'ada', all: 1 }],
  ['an expression and a variable', { resultVariable: 'm', resultExpression: '={m: 1}' }, { m: 1 }],
  ['null', { resultExpression: '=null' }, {}],
  ['a scalar', { resultExpression: '=from' }, /Result expression must return a JSON object/, true],
  ['a list', { resultExpression: '=[from]' }, /of kind array/, true],
  ['a job result', { resultExpression: '=adHocResult({})' }, /A message cannot carry a job result/, true],
  ['a broken expression', { resultExpression: '={a: ' }, /Failed to evaluate expression/, false],
  ['a forbidden value', { resultExpression: '={a: {"camunda.function.type": "f"}}' }, /forbidden literal/, true],
];

for (const [what, headers, expected, isFinal] of mappings) {
  test(`callLoop maps the message by the headers of the activating task: ${what}`, async () => {
    const connector = defineInbound({ name: 'c', loop: () => ({ from: 'ada', n: 1 }) });
    const activation = { ...activationOf('1', 'c'), ...headers };
    const result = await callLoop(connector, activation, { signal: never, logger: silentLogger });
    if (result.kind === 'message') {
      assert.deepEqual(result.variables, expected);
      return;
    }
    assert.ok(result.kind === 'failed');
    assert.match((result.error as Error).message, expected as RegExp);
    assert.equal(result.isFinal, isFinal);
  });
}
