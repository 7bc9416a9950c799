/** A number of places for requests. Who finds none waits, first come, first served. */
export interface Lane {
  /**
   * Takes a place, now or later.
   *
   * @param begin called once with the place, at once if one is free
   * @returns a function that leaves the queue; it has no effect once `begin` was called
   */
  enter(begin: () => void): () => void;
  /** Gives a place back. */
  leave(): void;
}

/** Creates a lane. `places` may be infinite. */
export const createLane = (places: number): Lane => {
  const queue = new Set<() => void>();
  let taken = 0;
  return {
    enter: (begin) => {
      if (taken < places) {
        taken += 1;
        begin();
        return () => undefined;
      }
      // Each entry is a function of its own, so that the same callback may wait twice.
      const entry = (): void => begin();
      queue.add(entry);
      return () => void queue.delete(entry);
    },
    leave: () => {
      const [next] = queue;
      if (next === undefined) {
        taken -= 1;
        return;
      }
      queue.delete(next);
      next();
    },
  };
};
