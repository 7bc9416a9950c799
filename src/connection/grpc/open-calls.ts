import { onAbort } from '../../common/abort.ts';

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

interface OpenCall {
  readonly cancel: () => void;
  readonly deadline: number;
  isLate: boolean;
}

/** Creates an empty set of open calls. One timer for all calls costs less than a timer for each. */
export const createOpenCalls = (): OpenCalls => {
  const calls = new Set<OpenCall>();
  let timer: NodeJS.Timeout | undefined;

  const cancelLate = (): void => {
    // A monotonic clock, because the system clock can be changed.
    const now = performance.now();
    for (const call of calls) {
      if (call.deadline > now) continue;
      call.isLate = true;
      call.cancel();
    }
    timer = calls.size > 0 ? setTimeout(cancelLate, checkInterval) : undefined;
  };

  return {
    add: (cancel, milliseconds, signal) => {
      const call: OpenCall = { cancel, deadline: performance.now() + milliseconds, isLate: false };
      if (calls.size === 0) timer?.ref();
      calls.add(call);
      timer ??= setTimeout(cancelLate, checkInterval);
      const unsubscribe = signal === undefined ? undefined : onAbort([signal], cancel);
      return () => {
        calls.delete(call);
        // Without open calls, the timer must not keep the process alive.
        if (calls.size === 0) timer?.unref();
        unsubscribe?.();
        return call.isLate;
      };
    },
    cancelAll: () => {
      clearTimeout(timer);
      timer = undefined;
      for (const { cancel } of [...calls]) cancel();
    },
  };
};
