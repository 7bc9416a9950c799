import { withSecrets } from '../../evaluation/job-secrets.ts';
import { reject } from '../../rejection.ts';
import { type Context, keepInstance } from '../../store/context.ts';
import { schedule } from '../../store/events/schedule.ts';
import { raiseIncident } from '../../store/incidents.ts';
import { keyNumber, keyText } from '../../store/keys.ts';
import type { Job } from '../../store/records.ts';
import { visibleVariables } from '../../store/variables.ts';
import { instanceOfJob, viewJob } from '../../store/views.ts';
import { makeActivatable, markActivated, precedes, readyKey, setPriority, withdrawJob } from '../../store/work/jobs.ts';
import { defaultTenant } from '../../tenants.ts';
import type { Key, MachineActivatedJob, Variables } from '../../types.ts';

interface Activation {
  readonly worker: string;
  readonly timeout: number;
  readonly fetchVariables: readonly string[];
  readonly withLease?: boolean | undefined;
}

/** The variables that are visible to a job. A task listener also sees those that the change of its task sets. */
const variablesFor = ({ element }: Job, names: readonly string[]): Variables => {
  const visible = visibleVariables(element, names);
  const changed = element.details?.listening && element.details.userTask?.change?.variables;
  if (changed === undefined) return visible;
  const wanted = Object.entries(changed).filter(([name]) => names.length === 0 || names.includes(name));
  return { ...visible, ...Object.fromEntries(wanted) };
};

/** Activates a job. One whose secrets cannot be resolved becomes an incident instead. */
const activate = (context: Context, job: Job, activation: Activation): MachineActivatedJob | undefined => {
  const { worker, timeout, fetchVariables, withLease } = activation;
  keepInstance(context, job.element);
  const visible = variablesFor(job, fetchVariables);
  const resolved = withSecrets(context, job, visible);
  if ('problem' in resolved) {
    withdrawJob(context, job);
    job.state = 'FAILED';
    raiseIncident(context, job.element, 'job', 'SECRET_RESOLUTION_ERROR', resolved.problem);
    return undefined;
  }
  const { variables } = resolved;
  markActivated(context, job, { worker, deadline: context.now() + timeout, withLease });
  // Events have the references only.
  context.emit?.({ kind: 'job:activated', job: viewJob(job), variables: visible });
  const activated = Object.assign(viewJob(job), { variables }, instanceOfJob(job));
  return withLease === true ? Object.assign(activated, { leaseToken: job.extras?.lease ?? '' }) : activated;
};

/** The names of the jobs of a type: of these tenants, and, for workers with a lease, also of those that had one. */
const readyKeys = (type: string, tenantIds: readonly string[], withLease: boolean): readonly string[] =>
  tenantIds.flatMap((tenant) =>
    withLease ? [readyKey(tenant, type, false), readyKey(tenant, type, true)] : readyKey(tenant, type, false),
  );

/** The job with one of these names that is activated next. */
const nextReady = ({ state }: Context, names: readonly string[]): Job | undefined => {
  let first: Job | undefined;
  for (const name of names) {
    const job = state.ready.get(name)?.[0];
    if (job !== undefined && (first === undefined || precedes(job, first))) first = job;
  }
  return first;
};

const onlyDefault: readonly string[] = [defaultTenant];

