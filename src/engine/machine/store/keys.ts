import type { Key } from '../types.ts';

/**
 * Inside the machine a key is the counter alone, a small integer, which costs no memory of its own and hashes fast; at
 * the edges it is Zeebe's key of partition 1, as decimal text.
 */
const partition: number = 2 ** 51;

/** The key as clients see it: the first is `2251799813685249`. */
export const keyText = (counter: number): Key => String(partition + counter);

/** The counter behind a client's key; 0, which is nobody's, for any text that is no key of this engine. */
export const keyNumber = (key: Key): number => {
  if (!/^\d{16}$/.test(key)) return 0;
  const counter = Number(key) - partition;
  return counter > 0 && counter < partition ? counter : 0;
};
