import { startTimer } from './timer.ts';

/** Time and random numbers, passed in so that retry rules and pauses can be tested without waiting. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. Only differences have a meaning. */
  now(): number;
  /** Milliseconds since the epoch. The system clock can be changed at any time, so use it for timestamps only. */
  date(): number;
  /** A random number from 0 up to but not including 1. */
  random(): number;
  /** Calls back once after `milliseconds`; returns a function that cancels it. */
  timer(milliseconds: number, callback: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
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
