/**
 * The back-off: the pause between a failed attempt and the next one. The first of these that is present decides:
 * the error itself, the task header `retryBackoff`, the connector's `retryBackoff`. Without any, there is no pause.
 */
import type { JobError } from '../../connector/errors.ts';
import type { AnyOutbound, Logger, RetryBackoff } from '../../connector/types.ts';
import { errorText } from '../shared/error-text.ts';
import { defaultRetries } from './job.ts';

/** What a failure needs to know about the attempts of its job. */
export interface Attempts {
  /** Attempts left, including the current one. */
  readonly retries: number;
  /** Milliseconds until the next attempt, unless the error sets its own. */
  readonly backoff: number;
}

/** The protocol transmits the number of attempts as a 32-bit integer. */
export const maxRetries: number = 2 ** 31 - 1;

/** The protocol transmits a back-off as a 64-bit integer. A JavaScript number is exact only up to 53 bits. */
export const longestBackoff: number = Number.MAX_SAFE_INTEGER;

/** Seconds. */
const defaultLongest = 300;

/**
 * A growing back-off in milliseconds: grows by `factor` per attempt within its bounds, and then varies by up to
 * `jitterFactor` of itself.
 *
 * @param random a random number from 0 up to but not including 1
 */
export const growingBackoff = (
  {
    attempt,
    minDelay,
    factor,
    maxDelay,
    jitterFactor,
  }: {
    readonly attempt: number;
    readonly minDelay: number;
    readonly factor: number;
    readonly maxDelay: number;
    readonly jitterFactor: number;
  },
  random: number,
): number => {
  // Infinity times a delay of 0 would be NaN.
  const raw = minDelay * Math.min(factor ** (attempt - 1), Number.MAX_VALUE);
  const clamped = Math.min(Math.max(raw, minDelay), maxDelay);
  return Math.max(0, Math.round(clamped + (random * 2 - 1) * jitterFactor * clamped));
};

const attemptOf = (retries: number, attempts: number): number => Math.max(1, attempts - retries + 1);

/**
 * The back-off in milliseconds that a connector's own `retryBackoff` sets.
 *
 * The cluster reports how many attempts are left, not how many have been made. So the number of the attempt is that of a
 * task with the usual 3 attempts, unless the setting has another number.
 *
 * @param retries attempts left, including the failed one
 * @param random a random number from 0 up to but not including 1
 * @throws what the author's own function throws, and a TypeError if it does not return a number of seconds
 * @example
 * connectorBackoff({ initial: 1, factor: 2, jitter: 0 }, 2, 0.5); // 2000: the second of three attempts
 */
export const connectorBackoff = (setting: RetryBackoff, retries: number, random: number): number => {
  if (typeof setting === 'object') {
    const { initial, factor = 2, max = defaultLongest, jitter = 0.1, attempts = defaultRetries } = setting;
    const attempt = attemptOf(retries, attempts);
    const bounds = { minDelay: initial * 1000, maxDelay: Math.max(initial, max) * 1000 };
    return Math.min(growingBackoff({ ...bounds, attempt, factor, jitterFactor: jitter }, random), longestBackoff);
  }
  const seconds = typeof setting === 'function' ? setting(attemptOf(retries, defaultRetries), retries) : setting;
  if (!(Number.isFinite(seconds) && seconds >= 0)) {
    throw new TypeError('retryBackoff must return a number of seconds, 0 or more.');
  }
  return Math.min(Math.round(seconds * 1000), longestBackoff);
};

/**
 * The attempts of a job. The connector's own function is called only if a failure reads the back-off; if it fails, there is
 * no pause and a line at level warn.
 *
 * @param retries attempts left, including the current one
 * @param header milliseconds of the task header; `undefined` if it is absent
 */
export const attemptsOf = (
  { retryBackoff, type }: AnyOutbound,
  retries: number,
  header: number | undefined,
  logger: Logger,
  random: () => number,
): Attempts => {
  if (header !== undefined) return { retries, backoff: header };
  if (retryBackoff === undefined) return { retries, backoff: 0 };
  return {
    retries,
    get backoff() {
      try {
        return connectorBackoff(retryBackoff, retries, random());
      } catch (error) {
        logger.warn(`The connector "${type}" is retried without a back-off: ${errorText(error)}`);
        return 0;
      }
    },
  };
};

/** The attempts of a job that fails with a `jobError(…)`, which may set both its number of attempts and its back-off. */
export const attemptsOfJobError = ({ retries, backoff }: JobError, attempts: Attempts): Attempts => ({
  retries: Math.min(retries ?? attempts.retries - 1, maxRetries) + 1,
  backoff: backoff === undefined ? attempts.backoff : Math.min(Math.round(backoff * 1000), longestBackoff),
});
