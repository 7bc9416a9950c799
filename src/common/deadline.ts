import type { Clock } from './clock.ts';

/** Calls with a signal that fires after so many milliseconds or with the outer signal, whichever comes first. */
export const withDeadline = async <Result>(
  clock: Clock,
  milliseconds: number,
  outer: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const cancel = clock.timer(milliseconds, end);
  outer.addEventListener('abort', end);
  if (outer.aborted) end();
  try {
    return await call(controller.signal);
  } finally {
    cancel();
    outer.removeEventListener('abort', end);
  }
};
