import { onAbort } from '../../common/abort.ts';

/** Calls under way, with what may end them before an answer does. */
export interface Calls {
  /**
   * Takes note of a call.
   *
   * @param cancel ends the call
   * @param milliseconds after which it is ended, at most a quarter of a second late
   * @param signal ends it too
   * @returns to be called when the call is over; says whether its time was
   */
  add(cancel: () => void, milliseconds: number, signal: AbortSignal | undefined): () => boolean;
  cancelAll(): void;
}

/** Milliseconds between two looks at the clock. */
const tick = 250;

interface Entry {
  readonly cancel: () => void;
  readonly deadline: number;
  isLate: boolean;
}

/** Makes a list of calls. One timer for all of them, which runs while there are some, costs less than one for each. */
export const createCalls = (): Calls => {
  const entries = new Set<Entry>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    // By a clock that nobody sets.
    const now = performance.now();
    for (const entry of entries) {
      if (entry.deadline > now) continue;
      entry.isLate = true;
      entry.cancel();
    }
    timer = entries.size > 0 ? setTimeout(look, tick) : undefined;
  };

  return {
    add: (cancel, milliseconds, signal) => {
      const entry: Entry = { cancel, deadline: performance.now() + milliseconds, isLate: false };
      if (entries.size === 0) timer?.ref();
      entries.add(entry);
      timer ??= setTimeout(look, tick);
      const ignore = signal === undefined ? undefined : onAbort([signal], cancel);
      return () => {
        entries.delete(entry);
        // The last look, which finds nothing, is no reason for the process to go on.
        if (entries.size === 0) timer?.unref();
        ignore?.();
        return entry.isLate;
      };
    },
    cancelAll: () => {
      clearTimeout(timer);
      timer = undefined;
      for (const { cancel } of [...entries]) cancel();
    },
  };
};
