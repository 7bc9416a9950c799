/** Every event in every state of a stream: what happens, in order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamListener } from '../../../src/connection/port.ts';
import type { ActiveJobs } from '../../../src/runtime/jobs/active-jobs.ts';
import type { SlotRequest, Slots } from '../../../src/runtime/jobs/slots.ts';
import { createStreamReader } from '../../../src/runtime/jobs/stream.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault, makeJob } from '../support/cluster.ts';

const type = 'slow';

/** An error about a tenant, when other tenants are left. */
const refusedTenant = connectionFault('PERMISSION_DENIED', 'rejected');

/** @param unread milliseconds for which a job may wait unread, because the process did not run */
const setUp = (unread = 0) => {
  const log: string[] = [];
  /** How long each job that runs has waited. */
  const waits: number[] = [];
  const clock = createManualClock();
  const { emit, on } = createEvents();
  on('stream:opened', () => log.push('opened'));
  on('stream:ended', ({ reason }) => log.push(`ended: ${reason}`));
  let waiting: SlotRequest | undefined;
  const slots: Slots = {
    contended: false,
    crowded: false,
    request: (request) => {
      waiting = request;
    },
    release: () => {},
    close: () => {},
  };
  const activeJobs: ActiveJobs = {
    run: async (_worker, _job, waited = 0) => {
      log.push('run');
      waits.push(waited);
    },
    returnUnstarted: async () => void log.push('return'),
    inFlight: () => 0,
  };
  const listeners: StreamListener[] = [];
  const reader = createStreamReader(
    { type, connector: type, maxJobs: 1, jobTimeout: 10_000, handle: () => assert.fail('no job is run') },
    {
      streamJobs: (_request, listener) => {
        const name = `stream ${listeners.push(listener)}`;
        log.push(`${name}: open`);
        return {
          pause: () => log.push(`${name}: pause`),
          resume: () => log.push(`${name}: resume`),
          close: () => log.push(`${name}: close`),
        };
      },
      slots,
      clock,
      emit,
      activeJobs,
      suspensions: { unread: () => unread },
      workerName: 'test',
      tenantAccess: { selection: () => undefined, concerns: (error) => error === refusedTenant },
      track: () => {},
      onChange: () => log.push('change'),
    },
  );
  /** Jobs arrive, on the latest stream unless the test says otherwise. */
  const arrive = (count: number, listener = listeners.at(-1)): void => {
    for (let index = 0; index < count; index++) listener?.job(makeJob({ type }));
  };
  const grant = (count: number): void => {
    const request = waiting;
    waiting = undefined;
    request?.grant(count);
  };
  return { log, waits, clock, reader, listeners, arrive, grant };
};

type Scene = ReturnType<typeof setUp>;

/** What brings a new reader into a state. */
const states = {
  closed: () => {},
  opening: ({ reader }: Scene) => reader.open(),
  reading: ({ reader, listeners }: Scene) => {
    reader.open();
    listeners[0]!.opened();
  },
  paused: ({ reader, arrive }: Scene) => {
    reader.open();
    arrive(16);
  },
  refusing: ({ reader, clock, arrive }: Scene) => {
    reader.open();
    arrive(1);
    clock.advance(1_000);
  },
  stopped: ({ reader }: Scene) => {
    reader.open();
    reader.stop();
  },
} as const;

const events = {
  'it is opened': ({ reader }: Scene) => reader.open(),
  'the gateway confirms it': ({ listeners }: Scene) => listeners[0]?.opened(),
  'a job arrives': ({ arrive }: Scene) => arrive(1),
  'the last waiting job starts': ({ grant }: Scene) => grant(100),
  'a second passes': ({ clock }: Scene) => clock.advance(1_000),
  'it is lost': ({ listeners }: Scene) => listeners[0]?.ended(connectionFault('UNAVAILABLE')),
  'it is stale': ({ reader }: Scene) => reader.endStale(),
  'the tenants change': ({ reader }: Scene) => reader.endOutdated(),
  'it is stopped': ({ reader }: Scene) => reader.stop(),
} as const;

const times = (count: number, entry: string): readonly string[] => Array.from({ length: count }, () => entry);

/** Where nothing is listed, nothing happens. */
const effects: Readonly<
  Record<keyof typeof states, Readonly<Partial<Record<keyof typeof events, readonly string[]>>>>
> = {
  closed: { 'it is opened': ['stream 1: open'] },
  opening: {
    'the gateway confirms it': ['opened', 'change'],
    'a job arrives': ['opened', 'change'],
    'it is lost': ['stream 1: resume', 'ended: lost', 'change'],
    'it is stale': ['stream 1: close', 'ended: stale'],
    'the tenants change': ['stream 1: resume', 'ended: stale'],
    'it is stopped': ['stream 1: close'],
  },
  reading: {
    'it is lost': ['stream 1: resume', 'ended: lost', 'change'],
    'it is stale': ['stream 1: close', 'ended: stale'],
    'the tenants change': ['stream 1: resume', 'ended: stale'],
    'it is stopped': ['stream 1: close'],
  },
  paused: {
    'the last waiting job starts': [...times(16, 'run'), 'stream 1: resume'],
    'a second passes': [...times(16, 'return'), 'stream 1: resume', 'ended: busy', 'change'],
    'it is lost': ['stream 1: resume', 'ended: lost', 'change'],
    'it is stale': ['stream 1: close', 'ended: stale'],
    'the tenants change': ['stream 1: resume', 'ended: stale'],
    'it is stopped': [...times(16, 'return'), 'stream 1: resume'],
  },
  refusing: {
    'it is opened': ['stream 2: open'],
    'a job arrives': ['return'],
    'a second passes': ['stream 1: close'],
  },
  stopped: { 'a job arrives': ['return'] },
};

