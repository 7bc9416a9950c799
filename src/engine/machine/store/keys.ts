import type { Key } from '../types.ts';
import type { Context } from './context.ts';

/**
 * Inside the machine, a key is only a counter: a small integer needs no memory of its own and is hashed quickly. Clients
 * see Zeebe's key of partition 1 as decimal text.
 */
const partition: number = 2 ** 51;

/** Assigns the next key. */
export const nextKey = ({ state }: Context): number => {
  state.lastKey += 1;
  return state.lastKey;
};

/** The key that clients see. The first one is `2251799813685249`. */
export const keyText = (counter: number): Key => String(partition + counter);

/** The counter of a client's key; 0, which is never assigned, for any text that is not a key of this engine. */
export const keyNumber = (key: Key): number => {
  if (!/^\d{16}$/.test(key)) return 0;
  const counter = Number(key) - partition;
  return counter > 0 && counter < partition ? counter : 0;
};
