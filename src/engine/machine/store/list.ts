/** An item that knows its neighbours, so that it can leave its list without a search. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/** A list: in order of arrival, or in that of `insert`. */
export interface List<T> {
  first: T | undefined;
  last: T | undefined;
}

/** Adds an item, which must be in no list, at the end. */
export const append = <T extends Linked<T>>(list: List<T>, item: T): void => {
  item.previous = list.last;
  if (list.last === undefined) list.first = item;
  else list.last.next = item;
  list.last = item;
};

/**
 * Adds an item, which must be in no list, at its place in a list that is in order. The place is sought from the end, where
 * nearly every item belongs; of equals the earlier stays first.
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

/** Takes an item out of the list that it is in. */
export const unlink = <T extends Linked<T>>(list: List<T>, item: T): void => {
  if (item.previous === undefined) list.first = item.next;
  else item.previous.next = item.next;
  if (item.next === undefined) list.last = item.previous;
  else item.next.previous = item.previous;
  item.previous = undefined;
  item.next = undefined;
};
