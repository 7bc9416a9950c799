/** Random choices that a seed repeats. */
export interface Choices {
  /** A number from 0 up to, but not including, 1. */
  next(): number;
  /** One of the items; `undefined` if there is none. */
  pick<Item>(items: readonly Item[]): Item | undefined;
}

export const createChoices = (seed: number): Choices => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, pick: (items) => items[Math.floor(next() * items.length)] };
};
