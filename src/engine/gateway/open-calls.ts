/** The held calls of a gateway, so that they can be ended when it stops. */
export interface OpenCalls {
  /** Notes a held call; `end` ends it early. Returns the way to forget it. */
  add(end: () => void): () => void;
  endAll(): void;
}

export const createOpenCalls = (): OpenCalls => {
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
