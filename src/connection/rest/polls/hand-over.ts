/** Keeps the next request for jobs from getting in the way of the jobs that have just arrived. */
export interface HandOver {
  /** Jobs have arrived, and their handlers are about to be called. */
  jobsArrived(): void;
  /** `undefined`, or a promise that resolves when the handlers have been called. */
  pending(): Promise<void> | undefined;
}

/**
 * Creates a hand-over. Handlers start in the turn of the event loop in which their jobs arrived. Writing the next request
 * takes longer than what precedes the first line of a handler, so it follows in the next turn, which begins at once.
 */
export const createHandOver = (): HandOver => {
  let hasJobs = false;
  let turn: Promise<void> | undefined;
  return {
    // The turn is waited for by the next request, so that the handlers do not wait for the preparation of it.
    jobsArrived: () => {
      hasJobs = true;
    },
    pending: () => {
      if (!hasJobs) return turn;
      hasJobs = false;
      turn ??= new Promise((resolve) => {
        setImmediate(() => {
          turn = undefined;
          resolve();
        });
      });
      return turn;
    },
  };
};
