/** Starts a one-time timer; returns the way to cancel it. */
export type StartTimer = (milliseconds: number, act: () => void) => () => void;

/** Longest delay that `setTimeout` knows; anything longer would fire at once. */
const longestDelay = 2 ** 31 - 1;

/**
 * A timer of any length that never keeps the process alive by itself.
 *
 * @param milliseconds delay; at most 0 counts as "as soon as possible"
 */
export const startTimer: StartTimer = (milliseconds, act) => {
  let handle: NodeJS.Timeout;
  const arm = (left: number): void => {
    const step = Math.min(Math.max(left, 0), longestDelay);
    handle = setTimeout(() => (left > step ? arm(left - step) : act()), step).unref();
  };
  arm(milliseconds);
  return () => clearTimeout(handle);
};
