/**
 * The order of the items in a binary heap, which is a plain array. Each item stores its own index, so that any item can be
 * removed without a search.
 */
export interface HeapOrder<T> {
  /** Whether `a` comes before `b`. */
  readonly before: (a: T, b: T) => boolean;
  /** The index that `setIndex` stored in the item; negative if the item is in no heap. */
  readonly indexOf: (item: T) => number;
  readonly setIndex: (item: T, index: number) => void;
}

const siftUp = <T>({ before, setIndex }: HeapOrder<T>, items: T[], item: T, from: number): void => {
  let index = from;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = items[above]!;
    if (!before(item, parent)) break;
    items[index] = parent;
    setIndex(parent, index);
    index = above;
  }
  items[index] = item;
  setIndex(item, index);
};

const siftDown = <T>({ before, setIndex }: HeapOrder<T>, items: T[], item: T, from: number): void => {
  let index = from;
  for (;;) {
    let below = 2 * index + 1;
    if (below >= items.length) break;
    if (below + 1 < items.length && before(items[below + 1]!, items[below]!)) below++;
    const child = items[below]!;
    if (!before(child, item)) break;
    items[index] = child;
    setIndex(child, index);
    index = below;
  }
  items[index] = item;
  setIndex(item, index);
};

/** Adds an item that is in no heap. The first item of the array is always the one that comes before all others. */
export const heapAdd = <T>(order: HeapOrder<T>, items: T[], item: T): void => {
  items.push(item);
  siftUp(order, items, item, items.length - 1);
};

/** Removes an item, wherever it is in the heap. Does nothing if the item is in no heap. */
export const heapRemove = <T>(order: HeapOrder<T>, items: T[], item: T): void => {
  const index = order.indexOf(item);
  if (index < 0) return;
  order.setIndex(item, -1);
  const last = items.pop()!;
  if (last === item) return;
  if (index > 0 && order.before(last, items[(index - 1) >> 1]!)) siftUp(order, items, last, index);
  else siftDown(order, items, last, index);
};
