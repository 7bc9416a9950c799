/** Three small middleware functions, for the `use` of a connector or of a runtime. */
import { isJobError, jobError, type Next, type OutboundContext, type OutboundMiddleware } from 'camunda-connectors';

// #region log
/** Logs each input at level debug. The logger masks the job's secrets as `***`. */
export const logInput: OutboundMiddleware = (input, { job, logger }, next) => {
  logger.debug(`input of job ${job.key}:`, input);
  return next();
};
// #endregion

// #region idempotency
/**
 * Lets a service recognise a repeated request: the key is the same in every attempt of a job, and different each time
 * the process reaches the task. For connectors whose input has `headers`.
 */
export const idempotencyKey = <Input extends { readonly headers: Readonly<Record<string, string>> }, Result>(
  input: Input,
  { job }: OutboundContext,
  next: Next<Input, Result, OutboundContext>,
): Promise<Result> => next({ ...input, headers: { 'idempotency-key': job.elementInstanceKey, ...input.headers } });
// #endregion

// #region breaker
/**
 * Stops calling a service after a number of consecutive failures. During the pause, jobs fail without losing an attempt.
 * After the pause, a single failure starts the next one.
 */
export const circuitBreaker = ({ failures = 5, pause = 30, now = Date.now } = {}): OutboundMiddleware => {
  let consecutive = 0;
  let pausedUntil = 0;
  const count = (failed: boolean): void => {
    consecutive = failed ? consecutive + 1 : 0;
    if (consecutive >= failures) pausedUntil = now() + pause * 1000;
  };
  return async (_input, { job }, next) => {
    const backoff = (pausedUntil - now()) / 1000;
    if (backoff > 0) throw jobError('Paused after repeated failures', { retries: job.retries, backoff });
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
