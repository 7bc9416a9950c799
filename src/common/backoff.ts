/** Bounds of the pauses between attempts, in milliseconds. */
export interface Backoff {
  /** Shortest pause. */
  readonly base: number;
  /** Longest pause. */
  readonly cap: number;
}

/**
 * Computes the pause before the next attempt: exponential with full jitter, so that many clients that failed together
 * do not all return at the same time. It lies between `base` and `base * 2^(attempt + 1)`, and never above `cap`.
 *
 * @param attempt how many attempts had failed before the last one; 0 after the first failure
 * @param random a random number from 0 up to 1
 * @returns milliseconds
 * @example
 * nextDelay(3, 0.5, { base: 50, cap: 5_000 }); // 425
 */
export const nextDelay = (attempt: number, random: number, { base, cap }: Backoff): number => {
  const floor = Math.min(base, cap);
  const ceiling = Math.min(cap, base * 2 ** Math.min(attempt + 1, 40));
  return Math.round(floor + random * (ceiling - floor));
};

/**
 * Whether the nth failure in a row deserves a log line: the 1st, 8th, 64th, 512th, ... Hours of failures make only a
 * handful of lines.
 */
export const isWorthLogging = (attempt: number): boolean => {
  let power = 1;
  while (power < attempt) power *= 8;
  return power === attempt;
};
