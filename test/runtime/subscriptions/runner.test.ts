/** What only durable subscriptions need of the runner: ends with a reason, release to others, stored states. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { fault } from '../../../src/common/fault.ts';
import { createTimerQueue } from '../../../src/common/timer-queue.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { inputError } from '../../../src/connector/errors.ts';
import { pending } from '../../../src/connector/pending.ts';
import type { Activation, AnyInboundConnector } from '../../../src/connector/types.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import {
  createSubscriptionRunner,
  type RunRequest,
  type SubscriptionEnd,
} from '../../../src/runtime/subscriptions/runner.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault } from '../support/cluster.ts';
import { createTwinSender } from '../support/sender.ts';

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
  const { twin, clock, emit, sender } = createTwinSender(createManualClock());
  const runner = createSubscriptionRunner({
    sender,
    clock,
    emit,
    logger: silentLogger,
    timers: createTimerQueue(clock),
  });
  const run = (connector: AnyInboundConnector, request: Partial<RunRequest> = {}) => {
    const subscription = runner.run({ activation, connector, ...request });
    const ends: SubscriptionEnd[] = [];
    void subscription.ended.then((end) => ends.push(end));
    return { ...subscription, ends };
  };
  return { twin, clock, runner, run };
};

const idle = defineInbound({ name: 'c', loop: () => null });

const broken = defineInbound({
  name: 'c',
  loop: () => {
    throw new Error('broken');
  },
});

test('a subscription halts after the limit of failures in a row, including those in other runtimes', async () => {
  const { clock, run } = setUp();
  const { ends } = run(broken, { maxFailures: 4, failures: 2 });
  await settle();
  assert.equal(ends.length, 0);
  clock.advance(60_000);
  await settle();
  assert.equal(ends[0]?.kind, 'halted');
  assert.deepEqual(clock.timers(), []);
});

test('a successful call resets the count of failures', async () => {
  let calls = 0;
  const limping = defineInbound({
    name: 'c',
    loop: () => {
      if (++calls % 2 === 1) throw new Error('broken');
      return null;
    },
  });
  const { clock, run, runner } = setUp();
  const { ends } = run(limping, { maxFailures: 2 });
  for (let round = 0; round < 10; round++) {
    await settle();
    clock.advance(60_000);
  }
  assert.equal(ends.length, 0);
  await runner.stop(never);
  assert.equal(ends[0]?.kind, 'released');
});

test('a failure that another call could only repeat halts the subscription at once', async () => {
  for (const error of [fault('input', { what: 'no fit' }), inputError('no such folder')]) {
    const misfit = defineInbound({
      name: 'c',
      loop: () => {
        throw error;
      },
    });
    const { run } = setUp();
    const { ends } = run(misfit, { maxFailures: 60 });
    await settle();
    assert.equal(ends[0]?.kind, 'halted', error.message);
  }
});

test('a message that is rejected again and again halts the subscription too', async () => {
  const { twin, clock, run } = setUp();
  twin.onSend = () => connectionFault('PERMISSION_DENIED', 'rejected');
  const { ends } = run(defineInbound({ name: 'c', loop: () => ({}) }), { maxFailures: 2 });
  await settle();
  clock.advance(60_000);
  await settle();
  assert.equal(ends[0]?.kind, 'halted');
});

test('a waiting subscription is lost at once, a calling one when its call ends', async () => {
  const { runner, run } = setUp();
  const waiting = run(idle);
  let signal: AbortSignal | undefined;
  let end = (): void => {};
  const calling = run(
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
  assert.deepEqual(runner.subscriptions(), []);
  await settle();
  assert.deepEqual([waiting.ends, calling.ends], [[{ kind: 'lost', failures: 0 }], []]);
  end();
  await settle();
  assert.deepEqual(calling.ends, [{ kind: 'lost', failures: 0 }]);
});

test('a loop whose subscription is lost during the call still gets its message published', async () => {
  const { twin, run } = setUp();
  const late = defineInbound({
    name: 'c',
    loop: (_, { signal }) => new Promise<object>((done) => signal.addEventListener('abort', () => done({}))),
  });
  const { drop, ends } = run(late);
  await settle();
  drop();
  await settle();
  assert.deepEqual(ends, [{ kind: 'delivered' }]);
  assert.equal(twin.accepted.length, 1);
});

test('a subscription is released on offer while it waits, but not during a call or after a failure', async () => {
  const { run } = setUp();
  const waiting = run(idle);
  const failing = run(broken);
  const calling = run(defineInbound({ name: 'c', loop: () => new Promise<null>(() => {}) }));
  await settle();
  assert.deepEqual([waiting.offer(), failing.offer(), calling.offer()], [true, false, false]);
  assert.equal(waiting.offer(), false);
  await settle();
  assert.deepEqual(waiting.ends, [{ kind: 'released', failures: 0 }]);
});

const cursor = (calls: { count: number }) =>
  defineInbound({ name: 'c', loop: (_, { state }) => pending({ after: state ?? null, call: ++calls.count }) });

test('the next call waits until the state is stored', async () => {
  const calls = { count: 0 };
  const stored: string[] = [];
  let answer = (_: Delivery): void => {};
  const store = (state: string): Promise<Delivery> => {
    stored.push(state);
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  const { clock, run, runner } = setUp();
  const { ends } = run(cursor(calls), { store, state: '"begun"' });
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
  await runner.stop(never);
});

test('a state that the cluster rejects is a failure, and the next call gets the previous state', async () => {
  const found: unknown[] = [];
  const store = async (): Promise<Delivery> => ({ kind: 'refused', error: new Error('too large') });
  const connector = defineInbound({
    name: 'c',
    loop: (_, { state }) => {
      found.push(state);
      return pending({ large: true });
    },
  });
  const { clock, run } = setUp();
  const { ends } = run(connector, { store, state: '1', maxFailures: 2 });
  await settle();
  clock.advance(60_000);
  await settle();
  assert.deepEqual(found, [1, 1]);
  assert.equal(ends[0]?.kind, 'halted');
});

test('stop waits for a state that is being stored and for a call that it aborts', async () => {
  const { run, runner } = setUp();
  let answer = (): void => {};
  const store = (): Promise<Delivery> =>
    new Promise((resolve) => {
      answer = () => resolve({ kind: 'accepted' });
    });
  const { ends } = run(cursor({ count: 0 }), { store });
  const failing = run(
    defineInbound({
      name: 'c',
      loop: (_, { signal }) =>
        new Promise<null>((_done, fail) => signal.addEventListener('abort', () => fail(new Error('aborted')))),
    }),
    { maxFailures: 1 },
  );
  await settle();
  const stopped = runner.stop(never);
  await settle();
  assert.equal(ends.length, 0);
  // A call that fails because it was aborted does not count as a failure.
  assert.deepEqual(failing.ends, [{ kind: 'released', failures: 0 }]);
  answer();
  await stopped;
  await settle();
  assert.deepEqual(ends, [{ kind: 'released', failures: 0 }]);
});

const unstorable: readonly [what: string, message: object, error: RegExp][] = [
  ['above 1.5 MB', { text: 'x'.repeat(1_600_000) }, /larger than 1\.5 MB: 1600011 bytes of JSON/],
  ['far above it', { text: 'x'.repeat(5_000_000) }, /larger than 1\.5 MB: 5000011 bytes of JSON/],
  ['with an integer beyond 64 bits', { row: [2n ** 63n] }, /row\[0\] is an integer beyond 64 bits/],
];

for (const [what, message, error] of unstorable) {
  for (const maxFailures of [60, undefined]) {
    test(`a message ${what} halts the subscription at once, ${maxFailures === undefined ? 'in memory' : 'stored'}`, async () => {
      const { twin, clock, run } = setUp();
      const { ends } = run(
        defineInbound({ name: 'c', loop: () => message }),
        maxFailures === undefined ? {} : { maxFailures },
      );
      await settle();
      assert.ok(ends[0]?.kind === 'halted');
      assert.match((ends[0].error as Error).message, error);
      assert.deepEqual(twin.commands, []);
      assert.deepEqual(clock.timers(), []);
    });
  }
}

test('a state that no cluster can store halts a stored subscription at once', async () => {
  const { run } = setUp();
  const loop = () => pending({ seen: 'x'.repeat(1_600_000) });
  const { ends } = run(defineInbound({ name: 'c', loop }), { maxFailures: 60 });
  await settle();
  assert.ok(ends[0]?.kind === 'halted');
  assert.match((ends[0].error as Error).message, /The variables that store the state of "c" are larger than 1\.5 MB/);
});

/** What a loop does at the moment in which its process is suspended for longer than the lease. */
const suspendedLoops: readonly (readonly [title: string, loop: () => unknown, published: number])[] = [
  ['a state', () => pending({ page: 2 }), 0],
  ['nothing', () => null, 0],
  [
    'an error',
    () => {
      throw new Error('broken');
    },
    0,
  ],
  // Its source may have given the message up.
  ['a message', () => ({ letter: 'x' }), 1],
];

