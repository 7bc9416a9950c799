import { onAbort } from '../../common/abort.ts';
import { type Clock, systemClock } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import type { AnyOutbound, Logger, OutboundMiddleware, Outcome } from '../../connector/types.ts';
import { createJobSecrets } from '../secrets/job-secrets.ts';
import type { SecretSettings } from '../secrets/types.ts';
import { errorText } from '../shared/error-text.ts';
import { silentLogger } from '../shared/logger.ts';
import { type AttemptParts, attempt, type Returned, returned, stoppedMessage } from './attempt.ts';
import { type Ending, judge } from './error-expression.ts';
import { errorTypes } from './error-variable.ts';
import { type Attempts, failedByError, failedByInput, failedWith, failOnce, readBackoff } from './failure.ts';
import type { Headers } from './headers.ts';
import { type JobInput, readHeaders, retriesOf } from './job.ts';
import { readJobTimeout, runTime, type UpdateTimeout } from './job-timeout.ts';
import { chooseOperation } from './operation.ts';
import { connectorBackoff } from './retry-backoff.ts';

/** What executing a job needs beside the connector and the job. */
export interface ExecuteServices extends SecretSettings {
  /** Given to the connector, and told when a result is dropped. Default: drops every line. */
  readonly logger?: Logger;
  /** Fires when the runtime stops: `run` is aborted, and the job fails with the retries that it had. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /**
   * Carries out the task header `jobTimeout`, before `run`. Default: nobody is asked, and the header only bounds the
   * time of `run`.
   */
  readonly updateTimeout?: UpdateTimeout;
  /**
   * Told when the job has its outcome although `run` has not ended, because it does not heed its signal. The promise
   * resolves when it does end; it never rejects.
   */
  readonly leftRunning?: (run: Promise<void>) => void;
  /** Functions around `run`, outside those of the connector; the first is the outermost. */
  readonly use?: readonly OutboundMiddleware[];
}

/** Runs the attempt until it ends, its time is over, or the runtime stops; what comes later is dropped. */
const withinTime = (
  parts: AttemptParts,
  milliseconds: number,
  { signal: stopping, clock = systemClock, leftRunning }: ExecuteServices,
): Promise<Ending | Returned> =>
  new Promise((resolve) => {
    const { subject, attempts } = parts;
    const controller = new AbortController();
    const finish = (ending: Ending | Returned): void => {
      cancelTimer();
      ignoreStop?.();
      resolve(ending);
    };
    const leave = (): void => {
      leftRunning?.(
        work.then(
          () => {},
          () => {},
        ),
      );
    };
    const onStop = (): void => {
      leave();
      finish(returned(attempts));
      controller.abort(fault('timeout', { what: stoppedMessage }));
    };
    const onTimeout = (): void => {
      const late = fault('timeout', {
        what: `The ${subject} did not end within its timeout of ${milliseconds / 1000} s.`,
      });
      leave();
      finish(failedWith(errorTypes.timeout, failOnce(attempts, late.message, late)));
      controller.abort(late);
    };
    const cancelTimer = clock.timer(milliseconds, onTimeout);
    // Not a listener of its own: finding it again among those of all jobs in hand would take longer than the job.
    const ignoreStop = stopping === undefined ? undefined : onAbort([stopping], onStop);
    const work = attempt(parts, controller.signal);
    work.then(finish, (thrown: unknown) => finish(failedByError(attempts, thrown)));
  });

/** Milliseconds that `run` may take, agreed with the cluster where the task asks for a time of its own. */
const agreeOnTime = async (
  { connector, headers, attempts, logger }: AttemptParts,
  { updateTimeout }: ExecuteServices,
): Promise<number | Ending> => {
  const wanted = readJobTimeout(headers);
  if (!wanted.ok) return failedByInput(attempts, wanted.message);
  if (wanted.timeout === undefined) return connector.timeout * 1000;
  if (updateTimeout === undefined) return runTime(wanted.timeout);
  const { milliseconds, certain } = await updateTimeout(wanted.timeout);
  if (!certain)
    logger.warn('The cluster did not answer whether it leaves the job for the time of its jobTimeout header.');
  if (milliseconds > 0) return runTime(milliseconds);
  const what = 'The time of the jobTimeout header was over before the cluster had granted it.';
  return failedWith(errorTypes.timeout, failOnce(attempts, what));
};

