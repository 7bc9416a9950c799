/**
 * Items by whole numbers that are assigned one after another. As a `Map`, but the items are in pages of neighbouring keys: nearly
 * every new item goes to the page of the one before it, so that a large table costs no more than a small one, and never has to
 * grow at once. Pages are so small that a few items that remain of many need little memory.
 */
export interface KeyTable<Item> {
  readonly size: number;
  readonly get: (key: number) => Item | undefined;
  readonly set: (key: number, item: Item) => void;
  readonly delete: (key: number) => void;
  /** The items in the order of their keys. Meanwhile, items can be removed, and items with higher keys added. */
  readonly values: () => IterableIterator<Item>;
}

interface Page<Item> {
  readonly number: number;
  readonly items: (Item | undefined)[];
  count: number;
}

const bits = 6;
const pageSize = 2 ** bits;

/** Also works for keys beyond 32 bits. */
const pageOf = (key: number): number => Math.floor(key / pageSize);

/** Creates an empty table. */
export const createKeyTable = <Item>(): KeyTable<Item> => {
  const pages = new Map<number, Page<Item>>();
  /** The page that was created last. */
  let youngest: Page<Item> | undefined;
  let highest = 0;
  /** Whether the pages were created in the order of their numbers. */
  let isSorted = true;
  let size = 0;

  const find = (number: number): Page<Item> | undefined =>
    youngest !== undefined && youngest.number === number ? youngest : pages.get(number);

  const createPage = (number: number): Page<Item> => {
    if (youngest?.count === 0) pages.delete(youngest.number);
    if (pages.size === 0) isSorted = true;
    else if (number < highest) isSorted = false;
    if (isSorted) highest = number;
    youngest = { number, items: new Array<Item | undefined>(pageSize).fill(undefined), count: 0 };
    pages.set(number, youngest);
    return youngest;
  };

  return {
    get size() {
      return size;
    },
    get: (key) => find(pageOf(key))?.items[key % pageSize],
    set: (key, item) => {
      const number = pageOf(key);
      const page = find(number) ?? createPage(number);
      const index = key % pageSize;
      if (page.items[index] === undefined) {
        page.count += 1;
        size += 1;
      }
      page.items[index] = item;
    },
    delete: (key) => {
      const page = find(pageOf(key));
      const index = key % pageSize;
      if (page?.items[index] === undefined) return;
      page.items[index] = undefined;
      page.count -= 1;
      size -= 1;
      // The next item goes to the youngest page, also when all items before it are gone.
      if (page.count === 0 && page !== youngest) pages.delete(page.number);
    },
    values: function* () {
      const numbers = isSorted ? pages.keys() : [...pages.keys()].sort((a, b) => a - b);
      for (const number of numbers) {
        const items = pages.get(number)?.items ?? [];
        for (const item of items) if (item !== undefined) yield item;
      }
    },
  };
};
