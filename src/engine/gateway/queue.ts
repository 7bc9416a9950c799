/** A queue with fast removal at its front, which neither a Set nor an array has. */
export interface Queue<Item> {
  push(item: Item): void;
  /** The oldest item; it stays in the queue. */
  first(): Item | undefined;
  /** Removes the oldest item. */
  shift(): void;
  clear(): void;
}

/** Removed items stay in memory up to this number, or as long as they are fewer than the others. */
const slack = 1024;

/** Creates an empty queue. */
export const createQueue = <Item>(): Queue<Item> => {
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
