import type { Key } from '../../../../engine/index.ts';

/**
 * The elements of an instance that are active. Most instances have one at a time, which needs no map: a busy engine makes an instance
 * for every few events.
 */
export interface ActiveElements {
  /** The key of one of them; `undefined` if there is none, or if all are among the others. */
  first: Key | undefined;
  /** The id of that element. */
  firstId: string;
  /** The ids of the others, by their key. */
  others: Map<Key, string> | undefined;
}

export const noActiveElements = (): ActiveElements => ({ first: undefined, firstId: '', others: undefined });

/** Adds an element that was not active. */
export const addActive = (active: ActiveElements, key: Key, id: string): void => {
  // The one that began first stays in front.
  if (active.first === undefined && (active.others?.size ?? 0) === 0) {
    active.first = key;
    active.firstId = id;
  } else {
    active.others ??= new Map();
    active.others.set(key, id);
  }
};

/**
 * Removes an element.
 *
 * @returns whether it was active
 */
export const removeActive = (active: ActiveElements, key: Key): boolean => {
  if (active.first !== key) return active.others?.delete(key) === true;
  active.first = undefined;
  return true;
};

export const clearActive = (active: ActiveElements): void => {
  active.first = undefined;
  active.others = undefined;
};

/** Gives the active elements the ids that they have after a migration; those without a new id keep theirs. */
export const renameActive = (active: ActiveElements, ids: ReadonlyMap<Key, string>): void => {
  if (active.first !== undefined) active.firstId = ids.get(active.first) ?? active.firstId;
  for (const [key, id] of active.others ?? []) active.others?.set(key, ids.get(key) ?? id);
};

/** The ids of the active elements: one that is active several times is there as often. */
export const activeIds = ({ first, firstId, others }: ActiveElements): readonly string[] => [
  ...(first === undefined ? [] : [firstId]),
  ...(others?.values() ?? []),
];
