/** Starts a task as soon as fewer than the most others run; first come, first served. */
export type Gate = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Makes a gate that lets so many tasks run at once. */
export const createGate = (most: number): Gate => {
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
      // The place goes over to the next; the front of the list is only marked, since removing it would move the rest.
      first++;
      next();
    }
  };

  return async (task) => {
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      leave();
    }
  };
};
