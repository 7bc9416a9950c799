import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type HeapOrder, heapAdd, heapRemove } from '../../../src/common/collections/heap.ts';

interface Item {
  readonly value: number;
  at: number;
}

const order: HeapOrder<Item> = {
  before: (a, b) => a.value < b.value,
  indexOf: ({ at }) => at,
  setIndex: (item, index) => {
    item.at = index;
  },
};

test('items leave the heap in order, regardless of which items were removed before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean())), fc.func(fc.nat()), (entries, pick) => {
      const heap: Item[] = [];
      const inside: Item[] = [];
      for (const [value, remove] of entries) {
        const item = { value, at: -1 };
        heapAdd(order, heap, item);
        inside.push(item);
        if (remove) heapRemove(order, heap, inside.splice(pick(value) % inside.length, 1)[0]!);
        assert.ok(heap.every((each, index) => each.at === index));
      }
      const taken: number[] = [];
      while (heap.length > 0) {
        taken.push(heap[0]!.value);
        heapRemove(order, heap, heap[0]!);
      }
      assert.deepEqual(
        taken,
        inside.map(({ value }) => value).sort((a, b) => a - b),
      );
    }),
  );
});

test('removing an item that is in no heap changes nothing', () => {
  const heap: Item[] = [];
  const inside = { value: 1, at: -1 };
  heapAdd(order, heap, inside);
  heapRemove(order, heap, { value: 1, at: -1 });
  assert.deepEqual(heap, [inside]);
});
