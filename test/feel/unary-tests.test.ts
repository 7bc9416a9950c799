import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTests } from '../../src/feel/index.ts';
import { lookupIn, table } from './support.ts';

const cases: readonly (readonly [tests: string, input: unknown, expected: boolean | null])[] = [
  ['-', 1, true],
  ['5', 5, true],
  ['5', 6, false],
  ['5, 6', 6, true],
  ['> 5', 6, true],
  ['> 5, < 2', 3, false],
  ['[1..5]', 5, true],
  ['[1..5)', 5, false],
  [']1..5]', 1, false],
  ['(1..5]', 1, false],
  ['not(5)', 5, false],
  ['not(5, 6)', 7, true],
  ['not(> 5)', 3, true],
  ['"a"', 'a', true],
  ['"a", "b"', 'c', false],
  ['"a"', 1, null],
  ['true', true, true],
  ['false', false, true],
  ['null', null, true],
  ['null', 1, false],
  ['? > 5', 6, true],
  ['contains(?, "b")', 'abc', true],
  ['? > limit', 6, true],
  ['limit', 5, true],
  ['[1, 2, 3]', 2, true],
  ['[1, 2, 3]', 4, false],
  ['> "a"', 1, null],
  ['@"2026-01-02"', null, false],
  ['count(?, 1)', 5, false],
  ['not(count(?, 1))', 5, true],
  ['nosuch(?)', 5, false],
  ['count(?)', 5, null],
  ['(function(x) x) in (5)', 5, true],
  ['(function(x) x) in (6)', 5, false],
];

test('unary tests', async (t) => {
  for (const [tests, input, expected] of cases) {
    await t.test(`${tests} of ${JSON.stringify(input)}`, () => {
      const lookup = lookupIn({ cellInput: input, limit: 5 });
      assert.equal(compileTests(tests).evaluate(lookup), expected);
    });
  }
});

test('unary tests and expressions with the same text are not confused', () => {
  const lookup = lookupIn({ cellInput: 5 });
  assert.equal(compileTests('5').evaluate(lookup), true);
  assert.throws(() => compileTests('5 6'), { kind: 'feel' });
  assert.throws(() => compileTests('= 5'), { kind: 'feel' });
});

table(
  'tests after in',
  [
    ['x in 2', true],
    ['x in (1, 2)', true],
    ['x in [1, 2]', true],
    ['x in [2..1]', false],
    ['x in > 1', true],
    ['x in (> 1 and < 3)', true],
    ['x in > 1 and x in < 3', true],
    ['x in not(2)', false],
    ['x in ? > 1', true],
    ['x in not(? > 1)', false],
    ['x in ? + 1', null],
    ['x in [?]', false],
    ['x in "a"', null],
    ['x in ("a", 2)', true],
    ['x in if true then 2 else 3', true],
    ['x in (y > 1)', true],
    ['[1, 2, 3][item in > 1]', [2, 3]],
    ['[1, 2, 3][> 1]', []],
    ['> 1', null],
    ['[1..3]', null],
  ],
  { x: 2, y: 5 },
);
