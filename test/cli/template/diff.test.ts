import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unifiedDiff } from '../../../src/cli/template/diff.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);

test('equal texts have no difference', () => {
  assert.equal(unifiedDiff('a', 'x\n', 'x\n'), '');
});

test('shows three lines before and after a changed line', () => {
  assert.equal(
    unifiedDiff('log.json', text(numbers(1, 9)), text([...numbers(1, 4), 'five', ...numbers(6, 9)])),
    text(['--- log.json', '+++ log.json', '@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8']),
  );
});

test('shows distant changes separately, and nearby changes together', () => {
  const far = unifiedDiff('a', text(numbers(1, 20)), text(['one', ...numbers(2, 19), 'twenty']));
  assert.deepEqual(far.match(/^@@.*$/gm), ['@@ -1,4 +1,4 @@', '@@ -17,4 +17,4 @@']);
  const near = unifiedDiff('a', text(numbers(1, 8)), text(['one', ...numbers(2, 7), 'eight']));
  assert.deepEqual(near.match(/^@@.*$/gm), ['@@ -1,8 +1,8 @@']);
});

test('counts from line 0 on an empty side', () => {
  assert.equal(unifiedDiff('a', '', 'x\n'), text(['--- a', '+++ a', '@@ -0,0 +1,1 @@', '+x']));
  assert.equal(unifiedDiff('a', 'x\n', ''), text(['--- a', '+++ a', '@@ -1,1 +0,0 @@', '-x']));
});

/** Applies a difference as `patch` does. Throws if it does not match. */
const applyDiff = (before: readonly string[], diff: string): readonly string[] => {
  const after: string[] = [];
  let next = 0;
  for (const line of diff.split('\n').slice(2, -1)) {
    const hunk = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$/.exec(line);
    if (hunk) {
      const [start, length, newStart, newLength] = hunk.slice(1).map(Number) as [number, number, number, number];
      const first = length === 0 ? start : start - 1;
      after.push(...before.slice(next, first));
      next = first;
      assert.equal(after.length, newLength === 0 ? newStart : newStart - 1);
    } else if (line.startsWith('+')) after.push(line.slice(1));
    else {
      assert.equal(before[next], line.slice(1));
      if (line.startsWith(' ')) after.push(line.slice(1));
      next += 1;
    }
  }
  return [...after, ...before.slice(next)];
};

test('applying the difference of any two texts turns the first into the second', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', '{', ''), { maxLength: 40 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      assert.deepEqual(applyDiff(before, unifiedDiff('x', text(before), text(after))), after);
    }),
  );
});
