/** The calls that the gateway has not answered yet, so that it can end them when it stops. */
export interface HeldCalls {
  /** Adds a call; `end` ends it early. Returns a function that removes the call. */
  add(end: () => void): () => void;
  endAll(): void;
}

/** Creates an empty collection. */
export const createHeldCalls = (): HeldCalls => {
  const ends = new Set<() => void>();
  return {
    add: (end) => {
      ends.add(end);
      return () => {
        ends.delete(end);
      };
    },
    endAll: () => {
      for (const end of ends) {
        ends.delete(end);
        end();
      }
    },
  };
};
