/** What only subscriptions that are kept elsewhere need: ends with a reason, hand-over, states in a store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/common/fault.ts';
import { createTimerQueue } from '../../../src/common/timer-queue.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { pending } from '../../../src/connector/pending.ts';
import type { Activation, AnyInboundConnector } from '../../../src/connector/types.ts';
import { createConnectionState } from '../../../src/runtime/send/connection-state.ts';
import { createSender } from '../../../src/runtime/send/sender.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { createHolder, type End, type HoldRequest } from '../../../src/runtime/subscriptions/loop-runner.ts';
import { createManualClock } from '../support/clock.ts';
import { connectionFault, createTwin } from '../support/cluster.ts';

const activation: Activation = {
  id: '1',
  connector: 'c',
  messageName: 'done',
  correlationKey: 'key',
  variables: {},
  processInstanceKey: '1',
  bpmnProcessId: 'process',
  elementId: 'task',
};

const never = new AbortController().signal;

const setUp = () => {
  const twin = createTwin();
  const clock = createManualClock();
  const { emit } = createEvents();
  const sender = createSender(twin.connection, clock, createConnectionState('twin', clock, emit), emit);
  const holder = createHolder({ sender, clock, emit, logger: silentLogger, timers: createTimerQueue(clock) });
  const hold = (connector: AnyInboundConnector, request: Partial<HoldRequest> = {}) => {
    const held = holder.hold({ activation, connector, ...request });
    const ends: End[] = [];
    void held.ended.then((end) => ends.push(end));
    return { ...held, ends };
  };
  return { twin, clock, holder, hold };
};

/** Lets everything that waits for nothing but promises go on. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 5; round++) await new Promise(setImmediate);
};

const idle = defineInbound({ name: 'c', loop: () => null });

const broken = defineInbound({
  name: 'c',
  loop: () => {
    throw new Error('broken');
  },
});

test('failures in a row halt it at the limit, those that it had elsewhere counted in', async () => {
  const { clock, hold } = setUp();
  const { ends } = hold(broken, { mostFailures: 4, failures: 2 });
  await settle();
  assert.equal(ends.length, 0);
  clock.advance(60_000);
  await settle();
  assert.equal(ends[0]?.kind, 'halted');
  assert.deepEqual(clock.timers(), []);
});

test('a call that does not fail begins the count anew', async () => {
  let calls = 0;
  const limping = defineInbound({
    name: 'c',
    loop: () => {
      if (++calls % 2 === 1) throw new Error('broken');
      return null;
    },
  });
  const { clock, hold, holder } = setUp();
  const { ends } = hold(limping, { mostFailures: 2 });
  for (let round = 0; round < 10; round++) {
    await settle();
    clock.advance(60_000);
  }
  assert.equal(ends.length, 0);
  await holder.stop(never);
  assert.equal(ends[0]?.kind, 'released');
});

test('what another call could only repeat halts it at once', async () => {
  const misfit = defineInbound({
    name: 'c',
    loop: () => {
      throw fault('input', { what: 'no fit' });
    },
  });
  const { hold } = setUp();
  const { ends } = hold(misfit, { mostFailures: 60 });
  await settle();
  assert.equal(ends[0]?.kind, 'halted');
});

test('a message that is refused again and again halts it too', async () => {
  const { twin, clock, hold } = setUp();
  twin.onSend = () => connectionFault('PERMISSION_DENIED', 'rejected');
  const { ends } = hold(defineInbound({ name: 'c', loop: () => ({}) }), { mostFailures: 2 });
  await settle();
  clock.advance(60_000);
  await settle();
  assert.equal(ends[0]?.kind, 'halted');
});

test('one that waits is lost at once, one whose loop is called when that ends', async () => {
  const { holder, hold } = setUp();
  const waiting = hold(idle);
  let signal: AbortSignal | undefined;
  let end = (): void => {};
  const calling = hold(
    defineInbound({
      name: 'c',
      loop: (_, context) => {
        signal = context.signal;
        return new Promise<null>((done) => {
          end = () => done(null);
        });
      },
    }),
  );
  await settle();
  waiting.drop();
  calling.drop();
  assert.equal(signal?.aborted, true);
  assert.deepEqual(holder.subscriptions(), []);
  await settle();
  assert.deepEqual([waiting.ends, calling.ends], [[{ kind: 'lost', failures: 0 }], []]);
  end();
  await settle();
  assert.deepEqual(calling.ends, [{ kind: 'lost', failures: 0 }]);
});

test('the message of a loop that had lost its subscription is published all the same', async () => {
  const { twin, hold } = setUp();
  const late = defineInbound({
    name: 'c',
    loop: (_, { signal }) => new Promise<object>((done) => signal.addEventListener('abort', () => done({}))),
  });
  const { drop, ends } = hold(late);
  await settle();
  drop();
  await settle();
  assert.deepEqual(ends, [{ kind: 'delivered' }]);
  assert.equal(twin.accepted.length, 1);
});

test('it is given up for others while it waits, but not while it is called or fails', async () => {
  const { hold } = setUp();
  const waiting = hold(idle);
  const failing = hold(broken);
  const calling = hold(defineInbound({ name: 'c', loop: () => new Promise<null>(() => {}) }));
  await settle();
  assert.deepEqual([waiting.offer(), failing.offer(), calling.offer()], [true, false, false]);
  assert.equal(waiting.offer(), false);
  await settle();
  assert.deepEqual(waiting.ends, [{ kind: 'released', failures: 0 }]);
});

const cursor = (calls: { count: number }) =>
  defineInbound({ name: 'c', loop: (_, { state }) => pending({ after: state ?? null, call: ++calls.count }) });

test('the next call comes when the state is stored', async () => {
  const calls = { count: 0 };
  const stored: string[] = [];
  let answer = (_: Delivery): void => {};
  const store = (state: string): Promise<Delivery> => {
    stored.push(state);
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  const { clock, hold, holder } = setUp();
  const { ends } = hold(cursor(calls), { store, state: '"begun"' });
  await settle();
  clock.advance(60_000);
  await settle();
  assert.deepEqual(stored, ['{"after":"begun","call":1}']);
  answer({ kind: 'accepted' });
  await settle();
  clock.advance(1_000);
  await settle();
  assert.equal(calls.count, 2);
  answer({ kind: 'gone' });
  await settle();
  assert.deepEqual(ends, [{ kind: 'lost', failures: 0 }]);
  await holder.stop(never);
});

test('a state that the cluster refuses is a failure, and the next call finds the one before', async () => {
  const found: unknown[] = [];
  const store = async (): Promise<Delivery> => ({ kind: 'refused', error: new Error('too large') });
  const connector = defineInbound({
    name: 'c',
    loop: (_, { state }) => {
      found.push(state);
      return pending({ large: true });
    },
  });
  const { clock, hold } = setUp();
  const { ends } = hold(connector, { store, state: '1', mostFailures: 2 });
  await settle();
  clock.advance(60_000);
  await settle();
  assert.deepEqual(found, [1, 1]);
  assert.equal(ends[0]?.kind, 'halted');
});

test('stop waits for a state that is on its way, and for a call that ends by its signal', async () => {
  const { hold, holder } = setUp();
  let answer = (): void => {};
  const store = (): Promise<Delivery> =>
    new Promise((resolve) => {
      answer = () => resolve({ kind: 'accepted' });
    });
  const { ends } = hold(cursor({ count: 0 }), { store });
  const failing = hold(
    defineInbound({
      name: 'c',
      loop: (_, { signal }) =>
        new Promise<null>((_done, fail) => signal.addEventListener('abort', () => fail(new Error('aborted')))),
    }),
    { mostFailures: 1 },
  );
  await settle();
  const stopped = holder.stop(never);
  await settle();
  assert.equal(ends.length, 0);
  // That it failed because it was asked to end is no failure.
  assert.deepEqual(failing.ends, [{ kind: 'released', failures: 0 }]);
  answer();
  await stopped;
  await settle();
  assert.deepEqual(ends, [{ kind: 'released', failures: 0 }]);
});
