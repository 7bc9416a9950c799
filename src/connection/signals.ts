type Signals = readonly (AbortSignal | undefined)[];

/** Tells whether any of the signals has been given. */
export const anyAborted = (signals: Signals): boolean => signals.some((signal) => signal?.aborted === true);

/**
 * Acts when one of the signals is given from now on.
 *
 * @returns the way to unsubscribe, so that nothing piles up on a signal that outlives many calls
 */
export const onAbort = (signals: Signals, act: () => void): (() => void) => {
  for (const signal of signals) signal?.addEventListener('abort', act);
  return () => {
    for (const signal of signals) signal?.removeEventListener('abort', act);
  };
};

/**
 * Waits for work that others wait for as well and that therefore goes on after our patience has ended.
 *
 * @param milliseconds how long to wait
 * @param signals what ends the wait
 * @returns the value, or why there is none; rejects as the work does
 */
export const settleWithin = <T>(
  work: Promise<T>,
  milliseconds: number,
  signals: Signals,
): Promise<{ readonly value: T } | 'late' | 'aborted'> =>
  new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      forget();
      settle();
    };
    const timer = setTimeout(() => end(() => resolve('late')), milliseconds);
    const forget = onAbort(signals, () => end(() => resolve('aborted')));
    work.then(
      (value) => end(() => resolve({ value })),
      (error) => end(() => reject(error)),
    );
    if (anyAborted(signals)) end(() => resolve('aborted'));
  });
