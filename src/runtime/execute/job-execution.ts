import { type Clock, systemClock } from '../../common/clock.ts';
import type { DocumentStore } from '../../connector/document.ts';
import { hasOperations } from '../../connector/operations.ts';
import type { AnyOutbound, Logger, MaybePromise, OutboundMiddleware, Outcome } from '../../connector/types.ts';
import { createJobSecrets } from '../secrets/job-secrets.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import type { Redactor } from '../secrets/redactor.ts';
import { errorText } from '../shared/error-text.ts';
import { silentLogger } from '../shared/logger.ts';
import { checkStorable, keepVariablesText } from '../shared/stored-variables.ts';
import { type AttemptParts, type AttemptResult, type Returned, returned } from './attempt.ts';
import { createJobDocuments, deleteUnused, type JobDocuments, storeDrafts } from './documents/job-documents.ts';
import { applyErrorExpression } from './error-expression.ts';
import { type Expressions, type JsonObject, loadExpressions, loadedExpressions } from './expressions/load.ts';
import { type Failed, failedByError, failedByInput } from './failure.ts';
import { type JobInput, retriesOf } from './job.ts';
import { selectOperation } from './operation.ts';
import { attemptsOf } from './retry-backoff.ts';
import {
  connectorHeaders,
  operationHeaders,
  readTaskHeaders,
  type TaskHeaders,
  warnOfMisspelt,
} from './task-headers.ts';
import { attemptWithin, type Reservation, timeOf, type UpdateTimeout } from './time-limit.ts';

/** What executing a job needs besides the connector and the job. */
export interface ExecuteServices extends SecretSettings {
  /** Passed to the connector; also receives a line when a result is dropped. Default: drops every line. */
  readonly logger?: Logger;
  /** Fires when the runtime stops: `run` is aborted, and the job fails with all the attempts that it had. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /**
   * Carries out the task header `jobTimeout` before `run`. Default: the cluster is not asked, and the header only limits the
   * time of `run`.
   */
  readonly updateTimeout?: UpdateTimeout;
  /**
   * Called when the job has its outcome although `run` is still running, because it ignores its signal. The promise resolves
   * when `run` ends; it never rejects.
   */
  readonly leftRunning?: (run: Promise<void>) => void;
  /** Middleware outside the connector's own; the first is the outermost. */
  readonly use?: readonly OutboundMiddleware[];
  /** Stores and reads documents. Default: there are none, and each attempt to use one fails. */
  readonly documents?: DocumentStore | undefined;
}

/** What executing a job of a runtime needs. */
export interface JobServices extends ExecuteServices {
  /** The cluster's reservation of the job. */
  readonly reservation?: Reservation;
}

const isStopped = ({ signal }: JobServices): boolean => signal?.aborted === true;

const makeAttempt = (parts: AttemptParts, services: JobServices): MaybePromise<AttemptResult | Returned> => {
  const { attempts, headers } = parts;
  if (headers.problems.retryBackoff !== undefined)
    return failedByInput({ retries: attempts.retries, backoff: 0 }, headers.problems.retryBackoff);
  if (isStopped(services)) return returned(attempts);
  const attemptFor = (time: number | AttemptResult): MaybePromise<AttemptResult | Returned> => {
    if (typeof time !== 'number') return time;
    return isStopped(services) ? returned(attempts) : attemptWithin(time, parts, services);
  };
  const time = timeOf(parts, services.updateTimeout);
  return time instanceof Promise ? time.then(attemptFor) : attemptFor(time);
};

/** The failure as the error expression may see it. */
const redactFailed = (failed: Failed, redactor: Redactor): Failed => ({
  ...failed,
  error: redactor.errorVariable(failed.error),
  outcome: redactor.outcome(failed.outcome),
  ...(failed.plain === undefined ? {} : { plain: redactor.text(failed.plain) }),
});

/** Ends the documents of a job. Most jobs have none, and a promise takes time. */
const settle = (outcome: Outcome, documents: JobDocuments): Outcome | Promise<Outcome> => {
  documents.isOver = true;
  return documents.created === undefined ? outcome : deleteUnused(documents, outcome).then(() => outcome);
};

/** Stores the documents of the error expression. A failure ends the job, as any other failure of that expression does. */
const withDocuments = async (outcome: Outcome, documents: JobDocuments, redactor: Redactor): Promise<Outcome> => {
  if (outcome.variables === undefined) return settle(outcome, documents);
  try {
    const variables = await storeDrafts(documents, outcome.variables as JsonObject);
    if (variables === outcome.variables) return settle(outcome, documents);
    checkStorable(variables, 'The variables of the error expression');
    return settle({ ...outcome, variables }, documents);
  } catch (thrown) {
    return settle(failedByError({ retries: 0, backoff: 0 }, redactor.error(thrown)).outcome, documents);
  }
};

/**
 * Executes one job of a runtime: reads the task headers, makes one attempt within its time limit, and applies the error
 * expression. Sends nothing, and checks neither the connector nor the services.
 * Never rejects: every problem is an outcome of kind `fail`.
 *
 * @param connector a valid outbound connector
 * @param job an activated job, or a part of one
 * @example
 * await executeJob(log, { variables: { message: 'hi' } }); // { kind: 'complete', variables: { status: 'ok' } }
 */
export const executeJob = async (
  connector: AnyOutbound,
  job: JobInput,
  services: JobServices = {},
): Promise<Outcome> => {
  const { logger = silentLogger, clock = systemClock, use = [] } = services;
  const retries = retriesOf(job);
  const { random } = clock;
  const names = hasOperations(connector) ? operationHeaders : connectorHeaders;
  let headers: TaskHeaders;
  try {
    headers = readTaskHeaders(job, names);
  } catch (cause) {
    return failedByInput({ retries, backoff: 0 }, errorText(cause), cause).outcome;
  }
  warnOfMisspelt(job, headers, names, connector, logger);
  const attempts = attemptsOf(connector, retries, headers.retryBackoff, logger, random);
  const secrets = createJobSecrets(services);
  const { documents: store, signal } = services;
  const documents = createJobDocuments(store, job, signal);
  let expressions: Expressions | undefined;
  if (headers.resultExpression !== undefined || headers.errorExpression !== undefined) {
    expressions = loadedExpressions() ?? (await loadExpressions());
  }
  const budget = expressions?.createTimeBudget();
  const selected = selectOperation(connector, headers);
  let result: AttemptResult | Returned;
  if (selected.ok) {
    const { connector: one, subject } = selected;
    const parts: AttemptParts = {
      connector: one,
      subject,
      job,
      attempts,
      headers,
      logger,
      random,
      budget,
      secrets,
      use,
      documents,
    };
    try {
      result = await makeAttempt(parts, services);
    } catch (thrown) {
      result = isStopped(services) ? returned(attempts) : failedByError(attempts, thrown);
    }
  } else result = failedByInput(attempts, selected.message);
  if (result.kind === 'returned') return settle(result.outcome, documents);
  const { redactor } = secrets;
  const redacted = result.kind === 'failed' ? redactFailed(result, redactor) : result;
  const outcome = redactor.outcome(applyErrorExpression(redacted, { headers, retries, random, budget, documents }));
  // The same variables, unless the error expression has decided.
  if (redacted.kind === 'succeeded' && outcome.variables === redacted.variables) {
    keepVariablesText(outcome, redacted.text);
  }
  return documents.drafts === undefined ? settle(outcome, documents) : withDocuments(outcome, documents, redactor);
};
