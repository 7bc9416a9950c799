import type { Key } from '../machine/types.ts';
import { orderOf } from './change.ts';
import type { Stored } from './records.ts';

/** What a batch does with each of its items. */
export type BatchType =
  | 'CANCEL_PROCESS_INSTANCE'
  | 'DELETE_PROCESS_INSTANCE'
  | 'MIGRATE_PROCESS_INSTANCE'
  | 'MODIFY_PROCESS_INSTANCE'
  | 'RESOLVE_INCIDENT';

/** One thing with which a batch does something. */
export interface StoredBatchItem extends Stored {
  readonly batch: StoredBatch;
  readonly processInstanceKey: Key | undefined;
  readonly rootProcessInstanceKey: Key | undefined;
  state: 'ACTIVE' | 'COMPLETED' | 'FAILED' | 'CANCELED';
  processedDate: number | undefined;
  errorMessage: string | undefined;
}

/** The same command for many things. */
export interface StoredBatch extends Stored {
  readonly type: BatchType;
  state: 'ACTIVE' | 'SUSPENDED' | 'COMPLETED' | 'CANCELED';
  readonly startDate: number;
  endDate: number | undefined;
  items: readonly StoredBatchItem[];
  completed: number;
  failed: number;
}

/** What a batch is about to do something with. */
export interface BatchTarget {
  readonly key: Key;
  readonly processInstanceKey?: Key | undefined;
  readonly rootProcessInstanceKey?: Key | undefined;
}

/** The newest batches, oldest first. */
export interface Batches {
  get(key: Key): StoredBatch | undefined;
  values(): Iterable<StoredBatch>;
  /** The items of all batches. */
  items(): Iterable<StoredBatchItem>;
  /** The keys of the batches that have changed a process instance. */
  keysOf(processInstanceKey: Key): readonly Key[];
  add(key: Key, type: BatchType, targets: readonly BatchTarget[], at: number): StoredBatch;
}

/** Batches beyond this number are forgotten, the oldest first. */
const mostBatches = 100;

/** Creates an empty store of batches. */
export const createBatches = (): Batches => {
  const batches = new Map<Key, StoredBatch>();
  let lastItem = 0;
  /** The process instances of each batch. */
  const changed = new Map<Key, ReadonlySet<Key>>();
  return {
    get: (key) => batches.get(key),
    values: () => batches.values(),
    items: function* () {
      for (const { items } of batches.values()) yield* items;
    },
    keysOf: (processInstanceKey) =>
      [...changed].flatMap(([key, instances]) => (instances.has(processInstanceKey) ? [key] : [])),
    add: (key, type, targets, at) => {
      const batch: StoredBatch = {
        ...{ key, order: orderOf(key), type, state: 'ACTIVE', startDate: at, endDate: undefined },
        ...{ items: [], completed: 0, failed: 0 },
      };
      batch.items = targets.map((target): StoredBatchItem => {
        lastItem += 1;
        // A plain literal, because objects that are spread together need more memory.
        return {
          key: target.key,
          order: lastItem,
          batch,
          processInstanceKey: target.processInstanceKey,
          rootProcessInstanceKey: target.rootProcessInstanceKey,
          state: 'ACTIVE',
          processedDate: undefined,
          errorMessage: undefined,
        };
      });
      batches.set(key, batch);
      changed.set(key, new Set(targets.flatMap((target) => target.processInstanceKey ?? [])));
      const [oldest] = batches.keys();
      if (batches.size > mostBatches && oldest !== undefined) {
        batches.delete(oldest);
        changed.delete(oldest);
      }
      return batch;
    },
  };
};
