import { type HeapOrder, heapAdd, heapRemove } from '../../../../common/collections/heap.ts';
import type { Context } from '../context.ts';
import { schedule, unschedule } from '../events/schedule.ts';
import { nextKey } from '../keys.ts';
import type { ElementInstance, Job } from '../records.ts';
import { viewJob } from '../views.ts';

/** Jobs are activated oldest first, even after they were activatable before. */
const readyOrder: HeapOrder<Job> = {
  before: (a, b) => a.key < b.key,
  indexOf: ({ readyIndex }) => readyIndex,
  setIndex: (job, index) => {
    job.readyIndex = index;
  },
};

const addReady = ({ state }: Context, job: Job): void => {
  const heap = state.ready.get(job.type);
  if (heap === undefined) state.ready.set(job.type, [job]);
  else heapAdd(readyOrder, heap, job);
  if (heap === undefined) job.readyIndex = 0;
};

/** Job types can be expressions and therefore many, so an empty heap is removed. */
const removeReady = ({ state }: Context, job: Job): void => {
  const heap = state.ready.get(job.type);
  if (heap === undefined || job.readyIndex < 0) return;
  heapRemove(readyOrder, heap, job);
  if (heap.length === 0) state.ready.delete(job.type);
};

/** Creates the job of an element; workers can activate it. */
export const createJob = (
  context: Context,
  element: ElementInstance,
  { type, retries }: { readonly type: string; readonly retries: number },
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
  element.job = job;
  context.state.jobs.set(job.key, job);
  makeActivatable(context, job);
};

/** Adds a restored job to the state. */
export const restoreJob = (context: Context, job: Job, isScheduled: boolean): void => {
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

/** Assigns a job to a worker until a deadline. */
export const markActivated = (context: Context, job: Job, worker: string, deadline: number): void => {
  removeReady(context, job);
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
