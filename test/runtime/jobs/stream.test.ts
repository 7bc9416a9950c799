import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import type { Connection, StatusName } from '../../../src/connection/port.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import type { AnyOutboundConnector } from '../../../src/connector/types.ts';
import type { RuntimeOptions } from '../../../src/runtime/options.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault, createTwin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

/** A connector whose jobs end when the test opens their gates. */
const gated = (maxJobs: number) => {
  const gates: (() => void)[] = [];
  const connector: AnyOutboundConnector = defineOutbound({
    name: 'Slow',
    type: 'slow',
    maxJobs,
    timeout: 3_600,
    lease: 3_610,
    input: v.object({}),
    run: async () => {
      await new Promise<void>((open) => gates.push(open));
      return {};
    },
  });
  return { connector, gates };
};

/** A runtime with a stream of one type, on a clock that stands still. */
const streaming = async (maxJobs: number, options: Partial<RuntimeOptions> = {}) => {
  const twin = createTwin({ streams: true });
  const clock = createManualClock();
  const { connector, gates } = gated(maxJobs);
  const observed = observe({ outbound: [connector], connection: twin.connection, clock, ...options });
  await observed.runtime.start();
  await settle();
  const kinds = (): readonly string[] => twin.accepted.map(({ kind }) => kind);
  const finish = async (): Promise<void> => {
    for (const gate of gates.splice(0)) gate();
    await settle();
  };
  return { ...observed, twin, clock, gates, kinds, finish };
};

describe('a stream', () => {
  test('opens when the backlog is done, with the same request as a poll', async () => {
    const { twin, runtime, finish } = await streaming(4, { workerName: 'me' });
    assert.deepEqual(twin.streams[0]!.request, {
      type: 'slow',
      worker: 'me',
      timeout: 3_610_000,
      fetchVariables: [],
    });
    assert.deepEqual(
      twin.polls.map(({ requestTimeout, maxJobs }) => [requestTimeout, maxJobs]),
      [[-1, 4]],
    );
    await finish();
    await runtime.stop();
    assert.equal(twin.streams[0]!.closed(), true);
    assert.equal(twin.streams.length, 1);
  });

  test('does not open while polls bring as many jobs as requested', async () => {
    const twin = createTwin({ streams: true });
    const { connector, gates } = gated(2);
    for (let index = 0; index < 3; index++) twin.push({ type: 'slow' });
    const { runtime, count } = observe({ outbound: [connector], connection: twin.connection });
    await runtime.start();
    await count('job:started', 2);
    await settle();
    assert.equal(twin.streams.length, 0);
    for (const gate of gates.splice(0)) gate();
    await count('job:started', 3);
    await twin.until(() => twin.streams.length === 1);
    for (const gate of gates.splice(0)) gate();
    await count('job:settled', 3);
    await runtime.stop();
  });

  test('brings jobs that are executed and settled like others', async () => {
    const { twin, runtime, seen, kinds, finish } = await streaming(4);
    const job = twin.streams[0]!.push();
    await settle();
    assert.deepEqual(
      seen['job:started'].map((event) => event.job.key),
      [job.key],
    );
    assert.deepEqual(seen['stream:opened'], [{ type: 'slow' }]);
    await finish();
    assert.deepEqual(kinds(), ['completeJob']);
    await runtime.stop();
  });

  test('is followed by a poll at once if the gateway confirms it, otherwise after a second', async () => {
    const said = await streaming(4);
    said.twin.streams[0]!.open();
    await settle();
    assert.equal(said.twin.polls.length, 2);
    await said.runtime.stop();

    const silent = await streaming(4);
    silent.clock.advance(999);
    await settle();
    assert.equal(silent.twin.polls.length, 1);
    silent.clock.advance(1);
    await settle();
    assert.equal(silent.twin.polls.length, 2);
    assert.deepEqual(
      silent.twin.polls.map(({ requestTimeout, maxJobs }) => [requestTimeout, maxJobs]),
      [
        [-1, 4],
        [-1, 2],
      ],
    );
    silent.clock.advance(9_999);
    await settle();
    assert.equal(silent.twin.polls.length, 2);
    silent.clock.advance(1);
    await settle();
    assert.equal(silent.twin.polls.length, 3);
    await silent.runtime.stop();
  });

  test('of each of 1,000 types is followed by fewer polls: all of them together make 25 a second', async () => {
    const twin = createTwin({ streams: true });
    const clock = createManualClock();
    const outbound = Array.from({ length: 1_000 }, (_, index) => ({ ...gated(1).connector, type: `type-${index}` }));
    const { runtime } = observe({ outbound, connection: twin.connection, clock, maxJobs: 1_000 });
    await runtime.start();
    await settle();
    for (const { open } of twin.streams) open();
    await settle();
    const before = twin.polls.length;
    clock.advance(39_999);
    await settle();
    assert.equal(twin.polls.length, before);
    clock.advance(1);
    await settle();
    assert.equal(twin.polls.length, before + 1_000);
    await runtime.stop();
  });

  test('of each of 1,000 types is followed by polls that are sent together, in whole seconds', async () => {
    const twin = createTwin({ streams: true });
    let drawn = 0;
    // Every number is different, as those of a real clock are.
    const clock = createManualClock(() => ((drawn++ * 0.618) % 1000) / 1000);
    const outbound = Array.from({ length: 1_000 }, (_, index) => ({ ...gated(1).connector, type: `type-${index}` }));
    const { runtime } = observe({ outbound, connection: twin.connection, clock, maxJobs: 1_000 });
    await runtime.start();
    await settle();
    for (const { open } of twin.streams) open();
    await settle();
    const moments: number[] = [];
    for (let second = 0; second < 60; second++) {
      const before = twin.polls.length;
      clock.advance(999);
      await settle(1);
      assert.equal(twin.polls.length, before, `none between the seconds ${second} and ${second + 1}`);
      clock.advance(1);
      await settle(1);
      if (twin.polls.length > before) moments.push(second);
    }
    assert.ok(moments.length > 10, `they are spread over many seconds, not over ${moments.length}`);
    await runtime.stop();
  });

  test('is not opened with streaming: false', async () => {
    const off = await streaming(4, { streaming: false });
    assert.deepEqual(
      off.twin.polls.map(({ requestTimeout }) => requestTimeout),
      [20_000],
    );
    assert.equal(off.twin.streams.length, 0);
    await off.runtime.stop();
  });
});

