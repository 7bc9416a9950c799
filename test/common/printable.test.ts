import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable, printableEntry } from '../../src/common/printable.ts';
import { codePoint } from '../support/code-points.ts';

for (const [text, shown] of [
  ['plain, ünï ✓ 😀\ttab\nline', 'plain, ünï ✓ 😀\ttab\nline'],
  ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
  ['\u009b2J', '\\x9b2J'],
  ['over\rwritten', 'over\\x0dwritten'],
  ['windows\r\nline', 'windows\nline'],
  ['\u0000\u0007\b\u007f', '\\x00\\x07\\x08\\x7f'],
  ['a\u2028b\u2029c\u202edrow\u2066', 'a\\u2028b\\u2029c\\u202edrow\\u2066'],
  ['vertical\u000b\f', 'vertical\\x0b\\x0c'],
] as const) {
  test(`makes ${JSON.stringify(text)} printable`, () => assert.equal(printable(text), shown));
}

test('indents the further lines of an entry', () => {
  assert.equal(printableEntry('failed\r\n[info] Running.\nend'), 'failed\n    [info] Running.\n    end');
});

test('no text controls the terminal, and only the first line is not indented', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint }), fc.string(), (some, more) => {
      const shown = printableEntry(`begin ${some}\n${more}`);
      assert.doesNotMatch(shown, /(?![\t\n])\p{Cc}|[\u2028-\u202e\u2066-\u2069]/u);
      assert.equal(shown.split('\n').filter((line) => !line.startsWith('    ')).length, 1);
    }),
  );
});
