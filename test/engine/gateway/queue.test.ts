import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createQueue } from '../../../src/engine/gateway/queue.ts';

test('a queue behaves like an array', () => {
  const action = fc.oneof(
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('push'), count: fc.integer({ min: 1, max: 3000 }) }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('shift'), count: fc.integer({ min: 1, max: 3000 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear'), count: fc.constant(1) }) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const queue = createQueue<number>();
      let expected: number[] = [];
      let next = 0;
      for (const { kind, count } of actions) {
        if (kind === 'clear') {
          queue.clear();
          expected = [];
        }
        for (let times = 0; times < count; times += 1) {
          if (kind === 'push') {
            queue.push(next);
            expected.push(next);
            next += 1;
          } else if (kind === 'shift') {
            assert.equal(queue.first(), expected[0]);
            queue.shift();
            expected.shift();
          }
        }
        assert.equal(queue.first(), expected[0]);
      }
    }),
    { numRuns: 30 },
  );
});
