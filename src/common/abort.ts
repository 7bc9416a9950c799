import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import { append, type Linked, type List, unlink } from './collections/linked-list.ts';
import { afterReading } from './timer.ts';

type Signals = readonly (AbortSignal | undefined)[];

/** Whether any of the signals has fired. */
export const anyAborted = (signals: Signals): boolean => signals.some((signal) => signal?.aborted === true);

/** A callback that waits for a signal. */
export interface AbortSubscription extends Linked<AbortSubscription> {
  readonly callback: () => void;
  /** The callbacks of its signal; absent after the end of the subscription. */
  list: List<AbortSubscription> | undefined;
}

/**
 * The callbacks of each signal. One listener per signal serves all of them, because Node warns about more than ten.
 *
 * They are linked by hand: the tables of a long-lived Set keep each other alive, and with them all that young callbacks hold,
 * until the next full garbage collection.
 */
const subscriptions = new WeakMap<AbortSignal, List<AbortSubscription>>();

const subscriptionsTo = (signal: AbortSignal): List<AbortSubscription> => {
  const known = subscriptions.get(signal);
  if (known !== undefined) return known;
  const added: List<AbortSubscription> = { first: undefined, last: undefined };
  subscriptions.set(signal, added);
  signal.addEventListener('abort', () => {
    const callbacks: (() => void)[] = [];
    for (let item = added.first; item !== undefined; item = item.next) callbacks.push(item.callback);
    for (const callback of callbacks) callback();
  });
  return added;
};

/** Calls back when the signal fires from now on, until {@link unsubscribe}. Plain data, for what every job and call needs. */
export const subscribe = (signal: AbortSignal, callback: () => void): AbortSubscription => {
  const list = subscriptionsTo(signal);
  const subscription: AbortSubscription = { callback, list, previous: undefined, next: undefined };
  append(list, subscription);
  return subscription;
};

/** Ends a subscription; one that has ended already is ignored. */
export const unsubscribe = (subscription: AbortSubscription | undefined): void => {
  if (subscription?.list === undefined) return;
  unlink(subscription.list, subscription);
  subscription.list = undefined;
};

/**
 * Calls back when one of the signals fires from now on.
 *
 * @returns a function that unsubscribes, so that callbacks do not accumulate on a long-lived signal
 */
export const onAbort = (signals: Signals, callback: () => void): (() => void) => {
  const made = signals.map((signal) => (signal === undefined ? undefined : subscribe(signal, callback)));
  return () => {
    for (const subscription of made) unsubscribe(subscription);
  };
};

/**
 * What an `AbortController` does, with a signal that is made when it is first read. Making one takes longer than all the rest
 * of a short job, and many jobs never look at theirs.
 */
export interface LazyAbort {
  isAborted: boolean;
  reason: unknown;
  controller: AbortController | undefined;
}

/** Creates a {@link LazyAbort} that has not fired. */
export const createLazyAbort = (): LazyAbort => ({ isAborted: false, reason: undefined, controller: undefined });

/** Aborts, as {@link AbortController.abort} does. Only the first reason counts. */
export const abortLazily = (abort: LazyAbort, reason: unknown): void => {
  if (abort.isAborted) return;
  abort.isAborted = true;
  abort.reason = reason;
  abort.controller?.abort(reason);
};

/** The signal, always the same one. */
export const signalOf = (abort: LazyAbort): AbortSignal => {
  if (abort.controller === undefined) {
    abort.controller = new AbortController();
    if (abort.isAborted) abort.controller.abort(abort.reason);
  }
  return abort.controller.signal;
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
    const subscription = subscribe(signal, () => resolve());
    promise.then(
      () => {
        unsubscribe(subscription);
        resolve();
      },
      (error: unknown) => {
        unsubscribe(subscription);
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
    let isOver = false;
    const end = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      leave();
      settle();
    };
    const timer = setTimeout(afterReading, milliseconds, () => end(() => resolve('late')));
    const leave = onAbort(signals, () => end(() => resolve('aborted')));
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
  const subscription = subscribe(outer, end);
  if (outer.aborted) end();
  try {
    return await call(controller.signal);
  } finally {
    cancel();
    unsubscribe(subscription);
  }
};