for (const state of Object.keys(states) as (keyof typeof states)[]) {
  for (const event of Object.keys(events) as (keyof typeof events)[]) {
    const expected = effects[state][event] ?? [];
    test(`${state}, ${event}: ${expected.length === 0 ? 'nothing happens' : [...new Set(expected)].join(', ')}`, async () => {
      const scene = setUp();
      states[state](scene);
      scene.log.length = 0;
      events[event](scene);
      await settle();
      assert.deepEqual(scene.log, expected);
    });
  }
}

test('a stream is open from its request until it ends', () => {
  const open = (Object.keys(states) as (keyof typeof states)[]).filter((state) => {
    const scene = setUp();
    states[state](scene);
    return scene.reader.isOpen();
  });
  assert.deepEqual(open, ['opening', 'reading', 'paused']);
});

for (const state of Object.keys(states) as (keyof typeof states)[]) {
  test(`${state}, then stopped: no stream is opened, and jobs that still arrive are returned`, () => {
    const scene = setUp();
    states[state](scene);
    scene.reader.stop();
    scene.log.length = 0;
    scene.reader.open();
    scene.arrive(1);
    assert.deepEqual(scene.log, state === 'closed' ? [] : ['return']);
  });
}

test('the callbacks of an earlier stream do not change the current one', () => {
  const { reader, listeners, clock, log, arrive } = setUp();
  reader.open();
  reader.endStale();
  reader.open();
  log.length = 0;
  listeners[0]!.opened();
  listeners[0]!.ended(connectionFault('UNAVAILABLE'));
  arrive(1, listeners[0]);
  assert.deepEqual(log, []);
  // Its jobs run as soon as there is a slot, and are returned where that takes too long.
  clock.advance(1_000);
  assert.deepEqual(log, ['return', 'stream 2: resume', 'ended: busy', 'change']);
});

test('jobs that wait when their stream is over are returned after a second', () => {
  const { reader, listeners, clock, log, arrive } = setUp();
  reader.open();
  arrive(2);
  listeners[0]!.ended(connectionFault('UNAVAILABLE'));
  log.length = 0;
  clock.advance(1_000);
  assert.deepEqual(log, ['return', 'return']);
});

test('a stream may be opened again at once if it was stale, and after a pause if its jobs were stuck or it was lost', () => {
  const opensIn = (state: keyof typeof states, event?: keyof typeof events): number => {
    const scene = setUp();
    states[state](scene);
    if (event !== undefined) events[event](scene);
    return scene.reader.opensIn();
  };
  assert.equal(opensIn('refusing'), 1_500);
  assert.equal(opensIn('reading', 'it is stale'), 0);
  assert.equal(opensIn('reading', 'it is lost'), 150);
  assert.equal(opensIn('reading', 'the tenants change'), 0);
});

test('a refused stream is opened again after minutes, but soon if other tenants are left', () => {
  for (const [error, pause] of [
    [connectionFault('INVALID_ARGUMENT', 'rejected'), 450_000],
    [refusedTenant, 150],
  ] as const) {
    const { reader, listeners } = setUp();
    reader.open();
    listeners[0]!.ended(error);
    assert.equal(reader.opensIn(), pause);
  }
});

test('a stream for other tenants is read until what is in transit has arrived', async () => {
  const { reader, clock, log, arrive, listeners } = setUp();
  reader.open();
  reader.endOutdated();
  reader.open();
  arrive(1, listeners[0]);
  clock.advance(50);
  assert.ok(!log.includes('stream 1: close'), 'what has arrived by then may still be unread');
  await settle();
  assert.deepEqual(log, ['stream 1: open', 'stream 1: resume', 'ended: stale', 'stream 2: open', 'stream 1: close']);
});

test('jobs are not stuck if none waited at some moment of the last second', () => {
  const { reader, clock, log, arrive, grant } = setUp();
  reader.open();
  arrive(1);
  clock.advance(500);
  grant(1);
  arrive(1);
  log.length = 0;
  clock.advance(500);
  assert.deepEqual(log, []);
  clock.advance(1_000);
  assert.deepEqual(log, ['return', 'stream 1: resume', 'ended: busy', 'change']);
});

test('a stopped reader leaves no timer', () => {
  const { reader, clock, arrive } = setUp();
  reader.open();
  arrive(1);
  reader.stop();
  assert.deepEqual(clock.timers(), []);
});

test('a job may have waited unread for as long as the process did not run, but not longer than its stream exists', () => {
  const { waits, clock, reader, arrive, grant } = setUp(600_000);
  reader.open();
  clock.advance(700_000);
  arrive(1);
  grant(1);
  reader.endStale();
  reader.open();
  clock.advance(300);
  arrive(1);
  clock.advance(200);
  grant(1);
  assert.deepEqual(waits, [600_000, 500]);
});
