import type { JobResult } from '../../../../connector/job-results.ts';
import { catchError, findCatcher, uncaughtErrorText } from '../../flow/error-catching.ts';
import { applyListenerResult } from '../../flow/listeners.ts';
import { reject, rejectVariables } from '../../rejection.ts';
import { type Context, enqueueStep } from '../../store/context.ts';
import { schedule } from '../../store/events/schedule.ts';
import { raiseIncident } from '../../store/incidents.ts';
import { adoptVariables } from '../../store/json-values.ts';
import { jobKindOf } from '../../store/listeners.ts';
import type { Job } from '../../store/records.ts';
import { writeAllLocal } from '../../store/variables.ts';
import { viewJob } from '../../store/views.ts';
import { makeActivatable, removeJob, withdrawJob } from '../../store/work/jobs.ts';
import type { IncidentType, JobError, JobFailure, JobKind, Key, Variables } from '../../types.ts';
import { prepareBusinessId } from '../business-ids.ts';
import { completeAdHocJob } from './ad-hoc.ts';
import { checkLease, findJob } from './jobs.ts';
import { completeTaskListenerJob } from './task-listener-jobs.ts';

/** The job of a command that ends an attempt. As in Zeebe, a client may send it without having activated the job. */
const openJob = (
  context: Context,
  key: Key,
  [intent, verb]: readonly [intent: string, verb: string],
  leaseToken: string | undefined,
): Job => {
  const job = findJob(context, key, intent, verb);
  checkLease(job, { key, intent, verb, leaseToken });
  if (job.state === 'ACTIVATABLE' || job.state === 'ACTIVATED') return job;
  throw reject('INVALID_STATE', intent, `Expected to ${verb} job with key '${key}', but it is in state '${job.state}'`);
};

/** The command CompleteJob. The output mappings are applied later; if they fail, the command has succeeded. */
export const completeJob = (
  context: Context,
  key: Key,
  variables: Variables,
  decision?: JobResult,
  leaseToken?: string,
  businessId?: string,
): void => {
  const job = openJob(context, key, ['COMPLETE', 'complete'], leaseToken);
  const result = adoptVariables(variables, rejectVariables('COMPLETE', `job with key '${key}'`));
  const assign =
    businessId === undefined ? undefined : prepareBusinessId(context, job.element.root, businessId, 'COMPLETE');
  complete(context, job, result, decision);
  assign?.();
};

const complete = (context: Context, job: Job, result: Variables, decision: JobResult | undefined): void => {
  const { element } = job;
  const kind = jobKindOf(element);
  if (kind === 'AD_HOC_SUB_PROCESS') {
    completeAdHocJob(context, job, result, decision);
    return;
  }
  if (kind === 'TASK_LISTENER') {
    completeTaskListenerJob(context, job, result, decision);
    return;
  }
  const listening = element.details?.listening;
  removeJob(context, job);
  if (listening === undefined) element.result = result;
  else applyListenerResult(context, element, listening, result);
  context.emit?.({ kind: 'job:completed', job: viewJob(job), variables: result });
  enqueueStep(context, listening === undefined ? 'complete' : 'listen', element);
};

/** The incident of a job without retries left, by what the job stands for. */
const noRetries: Readonly<Record<JobKind, IncidentType>> = {
  BPMN_ELEMENT: 'JOB_NO_RETRIES',
  EXECUTION_LISTENER: 'EXECUTION_LISTENER_NO_RETRIES',
  TASK_LISTENER: 'TASK_LISTENER_NO_RETRIES',
  AD_HOC_SUB_PROCESS: 'AD_HOC_SUB_PROCESS_NO_RETRIES',
};

/** The command FailJob. Without retries left, it raises an incident and ignores the back-off. */
export const failJob = (context: Context, key: Key, failure: JobFailure): void => {
  const { retries, errorMessage, backoff } = failure;
  const job = openJob(context, key, ['FAIL', 'fail'], failure.leaseToken);
  const variables = adoptVariables(failure.variables, rejectVariables('FAIL', `job with key '${key}'`));
  withdrawJob(context, job);
  job.retries = retries;
  job.errorMessage = errorMessage;
  job.state = 'FAILED';
  job.worker = '';
  writeAllLocal(context, job.element, variables);
  context.emit?.({ kind: 'job:failed', job: viewJob(job), variables });
  if (retries <= 0) {
    const message = errorMessage.trim() === '' ? 'No more retries left.' : errorMessage;
    raiseIncident(context, job.element, 'job', noRetries[jobKindOf(job.element)], message);
  } else if (backoff > 0) {
    schedule(context, job, context.now() + backoff);
  } else {
    makeActivatable(context, job);
  }
};

/** The command ThrowError. It is accepted even if no event catches the error. */
export const throwError = (context: Context, key: Key, error: JobError): void => {
  const { code, errorMessage } = error;
  const job = openJob(context, key, ['THROW_ERROR', 'throw an error for'], error.leaseToken);
  const variables = adoptVariables(error.variables, rejectVariables('THROW_ERROR', `job with key '${key}'`));
  const { element } = job;
  const kind = jobKindOf(element);
  if (kind !== 'BPMN_ELEMENT') {
    throw reject(
      'INVALID_STATE',
      'THROW_ERROR',
      `Expected to throw an error for job with key '${key}', but it is of kind '${kind}', and only jobs of tasks and events can throw errors`,
    );
  }
  const catcher = findCatcher(element, code);
  withdrawJob(context, job);
  job.errorMessage = errorMessage;
  job.state = 'ERROR_THROWN';
  job.worker = '';
  context.emit?.({ kind: 'job:errorThrown', job: viewJob(job), code, variables });
  if (catcher === undefined) {
    raiseIncident(context, element, 'job', 'UNHANDLED_ERROR_EVENT', uncaughtErrorText(element, code, errorMessage));
  } else {
    removeJob(context, job);
    catchError(context, catcher, variables);
  }
};
