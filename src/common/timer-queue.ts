import type { Clock } from './clock.ts';
import { type HeapOrder, heapAdd, heapRemove } from './collections/heap.ts';

/** A callback that runs once, at its time. */
export interface QueuedTimer {
  readonly due: number;
  readonly run: () => void;
  /** Its index in the heap; negative after it has run or was cancelled. */
  index: number;
}

/** Thousands of callbacks on a single timer of the clock. */
export interface TimerQueue {
  /** Runs the callback once when the clock shows `due`, or soon after. */
  at(due: number, run: () => void): QueuedTimer;
  /** Cancels a timer; one that has run already is ignored. */
  cancel(timer: QueuedTimer | undefined): void;
  /** Cancels every timer. */
  clear(): void;
}

/**
 * Callbacks in one turn of the event loop: when thousands are due at once, sockets and jobs should not wait for all of
 * them.
 */
const maxPerTurn = 32;

const byTime: HeapOrder<QueuedTimer> = {
  before: (a, b) => a.due < b.due,
  indexOf: ({ index }) => index,
  setIndex: (timer, index) => {
    timer.index = index;
  },
};

/** Creates an empty queue of timers. */
export const createTimerQueue = (clock: Clock): TimerQueue => {
  const heap: QueuedTimer[] = [];
  let armed: { readonly due: number; readonly cancel: () => void } | undefined;

  const arm = (): void => {
    const first = heap[0];
    if (first === undefined ? armed === undefined : armed?.due === first.due) return;
    armed?.cancel();
    armed = undefined;
    if (first === undefined) return;
    armed = { due: first.due, cancel: clock.timer(Math.max(0, first.due - clock.now()), runDue) };
  };

  const runDue = (): void => {
    armed = undefined;
    const now = clock.now();
    for (let count = 0; count < maxPerTurn; count++) {
      const first = heap[0];
      if (first === undefined || first.due > now) break;
      heapRemove(byTime, heap, first);
      first.run();
    }
    arm();
  };

  return {
    at: (due, run) => {
      const timer: QueuedTimer = { due, run, index: -1 };
      heapAdd(byTime, heap, timer);
      arm();
      return timer;
    },
    cancel: (timer) => {
      if (timer === undefined || timer.index < 0) return;
      heapRemove(byTime, heap, timer);
      arm();
    },
    clear: () => {
      for (const timer of heap) timer.index = -1;
      heap.length = 0;
      arm();
    },
  };
};