describe('while every slot is busy', () => {
  test('some jobs wait, then the stream is paused until they have started', async () => {
    const { twin, runtime, seen, gates, finish } = await streaming(2);
    const stream = twin.streams[0]!;
    for (let index = 0; index < 17; index++) stream.push();
    await settle();
    assert.equal(runtime.status().inFlight, 2);
    assert.equal(stream.paused(), false);
    stream.push();
    assert.equal(stream.paused(), true);
    for (let started = 3; started <= 18; started++) {
      assert.equal(stream.paused(), true);
      gates.shift()!();
      await settle();
      assert.equal(seen['job:started'].length, started);
    }
    assert.equal(stream.paused(), false);
    await finish();
    assert.equal(seen['job:settled'].length, 18);
    assert.equal(seen['job:returned'].length, 0);
    await runtime.stop();
  });

  test('for long, jobs are returned with their retries, and polls request as many jobs as there are slots', async () => {
    const { twin, runtime, clock, seen, kinds, finish } = await streaming(2);
    const stream = twin.streams[0]!;
    for (let index = 0; index < 3; index++) stream.push({ retries: 7 });
    clock.advance(1_000);
    await settle();
    // Jobs in transit follow and are returned as well.
    stream.push({ retries: 7 });
    await settle();
    assert.deepEqual(kinds(), ['failJob', 'failJob']);
    assert.ok(
      twin.accepted.every((command) => command.kind === 'failJob' && command.retries === 7 && command.backoff === 0),
      'a job was returned with fewer retries or a back-off',
    );
    assert.deepEqual(seen['stream:ended'], [{ type: 'slow', reason: 'busy' }]);
    assert.equal(stream.closed(), false);
    clock.advance(50);
    await settle();
    assert.equal(stream.closed(), true);
    assert.equal(seen['job:started'].length, 2);

    await finish();
    assert.deepEqual(
      twin.polls.slice(1).map(({ requestTimeout, maxJobs }) => [requestTimeout > 0, maxJobs]),
      // The first free slot; the next request is for all slots that were released meanwhile.
      [[true, 1]],
    );
    clock.advance(1_500);
    twin.expire();
    await settle();
    assert.equal(twin.streams.length, 2);
    await runtime.stop();
  });

  test('quick jobs do not end a stream', async () => {
    const { twin, runtime, clock, seen, gates } = await streaming(2);
    const stream = twin.streams[0]!;
    for (let index = 0; index < 600; index++) stream.push();
    for (let done = 0; done < 500; done++) {
      await settle(2);
      gates.shift()!();
    }
    await settle();
    clock.advance(1_000);
    await settle();
    assert.deepEqual(seen['stream:ended'], []);
    assert.equal(stream.paused(), true);
    while (seen['job:settled'].length < 600) {
      gates.shift()?.();
      await settle(2);
    }
    assert.equal(stream.paused(), false);
    await runtime.stop();
  });
});

