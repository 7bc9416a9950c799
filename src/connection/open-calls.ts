import { subscribe, unsubscribe } from '../common/abort.ts';
import { append, type Linked, type List, unlink } from '../common/collections/linked-list.ts';
import { afterReading } from '../common/timer.ts';

/** The calls that wait for an answer. Each can be cancelled by its time limit, by its signal, or with all others. */
export interface OpenCalls {
  /**
   * Adds a call.
   *
   * @param cancel cancels the call
   * @param milliseconds time limit of the call; it is cancelled at most a quarter of a second later
   * @param signal cancels the call as well
   * @returns a function to call when the call has ended; it returns whether the time limit was exceeded
   */
  add(cancel: () => void, milliseconds: number, signal: AbortSignal | undefined): () => boolean;
  cancelAll(): void;
}

/** Milliseconds between two checks of the time limits. */
const checkInterval = 250;

interface OpenCall extends Linked<OpenCall> {
  readonly cancel: () => void;
  readonly deadline: number;
  isLate: boolean;
}

/** Creates an empty list of open calls. One timer for all calls costs less than a timer for each. */
export const createOpenCalls = (): OpenCalls => {
  // Linked by hand: the tables of a long-lived Set keep what was in them alive until a full garbage collection.
  const calls: List<OpenCall> = { first: undefined, last: undefined };
  let timer: NodeJS.Timeout | undefined;

  const listed = (): readonly OpenCall[] => {
    const list: OpenCall[] = [];
    for (let call = calls.first; call !== undefined; call = call.next) list.push(call);
    return list;
  };

  // A monotonic clock, because the system clock can be changed.
  const late = (now = performance.now()): readonly OpenCall[] => listed().filter(({ deadline }) => deadline <= now);

  const cancelLate = (): void => {
    for (const call of late()) {
      call.isLate = true;
      call.cancel();
    }
    schedule();
  };

  const look = (): void => {
    // Their answers may have arrived in time.
    if (late().length > 0) afterReading(cancelLate);
    else schedule();
  };

  const schedule = (): void => {
    clearTimeout(timer);
    timer = calls.first === undefined ? undefined : setTimeout(look, checkInterval);
  };

  return {
    add: (cancel, milliseconds, signal) => {
      const deadline = performance.now() + milliseconds;
      const call: OpenCall = { cancel, deadline, isLate: false, previous: undefined, next: undefined };
      if (calls.first === undefined) timer?.ref();
      append(calls, call);
      timer ??= setTimeout(look, checkInterval);
      const subscription = signal === undefined ? undefined : subscribe(signal, cancel);
      let isOver = false;
      return () => {
        if (!isOver) unlink(calls, call);
        isOver = true;
        // Without open calls, the timer must not keep the process alive.
        if (calls.first === undefined) timer?.unref();
        unsubscribe(subscription);
        return call.isLate;
      };
    },
    cancelAll: () => {
      clearTimeout(timer);
      timer = undefined;
      for (const { cancel } of listed()) cancel();
    },
  };
};
