import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirst } from '../../../../src/engine/gateway/rest/search/first.ts';

const ascending = (left: number, right: number): number => left - right;

const firstOf = (size: number, given: readonly number[], compare = ascending): readonly number[] => {
  const first = createFirst(size, compare);
  for (const item of given) first.add(item);
  return first.items();
};

/** Numbers that look random, the same in every run. */
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => (n * 7919) % 1009);

for (const [what, given] of [
  ['no items', []],
  ['few items', [3, 1, 2]],
  ['sorted items', numbers(1_000).toSorted(ascending)],
  ['items in the reverse order', numbers(1_000).toSorted(ascending).reverse()],
  ['items in any order, some of them equal', numbers(3_000)],
] as const) {
  for (const size of [1, 2, 10, 100, 5_000]) {
    test(`the first ${size} of ${what}`, () => {
      assert.deepEqual(firstOf(size, given), given.toSorted(ascending).slice(0, size));
    });
  }
}

test('the order decides what is first', () => {
  assert.deepEqual(
    firstOf(2, [1, 5, 3], (left, right) => right - left),
    [5, 3],
  );
});
