/** Keeps the first items of an order. */
export interface First<Item> {
  add(item: Item): void;
  /** The items in their order. */
  items(): Item[];
}

/**
 * Creates an empty list that keeps only so many items: those that are first in an order. Most items of a long list are
 * refused by one comparison.
 *
 * @param size how many items are kept
 */
export const createFirst = <Item>(size: number, compare: (left: Item, right: Item) => number): First<Item> => {
  let kept: Item[] = [];
  /** Nothing behind it is kept any more. Undefined until there are more items than are kept. */
  let last: Item | undefined;
  const shorten = (): void => {
    kept.sort(compare);
    if (kept.length > size) kept = kept.slice(0, size);
    if (kept.length === size) last = kept[size - 1];
  };
  return {
    add: (item) => {
      if (last !== undefined && compare(item, last) > 0) return;
      kept.push(item);
      // Sorting seldom costs less than inserting each item at its place.
      if (kept.length >= 2 * size + 100) shorten();
    },
    items: () => {
      shorten();
      return kept;
    },
  };
};
