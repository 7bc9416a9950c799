import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeyTable } from '../../../src/common/collections/key-table.ts';

interface Item {
  readonly key: number;
}

type Step = { readonly act: 'append' | 'insert' | 'remove'; readonly at: number };

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('append', 'append', 'insert', 'remove'),
  at: fc.integer({ min: 0, max: 500 }),
});

test('a table contains what a map contains, in the order of the keys', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 300, size: 'max' }),
      fc.constantFrom(1, 2 ** 31 - 100, 2 ** 50),
      (steps, from) => {
        const table = createKeyTable<Item>();
        const map = new Map<number, Item>();
        let last = from;
        for (const { act, at } of steps) {
          // Gaps, as other records have keys from the same sequence.
          const key = act === 'append' ? last + 1 + (at % 70) : from + at;
          last = Math.max(last, key);
          if (act === 'remove') {
            table.delete(key);
            map.delete(key);
          } else {
            const item = { key };
            table.set(key, item);
            map.set(key, item);
          }
          assert.equal(table.size, map.size);
          assert.equal(table.get(key), map.get(key));
        }
        const expected = [...map.values()].sort((a, b) => a.key - b.key);
        assert.deepEqual([...table.values()], expected);
        for (const { key } of expected) table.delete(key);
        assert.deepEqual([table.size, [...table.values()]], [0, []]);
      },
    ),
    { numRuns: 500 },
  );
});

test('keys that were never assigned have no item', () => {
  const table = createKeyTable<Item>();
  table.set(1, { key: 1 });
  for (const key of [0, 2, 63, 64, 2 ** 53]) assert.equal(table.get(key), undefined);
  table.delete(0);
  table.delete(2 ** 53);
  assert.equal(table.size, 1);
});

test('while the items are read, items can be removed and items with higher keys added', () => {
  const table = createKeyTable<Item>();
  const add = (key: number): void => table.set(key, { key });
  for (let key = 1; key <= 200; key++) add(key);
  const seen: number[] = [];
  for (const { key } of table.values()) {
    seen.push(key);
    if (key === 10) for (let gone = 11; gone <= 150; gone++) table.delete(gone);
    if (key === 200) for (let next = 201; next <= 300; next++) add(next);
  }
  const between = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  assert.deepEqual(seen, [...between(1, 10), ...between(151, 300)]);
});

test('an item can be replaced', () => {
  const table = createKeyTable<Item & { readonly text: string }>();
  table.set(7, { key: 7, text: 'a' });
  table.set(7, { key: 7, text: 'b' });
  assert.deepEqual([...table.values()], [{ key: 7, text: 'b' }]);
  assert.equal(table.size, 1);
});
