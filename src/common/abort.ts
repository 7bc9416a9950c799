type Signals = readonly (AbortSignal | undefined)[];

/** Tells whether any of the signals has been given. */
export const anyAborted = (signals: Signals): boolean => signals.some((signal) => signal?.aborted === true);

/** What to do when a signal is given. One listener per signal serves any number of calls; Node warns of more than ten. */
const acts = new WeakMap<AbortSignal, Set<() => void>>();

const actsOn = (signal: AbortSignal): Set<() => void> => {
  const known = acts.get(signal);
  if (known !== undefined) return known;
  const added = new Set<() => void>();
  acts.set(signal, added);
  signal.addEventListener('abort', () => {
    for (const act of [...added]) act();
  });
  return added;
};

/**
 * Acts when one of the signals is given from now on.
 *
 * @returns the way to unsubscribe, so that nothing piles up on a signal that outlives many calls
 */
export const onAbort = (signals: Signals, act: () => void): (() => void) => {
  const lists = signals.filter((signal) => signal !== undefined).map(actsOn);
  for (const list of lists) list.add(act);
  return () => {
    for (const list of lists) list.delete(act);
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
