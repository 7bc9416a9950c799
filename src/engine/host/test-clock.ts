/** The clock of processes, which a test or a page moves by hand. It stands still, or it runs. Made by `createTestClock`. */
export interface TestClock {
  readonly kind: 'test';
  /** Whether time passes by itself. */
  readonly running: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Advances the clock and fires, in the order of due times, everything that is due on the engines that use it. */
  advance(milliseconds: number): void;
  /** As `advance`, to a time in milliseconds since the epoch. If the clock runs and has passed it, nothing changes. */
  advanceTo(time: number): void;
  /** From now on, time passes as fast as real time. Does nothing if it does so already. */
  run(): void;
  /** From now on, the clock stands still. Does nothing if it does so already. */
  pause(): void;
  /**
   * Called by the engine; returns a function that unsubscribes. The listener is called when time was advanced, and when the
   * clock begins to run or to stand still. With `nextDue`, the clock stops at each due time on its way.
   */
  onAdvance(listener: () => void, nextDue?: () => number | undefined): () => void;
}

/** Not midnight, not the first of a month, not a full second: tests at such times hide errors. */
const defaultStart: number = Date.UTC(2026, 0, 14, 9, 41, 27, 350);

/**
 * Creates a clock that stands still until it is advanced or runs. Engines that share the clock share the time. On its way,
 * the clock stops at every due time, so that `now()` is exact for everything that follows from it.
 *
 * The clock determines only the time of processes: timers, job deadlines, back-offs, expiry of messages, `now()` in FEEL.
 * How long calls of clients are held (long polls, awaited results) is always real time, because clients measure it, too.
 *
 * @param start milliseconds since the epoch; default: a fixed time, the same in every run
 * @throws TypeError if `start`, or the time to advance by, is negative or not an integer, or if `advanceTo` is given a time
 *   that is before the time of a clock that stands still
 * @example
 * const clock = createTestClock();
 * const engine = await createEngine({ clock });
 * clock.advance(20_000); // when this returns, a PT20S timer has fired
 * clock.run(); // from now on, time passes by itself, and clock.advance skips some of it
 */
export const createTestClock = (start: number = defaultStart): TestClock => {
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new TypeError(`createTestClock(start) needs milliseconds since the epoch as an integer, but got ${start}.`);
  }
  /** The time while the clock stands still; while it runs, the time at `since`. */
  let time = start;
  /** On the clock of `performance.now()`, which nobody sets back. Undefined while the clock stands still. */
  let since: number | undefined;
  const listeners = new Set<{ readonly listener: () => void; readonly nextDue: () => number | undefined }>();

  const now = (): number => (since === undefined ? time : time + Math.floor(performance.now() - since));

  const nextStop = (until: number): number => {
    let stop = until;
    for (const { nextDue } of listeners) stop = Math.min(stop, nextDue() ?? until);
    // Something that is still due after it was fired must not stop the clock, so it advances by at least 1 ms.
    return Math.min(Math.max(stop, time + 1), until);
  };

  const fire = (): void => {
    for (const { listener } of [...listeners]) listener();
  };

  const stand = (): void => {
    time = now();
    since = undefined;
  };

  const moveTo = (until: number): void => {
    // While the clock is moved, only the due times on its way count.
    const wasRunning = since !== undefined;
    stand();
    fire();
    while (time < until) {
      time = nextStop(until);
      fire();
    }
    if (!wasRunning) return;
    since = performance.now();
    fire();
  };

  return {
    kind: 'test',
    get running() {
      return since !== undefined;
    },
    now,
    advance: (milliseconds) => {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
        throw new TypeError(`clock.advance(milliseconds) needs an integer of at least 0, but got ${milliseconds}.`);
      }
      moveTo(now() + milliseconds);
    },
    advanceTo: (until) => {
      const missed = since === undefined && until < time;
      if (!Number.isSafeInteger(until) || until < 0 || missed) {
        throw new TypeError(
          `clock.advanceTo(time) needs milliseconds since the epoch as an integer, not before the time of the clock (${now()}), but got ${until}.`,
        );
      }
      moveTo(Math.max(until, now()));
    },
    run: () => {
      if (since !== undefined) return;
      since = performance.now();
      fire();
    },
    pause: () => {
      if (since === undefined) return;
      stand();
      fire();
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
