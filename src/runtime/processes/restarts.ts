import { nextDelay } from '../../common/backoff.ts';

/** Milliseconds. A process that ends sooner after its start has ended at once. */
export const shortLife = 10_000;

/** How often in a row a process may end at once. */
export const maxShortLives = 5;

/** Milliseconds before a process is started again. */
const pauses = { base: 250, cap: 30_000 };

/** What follows from the end of a process. */
export interface Restart {
  /** How often in a row it has now ended at once. */
  readonly shortLives: number;
  /** Milliseconds until it is started again; absent if it is not. */
  readonly delay?: number;
}

/**
 * Decides whether and when a process is started again. Pure.
 *
 * @param shortLives how often in a row it had ended at once before
 * @param lived milliseconds from its start to its end
 * @param random from 0 up to 1
 */
export const restartAfter = (shortLives: number, lived: number, random: number): Restart => {
  const count = lived < shortLife ? shortLives + 1 : 0;
  if (count >= maxShortLives) return { shortLives: count };
  return { shortLives: count, delay: nextDelay(Math.max(0, count - 1), random, pauses) };
};
