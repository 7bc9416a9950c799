/** A clock that a test moves by hand: time passes only by `advance`. Made by `createTestClock`. */
export interface TestClock {
  readonly kind: 'test';
  /** Milliseconds since the epoch. */
  now(): number;
  /** Advances the clock and fires, in the order of due times, everything that is due on the engines that use it. */
  advance(milliseconds: number): void;
  /**
   * Called by the engine; returns a function that unsubscribes. With `nextDue`, the clock stops at each due time on its
   * way.
   */
  onAdvance(listener: () => void, nextDue?: () => number | undefined): () => void;
}

/** Not midnight, not the first of a month, not a full second: tests at such times hide errors. */
const defaultStart: number = Date.UTC(2026, 0, 14, 9, 41, 27, 350);

/**
 * Creates a clock that stands still until it is advanced. Engines that share the clock share the time. On its way, the
 * clock stops at every due time, so that `now()` is exact for everything that follows from it.
 *
 * The clock determines only the time of processes: timers, job deadlines, back-offs, expiry of messages, `now()` in FEEL.
 * How long calls of clients are held (long polls, awaited results) is always real time, because clients measure it, too.
 *
 * @param start milliseconds since the epoch; default: a fixed time, the same in every run
 * @throws TypeError if `start`, or the time to advance by, is negative or not an integer
 * @example
 * const clock = createTestClock();
 * const engine = await createEngine({ clock });
 * clock.advance(20_000); // when this returns, a PT20S timer has fired
 */
export const createTestClock = (start: number = defaultStart): TestClock => {
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new TypeError(`createTestClock(start) needs milliseconds since the epoch as an integer, but got ${start}.`);
  }
  let time = start;
  const listeners = new Set<{ readonly listener: () => void; readonly nextDue: () => number | undefined }>();

  const nextStop = (until: number): number => {
    let stop = until;
    for (const { nextDue } of listeners) stop = Math.min(stop, nextDue() ?? until);
    // Something that is still due after it was fired must not stop the clock, so it advances by at least 1 ms.
    return Math.min(Math.max(stop, time + 1), until);
  };

  const fire = (): void => {
    for (const { listener } of [...listeners]) listener();
  };

  return {
    kind: 'test',
    now: () => time,
    advance: (milliseconds) => {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
        throw new TypeError(`clock.advance(milliseconds) needs an integer of at least 0, but got ${milliseconds}.`);
      }
      const until = time + milliseconds;
      fire();
      while (time < until) {
        time = nextStop(until);
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
