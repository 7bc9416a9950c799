/** How many instances begin a second, over a long time, of which everything is kept. Nobody looks at more. */
const perSecond = 100;

/** How many may begin at once: as many as the history keeps. */
const atOnce = 1_000;

/**
 * Creates what says whether there is time to keep everything of one more instance: of the first thousand after a quiet time, then of a
 * hundred a second.
 *
 * @param now milliseconds of a clock that nobody sets back
 * @example
 * const isSpare = createSpareTime();
 * isSpare(); // true, unless a thousand instances have begun a moment ago
 */
export const createSpareTime = (now: () => number = () => performance.now()): (() => boolean) => {
  let left = atOnce;
  let at = now();
  return () => {
    const time = now();
    left = Math.min(atOnce, left + ((time - at) / 1_000) * perSecond);
    at = time;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
};
