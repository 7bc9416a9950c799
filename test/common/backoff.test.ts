import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWorthLogging, nextDelay } from '../../src/common/backoff.ts';

const bounds = { base: 50, cap: 5_000 };

const cases: readonly [attempt: number, random: number, delay: number][] = [
  [0, 0, 50],
  [0, 0.5, 75],
  [0, 1, 100],
  [1, 1, 200],
  [3, 0, 50],
  [3, 1, 800],
  [6, 1, 5_000],
  [5_000, 1, 5_000],
];

for (const [attempt, random, delay] of cases) {
  test(`the pause after failure ${attempt} with the random number ${random} is ${delay} ms`, () => {
    assert.equal(nextDelay(attempt, random, bounds), delay);
  });
}

test('a pause is never shorter than the base and never longer than the cap', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(1_000),
      fc.nat(100_000),
      (n, r, b, c) => {
        const delay = nextDelay(n, r, { base: b, cap: c });
        assert.ok(delay >= Math.min(b, c) && delay <= c);
      },
    ),
  );
});

test('600 failures in a row are worth four log lines', () => {
  const logged = Array.from({ length: 600 }, (_, index) => index + 1).filter(isWorthLogging);
  assert.deepEqual(logged, [1, 8, 64, 512]);
});
