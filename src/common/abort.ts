import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import { append, type Linked, type List, unlink } from './collections/linked-list.ts';

type Signals = readonly (AbortSignal | undefined)[];

/** Whether any of the signals has fired. */
export const anyAborted = (signals: Signals): boolean => signals.some((signal) => signal?.aborted === true);

interface Subscription extends Linked<Subscription> {
  readonly callback: () => void;
}

/**
 * The callbacks of each signal. One listener per signal serves all of them, because Node warns about more than ten.
 *
 * They are linked by hand: the tables of a long-lived Set keep each other alive, and with them all that young callbacks hold,
 * until the next full garbage collection.
 */
const subscriptions = new WeakMap<AbortSignal, List<Subscription>>();

const subscriptionsTo = (signal: AbortSignal): List<Subscription> => {
  const known = subscriptions.get(signal);
  if (known !== undefined) return known;
  const added: List<Subscription> = { first: undefined, last: undefined };
  subscriptions.set(signal, added);
  signal.addEventListener('abort', () => {
    const callbacks: (() => void)[] = [];
    for (let item = added.first; item !== undefined; item = item.next) callbacks.push(item.callback);
    for (const callback of callbacks) callback();
  });
  return added;
};

const nothing = (): void => {};

const subscribe = (signal: AbortSignal | undefined, callback: () => void): (() => void) => {
  if (signal === undefined) return nothing;
  const list = subscriptionsTo(signal);
  const item: Subscription = { callback, previous: undefined, next: undefined };
  append(list, item);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    unlink(list, item);
  };
};

/**
 * Calls back when one of the signals fires from now on.
 *
 * @returns a function that unsubscribes, so that callbacks do not accumulate on a long-lived signal
 */
export const onAbort = (signals: Signals, callback: () => void): (() => void) => {
  const ends = signals.map((signal) => subscribe(signal, callback));
  return () => {
    for (const end of ends) end();
  };
};

/** Aborts the controller when the signal fires, or at once if it has already fired. */
export const abortWith = (controller: AbortController, signal: AbortSignal): void => {
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', () => controller.abort(), { once: true });
};

/** Creates an abort controller whose signal may have many listeners without a warning from Node. */
export const createSharedAbort = (): AbortController => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
};

/** Resolves when the promise resolves or the signal fires, whichever comes first. */
export const settledOrAborted = (promise: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const unsubscribe = onAbort([signal], resolve);
    promise.then(
      () => {
        unsubscribe();
        resolve();
      },
      (error: unknown) => {
        unsubscribe();
        reject(error);
      },
    );
  });

/**
 * Waits for shared work, which continues after the wait.
 *
 * @param milliseconds time limit of the wait
 * @param signals each of them ends the wait
 * @returns the value, or `late` or `aborted`; rejects if the work rejects
 */
export const settleWithin = <T>(
  work: Promise<T>,
  milliseconds: number,
  signals: Signals,
): Promise<{ readonly value: T } | 'late' | 'aborted'> =>
  new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      settle();
    };
    const timer = setTimeout(() => end(() => resolve('late')), milliseconds);
    const unsubscribe = onAbort(signals, () => end(() => resolve('aborted')));
    work.then(
      (value) => end(() => resolve({ value })),
      (error) => end(() => reject(error)),
    );
    if (anyAborted(signals)) end(() => resolve('aborted'));
  });

/** Calls a function with a signal that fires after that many milliseconds or with the outer signal, whichever is first. */
export const withDeadline = async <Result>(
  clock: Clock,
  milliseconds: number,
  outer: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const cancel = clock.timer(milliseconds, end);
  const unsubscribe = onAbort([outer], end);
  if (outer.aborted) end();
  try {
    return await call(controller.signal);
  } finally {
    cancel();
    unsubscribe();
  }
};
