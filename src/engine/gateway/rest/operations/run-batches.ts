import type { StartTimer } from '../../../../common/timer.ts';
import { reject } from '../../../machine/rejection.ts';
import type { Key } from '../../../machine/types.ts';
import type { BatchTarget, BatchType, StoredBatch, StoredBatchItem } from '../../../secondary-storage/batches.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import { problemOfError } from '../problems.ts';

/** Milliseconds in which a batch does its work before it lets others do theirs. */
const slice = 10;

/** What runs batches. */
export interface BatchRunner {
  /** Begins a batch. A small one is over when this returns; a large one goes on in the background. */
  start(type: BatchType, targets: readonly BatchTarget[], act: (target: BatchTarget) => void): StoredBatch;
  /**
   * Changes a running batch.
   *
   * @throws a `rejection` (NOT_FOUND) if no batch with the key is running, (INVALID_STATE) if it is in the wrong state
   */
  cancel(key: Key): void;
  suspend(key: Key): void;
  resume(key: Key): void;
}

/** What the runner needs. */
export interface BatchRunnerServices {
  readonly storage: SecondaryStorage;
  readonly startTimer: StartTimer;
}

interface Running {
  readonly batch: StoredBatch;
  readonly act: (target: BatchTarget) => void;
  next: number;
}

/** Creates a runner of batches. */
export const createBatchRunner = ({ storage, startTimer }: BatchRunnerServices): BatchRunner => {
  const running = new Map<Key, Running>();

  const runItem = (item: StoredBatchItem, { batch, act }: Running): void => {
    try {
      act(item);
      item.state = 'COMPLETED';
      batch.completed += 1;
    } catch (error) {
      // The others do not depend on it.
      item.state = 'FAILED';
      item.errorMessage = problemOfError(error).detail;
      batch.failed += 1;
    }
    item.processedDate = storage.now();
  };

  const end = (batch: StoredBatch, state: 'COMPLETED' | 'CANCELED'): void => {
    batch.state = state;
    batch.endDate = storage.now();
    running.delete(batch.key);
  };

  const run = (each: Running): void => {
    const { batch } = each;
    const begun = performance.now();
    while (batch.state === 'ACTIVE' && each.next < batch.items.length) {
      // At least one item is done each time, however slow the machine is.
      runItem(batch.items[each.next]!, each);
      each.next += 1;
      if (each.next < batch.items.length && performance.now() - begun > slice) {
        startTimer(0, () => run(each));
        return;
      }
    }
    if (batch.state === 'ACTIVE') end(batch, 'COMPLETED');
  };

  const find = (key: Key, verb: string, state?: StoredBatch['state']): Running => {
    const found = running.get(key);
    const expected = `Expected to ${verb} a batch operation with key '${key}', but`;
    if (found === undefined) throw reject('NOT_FOUND', verb.toUpperCase(), `${expected} no such batch operation runs`);
    if (state !== undefined && found.batch.state !== state) {
      throw reject('INVALID_STATE', verb.toUpperCase(), `${expected} it is in state ${found.batch.state}`);
    }
    return found;
  };

  return {
    start: (type, targets, act) => {
      const batch = storage.batches.add(storage.nextKey(), type, targets, storage.now());
      const each: Running = { batch, act, next: 0 };
      running.set(batch.key, each);
      run(each);
      return batch;
    },
    cancel: (key) => {
      const { batch, next } = find(key, 'cancel');
      for (const item of batch.items.slice(next)) item.state = 'CANCELED';
      end(batch, 'CANCELED');
    },
    suspend: (key) => {
      find(key, 'suspend', 'ACTIVE').batch.state = 'SUSPENDED';
    },
    resume: (key) => {
      const each = find(key, 'resume', 'SUSPENDED');
      each.batch.state = 'ACTIVE';
      run(each);
    },
  };
};
