/** The state of a generator of random numbers: four integers of 32 bits, which each number changes. */
export type RandomState = [number, number, number, number];

/** So many numbers are dropped, so that similar seeds give different sequences. */
const warmUp = 12;

/** The generator "small fast counter" of PractRand: an integer of 32 bits. */
const nextInteger = (state: RandomState): number => {
  const [a, b, c, counter] = state;
  const result = (a + b + counter) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = (((c << 21) | (c >>> 11)) + result) | 0;
  state[3] = (counter + 1) | 0;
  return result >>> 0;
};

/**
 * Creates a generator whose numbers depend on its seed and its stream only. It is not meant for secrets.
 *
 * @param seed a safe integer of at least 0
 * @param stream distinguishes the generators of one seed
 */
export const createRandomState = (seed: number, stream: number): RandomState => {
  const state: RandomState = [seed | 0, Math.floor(seed / 2 ** 32) | 0, stream | 0, 1];
  for (let count = 0; count < warmUp; count++) nextInteger(state);
  return state;
};

/**
 * The next number of a generator, from 0 up to but not including 1.
 *
 * @example
 * const state = createRandomState(7, 0);
 * nextRandom(state); // the same in every run
 */
export const nextRandom = (state: RandomState): number =>
  ((nextInteger(state) >>> 5) * 2 ** 26 + (nextInteger(state) >>> 6)) / 2 ** 53;
