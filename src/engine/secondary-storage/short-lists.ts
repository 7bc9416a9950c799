/** What a record has in the beginning, without memory of its own. */
export const none: readonly never[] = Object.freeze([]);

/** Lists up to this length are exactly as long as they need to be: an array that grows reserves room for 16 more items. */
const shortest = 8;

/**
 * Adds an item to a list and returns the list. Most process instances have only few elements and variables, and there can be
 * many instances, so that a short list is replaced by one that fits.
 */
export const append = <Item>(list: readonly Item[], item: Item): readonly Item[] => {
  if (list.length < shortest) return [...list, item];
  (list as Item[]).push(item);
  return list;
};
