/** Workers without a runtime: batches, job types of the runtime itself, and what happens after stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots } from '../../../src/runtime/jobs/slots.ts';
import type { Worker } from '../../../src/runtime/jobs/worker.ts';
import { createWorkers, type WorkersServices } from '../../../src/runtime/jobs/workers.ts';
import { eventNames } from '../../../src/runtime/shared/events.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { makeJob } from '../support/cluster.ts';
import { createTwinSender } from '../support/sender.ts';

const { signal: never } = new AbortController();

/** Workers of one type on a twin. Each job ends when the test calls the next of `ends`. */
const setUp = (parts: Partial<Worker> = {}, services: Partial<WorkersServices> = {}) => {
  const { twin, clock, emit, on, connectionState, sender } = createTwinSender(createManualClock());
  const emitted: string[] = [];
  for (const name of eventNames) on(name as 'job:started', () => emitted.push(name));
  const ends: (() => void)[] = [];
  const worker: Worker = {
    type: 'work',
    connector: 'work',
    maxJobs: 8,
    jobTimeout: 10_000,
    handle: async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return { kind: 'complete', variables: {} };
    },
    ...parts,
  };
  const workers = createWorkers([worker], {
    connection: twin.connection,
    slots: createSlots(worker.maxJobs, new Map([[worker.type, worker.maxJobs]])),
    sender,
    connectionState,
    clock,
    emit,
    workerName: 'test',
    ...services,
  });
  return { twin, clock, on, emitted, ends, workers };
};

test('a request is for no more jobs than the batch of the worker', async () => {
  const { twin, workers } = setUp({ batch: 3 });
  workers.start();
  await settle();
  assert.deepEqual(
    twin.polls.map(({ maxJobs }) => maxJobs),
    [3],
  );
  await workers.stop(never, never);
});

for (const internal of [false, true]) {
  test(`jobs of ${internal ? 'the runtime itself' : 'a connector'} are started, settled and returned ${internal ? 'without' : 'with'} events`, async () => {
    const { twin, workers, emitted, ends } = setUp({ maxJobs: 1, internal });
    twin.answer = ({ type }) => (twin.polls.length === 1 ? [makeJob({ type }), makeJob({ type })] : undefined);
    workers.start();
    await settle();
    ends[0]!();
    await settle();
    assert.deepEqual(twin.accepted.map(({ kind }) => kind).sort(), ['completeJob', 'failJob']);
    assert.deepEqual(emitted.sort(), internal ? [] : ['job:returned', 'job:settled', 'job:started']);
    await workers.stop(never, never);
  });
}

test('a job that ends after stop causes no further request', async () => {
  const { twin, workers, ends } = setUp({ maxJobs: 1 });
  twin.push({ type: 'work' });
  workers.start();
  await settle();
  const stopped = workers.stop(never, never);
  ends[0]!();
  await stopped;
  assert.equal(twin.accepted.length, 1);
  assert.equal(twin.polls.length, 1);
});

/** A suspension that ends while an answer with one job waits to be read. */
const suspended = (length: number) => {
  let unread = 0;
  let stops = 0;
  const watch = () => ({
    unread: () => unread,
    stop: () => {
      stops += 1;
    },
  });
  const parts = setUp({ maxJobs: 1 }, { watch });
  const job = makeJob({ type: 'work' });
  parts.twin.answer = () => {
    if (parts.twin.polls.length > 1) return undefined;
    parts.clock.advance(length);
    unread = length;
    return [job];
  };
  return { ...parts, stops: () => stops };
};

test('a job that has waited unread for longer than its time does not run, and nothing is sent', async () => {
  const { twin, workers, emitted, on, stops } = suspended(10_000);
  const deliveries: string[] = [];
  on('job:returned', ({ delivery }) => deliveries.push(delivery.kind));
  workers.start();
  await settle();
  assert.ok(!emitted.includes('job:started'), emitted.join());
  assert.deepEqual(deliveries, ['expired']);
  assert.deepEqual(twin.commands, []);
  assert.equal(workers.inFlight('work'), 0);
  // Its slot is free for the next request.
  assert.equal(twin.polls.length, 2);
  await workers.stop(never, never);
  assert.equal(stops(), 1);
});

test('the time for which a job has waited unread is not there for its result', async () => {
  const { twin, clock, workers, ends, on } = suspended(9_000);
  const deliveries: string[] = [];
  on('job:settled', ({ delivery }) => deliveries.push(delivery.kind));
  workers.start();
  await settle();
  clock.advance(1_000);
  ends[0]!();
  await settle();
  assert.deepEqual(deliveries, ['expired']);
  assert.deepEqual(twin.commands, []);
  await workers.stop(never, never);
});