for (const [title, act, published] of suspendedLoops) {
  test(`a lease that is over when the loop returns ${title}: nothing is stored or failed`, async () => {
    const { twin, run } = setUp();
    let isOver = false;
    const suspended = defineInbound({
      name: 'c',
      state: v.object({ page: v.number() }),
      loop: () => {
        isOver = true;
        return act() as never;
      },
    });
    const { ends } = run(suspended, {
      isOver: () => isOver,
      maxFailures: 1,
      store: () => assert.fail('a state was stored'),
    });
    await settle();
    assert.deepEqual(ends, [published === 1 ? { kind: 'delivered' } : { kind: 'lost', failures: 0 }]);
    assert.equal(twin.accepted.filter(({ kind }) => kind === 'publishMessage').length, published);
  });
}

test('a lease that is over when the next call is due: the loop is not called', async () => {
  const { clock, run } = setUp();
  let isOver = false;
  let calls = 0;
  const counting = defineInbound({
    name: 'c',
    loop: () => {
      calls += 1;
      return null;
    },
  });
  const { ends } = run(counting, { isOver: () => isOver });
  await settle();
  isOver = true;
  clock.advance(1_000);
  await settle();
  assert.equal(calls, 1);
  assert.deepEqual(ends, [{ kind: 'lost', failures: 0 }]);
});
