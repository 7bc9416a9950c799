import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyGradually } from '../../../src/engine/machine/snapshot/gradual-copy.ts';

interface Item {
  readonly key: number;
  value: number;
}

type Step = { readonly act: 'next' | 'change' | 'remove' | 'add'; readonly at: number };

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('next', 'change', 'remove', 'add'),
  at: fc.nat(),
});

const copyOf = ({ key, value }: Item): { key: number; value: number } => ({ key, value });

test('a gradual copy is the state at its beginning, in the order of the keys, whatever changes meanwhile', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), fc.array(step), (keys, steps) => {
      const sorted = [...keys].sort((a, b) => a - b);
      const items = new Map(sorted.map((key) => [key, { key, value: 0 } as Item]));
      const expected = [...items.values()].map(copyOf);
      const copy = copyGradually(items, 40, copyOf);
      const copied: unknown[] = [];
      let lastKey = 40;
      for (const { act, at } of steps) {
        const item = [...items.values()][at % Math.max(1, items.size)];
        if (act === 'next') {
          const next = copy.next();
          if (next !== undefined) copied.push(next);
        } else if (act === 'add') {
          lastKey += 1;
          items.set(lastKey, { key: lastKey, value: -1 });
        } else if (item !== undefined) {
          copy.keep(item);
          if (act === 'change') item.value += 1;
          else items.delete(item.key);
        }
      }
      for (let next = copy.next(); next !== undefined; next = copy.next()) copied.push(next);
      assert.deepEqual(copied, expected);
      assert.equal(copy.next(), undefined);
    }),
    { numRuns: 2000 },
  );
});