describe('a stream that ends', () => {
  test('opens again after growing pauses, and polls are held no longer than these', async () => {
    const { twin, runtime, clock, seen } = await streaming(4);
    const pauses: number[] = [];
    for (let round = 0; round < 4; round++) {
      const before = clock.now();
      twin.streams.at(-1)!.end(connectionFault('UNAVAILABLE'));
      await settle();
      const hold = twin.polls.at(-1)!.requestTimeout;
      pauses.push(hold);
      clock.advance(hold);
      twin.expire();
      await settle();
      assert.equal(twin.streams.length, round + 2);
      assert.equal(clock.now() - before, hold);
    }
    assert.deepEqual(pauses, [150, 250, 450, 850]);
    assert.equal(seen['stream:ended'].length, 4);
    // The polls are answered, so the cluster is reachable.
    assert.deepEqual(seen['connection:lost'], []);
    await runtime.stop();
  });

  test('opens again after the shortest pause if it was stable', async () => {
    const { twin, runtime, clock } = await streaming(4);
    for (let round = 0; round < 3; round++) {
      clock.advance(30_000);
      await settle();
      twin.streams.at(-1)!.end(connectionFault('UNAVAILABLE'));
      await settle();
      assert.equal(twin.polls.at(-1)!.requestTimeout, 150);
      clock.advance(150);
      twin.expire();
      await settle();
    }
    await runtime.stop();
  });

  for (const status of ['UNIMPLEMENTED', 'PERMISSION_DENIED'] satisfies StatusName[]) {
    test(`with ${status} is not opened again for minutes: its jobs are polled`, async () => {
      const { twin, runtime, clock, finish, seen } = await streaming(4);
      twin.streams[0]!.end(connectionFault(status, 'rejected'));
      await settle();
      assert.equal(twin.polls.at(-1)!.requestTimeout, 20_000);
      twin.push({ type: 'slow' });
      await settle();
      await finish();
      assert.equal(seen['job:settled'].length, 1);
      clock.advance(240_000);
      twin.expire();
      await settle();
      assert.equal(twin.streams.length, 1);
      await runtime.stop();
    });
  }

  test('does not affect the jobs that it has brought', async () => {
    const { twin, runtime, seen, gates, finish } = await streaming(1);
    const stream = twin.streams[0]!;
    stream.push();
    stream.push();
    stream.end(connectionFault('UNAVAILABLE'));
    await settle();
    gates.shift()!();
    await settle();
    await finish();
    assert.equal(seen['job:settled'].length, 2);
    assert.equal(seen['job:returned'].length, 0);
    await runtime.stop();
  });
});

test('jobs that wait when their stream is lost are returned if they wait too long', async () => {
  const { twin, runtime, clock, seen, finish } = await streaming(1);
  const stream = twin.streams[0]!;
  for (let index = 0; index < 5; index++) stream.push();
  stream.end(connectionFault('UNAVAILABLE'));
  await settle();
  clock.advance(1_000);
  await settle();
  assert.equal(seen['job:started'].length, 1);
  assert.equal(seen['job:returned'].length, 4);
  await finish();
  await runtime.stop();
});

/** Milliseconds from the start of a stream's second job until its command to a silent cluster is given up. */
const timeUntilGivenUp = async (waiting: number): Promise<number> => {
  const { twin, runtime, clock, seen, gates } = await streaming(1);
  const stream = twin.streams[0]!;
  stream.push();
  for (let index = 0; index < waiting; index++) stream.push();
  assert.equal(stream.paused(), waiting >= 16);
  await settle();
  gates.shift()!();
  await settle();
  // Jobs that still wait are returned now, so that only the second job is left.
  clock.advance(1_000);
  await settle();
  twin.onSend = () => connectionFault('UNAVAILABLE');
  clock.advance(3_599_000);
  for (let steps = 0; seen['job:settled'].length < 2; steps++) {
    assert.ok(steps < 200, 'the command was never given up');
    await settle();
    clock.advance(100);
  }
  const { delivery, took } = seen['job:settled'][1]!;
  assert.equal(delivery.kind, 'expired');
  twin.onSend = () => undefined;
  await runtime.stop();
  return took;
};

test('the time that a job from a paused stream has waited counts towards its deadline', async () => {
  const jobTimeout = 3_610_000;
  const longestWait = 2_000;
  const [read, paused] = [await timeUntilGivenUp(1), await timeUntilGivenUp(16)];
  assert.ok(read > jobTimeout - longestWait, `a job that was read at once was given up after ${read} ms`);
  assert.ok(paused <= jobTimeout - longestWait, `a job from a paused stream was given up after ${paused} ms`);
});

