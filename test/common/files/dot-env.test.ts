import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { parseDotEnv } from '../../../src/common/files/dot-env.ts';

for (const [title, text, values] of [
  [
    'values with and without quotes',
    'A=1\nB="two words"\nC=\'x y\'\nD=`q`',
    { A: '1', B: 'two words', C: 'x y', D: 'q' },
  ],
  ['comments', '# note\nA=1 # note\nB="x # y" # note', { A: '1', B: 'x # y' }],
  ['export, blanks and colons', 'export A = 1\n  B=2\nC: 3', { A: '1', B: '2', C: '3' }],
  ['several lines in quotes, also blank ones', 'A="x\n\n\ny"\nB=1', { A: 'x\n\n\ny', B: '1' }],
  ['line breaks of Windows, and written ones', 'A=1\r\nB="x\\ny"\r\n', { A: '1', B: 'x\ny' }],
  ['a byte order mark', '\uFEFFA=1', { A: '1' }],
  ['an empty value, and a name twice', 'A=\nB=1\nB=2', { A: '', B: '2' }],
  ['lines that are not settings', 'nonsense\n"x"\nA=1', { A: '1' }],
] as const) {
  test(`reads ${title}`, () => assert.deepEqual({ ...parseDotEnv(text) }, values));
}

test('reads texts as the default parser of dotenv does', () => {
  const piece = fc.constantFrom(
    ...[
      'A',
      'B_1',
      'a.b-c',
      'export ',
      '=',
      ' = ',
      ': ',
      '"',
      "'",
      '`',
      '\\n',
      '\\"',
      "\\'",
      '#',
      ' # note',
      ' ',
      '\t',
    ],
    ...['\n', '\n\n', '\r\n', 'x y', '1', '\u2028', '-----BEGIN KEY-----'],
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join('')),
      (text) => {
        assert.deepEqual({ ...parseDotEnv(text) }, { ...parse(text) });
      },
    ),
    { numRuns: 3_000 },
  );
});

// With quadratic work, each of these would take hours, and the runner ends a test after three minutes.
describe('a megabyte is read in linear time:', () => {
  const size = 1024 * 1024;
  for (const [title, text] of [
    ['blank lines', '\n'.repeat(size)],
    ['blank lines after a name', `A${'\n'.repeat(size)}`],
    ['blanks', ' '.repeat(size)],
    ['lines of blanks', ' \t \n'.repeat(size / 4)],
    ['quotes that are never closed', 'A="x\\"\n'.repeat(size / 7)],
    ['quotes of every kind', 'A=\'"`\n'.repeat(size / 6)],
    ['export without a name', 'export \n'.repeat(size / 8)],
    ['line breaks of other alphabets', '\u2028'.repeat(size / 3)],
    ['one long name', 'A'.repeat(size)],
  ] as const) {
    test(title, () => assert.equal(parseDotEnv(`${text}\nZ_END=1\n`).Z_END, '1'));
  }
});
