import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCheapComparison, isCheapSearch } from '../../src/feel/compile/cost.ts';

const address = 'ada.lovelace@example.com';
const letters = 'a'.repeat(40);

const cheap: readonly (readonly [pattern: string, text: string])[] = [
  ['^A', address],
  ['^\\d{3}-\\d{4}$', '555-1234'],
  ['^[\\w.+-]+@[\\w.-]+$', address],
  ['^[A-Z]{2}[0-9]{1,6}$', 'DE123456'],
  ['red|green|blue', 'a green door'],
  ['[a+*]', letters],
  ['[(a+)+]', letters],
  ['\\(a\\)', letters],
];

for (const [pattern, text] of cheap) {
  test(`searching for ${pattern} in a short text is cheap`, () => {
    assert.equal(isCheapSearch(text, pattern, false), true);
  });
}

const costly: readonly (readonly [pattern: string, text: string])[] = [
  ['^(a+)+$', letters],
  ['(a|aa)+$', letters],
  ['(a*)*b', letters],
  ['(?:a+)+$', letters],
  ['(a+)\\1', letters],
  ['a++', letters],
  ['a+?b', letters],
  ['a*a*a*a*a*b', letters],
  ['(a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a)b', letters],
  ['[[a-z]&&[b]]+', letters],
  ['\\X', letters],
  ['\\Q(a+)+\\E', letters],
  ['a'.repeat(201), letters],
  ['a*b*c', 'a'.repeat(2_000)],
];

for (const [pattern, text] of costly) {
  test(`searching for ${pattern.slice(0, 40)} in ${text.length} letters may take long`, () => {
    assert.equal(isCheapSearch(text, pattern, false), false);
  });
}

test('searching for all matches costs more than searching for one', () => {
  const text = 'a'.repeat(60);
  assert.equal(isCheapSearch(text, 'a+b+c', false), true);
  assert.equal(isCheapSearch(text, 'a+b+c+d', true), false);
});

test('what is not a text is not searched', () => {
  assert.equal(isCheapSearch(null, '(a+)+', false), true);
  assert.equal(isCheapSearch('a', 3, false), true);
});

const comparisons: readonly (readonly [title: string, lists: readonly unknown[], expected: boolean])[] = [
  ['numbers and texts', [[1, 'a', null, true]], true],
  ['two lists', [[1, 2], [2]], true],
  ['single values', [1, 'a'], true],
  ['more than 100 items', [Array.from({ length: 101 }, (_, index) => index)], false],
  ['lists in a list', [[[1], [1]]], false],
  ['a long text', [['a'.repeat(101)]], false],
];

for (const [title, lists, expected] of comparisons) {
  test(`comparing all items is ${expected ? 'cheap' : 'not known to be cheap'}: ${title}`, () => {
    assert.equal(isCheapComparison(lists), expected);
  });
}
