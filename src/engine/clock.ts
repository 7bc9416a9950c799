import type { TestClock } from './types.ts';

/** An ordinary moment: tests that run at midnight, on the first of a month or on a whole second hide faults. */
const ordinaryMoment: number = Date.UTC(2026, 0, 14, 9, 41, 27, 350);

/**
 * Makes a clock that stands still until it is advanced. Engines that share it share the time. On its way it stops at
 * every instant at which something falls due, so that `now()` is exact for whatever that sets off.
 *
 * Only the time of processes hangs on it: timers, job deadlines, back-offs, message expiry, `now()` in FEEL. How long a
 * client's call is held (long polls, results that are awaited) is always real time, since clients measure it too.
 *
 * @param start milliseconds since the epoch; default: a fixed moment, the same in every run
 * @throws TypeError when `start`, or the time to advance by, is not a whole number of milliseconds, or is negative
 * @example
 * const clock = createTestClock();
 * const engine = await createEngine({ clock });
 * clock.advance(20_000); // a PT20S timer has fired when this returns
 */
export const createTestClock = (start: number = ordinaryMoment): TestClock => {
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new TypeError(`createTestClock(start) needs whole milliseconds since the epoch, but got ${start}.`);
  }
  let time = start;
  const listeners = new Set<{ readonly listener: () => void; readonly nextDue: () => number | undefined }>();

  const nextInstant = (until: number): number => {
    let instant = until;
    for (const { nextDue } of listeners) instant = Math.min(instant, nextDue() ?? until);
    // Something that stays due although it was fired must not hold the clock: time goes on by a millisecond at least.
    return Math.min(Math.max(instant, time + 1), until);
  };

  const fire = (): void => {
    for (const { listener } of [...listeners]) listener();
  };

  return {
    kind: 'test',
    now: () => time,
    advance: (milliseconds) => {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
        throw new TypeError(`clock.advance(milliseconds) needs a whole number, 0 or more, but got ${milliseconds}.`);
      }
      const until = time + milliseconds;
      fire();
      while (time < until) {
        time = nextInstant(until);
        fire();
      }
    },
    onAdvance: (listener, nextDue = () => undefined) => {
      const entry = { listener, nextDue };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
};
