import { uptime } from 'node:os';
import { startTimer } from './timer.ts';

/** Time and random numbers, passed in so that retry rules and pauses can be tested without waiting. */
export interface Clock {
  /** Milliseconds of a clock that never goes back, and that runs on while the machine sleeps. Only differences have a meaning. */
  now(): number;
  /** Milliseconds since the epoch. The system clock can be changed at any time, so use it for timestamps only. */
  date(): number;
  /** A random number from 0 up to but not including 1. */
  random(): number;
  /** Calls back once after `milliseconds`; returns a function that cancels it. */
  timer(milliseconds: number, callback: () => void): () => void;
}

/** The times of a machine, in milliseconds. */
export interface MachineTimes {
  /** Never goes back. On some systems, it stands still while the machine sleeps. */
  steady(): number;
  /** Time of day, which can be set at any time. */
  date(): number;
  /** Since the machine was started, with the times in which it slept. Coarse, and slow to read. */
  uptime(): number;
}

/** A change of the time of day that may be a sleep of the machine. Smaller ones are corrections. */
const noticeable = 1_000;

/** The uptime may be in whole seconds. */
const shortestSleep = 2_500;

/**
 * A time that never goes back and runs on while the machine sleeps. When the time of day has moved ahead of the steady time,
 * the machine may have slept or somebody may have set its clock; only its uptime tells which.
 *
 * @returns a function that gives the time in milliseconds
 */
export const createTime = ({ steady, date, uptime: up }: MachineTimes): (() => number) => {
  let ahead = date() - steady();
  const aheadOfUptime = up() - steady();
  let slept = 0;
  return () => {
    const now = steady();
    const difference = date() - now - ahead;
    if (difference >= noticeable || difference <= -noticeable) {
      ahead += difference;
      const sum = up() - now - aheadOfUptime;
      if (sum - slept >= shortestSleep) slept = sum;
    }
    return now + slept;
  };
};

const uptimeOrNothing = (): number => {
  try {
    return uptime() * 1_000;
  } catch {
    // Some sandboxes do not tell. A sleep of the machine goes unnoticed there.
    return 0;
  }
};

/** The clock of this machine. */
export const systemClock: Clock = {
  now: createTime({ steady: () => performance.now(), date: () => Date.now(), uptime: uptimeOrNothing }),
  date: () => Date.now(),
  random: () => Math.random(),
  timer: startTimer,
};

/** Resolves after `milliseconds`, or as soon as the signal fires. Never rejects: the caller checks the signal. */
export const pause = (clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.timer(milliseconds, finish);
    signal?.addEventListener('abort', finish);
  });

/** A wait that can be interrupted. */
export interface InterruptibleWait {
  /**
   * Resolves with `true` after the time. Resolves with `false` if it was interrupted, now or since the last wait, or if
   * the signal fired.
   */
  wait(milliseconds: number): Promise<boolean>;
  interrupt(): void;
}

/** Creates an interruptible wait; the signal interrupts it for good. */
export const createInterruptibleWait = (clock: Clock, signal: AbortSignal): InterruptibleWait => {
  let isInterrupted = false;
  let end: ((completed: boolean) => void) | undefined;
  const interrupt = (): void => {
    if (end === undefined) isInterrupted = true;
    else end(false);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  return {
    interrupt,
    wait: (milliseconds) =>
      new Promise((resolve) => {
        if (isInterrupted || signal.aborted) {
          isInterrupted = false;
          resolve(false);
          return;
        }
        const finish = (completed: boolean): void => {
          cancel();
          end = undefined;
          resolve(completed);
        };
        const cancel = clock.timer(milliseconds, () => finish(true));
        end = finish;
      }),
  };
};
