import type { StoredJob } from '../../../secondary-storage/records.ts';
import type { SecondaryStorage } from '../../../secondary-storage/secondary-storage.ts';
import type { Operation } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import { jobKinds, jobStates, listenerEventTypes } from './enumerations.ts';
import {
  byInstance,
  byKey,
  flag,
  instanceFields,
  isoTime,
  key,
  number,
  oneOf,
  searchOperation,
  text,
  time,
  toInstanceItem,
} from './shared.ts';

const listenerEventOf = ({ view }: StoredJob): string => view.listenerEvent ?? 'UNSPECIFIED';

const hasFailedWithRetriesLeft = ({ state, view }: StoredJob): boolean => state === 'FAILED' && view.retries > 0;

const messageOf = ({ view }: StoredJob): string | null => (view.errorMessage === '' ? null : view.errorMessage);

const deadlineOf = ({ view }: StoredJob): number | undefined => (view.deadline === 0 ? undefined : view.deadline);

const toItem = (job: StoredJob): object => {
  const { view } = job;
  return {
    jobKey: job.key,
    type: view.type,
    worker: view.worker,
    state: job.state,
    kind: view.kind,
    listenerEventType: listenerEventOf(job),
    retries: view.retries,
    isDenied: null,
    deniedReason: null,
    hasFailedWithRetriesLeft: hasFailedWithRetriesLeft(job),
    errorCode: job.errorCode ?? null,
    errorMessage: messageOf(job),
    customHeaders: view.headers,
    deadline: isoTime(deadlineOf(job)),
    creationTime: isoTime(job.creationTime),
    lastUpdateTime: isoTime(job.lastUpdateTime),
    endTime: isoTime(job.endTime),
    priority: view.priority ?? 0,
    tags: view.tags ?? [],
    elementId: view.elementId,
    elementInstanceKey: view.elementInstanceKey,
    ...toInstanceItem(job.instance),
  };
};

/** The states of a job that is not over. One that has thrown an error can be over or not. */
const openStates = ['CREATED', 'FAILED', 'TIMED_OUT', 'RETRIES_UPDATED', 'TIMEOUT_UPDATED', 'PRIORITY_UPDATED'];

const fields: Readonly<Record<string, SearchField<StoredJob>>> = {
  jobKey: key(({ key: own }) => own),
  type: text(({ view }) => view.type),
  worker: text(({ view }) => view.worker),
  state: oneOf(jobStates, ({ state }) => state),
  kind: oneOf(jobKinds, ({ view }) => view.kind),
  listenerEventType: oneOf(listenerEventTypes, listenerEventOf),
  retries: number(({ view }) => view.retries),
  hasFailedWithRetriesLeft: flag(hasFailedWithRetriesLeft),
  errorCode: text(({ errorCode }) => errorCode),
  errorMessage: text(messageOf),
  deadline: time(deadlineOf),
  creationTime: time(({ creationTime }) => creationTime),
  lastUpdateTime: time(({ lastUpdateTime }) => lastUpdateTime),
  endTime: time(({ endTime }) => endTime),
  priority: number(({ view }) => view.priority ?? 0),
  elementId: text(({ view }) => view.elementId),
  elementInstanceKey: key(({ view }) => view.elementInstanceKey),
  ...instanceFields(({ instance }: StoredJob) => instance),
};

/** The operation that reads jobs, by method and path. */
export const jobQueries = (storage: SecondaryStorage): Readonly<Record<string, Operation>> => ({
  'POST /jobs/search': searchOperation(
    storage,
    ({ jobs }) => jobs.values(),
    (tables) => ({
      operation: 'searchJobs',
      fields,
      lookups: { jobKey: byKey(tables.jobs), processInstanceKey: byInstance(tables, ({ jobs }) => jobs) },
      inStates: { field: 'state', states: openStates, find: tables.jobs.open },
      toItem,
    }),
  ),
});
