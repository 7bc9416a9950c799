import type { StoredBatch, StoredBatchItem } from '../../../secondary-storage/batches.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import type { Operation } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import { batchItemStates, batchStates, batchTypes } from './enumerations.ts';
import {
  byKey,
  direct,
  exactly,
  found,
  isoTime,
  jsonAnswer,
  key,
  oneOf,
  searchOperation,
  text,
  time,
} from './shared.ts';

const toItem = (batch: StoredBatch): object => ({
  batchOperationKey: batch.key,
  state: batch.state,
  batchOperationType: batch.type,
  startDate: isoTime(batch.startDate),
  endDate: isoTime(batch.endDate),
  // The engine knows no users.
  actorType: null,
  actorId: null,
  operationsTotalCount: batch.items.length,
  operationsFailedCount: batch.failed,
  operationsCompletedCount: batch.completed,
  errors: [],
});

const toBatchItem = (item: StoredBatchItem): object => ({
  operationType: item.batch.type,
  batchOperationKey: item.batch.key,
  itemKey: item.key,
  processInstanceKey: item.processInstanceKey ?? null,
  rootProcessInstanceKey: item.rootProcessInstanceKey ?? null,
  state: item.state,
  processedDate: isoTime(item.processedDate),
  errorMessage: item.errorMessage ?? null,
});

const fields: Readonly<Record<string, SearchField<StoredBatch>>> = {
  batchOperationKey: text(({ key: own }) => own),
  operationType: oneOf(batchTypes, ({ type }) => type),
  state: oneOf(batchStates, ({ state }) => state),
  startDate: time(({ startDate }) => startDate),
  endDate: time(({ endDate }) => endDate),
  actorType: exactly(text(() => undefined)),
  actorId: text(() => undefined),
};

const itemFields: Readonly<Record<string, SearchField<StoredBatchItem>>> = {
  batchOperationKey: text(({ batch }) => batch.key),
  itemKey: text(({ key: own }) => own),
  processInstanceKey: key(({ processInstanceKey }) => processInstanceKey),
  state: oneOf(batchItemStates, ({ state }) => state),
  operationType: oneOf(batchTypes, ({ batch }) => batch.type),
  processedDate: time(({ processedDate }) => processedDate),
};

/** The operations that read batches, by method and path. */
export const batchQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /batch-operations/search': searchOperation(
    storage,
    () => storage.batches.values(),
    () => ({
      operation: 'searchBatchOperations',
      fields,
      lookups: { batchOperationKey: byKey(storage.batches) },
      toItem,
    }),
  ),
  'GET /batch-operations/*': direct((request) =>
    jsonAnswer(toItem(found(storage.batches, 'Batch Operation', request))),
  ),
  'POST /batch-operation-items/search': searchOperation(
    storage,
    () => storage.batches.items(),
    () => ({
      operation: 'searchBatchOperationItems',
      fields: itemFields,
      lookups: { batchOperationKey: (wanted) => storage.batches.get(wanted)?.items ?? [] },
      toItem: toBatchItem,
    }),
  ),
});
