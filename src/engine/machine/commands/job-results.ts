import { catchError, findCatcher, unhandledText } from '../elements/errors.ts';
import { type Core, enqueueStep, schedule } from '../store/core.ts';
import type { Job } from '../store/records.ts';
import { refuseVariables, reject } from '../store/rejection.ts';
import { adoptVariables } from '../store/values.ts';
import { writeAllLocal } from '../store/variables.ts';
import { viewJob } from '../store/views.ts';
import type { Key, Variables } from '../types.ts';
import { raiseIncident } from './incidents.ts';
import { findJob, makeActivatable, removeJob, withdraw } from './jobs.ts';

/** The commands that end a worker's attempt. Whoever has not activated the job may send them too. */

const openJob = (core: Core, key: Key, intent: string, verb: string): Job => {
  const job = findJob(core, key, intent, verb);
  if (job.state === 'ACTIVATABLE' || job.state === 'ACTIVATED') return job;
  throw reject('INVALID_STATE', intent, `Expected to ${verb} job with key '${key}', but it is in state '${job.state}'`);
};

/** The command CompleteJob. What the output mappings make of it shows later; a failure there is no failure here. */
export const completeJob = (core: Core, key: Key, variables: Variables): void => {
  const job = openJob(core, key, 'COMPLETE', 'complete');
  const result = adoptVariables(variables, refuseVariables('COMPLETE', `job with key '${key}'`));
  const { element } = job;
  removeJob(core, job);
  element.result = result;
  core.emit?.({ kind: 'job:completed', job: viewJob(job), variables: result });
  enqueueStep(core, 'complete', element);
};

/** The command FailJob. `retries` is the new number; at 0 or less an incident is raised and the back-off ignored. */
export const failJob = (
  core: Core,
  key: Key,
  failure: {
    readonly retries: number;
    readonly errorMessage: string;
    readonly backoff: number;
    readonly variables: Variables;
  },
): void => {
  const { retries, errorMessage, backoff } = failure;
  const job = openJob(core, key, 'FAIL', 'fail');
  const variables = adoptVariables(failure.variables, refuseVariables('FAIL', `job with key '${key}'`));
  withdraw(core, job);
  job.retries = retries;
  job.errorMessage = errorMessage;
  job.state = 'FAILED';
  job.worker = '';
  writeAllLocal(job.element, variables);
  core.emit?.({ kind: 'job:failed', job: viewJob(job) });
  if (retries <= 0) {
    const message = errorMessage.trim() === '' ? 'No more retries left.' : errorMessage;
    raiseIncident(core, job.element, 'job', 'JOB_NO_RETRIES', message);
  } else if (backoff > 0) {
    schedule(core, job, core.now() + backoff);
  } else {
    makeActivatable(core, job);
  }
};

/** The command ThrowError. It is accepted whether or not anybody catches the error. */
export const throwError = (
  core: Core,
  key: Key,
  error: { readonly code: string; readonly errorMessage: string; readonly variables: Variables },
): void => {
  const { code, errorMessage } = error;
  const job = openJob(core, key, 'THROW_ERROR', 'throw an error for');
  const variables = adoptVariables(error.variables, refuseVariables('THROW_ERROR', `job with key '${key}'`));
  const { element } = job;
  const catcher = findCatcher(element, code);
  withdraw(core, job);
  job.errorMessage = errorMessage;
  job.state = 'ERROR_THROWN';
  job.worker = '';
  core.emit?.({ kind: 'job:errorThrown', job: viewJob(job), code });
  if (catcher === undefined) {
    raiseIncident(core, element, 'job', 'UNHANDLED_ERROR_EVENT', unhandledText(element, code, errorMessage));
  } else {
    removeJob(core, job);
    catchError(core, catcher, variables);
  }
};
