import { setMaxListeners } from 'node:events';

/** Time and chance, handed in so that retry rules and pauses can be tested without waiting. */
export interface Clock {
  /** Milliseconds of a clock that never steps back. Only differences mean something. */
  now(): number;
  /** Time of day in milliseconds since the epoch. It may be set, so it is for what is written down only. */
  date(): number;
  /** From 0 up to, but without, 1. */
  random(): number;
  /** Calls back once after `milliseconds`; returns the way to cancel it. */
  timer(milliseconds: number, callback: () => void): () => void;
}

/** Node fires a timer beyond this at once instead of late. */
const longestTimer = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  random: () => Math.random(),
  timer: (milliseconds, callback) => {
    const handle = setTimeout(callback, Math.min(Math.max(0, milliseconds), longestTimer));
    return () => clearTimeout(handle);
  },
};

/** Resolves after `milliseconds`, or at once when the signal fires. Never rejects: who was woken looks at the signal. */
export const pause = (clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.timer(milliseconds, finish);
    signal?.addEventListener('abort', finish);
  });

/** Resolves with the promise or when the signal fires, whichever comes first. */
export const orAborted = (promise: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      (error: unknown) => {
        signal.removeEventListener('abort', onAbort);
        reject(error);
      },
    );
  });

/** Aborts the controller when the signal fires, or at once if it has. */
export const abortWith = (controller: AbortController, signal: AbortSignal): void => {
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', () => controller.abort(), { once: true });
};

/** An abort controller for a signal that many listen to, which is no leak that Node should warn about. */
export const sharedAbort = (): AbortController => {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
};

/** A pause that can be cut short. */
export interface Nap {
  /** Resolves after the time, with `true`; with `false` when it is woken before, or was since the last rest, or the signal fires. */
  rest(milliseconds: number): Promise<boolean>;
  wake(): void;
}

/** Makes a nap; the signal wakes it for good. */
export const createNap = (clock: Clock, signal: AbortSignal): Nap => {
  let isWoken = false;
  let end: ((rested: boolean) => void) | undefined;
  const wake = (): void => {
    if (end === undefined) isWoken = true;
    else end(false);
  };
  signal.addEventListener('abort', wake, { once: true });
  return {
    wake,
    rest: (milliseconds) =>
      new Promise((resolve) => {
        if (isWoken || signal.aborted) {
          isWoken = false;
          resolve(false);
          return;
        }
        const finish = (rested: boolean): void => {
          cancel();
          end = undefined;
          resolve(rested);
        };
        const cancel = clock.timer(milliseconds, () => finish(true));
        end = finish;
      }),
  };
};
