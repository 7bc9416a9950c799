/** Random numbers that can be given again. */
export interface RepeatableNumbers {
  readonly next: () => number;
  /** The next number is the first one again. */
  readonly rewind: () => void;
}

/** Creates random numbers that can be given again from the first one on. */
export const repeatable = (random: () => number): RepeatableNumbers => {
  const drawn: number[] = [];
  let position = 0;
  return {
    next: () => {
      if (position === drawn.length) drawn.push(random());
      return drawn[position++]!;
    },
    rewind: () => {
      position = 0;
    },
  };
};
