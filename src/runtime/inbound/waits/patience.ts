import type { Clock } from '../../../common/clock.ts';

/*
 * Each answer that is passed on takes a place of the answering task until its runtime has taken it. A runtime that is gone never
 * does, so its answers must not take all places for as long as their callers may wait.
 */

/**
 * Passes at once that wait as long as their callers do: to one holder, to one that seems to be gone, and in all, which is half of
 * the places of the answering task.
 */
const patient = { perHolder: 64, perSilentHolder: 8, inAll: 128 };

/** Milliseconds for which the others wait at most, and after which a holder that has taken nothing seems to be gone. */
const impatience = 3_000;

/** Holders without passes that are remembered as gone. */
const maxGone = 1_000;

/** The wait of one pass. */
export interface PassWait {
  /** Milliseconds. */
  readonly longest: number;
  /** The pass has ended: the holder has taken the answer or refused it, its time was over, or the cluster did not answer. */
  end(how: 'taken' | 'expired' | 'failed'): void;
}

/** Decides how long passes to other runtimes wait. */
export interface Patience {
  /** @param longest milliseconds for which the caller waits */
  begin(holder: string, longest: number): PassWait;
}

interface HolderState {
  underWay: number;
  patient: number;
  /** When it last took an answer, or else when the first of those that are under way was passed on. */
  since: number;
  isGone: boolean;
}

/** Creates the patience of a runtime. */
export const createPatience = (clock: Pick<Clock, 'now'>): Patience => {
  const holders = new Map<string, HolderState>();
  let patientInAll = 0;

  const isSilent = ({ underWay, since, isGone }: HolderState): boolean =>
    isGone || (underWay > 0 && clock.now() - since >= impatience);

  const forgetOldest = (): void => {
    if (holders.size <= maxGone) return;
    for (const [holder, { underWay }] of holders) {
      if (underWay > 0) continue;
      holders.delete(holder);
      return;
    }
  };

  return {
    begin: (holder, longest) => {
      const state = holders.get(holder) ?? { underWay: 0, patient: 0, since: 0, isGone: false };
      holders.set(holder, state);
      if (state.underWay === 0) state.since = clock.now();
      const limit = isSilent(state) ? patient.perSilentHolder : patient.perHolder;
      const isPatient = state.patient < limit && patientInAll < patient.inAll;
      state.underWay += 1;
      // This one must not be the one that is forgotten.
      forgetOldest();
      if (isPatient) {
        state.patient += 1;
        patientInAll += 1;
      }
      return {
        longest: isPatient ? longest : Math.min(longest, impatience),
        end: (how) => {
          state.underWay -= 1;
          if (isPatient) {
            state.patient -= 1;
            patientInAll -= 1;
          }
          if (how === 'expired') state.isGone = true;
          if (how === 'taken') {
            state.isGone = false;
            state.since = clock.now();
          }
          if (state.underWay === 0 && !state.isGone) holders.delete(holder);
        },
      };
    },
  };
};
