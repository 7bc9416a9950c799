/** Starts a one-time timer; returns a function that cancels it. */
export type StartTimer = (milliseconds: number, act: () => void) => () => void;

/** The longest delay that `setTimeout` accepts; it fires longer ones at once. */
const longestDelay = 2 ** 31 - 1;

const timerFrom =
  (setTimer: (act: () => void, milliseconds: number) => NodeJS.Timeout): StartTimer =>
  (milliseconds, act) => {
    if (milliseconds <= longestDelay) {
      const timer = setTimer(act, Math.max(milliseconds, 0));
      return () => clearTimeout(timer);
    }
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(left, longestDelay);
      handle = setTimer(() => (left > step ? arm(left - step) : act()), step);
    };
    arm(milliseconds);
    return () => clearTimeout(handle);
  };

/**
 * A timer of any length, which keeps the process alive until it fires or is cancelled.
 *
 * @param milliseconds delay; 0 or less fires as soon as possible, `Infinity` never
 */
export const startTimer: StartTimer = timerFrom((act, milliseconds) => setTimeout(act, milliseconds));

/** As {@link startTimer}, but the timer does not keep the process alive. */
export const startUnrefTimer: StartTimer = timerFrom((act, milliseconds) => setTimeout(act, milliseconds).unref());
