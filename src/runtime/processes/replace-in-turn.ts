import { type Clock, pause } from '../../common/clock.ts';
import type { Logger } from '../../connector/types.ts';
import type { Child } from './child.ts';
import type { Place } from './places.ts';
import { replaceSignal } from './replace-signal.ts';

/** Milliseconds for a new process to work. Its modules may take a minute. */
const startTime = 90_000;

/** What replacing needs of the supervisor. */
export interface ReplaceServices {
  /** Starts a process as the successor of the current one. */
  readonly startSuccessor: (place: Place) => Child;
  /** Called for a place whose process has ended, and whose successor does not work either. */
  readonly fill: (place: Place) => void;
  readonly isStopping: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Whether a process works in time; `undefined` if it takes too long. */
const worksInTime = async ({ works }: Child, clock: Clock): Promise<boolean | undefined> => {
  const decided = new AbortController();
  const late = pause(clock, startTime, decided.signal).then(() => undefined);
  try {
    return await Promise.race([works, late]);
  } finally {
    decided.abort();
  }
};

const failure = async (successor: Child, works: boolean | undefined): Promise<string> => {
  if (works === undefined) {
    successor.stop();
    return `does not work ${startTime / 1000} s after its start`;
  }
  const { exitCode, signal } = await successor.ended;
  return signal === null ? `has ended with exit code ${exitCode}` : `was ended by ${signal}`;
};

/** Replaces one process. Resolves with whether the new one works. */
const replace = async (place: Place, services: ReplaceServices): Promise<boolean> => {
  const { startSuccessor, fill, isStopping, clock, logger } = services;
  const successor = startSuccessor(place);
  const works = await worksInTime(successor, clock);
  place.successor = undefined;
  if (isStopping()) return false;
  if (works !== true) {
    const reason = await failure(successor, works);
    const old = place.current;
    const rest = old === undefined ? 'It starts again.' : `Pid ${old.pid} continues to work.`;
    logger.error(
      `Process ${place.number} was not replaced: pid ${successor.pid} ${reason}. ${rest} No further process is replaced. Fix: see its lines above for the reason, correct it, and send ${replaceSignal} again.`,
    );
    if (old === undefined) fill(place);
    return false;
  }
  const old = place.current;
  place.current = successor;
  place.shortLives = 0;
  if (old === undefined) return true;
  place.leaving = old;
  logger.info(`Process ${place.number}: pid ${successor.pid} has replaced pid ${old.pid}, which stops.`);
  old.stop();
  await old.ended;
  place.leaving = undefined;
  return !isStopping();
};

/**
 * Replaces processes one after the other: a new process must work before the old one stops, and the old one must have ended
 * before the next one is replaced. A new process that does not work ends it; all others continue to work.
 */
export const replaceInTurn = async (places: readonly Place[], services: ReplaceServices): Promise<void> => {
  const { clock, logger } = services;
  const begun = clock.now();
  for (const place of places) {
    // What has ended starts again by itself, with the new files.
    if (place.current === undefined || place.current.startedAt >= begun) continue;
    if (!(await replace(place, services))) return;
  }
  logger.info(`All ${places.length} processes are new.`);
};
