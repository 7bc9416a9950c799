import { heapAdd, heapRemove } from '../../../common/heap.ts';
import type { JobDefinition } from '../../model/types.ts';
import { evaluateText, evaluateWhole } from '../elements/expressions.ts';
import { type Core, nextKey, schedule, unschedule } from '../store/core.ts';
import { keyNumber } from '../store/keys.ts';
import type { ElementInstance, Job } from '../store/records.ts';
import { reject } from '../store/rejection.ts';
import { readyOrder } from '../store/state.ts';
import { lookupFrom, visibleVariables } from '../store/variables.ts';
import { viewJob } from '../store/views.ts';
import type { Key, MachineActivatedJob } from '../types.ts';

/** What a job needs to know before anything of it exists. */
export interface JobPlan {
  readonly type: string;
  readonly retries: number;
}

export const planJob = (core: Core, element: ElementInstance, definition: JobDefinition): JobPlan => {
  const lookup = lookupFrom(element);
  return {
    type: evaluateText(core, definition.type, lookup),
    retries: evaluateWhole(core, definition.retries, lookup),
  };
};

export const createJob = (core: Core, element: ElementInstance, { type, retries }: JobPlan): void => {
  const job: Job = {
    kind: 'job',
    key: nextKey(core),
    type,
    element,
    state: 'ACTIVATABLE',
    retries,
    worker: '',
    errorMessage: '',
    due: 0,
    dueAt: -1,
    readyAt: -1,
  };
  element.job = job;
  core.state.jobs.set(job.key, job);
  makeActivatable(core, job);
};

const addReady = ({ state }: Core, job: Job): void => {
  const heap = state.ready.get(job.type);
  if (heap === undefined) state.ready.set(job.type, [job]);
  else heapAdd(readyOrder, heap, job);
  if (heap === undefined) job.readyAt = 0;
};

/** Types come and go (they may be expressions), so an empty heap does not stay. */
const removeReady = ({ state }: Core, job: Job): void => {
  const heap = state.ready.get(job.type);
  if (heap === undefined || job.readyAt < 0) return;
  heapRemove(readyOrder, heap, job);
  if (heap.length === 0) state.ready.delete(job.type);
};

/** Puts a restored job back into the index. */
export const indexJob = (core: Core, job: Job): void => {
  core.state.jobs.set(job.key, job);
  if (job.state === 'ACTIVATABLE') addReady(core, job);
};

/** Offers the job to workers (again). */
export const makeActivatable = (core: Core, job: Job): void => {
  unschedule(core, job);
  job.state = 'ACTIVATABLE';
  job.worker = '';
  if (job.readyAt < 0) addReady(core, job);
  core.emit?.({ kind: 'job:activatable', job: viewJob(job) });
};

/** The job's deadline has passed or its back-off is over. */
export const jobDue = (core: Core, job: Job): void => {
  if (job.state === 'ACTIVATED' || job.state === 'FAILED') makeActivatable(core, job);
};

/** Keeps the job from being handed out, by itself or after a time. */
export const withdraw = (core: Core, job: Job): void => {
  unschedule(core, job);
  removeReady(core, job);
};

/** Takes the job out of everything. */
export const removeJob = (core: Core, job: Job): void => {
  withdraw(core, job);
  core.state.jobs.delete(job.key);
  job.element.job = undefined;
};

interface Activation {
  readonly worker: string;
  readonly timeout: number;
  readonly fetchVariables: readonly string[];
}

const activate = (core: Core, job: Job, { worker, timeout, fetchVariables }: Activation): MachineActivatedJob => {
  removeReady(core, job);
  job.state = 'ACTIVATED';
  job.worker = worker;
  schedule(core, job, core.now() + timeout);
  const view = viewJob(job);
  core.emit?.({ kind: 'job:activated', job: view });
  return { ...view, variables: visibleVariables(job.element, fetchVariables) };
};

/** The command ActivateJobs: the oldest activatable jobs of a type. */
export const activateJobs = (
  core: Core,
  { type, maxJobs, ...activation }: Activation & { readonly type: string; readonly maxJobs: number },
): readonly MachineActivatedJob[] => {
  const faults = [
    type.trim() === '' ? 'type to be present, but it was blank' : '',
    activation.worker.trim() === '' ? 'worker to be present, but it was blank' : '',
    activation.timeout < 1 ? `timeout to be greater than zero, but it was ${activation.timeout}` : '',
    maxJobs < 1 ? `max jobs to activate to be greater than zero, but it was ${maxJobs}` : '',
  ].filter((text) => text !== '');
  if (faults.length > 0) {
    throw reject('INVALID_ARGUMENT', 'ACTIVATE', `Expected to activate job batch with ${faults.join('; and with ')}`);
  }
  const jobs: MachineActivatedJob[] = [];
  while (jobs.length < maxJobs) {
    const job = core.state.ready.get(type)?.[0];
    if (job === undefined) break;
    jobs.push(activate(core, job, activation));
  }
  return jobs;
};

/** Activates one job if it is still activatable. */
export const activateJob = (core: Core, key: Key, activation: Activation): MachineActivatedJob | undefined => {
  const job = core.state.jobs.get(keyNumber(key));
  return job?.state === 'ACTIVATABLE' ? activate(core, job, activation) : undefined;
};

/** Gives an activated job back; one that has moved on meanwhile is left alone. */
export const returnJob = (core: Core, key: Key): void => {
  const job = core.state.jobs.get(keyNumber(key));
  if (job?.state === 'ACTIVATED') makeActivatable(core, job);
};

/** The job of a command. */
export const findJob = (core: Core, key: Key, intent: string, verb: string): Job => {
  const job = core.state.jobs.get(keyNumber(key));
  if (job !== undefined) return job;
  throw reject('NOT_FOUND', intent, `Expected to ${verb} job with key '${key}', but no such job was found`);
};

/** The command UpdateJobRetries. */
export const updateJobRetries = (core: Core, key: Key, retries: number): void => {
  const job = findJob(core, key, 'UPDATE_RETRIES', 'update retries of');
  if (!(retries >= 1)) {
    throw reject(
      'INVALID_ARGUMENT',
      'UPDATE_RETRIES',
      `Expected to update retries of job with key '${key}' to a positive number, but it was ${retries}`,
    );
  }
  job.retries = retries;
};

/** The command UpdateJobTimeout: a new deadline, counted from now. */
export const updateJobTimeout = (core: Core, key: Key, timeout: number): void => {
  const job = findJob(core, key, 'UPDATE_TIMEOUT', 'update the timeout of');
  if (job.state !== 'ACTIVATED') {
    throw reject(
      'INVALID_STATE',
      'UPDATE_TIMEOUT',
      `Expected to update the timeout of job with key '${key}', but it is in state '${job.state}' and has no deadline`,
    );
  }
  schedule(core, job, core.now() + timeout);
};

/** The step `job`: what an incident's resolution does to a job. */
export const retryJob = (core: Core, element: ElementInstance): void => {
  if (element.job !== undefined) makeActivatable(core, element.job);
};
