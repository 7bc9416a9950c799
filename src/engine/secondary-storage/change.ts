import type { EngineEvent, Key } from '../machine/types.ts';
import type { Store } from './store.ts';

/** A change of the store. */
export type Change = (store: Store) => void;

/** An event of a kind. */
export type EventOf<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: Kind }>;

/** The place of a record among those of its kind. */
export const orderOf = (key: Key): number => Number(key);
