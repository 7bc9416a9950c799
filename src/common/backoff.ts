/** Bounds of the pauses between attempts, in milliseconds. */
export interface Backoff {
  /** Shortest pause. */
  readonly base: number;
  /** Longest pause. */
  readonly cap: number;
}

/**
 * The pause before another attempt: exponential with full jitter, so that many clients that failed together do not
 * come back together. Between `base` and `base * 2^(attempt + 1)`, never above `cap`.
 *
 * @param attempt how many attempts have failed before the last one; 0 after the first failure
 * @param random chance from 0 up to 1
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
 * Tells whether the nth repetition of a trouble deserves a log line: the 1st, 8th, 64th, 512th, ...
 * A trouble of hours stays a handful of lines.
 */
export const worthALine = (attempt: number): boolean => {
  let power = 1;
  while (power < attempt) power *= 8;
  return power === attempt;
};
