import { type Clock, systemClock } from '../../../src/common/clock.ts';

/** A clock that stands still until a test advances it. */
export interface ManualClock extends Clock {
  /** Advances the time and fires the timers that become due, in order. */
  advance(milliseconds: number): void;
  /** Milliseconds until each open timer fires. */
  timers(): readonly number[];
}

/** The date at which each clock starts. */
const startOfTime = Date.UTC(2030, 0);

/** Creates a clock that stands at 0. */
export const createManualClock = (random: () => number = () => 0.5): ManualClock => {
  let now = 0;
  let last = 0;
  const open = new Map<number, { readonly due: number; readonly callback: () => void }>();
  const soonest = () => [...open].sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
  return {
    now: () => now,
    date: () => startOfTime + now,
    random,
    timer: (milliseconds, callback) => {
      const id = ++last;
      open.set(id, { due: now + milliseconds, callback });
      return () => {
        open.delete(id);
      };
    },
    advance: (milliseconds) => {
      const end = now + milliseconds;
      for (let next = soonest(); next !== undefined && next[1].due <= end; next = soonest()) {
        open.delete(next[0]);
        now = Math.max(now, next[1].due);
        next[1].callback();
      }
      now = end;
    },
    timers: () => [...open.values()].map(({ due }) => due - now),
  };
};

/**
 * A clock whose timers fire at once and advance the time by their length: for rules about how long something continues.
 * `pauses` lists the lengths.
 */
export const createSkippingClock = (
  random: () => number = () => 0.5,
): Clock & { readonly pauses: readonly number[] } => {
  let now = 0;
  const pauses: number[] = [];
  return {
    now: () => now,
    date: () => startOfTime + now,
    random,
    timer: (milliseconds, callback) => {
      const handle = setImmediate(() => {
        now += milliseconds;
        pauses.push(milliseconds);
        callback();
      });
      return () => clearImmediate(handle);
    },
    pauses,
  };
};

/** The clock of the system, on which the timers of one length are over when the test says so. */
export const createHeldClock = (milliseconds: number): { readonly clock: Clock; readonly pass: () => void } => {
  const held = new Set<() => void>();
  return {
    clock: {
      ...systemClock,
      timer: (given, callback) => {
        if (given !== milliseconds) return systemClock.timer(given, callback);
        held.add(callback);
        return () => void held.delete(callback);
      },
    },
    pass: () => {
      for (const callback of [...held]) {
        held.delete(callback);
        callback();
      }
    },
  };
};

/** Lets everything continue that waits only for promises. */
export const settle = async (rounds = 5): Promise<void> => {
  for (let round = 0; round < rounds; round++) await new Promise(setImmediate);
};
