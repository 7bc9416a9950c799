/** How a heap orders its items, and where an item notes its place, so that any item can be removed without a search. */
export interface HeapOrder<T> {
  readonly before: (a: T, b: T) => boolean;
  /** The place as `place` noted it; negative: in no heap. */
  readonly placeOf: (item: T) => number;
  readonly place: (item: T, index: number) => void;
}

const rise = <T>({ before, place }: HeapOrder<T>, items: T[], item: T, from: number): void => {
  let index = from;
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = items[above]!;
    if (!before(item, parent)) break;
    items[index] = parent;
    place(parent, index);
    index = above;
  }
  items[index] = item;
  place(item, index);
};

const sink = <T>({ before, place }: HeapOrder<T>, items: T[], item: T, from: number): void => {
  let index = from;
  for (;;) {
    let below = 2 * index + 1;
    if (below >= items.length) break;
    if (below + 1 < items.length && before(items[below + 1]!, items[below]!)) below++;
    const child = items[below]!;
    if (!before(child, item)) break;
    items[index] = child;
    place(child, index);
    index = below;
  }
  items[index] = item;
  place(item, index);
};

/** Adds an item that is in no heap of this order. */
export const heapAdd = <T>(order: HeapOrder<T>, items: T[], item: T): void => {
  items.push(item);
  rise(order, items, item, items.length - 1);
};

/** Takes an item out, wherever it stands; one that is in no heap is left alone. */
export const heapRemove = <T>(order: HeapOrder<T>, items: T[], item: T): void => {
  const index = order.placeOf(item);
  if (index < 0) return;
  order.place(item, -1);
  const last = items.pop()!;
  if (last === item) return;
  if (index > 0 && order.before(last, items[(index - 1) >> 1]!)) rise(order, items, last, index);
  else sink(order, items, last, index);
};
