import { startUnrefTimer } from '../../common/timer.ts';
import type { Key } from '../machine/types.ts';
import type { OfferedJob } from './job-distributor.ts';

/**
 * Holds the jobs of a call back until its answer is on its way. Otherwise, a worker has the job before the client that
 * caused it knows the key, and an immediate cancellation comes too late.
 */
export interface AnsweredFirst {
  /**
   * Runs the command of a call. If it causes jobs, they are held until the listener is called that `onAnswered` receives,
   * which must be called even if the command fails.
   */
  run<T>(command: () => T, onAnswered: (listener: () => void) => void): T;
  /** Records a job. The job is passed on at once, or after the answer of the call that caused it. */
  add(job: OfferedJob): void;
  /** Tells whether a job is held; undefined while none is. */
  holds(): ((key: Key) => boolean) | undefined;
  /** Calls the function when no job is held any more that is held now; at once if there is none. */
  afterHeld(act: () => void): void;
  /** Forgets everything that is held. Called when the engine stops. */
  stop(): void;
}

/** What becomes of the jobs. */
export interface AnsweredFirstOptions {
  /** The job may be handed out. */
  readonly offer: (job: OfferedJob) => void;
  /** Jobs were offered after a command. */
  readonly settle: () => void;
}

/** After so many milliseconds, jobs are not held for a client any more that does not read its answer. */
const longestHold = 1000;

type Hold = OfferedJob[];

/** Creates a hold for the jobs of calls. */
export const createAnsweredFirst = ({ offer, settle }: AnsweredFirstOptions): AnsweredFirst => {
  const held = new Map<Key, Hold>();
  const holds = new Set<Hold>();
  const waiting = new Set<{ readonly open: Set<Hold>; readonly act: () => void }>();
  let current: Hold | undefined;
  let isSweeping = false;

  const release = (hold: Hold): void => {
    if (!holds.delete(hold)) return;
    for (const job of hold) {
      if (held.get(job.key) !== hold) continue;
      held.delete(job.key);
      offer(job);
    }
    settle();
    for (const wait of waiting) {
      wait.open.delete(hold);
      if (wait.open.size > 0) continue;
      waiting.delete(wait);
      wait.act();
    }
  };

  const sweep = (): void => {
    if (isSweeping) return;
    isSweeping = true;
    const old = [...holds];
    startUnrefTimer(longestHold, () => {
      isSweeping = false;
      for (const hold of old) release(hold);
      if (holds.size > 0) sweep();
    });
  };

  return {
    run: (command, onAnswered) => {
      const outer = current;
      const hold: Hold = [];
      current = hold;
      try {
        return command();
      } finally {
        current = outer;
        if (hold.length > 0) {
          holds.add(hold);
          onAnswered(() => release(hold));
          sweep();
        }
      }
    },
    add: (job) => {
      if (current === undefined) {
        offer(job);
        return;
      }
      current.push(job);
      held.set(job.key, current);
    },
    holds: () => (held.size === 0 ? undefined : (key) => held.has(key)),
    afterHeld: (act) => {
      if (holds.size === 0) act();
      else waiting.add({ open: new Set(holds), act });
    },
    stop: () => {
      holds.clear();
      held.clear();
      waiting.clear();
    },
  };
};
