/** The argument of `context.extend`, for jobs of a runtime and for unit tests alike. */
import { fault } from '../common/fault.ts';

/** Node's timers cannot hold more milliseconds; a longer one would fire at once. */
const longestTimer = 2_147_483_647;

/** Throws a fault of kind `definition` if `context.extend` cannot have this argument. */
export const checkExtension = (milliseconds: unknown): void => {
  if (typeof milliseconds === 'number' && milliseconds > 0 && milliseconds <= longestTimer) return;
  throw fault('definition', {
    what: `The time must be a number of milliseconds above 0 and of at most ${longestTimer}, but it is ${typeof milliseconds === 'number' ? milliseconds : `of type ${typeof milliseconds}`}.`,
    where: 'context.extend(milliseconds)',
    fix: 'pass the milliseconds that `run` needs from now on, e.g. 60_000.',
  });
};

/** Fewer milliseconds are hardly meant: `timeout` and `lease` are in seconds, so this is likely a number of seconds. */
const implausible = 1000;

/**
 * Says how to write a time that is likely a number of seconds.
 *
 * @returns `undefined` for a plausible number of milliseconds
 * @example
 * extensionAdvice(5); // 'context.extend(5) asks for 5 milliseconds; for 5 seconds, write context.extend(5_000).'
 */
export const extensionAdvice = (milliseconds: number): string | undefined => {
  if (milliseconds >= implausible) return undefined;
  const written = String(Math.round(milliseconds * 1000)).replace(/\B(?=(?:\d{3})+$)/g, '_');
  return `context.extend(${milliseconds}) asks for ${milliseconds} milliseconds; for ${milliseconds} seconds, write context.extend(${written}).`;
};
