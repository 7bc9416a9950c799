/** Runs a task as soon as fewer than the limit are running, in the order of the calls. */
export type ConcurrencyLimit = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * Limits how many tasks run at once.
 *
 * @param limit number of tasks that may run at the same time
 */
export const createConcurrencyLimit = (limit: number): ConcurrencyLimit => {
  const waiting: (() => void)[] = [];
  let first = 0;
  let running = 0;

  const leave = (): void => {
    const next = waiting[first];
    if (next === undefined) {
      running--;
      waiting.length = 0;
      first = 0;
    } else {
      // The next task takes over the slot. The head of the list is only marked, since removing it would move the rest.
      first++;
      next();
    }
  };

  return async (task) => {
    if (running < limit) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      leave();
    }
  };
};