/** The command ActivateJobs: activates the oldest activatable jobs of a type. */
export const activateJobs = (
  context: Context,
  {
    type,
    maxJobs,
    isHeld,
    tenantIds = onlyDefault,
    ...activation
  }: Activation & {
    readonly type: string;
    readonly maxJobs: number;
    readonly tenantIds?: readonly string[] | undefined;
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
  const names = readyKeys(type, tenantIds, activation.withLease === true);
  while (jobs.length < maxJobs) {
    const job = nextReady(context, names);
    if (job === undefined || isHeld?.(keyText(job.key))) break;
    const activated = activate(context, job, activation);
    if (activated !== undefined) jobs.push(activated);
  }
  return jobs;
};

/** Activates one job, if it is activatable. */
export const activateJob = (context: Context, key: Key, activation: Activation): MachineActivatedJob | undefined => {
  const job = context.state.jobs.get(keyNumber(key));
  if (job?.state !== 'ACTIVATABLE') return undefined;
  return job.extras?.lease !== undefined && activation.withLease !== true
    ? undefined
    : activate(context, job, activation);
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

/**
 * Checks the lease of a command. A command that ends an attempt needs the token of the last activation with a lease; a change
 * may do without, but not with an older token.
 */
export const checkLease = (
  { extras }: Job,
  { key, intent, verb, leaseToken, isChange = false }: LeasedCommand,
): void => {
  const lease = extras?.lease;
  if (leaseToken === undefined ? lease === undefined || isChange : leaseToken === lease) return;
  const found = leaseToken === undefined ? 'the command has no lease token' : 'the lease token is not the current one';
  throw reject('INVALID_STATE', intent, `Expected to ${verb} job with key '${key}', but ${found}`);
};

/** A command on a job that can have a lease. */
export interface LeasedCommand {
  readonly key: Key;
  readonly intent: string;
  readonly verb: string;
  readonly leaseToken: string | undefined;
  readonly isChange?: boolean;
}

/** The job of a change. */
const changedJob = (context: Context, key: Key, intent: string, verb: string, leaseToken: string | undefined): Job => {
  const job = findJob(context, key, intent, verb);
  checkLease(job, { key, intent, verb, leaseToken, isChange: true });
  return job;
};

/** The command UpdateJobRetries. */
export const updateJobRetries = (context: Context, key: Key, retries: number, leaseToken?: string): void => {
  const job = changedJob(context, key, 'UPDATE_RETRIES', 'update retries of', leaseToken);
  if (!(retries >= 1)) {
    throw reject(
      'INVALID_ARGUMENT',
      'UPDATE_RETRIES',
      `Expected to update retries of job with key '${key}' to a positive number, but it was ${retries}`,
    );
  }
  job.retries = retries;
  context.emit?.({ kind: 'job:updated', job: viewJob(job), property: 'retries' });
};

/** The command UpdateJobTimeout: sets a new deadline, counted from now. */
export const updateJobTimeout = (context: Context, key: Key, timeout: number, leaseToken?: string): void => {
  const job = changedJob(context, key, 'UPDATE_TIMEOUT', 'update the timeout of', leaseToken);
  if (job.state !== 'ACTIVATED') {
    throw reject(
      'INVALID_STATE',
      'UPDATE_TIMEOUT',
      `Expected to update the timeout of job with key '${key}', but it is in state '${job.state}' and has no deadline`,
    );
  }
  schedule(context, job, context.now() + timeout);
  context.emit?.({ kind: 'job:updated', job: viewJob(job), property: 'timeout' });
};

/** The command UpdateJobPriority: jobs with a higher priority are activated first. */
export const updateJobPriority = (
  context: Context,
  key: Key,
  priority: number | undefined,
  leaseToken?: string,
): void => {
  const [intent, verb] = ['UPDATE_PRIORITY', 'update the priority of'];
  const job = changedJob(context, key, intent, verb, leaseToken);
  if (!Number.isInteger(priority)) {
    const found = priority === undefined ? 'none given' : 'it was not a whole number';
    throw reject('INVALID_ARGUMENT', intent, `Expected a priority to ${verb} job with key '${key}', but ${found}`);
  }
  if (job.state === 'ERROR_THROWN') {
    throw reject(
      'INVALID_STATE',
      intent,
      `Expected to ${verb} job with key '${key}', but it is in state '${job.state}'`,
    );
  }
  setPriority(context, job, priority as number);
  context.emit?.({ kind: 'job:updated', job: viewJob(job), property: 'priority' });
};
