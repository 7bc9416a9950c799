/** A queue. Not a Set or an array alone: both pay for what has left at their front again and again. */
export interface Fifo<Item> {
  push(item: Item): void;
  /** The oldest item, which stays. */
  first(): Item | undefined;
  /** Takes the oldest item out. */
  shift(): void;
  clear(): void;
}

/** Gone items that may stay in memory; above it they are cut off, once they are the larger half. */
const slack = 1024;

export const createFifo = <Item>(): Fifo<Item> => {
  let items: Item[] = [];
  let head = 0;
  return {
    push: (item) => {
      items.push(item);
    },
    first: () => items[head],
    shift: () => {
      if (head < items.length) head += 1;
      if (head === items.length || (head > slack && head > items.length / 2)) {
        items = items.slice(head);
        head = 0;
      }
    },
    clear: () => {
      items = [];
      head = 0;
    },
  };
};