test('a paused stream is read to its end before the runtime stops', async () => {
  const { twin, runtime, clock, seen, finish } = await streaming(1);
  const stream = twin.streams[0]!;
  for (let index = 0; index < 17; index++) stream.push();
  assert.equal(stream.paused(), true);
  const stopping = runtime.stop();
  await settle();
  assert.equal(stream.paused(), false);
  stream.push();
  await settle();
  assert.equal(stream.closed(), false);
  assert.equal(seen['job:returned'].length, 17);
  clock.advance(50);
  await settle();
  assert.equal(stream.closed(), true);
  await finish();
  await stopping;
  assert.equal(seen['job:settled'].length, 1);
});

for (const [what, streamJobs] of [
  [
    'throws',
    () => {
      throw new Error('no streams today');
    },
  ],
  [
    'ends at once',
    (_request, { ended }) => {
      ended(connectionFault('UNAVAILABLE'));
      return { pause: () => {}, resume: () => {}, close: () => {} };
    },
  ],
] satisfies [string, NonNullable<Connection['streamJobs']>][]) {
  test(`a connection whose stream ${what} is polled for no more jobs than there are slots`, async () => {
    const twin = createTwin();
    const clock = createManualClock();
    const { connector, gates } = gated(2);
    const connection = { ...twin.connection, streamJobs };
    const { runtime, seen } = observe({ outbound: [connector], connection, clock });
    for (let index = 0; index < 7; index++) twin.push({ type: 'slow' });
    await runtime.start();
    for (let done = 0; done < 4; done++) {
      await settle();
      assert.equal(runtime.status().inFlight, 2);
      for (const gate of gates.splice(0, 1)) gate();
    }
    while (seen['job:settled'].length < 7) {
      gates.shift()?.();
      await settle();
      clock.advance(100);
      twin.expire();
    }
    assert.ok(seen['stream:ended'].length > 0, 'no stream was tried');
    await runtime.stop();
  });
}

test('another stream is opened when polls bring jobs that the open stream should have brought', async () => {
  const { twin, runtime, clock, seen, finish } = await streaming(4);
  twin.streams[0]!.open();
  await settle();
  twin.push({ type: 'slow' });
  clock.advance(10_000);
  await settle();
  assert.equal(seen['job:started'].length, 1);
  assert.deepEqual(seen['stream:ended'], [{ type: 'slow', reason: 'stale' }]);
  assert.equal(twin.streams.length, 2);
  assert.equal(twin.streams[0]!.closed(), true);
  await finish();
  await runtime.stop();
});

test('a job of the backlog that comes just after the opening does not make the stream stale', async () => {
  const { twin, runtime, seen, finish } = await streaming(4);
  twin.push({ type: 'slow' });
  twin.streams[0]!.open();
  await settle();
  assert.equal(seen['job:started'].length, 1);
  assert.deepEqual(seen['stream:ended'], []);
  await finish();
  await runtime.stop();
});

test('a stream that ends does not shorten the pause after a failed poll', async () => {
  const { twin, runtime, clock, seen } = await streaming(4);
  twin.streams[0]!.open();
  await settle();
  twin.onPoll = () => connectionFault('RESOURCE_EXHAUSTED');
  clock.advance(10_000);
  await settle();
  assert.equal(seen['poll:failed'].length, 1);
  const polls = twin.polls.length;
  twin.streams[0]!.end(connectionFault('UNAVAILABLE'));
  await settle();
  assert.equal(seen['stream:ended'].length, 1);
  assert.equal(twin.polls.length, polls);
  clock.advance(150);
  await settle();
  assert.equal(twin.polls.length, polls + 1);
  twin.onPoll = () => undefined;
  await runtime.stop();
});

test('a poll without an answer ends the stream too', async () => {
  const { twin, runtime, clock, seen } = await streaming(4);
  twin.streams[0]!.open();
  await settle();
  let down = true;
  twin.onPoll = () => (down ? connectionFault('DEADLINE_EXCEEDED') : undefined);
  clock.advance(10_000);
  await settle();
  assert.equal(twin.streams[0]!.closed(), true);
  assert.equal(seen['connection:lost'].length, 1);
  down = false;
  clock.advance(150);
  await settle();
  assert.equal(seen['connection:restored'].length, 1);
  assert.equal(twin.streams.length, 2);
  await runtime.stop();
});

test('stopping returns streamed jobs that have not started', async () => {
  const { twin, runtime, seen, kinds, finish } = await streaming(1);
  const stream = twin.streams[0]!;
  stream.push();
  stream.push();
  await settle();
  const stopping = runtime.stop();
  stream.push();
  await settle();
  await finish();
  await stopping;
  assert.equal(seen['job:returned'].length, 2);
  assert.deepEqual([...kinds()].sort(), ['completeJob', 'failJob', 'failJob']);
});
