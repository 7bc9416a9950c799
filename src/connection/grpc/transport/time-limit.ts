/*
 * After code has kept the process busy, timers run before Node.js reads what has arrived and sends what it has to send. A timer alone
 * would then blame the other side for the time in which this side did nothing.
 */

/** The part of a limit that begins when the connection has been served once more: time to send, and for an answer to arrive. */
const lastPart = 0.2;

/** In the first turn of the event loop, Node.js reads and sends. In the second one, it tells of what has come of that. */
const turns = 2;

/**
 * Starts a time limit for something that happens over a connection. Even if the process is busy all the time, what has been
 * sent or has arrived by the end of the limit is noticed first.
 *
 * @param milliseconds the limit; it takes longer only if the process is busy
 * @param onPassed called when the limit has passed
 * @returns a function that ends the limit
 */
export const startTimeLimit = (milliseconds: number, onPassed: () => void): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const turn = (count: number, then: () => void): void => {
    if (isOver) return;
    if (count === 0) then();
    else setImmediate(turn, count - 1, then);
  };
  const wait = (part: number, then: () => void): void => {
    timer = setTimeout(turn, part, turns, then);
    // A limit must not keep the process alive.
    timer.unref();
  };
  const last = milliseconds * lastPart;
  wait(milliseconds - last, () => wait(last, onPassed));

  return () => {
    isOver = true;
    clearTimeout(timer);
  };
};
