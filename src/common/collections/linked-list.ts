/** An item that refers to its neighbours, so that it can be removed without a search. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/** A doubly linked list. */
export interface List<T> {
  first: T | undefined;
  last: T | undefined;
}

/** Adds an item at the end. It must not be in a list. */
export const append = <T extends Linked<T>>(list: List<T>, item: T): void => {
  item.previous = list.last;
  if (list.last === undefined) list.first = item;
  else list.last.next = item;
  list.last = item;
};

/**
 * Inserts an item into a sorted list, after equal items. It must not be in a list. The search begins at the end, where
 * nearly every item belongs.
 */
export const insert = <T extends Linked<T>>(list: List<T>, item: T, before: (a: T, b: T) => boolean): void => {
  let previous = list.last;
  while (previous !== undefined && before(item, previous)) previous = previous.previous;
  const next = previous === undefined ? list.first : previous.next;
  item.previous = previous;
  item.next = next;
  if (previous === undefined) list.first = item;
  else previous.next = item;
  if (next === undefined) list.last = item;
  else next.previous = item;
};

/** Removes an item from its list. */
export const unlink = <T extends Linked<T>>(list: List<T>, item: T): void => {
  if (item.previous === undefined) list.first = item.next;
  else item.previous.next = item.next;
  if (item.next === undefined) list.last = item.previous;
  else item.next.previous = item.previous;
  item.previous = undefined;
  item.next = undefined;
};