const endingOf = async (
  parts: AttemptParts,
  backoff: HeaderBackoff,
  services: ExecuteServices,
): Promise<Ending | Returned> => {
  const { attempts } = parts;
  if (!backoff.ok) return failedByInput({ ...attempts, backoff: 0 }, backoff.message);
  const isStopped = (): boolean => services.signal?.aborted === true;
  if (isStopped()) return returned(attempts);
  try {
    const time = await agreeOnTime(parts, services);
    if (typeof time !== 'number') return time;
    return isStopped() ? returned(attempts) : await withinTime(parts, time, services);
  } catch (thrown) {
    return isStopped() ? returned(attempts) : failedByError(attempts, thrown);
  }
};

/** What the task header `retryBackoff` says. */
type HeaderBackoff = ReturnType<typeof readBackoff>;

/** The header wins over the connector, whose own function is called only when a failure asks for it. */
const attemptsOf = (
  { retryBackoff, type }: AnyOutbound,
  retries: number,
  header: HeaderBackoff,
  logger: Logger,
  random: () => number,
): Attempts => {
  if (header.ok && header.backoff !== undefined) return { retries, backoff: header.backoff };
  if (retryBackoff === undefined) return { retries, backoff: 0 };
  const own = (): number => {
    try {
      return connectorBackoff(retryBackoff, retries, random());
    } catch (error) {
      logger.warn(`The connector "${type}" has no pause before the next attempt: ${errorText(error)}`);
      return 0;
    }
  };
  return {
    retries,
    get backoff() {
      return own();
    },
  };
};

/**
 * Executes one job and says what it yields, as data: nothing is sent, so that a unit test needs no cluster. Checks the
 * variables against the connector's input schema, calls `run` under the connector's timeout, checks and maps the result,
 * and lets the task's error expression have the last word.
 * Never rejects: whatever goes wrong is an outcome of kind `fail`.
 *
 * @param connector an outbound connector; one with operations executes what the job's header `operation` names
 * @param job an activated job, or as much of one as matters, e.g. `{ variables: { message: 'hi' } }`; 3 retries unless
 *   it says otherwise
 * @param services logger, stop signal, clock and more; all optional
 * @example
 * await executeOutbound(log, { variables: { message: 'hi' } }); // { kind: 'complete', variables: { status: 'ok' } }
 */
export const executeOutbound = async (
  connector: AnyOutbound,
  job: JobInput,
  services: ExecuteServices = {},
): Promise<Outcome> => {
  const { logger = silentLogger, clock = systemClock } = services;
  const retries = retriesOf(job);
  const { random } = clock;
  let headers: Headers;
  try {
    headers = readHeaders(job);
  } catch (cause) {
    return failedByInput({ retries, backoff: 0 }, errorText(cause), cause).outcome;
  }
  const backoff = readBackoff(headers);
  const attempts = attemptsOf(connector, retries, backoff, logger, random);
  const secrets = createJobSecrets(services);
  const chosen = chooseOperation(connector, headers);
  const ending = chosen.ok
    ? await endingOf(
        {
          connector: chosen.connector,
          subject: chosen.subject,
          job,
          attempts,
          headers,
          logger,
          random,
          secrets,
          use: services.use ?? [],
        },
        backoff,
        services,
      )
    : failedByInput(attempts, chosen.message);
  if (ending.kind === 'returned') return ending.outcome;
  const { redactor } = secrets;
  const told = ending.kind === 'failed' ? redactor.failed(ending) : ending;
  return redactor.outcome(judge(told, { headers, retries, random }));
};
