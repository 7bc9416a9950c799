import type { Clock } from '../../common/clock.ts';

/**
 * Notices that the process did not run for a while: it was stopped (SIGSTOP), its machine slept, or something blocked its event
 * loop. What has arrived meanwhile has waited unread, while the cluster's time limits kept running.
 */
export interface Suspensions {
  /** How many milliseconds something that is read now may have waited. 0, unless the process did not run recently. */
  unread(): number;
  stop(): void;
}

/** Milliseconds between two signs of life. */
const interval = 1_000;

/** Milliseconds without a sign of life that count as a suspension; fewer are common on a busy machine. */
const shortest = 2_500;

/** Milliseconds after a suspension in which things that arrived during it may still be read: they wait in several buffers. */
const catchUpTime = 5_000;

/** Calls back again and again; returns a function that ends it. */
export type StartInterval = (milliseconds: number, act: () => void) => () => void;

const startUnrefInterval: StartInterval = (milliseconds, act) => {
  const handle = setInterval(act, milliseconds).unref();
  return () => clearInterval(handle);
};

/**
 * Watches for suspensions until it is stopped.
 *
 * @param onResumed called after a suspension with its length in milliseconds. Things that arrived may have been read before.
 */
export const watchSuspensions = (
  clock: Pick<Clock, 'now'>,
  onResumed: (length: number) => void,
  startInterval: StartInterval = startUnrefInterval,
): Suspensions => {
  let latest = clock.now();
  /** The last sign of life before the latest suspension, and the end of the time to catch up after it. */
  let began = latest;
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  const stop = startInterval(interval, () => {
    const now = clock.now();
    const length = now - latest;
    if (length >= shortest) {
      began = latest;
      caughtUpAt = now + catchUpTime;
      onResumed(length);
    }
    latest = now;
  });
  return {
    unread: () => {
      const now = clock.now();
      // After a suspension, the event loop reads sockets before it calls timers.
      if (now - latest >= shortest) return now - latest;
      return now < caughtUpAt ? now - began : 0;
    },
    stop,
  };
};

/** For clocks that are no real time, such as those of tests: there are no suspensions. */
export const noSuspensions: Suspensions = { unread: () => 0, stop: () => undefined };
