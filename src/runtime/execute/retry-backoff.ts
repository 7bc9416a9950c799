import type { RetryBackoff } from '../../connector/types.ts';
import { backoffTime } from './connector-functions.ts';
import { longestBackoff } from './failure.ts';

/** What Zeebe gives a task that names no number of attempts, and what templates write. */
export const usualRetries = 3;

/** Seconds. */
const usualLongest = 300;

const attemptOf = (retries: number, attempts: number): number => Math.max(1, attempts - retries + 1);

/**
 * Milliseconds that a connector's own `retryBackoff` puts between a failed attempt and the next one.
 *
 * The cluster tells how many attempts are left, not how many have been: the number of the attempt is that of a task with
 * the usual 3, unless the setting names another number.
 *
 * @param retries attempts left, the failed one included
 * @param random chance from 0 up to 1
 * @throws what the author's own function throws, and a TypeError when it gives no number of seconds
 * @example
 * connectorBackoff({ initial: 1, factor: 2, jitter: 0 }, 2, 0.5); // 2000: the second of three attempts
 */
export const connectorBackoff = (setting: RetryBackoff, retries: number, random: number): number => {
  if (typeof setting === 'object') {
    const { initial, factor = 2, max = usualLongest, jitter = 0.1, attempts = usualRetries } = setting;
    const attempt = attemptOf(retries, attempts);
    const bounds = { minDelay: initial * 1000, maxDelay: Math.max(initial, max) * 1000 };
    return Math.min(backoffTime({ ...bounds, attempt, factor, jitterFactor: jitter }, random), longestBackoff);
  }
  const seconds = typeof setting === 'function' ? setting(attemptOf(retries, usualRetries), retries) : setting;
  if (!(Number.isFinite(seconds) && seconds >= 0)) {
    throw new TypeError('retryBackoff must give a number of seconds, 0 or more.');
  }
  return Math.min(Math.round(seconds * 1000), longestBackoff);
};
