import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BatchRunner, createBatchRunner } from '../../../../src/engine/gateway/rest/operations/run-batches.ts';
import { createBatches, type StoredBatch } from '../../../../src/engine/secondary-storage/batches.ts';
import type { SecondaryStorage } from '../../../../src/engine/secondary-storage/secondary-storage.ts';

interface Stage {
  readonly runner: BatchRunner;
  readonly batch: StoredBatch;
  /** What has been done. */
  readonly done: readonly string[];
  /** Runs what the runner has put off. */
  readonly goOn: () => void;
}

/** A batch of which each item takes as long as a slice, so that it stops after each one. */
const setUp = (...keys: readonly string[]): Stage => {
  const batches = createBatches();
  const later: (() => void)[] = [];
  const done: string[] = [];
  let lastKey = 100;
  const nextKey = (): string => {
    lastKey += 1;
    return String(lastKey);
  };
  const storage = { batches, nextKey, now: () => 7 } as unknown as SecondaryStorage;
  const runner = createBatchRunner({
    storage,
    startTimer: (_delay, act) => {
      later.push(act);
      return () => undefined;
    },
  });
  const act = ({ key }: { readonly key: string }): void => {
    const begun = performance.now();
    while (performance.now() - begun < 15) done.length;
    done.push(key);
  };
  const targets = keys.map((key) => ({ key }));
  const batch = runner.start('CANCEL_PROCESS_INSTANCE', targets, act);
  return { runner, batch, done, goOn: () => later.shift()?.() };
};

test('a batch lets others work between its slices', () => {
  const { batch, done, goOn } = setUp('1', '2');
  assert.deepEqual([done, batch.state, batch.completed], [['1'], 'ACTIVE', 1]);
  goOn();
  assert.deepEqual([done, batch.state, batch.endDate], [['1', '2'], 'COMPLETED', 7]);
});

test('a batch that is cancelled leaves the rest alone', () => {
  const { runner, batch, done, goOn } = setUp('1', '2', '3');
  runner.cancel(batch.key);
  goOn();
  assert.deepEqual(done, ['1']);
  assert.equal(batch.state, 'CANCELED');
  assert.deepEqual(
    batch.items.map(({ state }) => state),
    ['COMPLETED', 'CANCELED', 'CANCELED'],
  );
  assert.throws(() => runner.cancel(batch.key), { code: 'NOT_FOUND' });
});

test('a batch that is suspended waits until it is resumed', () => {
  const { runner, batch, done, goOn } = setUp('1', '2');
  assert.throws(() => runner.resume(batch.key), { code: 'INVALID_STATE' });
  runner.suspend(batch.key);
  goOn();
  assert.deepEqual([done, batch.state], [['1'], 'SUSPENDED']);
  assert.throws(() => runner.suspend(batch.key), { code: 'INVALID_STATE' });
  runner.resume(batch.key);
  goOn();
  assert.deepEqual([done, batch.state], [['1', '2'], 'COMPLETED']);
});

test('only the newest 100 batches are kept', () => {
  const batches = createBatches();
  for (let key = 1; key <= 101; key += 1) {
    batches.add(String(key), 'CANCEL_PROCESS_INSTANCE', [{ key: '7', processInstanceKey: '7' }], 0);
  }
  assert.equal(batches.get('1'), undefined);
  assert.equal([...batches.values()].length, 100);
  assert.equal(batches.keysOf('7').length, 100);
  assert.equal([...batches.items()].length, 100);
});
