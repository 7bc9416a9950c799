import { bindInput } from '../connector/bind.ts';
import { isBpmnError, isJobError } from '../connector/errors.ts';
import { fault } from '../connector/fault.ts';
import type { AnyOutboundConnector, Logger, Outcome } from '../connector/types.ts';
import { type Json, toJson } from '../connector/values.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Attempts, failForGood, failOnce, failUntouched, outcomeOfError, readBackoff } from './failure.ts';
import { completeJob, type JobInput, readHeaders, readVariables, retriesOf } from './job.ts';
import { silentLogger } from './logger.ts';
import { checkOutput, problemList } from './output.ts';
import { mapResult } from './result.ts';
import { errorText } from './text.ts';

/** What executing a job needs beside the connector and the job. */
export interface ExecuteServices {
  /** Given to the connector, and told when a result is dropped. Default: drops every line. */
  readonly logger?: Logger;
  /** Fires when the runtime stops: `run` is aborted, and the job fails with the retries that it had. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** The message of jobs that a stopping runtime gives back. */
export const stoppedMessage = 'The runtime stopped before the job was done. No attempt is lost.';

/** From the connector's own result to the variables that complete the job. */
const outcomeOfResult = async (
  connector: AnyOutboundConnector,
  attempts: Attempts,
  headers: Readonly<Record<string, string>>,
  result: unknown,
  logger: Logger,
): Promise<Outcome> => {
  if (isBpmnError(result) || isJobError(result)) return outcomeOfError(attempts, result);
  const checked = await checkOutput(connector.output, result);
  if (!checked.ok) {
    const what = `The result of the connector "${connector.type}" does not fit its output schema:`;
    return failOnce(attempts, `${what}\n${problemList(checked.problems)}`);
  }
  let json: Json;
  try {
    json = toJson(checked.value);
  } catch (cause) {
    const what = `The result of the connector "${connector.type}" cannot become process variables:`;
    return failOnce(attempts, `${what} ${errorText(cause)}`, cause);
  }
  const mapped = mapResult(connector, headers, json);
  if (!mapped.ok) {
    return (mapped.again ? failOnce : failForGood)(attempts, mapped.message, mapped.cause);
  }
  if (mapped.dropped !== undefined) {
    logger.debug(
      `The result of kind ${mapped.dropped} is dropped: neither the task nor the connector names a variable for it.`,
    );
  }
  return { kind: 'complete', variables: mapped.variables };
};

/** Parses, binds, runs and maps: all of the job but its time limit. */
const attempt = async (
  connector: AnyOutboundConnector,
  job: JobInput,
  attempts: Attempts,
  headers: Readonly<Record<string, string>>,
  logger: Logger,
  signal: AbortSignal,
): Promise<Outcome> => {
  let variables: Readonly<Record<string, unknown>>;
  try {
    variables = readVariables(job);
  } catch (cause) {
    return failForGood(attempts, errorText(cause), cause);
  }
  try {
    const bound = await bindInput(connector.input, variables);
    if (!bound.ok) {
      const what = `The job's variables do not fit the input of the connector "${connector.type}":`;
      return failForGood(attempts, `${what}\n${problemList(bound.problems)}`, bound.cause);
    }
    // Whatever was asked for in the meantime: a connector that is not wanted any more does not begin.
    if (signal.aborted) return failUntouched(attempts, stoppedMessage);
    const context = { job: completeJob(job, connector.type, variables, headers), signal, logger };
    const result: unknown = await connector.run(bound.value, context);
    return await outcomeOfResult(connector, attempts, headers, result, logger);
  } catch (thrown) {
    return outcomeOfError(attempts, thrown);
  }
};

/** Runs the attempt until it ends, its time is over, or the runtime stops; what comes later is dropped. */
const withinTime = (
  connector: AnyOutboundConnector,
  attempts: Attempts,
  { signal: stopping, clock = systemClock }: ExecuteServices,
  start: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> =>
  new Promise((resolve) => {
    const controller = new AbortController();
    const finish = (outcome: Outcome): void => {
      cancelTimer();
      stopping?.removeEventListener('abort', onStop);
      resolve(outcome);
    };
    const onStop = (): void => {
      finish(failUntouched(attempts, stoppedMessage));
      controller.abort(fault('timeout', { what: stoppedMessage }));
    };
    const onTimeout = (): void => {
      const late = fault('timeout', {
        what: `The connector "${connector.type}" did not end within its timeout of ${connector.timeout} s.`,
      });
      finish(failOnce(attempts, late.message, late));
      controller.abort(late);
    };
    const cancelTimer = clock.timer(connector.timeout * 1000, onTimeout);
    stopping?.addEventListener('abort', onStop);
    start(controller.signal).then(finish, (thrown: unknown) => finish(failOnce(attempts, errorText(thrown), thrown)));
  });

/**
 * Executes one job and says what it yields, as data: nothing is sent, so that a unit test needs no cluster. Checks the
 * variables against the connector's input schema, calls `run` under the connector's timeout, checks and maps the result.
 * Never rejects: whatever goes wrong is an outcome of kind `fail`.
 *
 * @param connector an outbound connector
 * @param job an activated job, or as much of one as matters, e.g. `{ variables: { message: 'hi' } }`; 3 retries unless
 *   it says otherwise
 * @param services logger, stop signal and clock; all optional
 * @example
 * await executeOutbound(log, { variables: { message: 'hi' } }); // { kind: 'complete', variables: { status: 'ok' } }
 */
export const executeOutbound = async (
  connector: AnyOutboundConnector,
  job: JobInput,
  services: ExecuteServices = {},
): Promise<Outcome> => {
  const { logger = silentLogger, signal } = services;
  const retries = retriesOf(job);
  let headers: Readonly<Record<string, string>>;
  try {
    headers = readHeaders(job);
  } catch (cause) {
    return failForGood({ retries, backoff: 0 }, errorText(cause), cause);
  }
  const backoff = readBackoff(headers);
  if (!backoff.ok) return failForGood({ retries, backoff: 0 }, backoff.message);
  const attempts: Attempts = { retries, backoff: backoff.backoff };
  if (signal?.aborted === true) return failUntouched(attempts, stoppedMessage);
  return await withinTime(connector, attempts, services, (abort) =>
    attempt(connector, job, attempts, headers, logger, abort),
  );
};
