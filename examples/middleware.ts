/** Functions around `run`: each a few lines, for a connector's `use` or a runtime's. */
import { isJobError, jobError, type Next, type OutboundContext, type OutboundMiddleware } from 'camunda-connectors';

// #region log
/** Logs each input at level debug. The logger knows the job's secrets, and writes *** for them. */
export const logInput: OutboundMiddleware = (input, { job, logger }, next) => {
  logger.debug(`input of job ${job.key}:`, input);
  return next();
};
// #endregion

// #region idempotency
/**
 * Lets a service recognise repetitions: the key is the same in every attempt, and another one each time the process
 * comes to the task. For connectors whose input has headers.
 */
export const idempotencyKey = <Input extends { readonly headers: Readonly<Record<string, string>> }, Result>(
  input: Input,
  { job }: OutboundContext,
  next: Next<Input, Result, OutboundContext>,
): Promise<Result> => next({ ...input, headers: { 'idempotency-key': job.elementInstanceKey, ...input.headers } });
// #endregion

// #region breaker
/**
 * Leaves a service in peace after so many failures in a row: for the pause, jobs go back with the attempts that they
 * had. Then one more failure is enough for the next pause.
 */
export const circuitBreaker = ({ failures = 5, pause = 30, now = Date.now } = {}): OutboundMiddleware => {
  let inARow = 0;
  let closedUntil = 0;
  const count = (failed: boolean): void => {
    inARow = failed ? inARow + 1 : 0;
    if (inARow >= failures) closedUntil = now() + pause * 1000;
  };
  return async (_input, { job }, next) => {
    const backoff = (closedUntil - now()) / 1000;
    if (backoff > 0)
      throw jobError('The service failed too often and is left in peace', { retries: job.retries, backoff });
    try {
      const result = await next();
      count(isJobError(result));
      return result;
    } catch (error) {
      count(true);
      throw error;
    }
  };
};
// #endregion
