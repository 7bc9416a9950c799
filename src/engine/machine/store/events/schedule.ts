import { type HeapOrder, heapAdd, heapRemove } from '../../../../common/collections/heap.ts';
import type { Stateful } from '../context.ts';
import type { Scheduled } from '../records.ts';

/** By due time. Of two items that are due at the same time, the older one comes first. */
const dueOrder: HeapOrder<Scheduled> = {
  before: (a, b) => a.due < b.due || (a.due === b.due && a.key < b.key),
  indexOf: ({ dueIndex }) => dueIndex,
  setIndex: (item, index) => {
    item.dueIndex = index;
  },
};

/** The latest time of a `Date`. Items that are due later are due at this time. */
const farthest = 8.64e15;

/** Schedules an item. If it is scheduled already, its due time changes. */
export const schedule = ({ state }: Stateful, item: Scheduled, due: number): void => {
  heapRemove(dueOrder, state.due, item);
  item.due = Math.min(due, farthest);
  heapAdd(dueOrder, state.due, item);
};

/** Removes an item from the schedule. Does nothing if it is not scheduled. */
export const unschedule = ({ state }: Stateful, item: Scheduled): void => heapRemove(dueOrder, state.due, item);
