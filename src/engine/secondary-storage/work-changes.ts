import type { Key, MachineJob, MachineUserTask } from '../machine/types.ts';
import { type Change, orderOf } from './change.ts';
import type { StoredJob, StoredJobState, StoredJobView, StoredUserTask } from './records.ts';
import type { Store } from './store.ts';

/** What is kept of a job. A plain literal needs less memory than the whole view. */
const toView = (view: MachineJob, elementInstanceKey: Key): StoredJobView => ({
  type: view.type,
  kind: view.kind,
  listenerEvent: view.listenerEvent,
  retries: view.retries,
  worker: view.worker,
  deadline: view.deadline,
  errorMessage: view.errorMessage,
  headers: view.headers,
  priority: view.priority,
  tags: view.tags,
  elementId: view.elementId,
  elementInstanceKey,
});

const knownJob = (store: Store, view: MachineJob, at: number): StoredJob | undefined => {
  const { tables } = store;
  // One text for all records that have the key.
  const elementKey = tables.elements.get(view.elementInstanceKey)?.key ?? view.elementInstanceKey;
  const known = tables.jobs.get(view.key);
  if (known !== undefined) {
    known.view = toView(view, elementKey);
    known.lastUpdateTime = at;
    return known;
  }
  const instance = tables.instances.get(view.processInstanceKey);
  if (instance === undefined) return undefined;
  const job: StoredJob = {
    key: view.key,
    order: orderOf(view.key),
    instance,
    view: toView(view, elementKey),
    state: 'CREATED',
    errorCode: undefined,
    creationTime: at,
    lastUpdateTime: at,
    endTime: undefined,
  };
  store.add('jobs', job);
  return job;
};

/** Adds a job, or notes what has happened to it. */
export const setJob =
  (view: MachineJob, at: number, state?: StoredJobState, isOver = false): Change =>
  (store) => {
    const job = knownJob(store, view, at);
    if (job === undefined) return;
    if (state !== undefined) job.state = state;
    if (!isOver) return;
    job.endTime = at;
    store.end('jobs', job);
  };

/** A job is activatable: new, or again. */
export const offerJob =
  (view: MachineJob, at: number): Change =>
  (store) => {
    const before = store.tables.jobs.get(view.key)?.view;
    const isLate = before !== undefined && before.deadline > 0 && before.deadline <= at;
    setJob(view, at, isLate ? 'TIMED_OUT' : undefined)(store);
  };

/** Adds a user task, or notes what has happened to it. */
export const setUserTask =
  (view: MachineUserTask, at: number): Change =>
  (store) => {
    const { userTasks, instances } = store.tables;
    const known = userTasks.get(view.key);
    if (known !== undefined) {
      known.view = view;
      known.state = view.state;
      if (view.state !== 'COMPLETED' && view.state !== 'CANCELED') return;
      known.completionDate = at;
      store.end('userTasks', known);
      return;
    }
    const instance = instances.get(view.processInstanceKey);
    if (instance === undefined) return;
    const task: StoredUserTask = {
      ...{ key: view.key, order: orderOf(view.key), instance, view, state: view.state },
      ...{ creationDate: at, completionDate: undefined },
    };
    store.add('userTasks', task);
  };

/** The listeners of a user task are called one after the other, each by a job. */
export const listen =
  ({ userTask, listenerEvent }: MachineJob): Change =>
  ({ tables }) => {
    const task = userTask && tables.userTasks.get(userTask.userTaskKey);
    if (task !== undefined && listenerEvent?.endsWith('ING')) task.state = listenerEvent as StoredUserTask['state'];
  };
