/** Keeps the newest items: beyond the limit, each new item drops the oldest one. */
export interface Ring<Item> {
  add(item: Item): void;
}

/**
 * Creates a ring.
 *
 * @param limit how many items are kept; at least 1
 * @param drop called with each item that is no longer kept
 */
export const createRing = <Item>(limit: number, drop: (item: Item) => void): Ring<Item> => {
  const items: Item[] = [];
  let next = 0;
  return {
    add: (item) => {
      if (items.length < limit) {
        items.push(item);
        return;
      }
      const oldest = items[next]!;
      items[next] = item;
      next = (next + 1) % limit;
      drop(oldest);
    },
  };
};
