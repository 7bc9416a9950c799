import { type HeapOrder, heapAdd, heapRemove } from '../../../common/collections/heap.ts';
import type { KeyTable } from '../../../common/collections/key-table.ts';

/** A copy that is made bit by bit, while the records change. */
export interface GradualCopy<Item, Saved> {
  /** Must be called before a record changes or is removed. The record is copied now, unless it was copied before or is new. */
  readonly keep: (item: Item) => void;
  /** The next copy, in the order of the keys; `undefined` after the last one. */
  readonly next: () => Saved | undefined;
}

interface Kept<Saved> {
  readonly key: number;
  readonly saved: Saved;
  index: number;
}

/** By key. */
const keyOrder: HeapOrder<Kept<unknown>> = {
  before: (a, b) => a.key < b.key,
  indexOf: ({ index }) => index,
  setIndex: (kept, index) => {
    kept.index = index;
  },
};

/**
 * Copies records as they are now, although only a few are copied at a time.
 *
 * @param items the records; new ones have a higher key than all others
 * @param lastKey records with a higher key do not exist yet, and are left out
 */
export const copyGradually = <Item extends { readonly key: number }, Saved>(
  items: Pick<KeyTable<Item>, 'values'>,
  lastKey: number,
  save: (item: Item) => Saved,
): GradualCopy<Item, Saved> => {
  const unseen = items.values();
  const kept = new Set<number>();
  const waiting: Kept<Saved>[] = [];
  let passedKey = 0;
  let ahead: Item | undefined;
  let isAtEnd = false;

  /** The next record that has not been kept. */
  const lookAhead = (): Item | undefined => {
    while (!isAtEnd && (ahead === undefined || kept.has(ahead.key))) {
      const { value } = unseen.next();
      isAtEnd = value === undefined || value.key > lastKey;
      ahead = isAtEnd ? undefined : value;
    }
    return ahead;
  };

  return {
    keep: (item) => {
      const { key } = item;
      if (key <= passedKey || key > lastKey || kept.has(key)) return;
      kept.add(key);
      heapAdd(keyOrder, waiting as Kept<unknown>[], { key, saved: save(item), index: -1 });
    },
    next: () => {
      const item = lookAhead();
      const [first] = waiting;
      if (first !== undefined && (item === undefined || first.key < item.key)) {
        heapRemove(keyOrder, waiting as Kept<unknown>[], first);
        kept.delete(first.key);
        passedKey = first.key;
        return first.saved;
      }
      passedKey = item?.key ?? lastKey;
      ahead = undefined;
      return item && save(item);
    },
  };
};
