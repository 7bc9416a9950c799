import { type HeapOrder, heapAdd, heapRemove } from '../../../../common/collections/heap.ts';
import { tenantKey } from '../../tenants.ts';
import type { Context, Stateful } from '../context.ts';
import { schedule, unschedule } from '../events/schedule.ts';
import { keyText, nextKey } from '../keys.ts';
import type { ElementInstance, Job } from '../records.ts';
import { viewJob } from '../views.ts';

const priorityOf = ({ extras }: Job): number => extras?.priority ?? 0;

/** Tells whether a job is activated before another one: by priority, then oldest first, even after it was activatable before. */
export const precedes = (a: Job, b: Job): boolean => {
  if (a.extras === undefined && b.extras === undefined) return a.key < b.key;
  const [first, second] = [priorityOf(a), priorityOf(b)];
  return first === second ? a.key < b.key : first > second;
};

const readyOrder: HeapOrder<Job> = {
  before: precedes,
  indexOf: ({ readyIndex }) => readyIndex,
  setIndex: (job, index) => {
    job.readyIndex = index;
  },
};

/** The name of the jobs of a type in the index of activatable jobs. */
export const readyKey = (tenant: string | undefined, type: string, isLeased: boolean): string =>
  isLeased ? `${tenantKey(tenant, type)}\u0000lease` : tenantKey(tenant, type);

const readyKeyOf = ({ type, element, extras }: Job): string =>
  readyKey(element.definition.tenant, type, extras?.lease !== undefined);

const addReady = ({ state }: Stateful, job: Job): void => {
  const key = readyKeyOf(job);
  const heap = state.ready.get(key);
  if (heap === undefined) state.ready.set(key, [job]);
  else heapAdd(readyOrder, heap, job);
  if (heap === undefined) job.readyIndex = 0;
};

/** Job types can be expressions and therefore many, so an empty heap is removed. */
const removeReady = ({ state }: Context, job: Job): void => {
  if (job.readyIndex < 0) return;
  const key = readyKeyOf(job);
  const heap = state.ready.get(key);
  if (heap === undefined) return;
  heapRemove(readyOrder, heap, job);
  if (heap.length === 0) state.ready.delete(key);
};

/** Changes the priority of a job. */
export const setPriority = (context: Context, job: Job, priority: number): void => {
  const isReady = job.readyIndex >= 0;
  if (isReady) removeReady(context, job);
  job.extras = { ...job.extras, priority };
  if (isReady) addReady(context, job);
};

/** Creates the job of an element; workers can activate it. */
export const createJob = (
  context: Context,
  element: ElementInstance,
  { type, retries, priority = 0 }: { readonly type: string; readonly retries: number; readonly priority?: number },
): void => {
  const job: Job = {
    kind: 'job',
    key: nextKey(context),
    type,
    element,
    state: 'ACTIVATABLE',
    retries,
    worker: '',
    errorMessage: '',
    due: 0,
    dueIndex: -1,
    readyIndex: -1,
  };
  if (priority !== 0) job.extras = { priority };
  element.job = job;
  context.state.jobs.set(job.key, job);
  makeActivatable(context, job);
};

/** Adds a restored job to the state. */
export const restoreJob = (context: Stateful, job: Job, isScheduled: boolean): void => {
  job.element.job = job;
  context.state.jobs.set(job.key, job);
  if (job.state === 'ACTIVATABLE') addReady(context, job);
  if (isScheduled) schedule(context, job, job.due);
};

/** Makes a job activatable (again). */
export const makeActivatable = (context: Context, job: Job): void => {
  unschedule(context, job);
  job.state = 'ACTIVATABLE';
  job.worker = '';
  if (job.readyIndex < 0) addReady(context, job);
  context.emitWork?.({ kind: 'job:activatable', job: viewJob(job) });
};

/** Assigns a job to a worker until a deadline. With a lease, the activation gets a token of its own. */
export const markActivated = (
  context: Context,
  job: Job,
  { worker, deadline, withLease = false }: { worker: string; deadline: number; withLease?: boolean | undefined },
): void => {
  removeReady(context, job);
  if (withLease) job.extras = { ...job.extras, lease: `lease-${keyText(nextKey(context))}` };
  job.state = 'ACTIVATED';
  job.worker = worker;
  schedule(context, job, deadline);
};

/** The deadline or the back-off of a job is over. */
export const fireJobTimeout = (context: Context, job: Job): void => {
  if (job.state === 'ACTIVATED' || job.state === 'FAILED') makeActivatable(context, job);
};

/** Makes a job unavailable to workers: now and when a deadline or back-off ends. */
export const withdrawJob = (context: Context, job: Job): void => {
  unschedule(context, job);
  removeReady(context, job);
};

/** Removes a job from the state. */
export const removeJob = (context: Context, job: Job): void => {
  withdrawJob(context, job);
  context.state.jobs.delete(job.key);
  job.element.job = undefined;
};
