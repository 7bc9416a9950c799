import { reject } from '../../rejection.ts';
import type { Context } from '../../store/context.ts';
import { schedule } from '../../store/events/schedule.ts';
import { keyNumber, keyText } from '../../store/keys.ts';
import type { Job } from '../../store/records.ts';
import { visibleVariables } from '../../store/variables.ts';
import { viewJob } from '../../store/views.ts';
import { makeActivatable, markActivated } from '../../store/work/jobs.ts';
import type { Key, MachineActivatedJob, Variables } from '../../types.ts';

interface Activation {
  readonly worker: string;
  readonly timeout: number;
  readonly fetchVariables: readonly string[];
}

/** The variables that are visible to a job. A task listener also sees those that the change of its task sets. */
const variablesFor = ({ element }: Job, names: readonly string[]): Variables => {
  const visible = visibleVariables(element, names);
  const changed = element.details?.listening && element.details.userTask?.change?.variables;
  if (changed === undefined) return visible;
  const wanted = Object.entries(changed).filter(([name]) => names.length === 0 || names.includes(name));
  return { ...visible, ...Object.fromEntries(wanted) };
};

const activate = (context: Context, job: Job, { worker, timeout, fetchVariables }: Activation): MachineActivatedJob => {
  markActivated(context, job, worker, context.now() + timeout);
  const view = viewJob(job);
  const variables = variablesFor(job, fetchVariables);
  context.emit?.({ kind: 'job:activated', job: view, variables });
  return { ...view, variables };
};

/** The command ActivateJobs: activates the oldest activatable jobs of a type. */
export const activateJobs = (
  context: Context,
  {
    type,
    maxJobs,
    isHeld,
    ...activation
  }: Activation & {
    readonly type: string;
    readonly maxJobs: number;
    readonly isHeld?: ((key: Key) => boolean) | undefined;
  },
): readonly MachineActivatedJob[] => {
  const faults = [
    type.trim() === '' ? 'type to be present, but it was blank' : '',
    activation.timeout < 1 ? `timeout to be greater than zero, but it was ${activation.timeout}` : '',
    maxJobs < 1 ? `max jobs to activate to be greater than zero, but it was ${maxJobs}` : '',
  ].filter((text) => text !== '');
  if (faults.length > 0) {
    throw reject('INVALID_ARGUMENT', 'ACTIVATE', `Expected to activate job batch with ${faults.join('; and with ')}`);
  }
  const jobs: MachineActivatedJob[] = [];
  while (jobs.length < maxJobs) {
    const job = context.state.ready.get(type)?.[0];
    if (job === undefined || isHeld?.(keyText(job.key))) break;
    jobs.push(activate(context, job, activation));
  }
  return jobs;
};

/** Activates one job, if it is activatable. */
export const activateJob = (context: Context, key: Key, activation: Activation): MachineActivatedJob | undefined => {
  const job = context.state.jobs.get(keyNumber(key));
  return job?.state === 'ACTIVATABLE' ? activate(context, job, activation) : undefined;
};

/** Makes an activated job activatable again. Does nothing in any other state. */
export const returnJob = (context: Context, key: Key): void => {
  const job = context.state.jobs.get(keyNumber(key));
  if (job?.state === 'ACTIVATED') makeActivatable(context, job);
};

/** The job of a command. */
export const findJob = (context: Context, key: Key, intent: string, verb: string): Job => {
  const job = context.state.jobs.get(keyNumber(key));
  if (job !== undefined) return job;
  throw reject('NOT_FOUND', intent, `Expected to ${verb} job with key '${key}', but no such job was found`);
};

/** The command UpdateJobRetries. */
export const updateJobRetries = (context: Context, key: Key, retries: number): void => {
  const job = findJob(context, key, 'UPDATE_RETRIES', 'update retries of');
  if (!(retries >= 1)) {
    throw reject(
      'INVALID_ARGUMENT',
      'UPDATE_RETRIES',
      `Expected to update retries of job with key '${key}' to a positive number, but it was ${retries}`,
    );
  }
  job.retries = retries;
};

/** The command UpdateJobTimeout: sets a new deadline, counted from now. */
export const updateJobTimeout = (context: Context, key: Key, timeout: number): void => {
  const job = findJob(context, key, 'UPDATE_TIMEOUT', 'update the timeout of');
  if (job.state !== 'ACTIVATED') {
    throw reject(
      'INVALID_STATE',
      'UPDATE_TIMEOUT',
      `Expected to update the timeout of job with key '${key}', but it is in state '${job.state}' and has no deadline`,
    );
  }
  schedule(context, job, context.now() + timeout);
};
