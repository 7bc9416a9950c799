/** Workers without a runtime: batches, job types of the runtime itself, and what happens after stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlots } from '../../../src/runtime/jobs/slots.ts';
import type { Worker } from '../../../src/runtime/jobs/worker.ts';
import { createWorkers } from '../../../src/runtime/jobs/workers.ts';
import { eventNames } from '../../../src/runtime/shared/events.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { makeJob } from '../support/cluster.ts';
import { createTwinSender } from '../support/sender.ts';

const { signal: never } = new AbortController();

/** Workers of one type on a twin. Each job ends when the test calls the next of `ends`. */
const setUp = (parts: Partial<Worker> = {}) => {
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
  });
  return { twin, emitted, ends, workers };
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
