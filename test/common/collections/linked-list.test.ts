import assert from 'node:assert/strict';
import { test } from 'node:test';
import { append, insert, type Linked, type List, unlink } from '../../../src/common/collections/linked-list.ts';

interface Item extends Linked<Item> {
  readonly value: number;
}

const item = (value: number): Item => ({ value, previous: undefined, next: undefined });

const valuesOf = ({ first, last }: List<Item>): readonly (readonly number[])[] => {
  const forth: number[] = [];
  for (let current = first; current !== undefined; current = current.next) forth.push(current.value);
  const back: number[] = [];
  for (let current = last; current !== undefined; current = current.previous) back.unshift(current.value);
  return [forth, back];
};

test('items are appended, inserted in order, and removed anywhere', () => {
  const list: List<Item> = { first: undefined, last: undefined };
  const [one, two, four] = [item(1), item(2), item(4)];
  for (const added of [one, two, four]) append(list, added);
  insert(list, item(3), (a, b) => a.value < b.value);
  insert(list, item(0), (a, b) => a.value < b.value);
  insert(list, item(5), (a, b) => a.value < b.value);
  assert.deepEqual(valuesOf(list), [
    [0, 1, 2, 3, 4, 5],
    [0, 1, 2, 3, 4, 5],
  ]);
  unlink(list, two);
  unlink(list, list.first!);
  unlink(list, list.last!);
  assert.deepEqual(valuesOf(list), [
    [1, 3, 4],
    [1, 3, 4],
  ]);
});

// An old item that is garbage must not keep a young one alive until a full garbage collection.
test('an item that was removed refers to nothing', () => {
  const list: List<Item> = { first: undefined, last: undefined };
  const [one, two, three] = [item(1), item(2), item(3)];
  for (const added of [one, two, three]) append(list, added);
  unlink(list, two);
  assert.deepEqual([two.previous, two.next], [undefined, undefined]);
});
