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

/** In the first turn of the event loop, Node.js reads and sends. In the second one, it tells of what has come of that. */
const turns = 2;

const turn = (left: number, act: () => void): void => {
  if (left === 0) act();
  else setImmediate(turn, left - 1, act);
};

/**
 * Calls back when Node.js has read what has arrived by now.
 *
 * After something has kept the process busy, or from running at all, timers fire first. What waits for an answer with a time limit
 * calls this when the limit has passed, so that an answer in time counts although it was not read in time.
 *
 * @param act must look whether the answer has come
 * @example
 * setTimeout(afterReading, 5_000, giveUp);
 */
export const afterReading = (act: () => void): void => turn(turns, act);

/** As {@link startTimer}, but the timer does not keep the process alive. */
export const startUnrefTimer: StartTimer = timerFrom((act, milliseconds) => setTimeout(act, milliseconds).unref());

/** The part of a limit that begins when connections have been served once more: time to send, and for an answer to arrive. */
const lastPart = 0.2;

/**
 * Starts a time limit for something that happens over a connection, or that needs this process. A timer alone would blame the other
 * side for the time in which this process was busy, or did not run. Even then, what has been sent or has arrived by the end of the
 * limit is noticed first.
 *
 * @param milliseconds the limit; it takes longer only if the process is busy
 * @param onPassed called when the limit has passed
 * @param start the timer: by default one that does not keep the process alive, since something else is open meanwhile
 * @returns a function that ends the limit
 * @example
 * const endLimit = startTimeLimit(5_000, () => socket.destroy());
 */
export const startTimeLimit = (
  milliseconds: number,
  onPassed: () => void,
  start: StartTimer = startUnrefTimer,
): (() => void) => {
  let cancel = (): void => {};
  let isOver = false;

  const wait = (part: number, then: () => void): void => {
    const read = (): void => {
      if (!isOver) then();
    };
    cancel = start(part, () => afterReading(read));
  };
  const last = milliseconds * lastPart;
  wait(milliseconds - last, () => wait(last, onPassed));

  return () => {
    isOver = true;
    cancel();
  };
};
