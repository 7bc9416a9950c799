import type { Key } from '../../../engine/machine/types.ts';
import type { RecordedStep } from './types.ts';

/**
 * The time that passes when a recording is run again. By hand, time passes between any two steps; in a test case, it passes only
 * by its instructions. They are written where time decides: before a timer fires, and before a new timer begins while another
 * one runs, since otherwise they could fire in another order.
 */
export interface ReplayTime {
  /** Milliseconds that have to pass before a step, so that its timers begin when they did. */
  before(step: RecordedStep): number;
  /** A timer begins, or a message is buffered. Times are those of the recording. */
  begin(key: Key, at: number, due: number): void;
  /** The same timer is due again. */
  repeat(key: Key, due: number): void;
  /** Milliseconds that have to pass until a timer fires, or a message expires. It is over then. */
  fire(key: Key): number;
  /** A timer ends before it is due. */
  end(key: Key): void;
}

interface Waiting {
  /** When it is due, in the recording. */
  readonly due: number;
  /** When it is due in the test case, in milliseconds from its start. */
  readonly replayDue: number;
}

/**
 * How long a timer lasts. An event is recorded some moments after its timer has begun, so what is left until it is due is a little
 * less. Durations are hardly ever finer than this.
 */
const durationOf = (left: number): number => {
  const unit = left >= 1_000 ? 1_000 : 100;
  return Math.ceil(Math.max(0, left) / unit) * unit;
};

/**
 * Begins to count.
 *
 * @param passed the keys of those timers and messages that are over before the recording ends because of time
 */
export const createReplayTime = (passed: ReadonlySet<Key>): ReplayTime => {
  const waiting = new Map<Key, Waiting>();
  /** Those that are over; the same timer can be due again. */
  const over = new Map<Key, Waiting>();
  /** Milliseconds from the start of the test case, and the time of the recording that it stands for. */
  let elapsed = 0;
  let stood = 0;

  const isAwaited = (): boolean => [...waiting.keys()].some((key) => passed.has(key));

  const begins = ({ events }: RecordedStep): boolean =>
    events.some(({ kind }) => kind === 'timer:scheduled' || kind === 'message:published');

  return {
    before: (step) => {
      if (!begins(step)) return 0;
      const left = isAwaited() ? Math.max(0, step.at - stood) : 0;
      elapsed += left;
      stood = step.at;
      return left;
    },
    begin: (key, at, due) => {
      waiting.set(key, { due, replayDue: elapsed + durationOf(due - at) });
    },
    repeat: (key, due) => {
      const before = over.get(key);
      waiting.set(key, { due, replayDue: before === undefined ? elapsed : before.replayDue + (due - before.due) });
    },
    fire: (key) => {
      const found = waiting.get(key);
      if (found === undefined) return 0;
      waiting.delete(key);
      over.set(key, found);
      const left = Math.max(0, found.replayDue - elapsed);
      elapsed += left;
      stood = found.due;
      return left;
    },
    end: (key) => {
      waiting.delete(key);
    },
  };
};
