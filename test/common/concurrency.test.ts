import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createConcurrencyLimit } from '../../src/common/concurrency.ts';

/** Lets everything continue that waits only for promises. */
const settle = (): Promise<void> => new Promise(setImmediate);

test('runs tasks at once up to the limit, and the others in order', async () => {
  const limit = createConcurrencyLimit(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = [0, 1, 2, 3].map((id) =>
    limit(async () => {
      started.push(id);
      await new Promise<void>((end) => ends.push(end));
      return id;
    }),
  );
  await settle();
  assert.deepEqual(started, [0, 1]);
  ends[1]!();
  await settle();
  assert.deepEqual(started, [0, 1, 2]);
  ends[0]!();
  await settle();
  ends[2]!();
  ends[3]!();
  assert.deepEqual(await Promise.all(tasks), [0, 1, 2, 3]);
});

test('a task that fails frees its slot', async () => {
  const limit = createConcurrencyLimit(1);
  const failing = limit(() => Promise.reject(new Error('broken')));
  const following = limit(async () => 'fine');
  await assert.rejects(failing, /broken/);
  assert.equal(await following, 'fine');
});

test('never runs more tasks than the limit, and runs them all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(3), { maxLength: 40 }), async (most, turns) => {
      const limit = createConcurrencyLimit(most);
      let running = 0;
      let peak = 0;
      const done = await Promise.all(
        turns.map((count) =>
          limit(async () => {
            peak = Math.max(peak, ++running);
            for (let turn = 0; turn < count; turn++) await Promise.resolve();
            running--;
          }),
        ),
      );
      assert.equal(done.length, turns.length);
      assert.ok(peak <= most);
    }),
    { numRuns: 50 },
  );
});
