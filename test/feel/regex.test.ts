/** Regular expressions have Java's syntax. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRegex, findAll, isFound, replaceAll, splitText } from '../../src/feel/regex/regex.ts';
import { codePoint } from '../support/code-points.ts';

type Match = readonly [pattern: string, flags: string, text: string, found: boolean];

const matches: readonly Match[] = [
  ['a\\-b', '', 'a-b', true],
  ['a\\@b', '', 'a@b', true],
  ['^[\\w-\\.]+$', '', 'foo.bar-1', true],
  ['[\\w.+-]+@[\\w-]+\\.\\w+', '', 'a.b+c@d-e.fr', true],
  ['(?i)abc', '', 'ABC', true],
  ['a(?i)b', '', 'aB', true],
  ['a(?i)b', '', 'AB', false],
  ['a(?i:b)c', '', 'aBc', true],
  ['a(?i:b)c', '', 'aBC', false],
  ['(?i)a(?-i)b', '', 'AB', false],
  ['B', 'i', 'abc', true],
  ['ä', 'i', 'Ä', false],
  ['[a-c]', 'i', 'B', true],
  ['[^a-c]', 'i', 'B', false],
  ['a b', 'x', 'ab', true],
  ['a b # note', 'x', 'ab', true],
  ['[a b]', 'x', ' ', false],
  ['a.b', '', 'a\nb', false],
  ['a.b', 's', 'a\nb', true],
  ['^b', '', 'a\nb', false],
  ['^b', 'm', 'a\nb', true],
  ['a$', '', 'a\n', true],
  ['a$', '', 'a\nb', false],
  ['a$', 'm', 'a\nb', true],
  ['\\Aa\\z', '', 'a', true],
  ['a\\z', '', 'a\n', false],
  ['a\\Z', '', 'a\n', true],
  ['\\Qa.b\\E', '', 'axb', false],
  ['\\Qa.b\\E', '', 'a.b', true],
  ['\\Q(\\E+', '', '((', true],
  ['\\h\\v\\R', '', ' \n\r\n', true],
  ['\\p{Alpha}\\p{Lu}\\pN', '', 'aÄ1', true],
  ['\\p{IsLatin}\\P{L}', '', 'a1', true],
  ['[a-z&&[^b]]', '', 'b', false],
  ['[a-z&&[^b]]', '', 'c', true],
  ['[a[bc]]', '', 'c', true],
  ['[]a]', '', ']', true],
  ['[a-]', '', '-', true],
  ['a++b', '', 'aab', true],
  ['a++a', '', 'aaa', false],
  ['(?>a+)a', '', 'aaa', false],
  ['(a)\\1', '', 'aa', true],
  ['(a)\\1', 'i', 'aA', true],
  ['(?<x>a)\\k<x>', '', 'aa', true],
  ['\\1', '', '', false],
  ['(?<=a)b', '', 'ab', true],
  ['(?!a)b', '', 'b', true],
  ['\\bä\\b', '', 'x ä', true],
  ['\\x41\\u0042\\x{43}\\0104\\t', '', 'ABCD\t', true],
  ['a{2,3}?', '', 'aa', true],
  ['}', '', '}', true],
  ['-/"#~', '', '-/"#~', true],
  ['😀{2}', '', '😀😀', true],
];

test('a pattern finds what it finds in Java', async (t) => {
  for (const [pattern, flags, text, found] of matches) {
    await t.test(`/${pattern}/${flags} in ${JSON.stringify(text)}`, () => {
      const regex = compileRegex(pattern, flags);
      assert.ok(regex !== undefined);
      assert.equal(isFound(regex, text), found);
    });
  }
});

test('a pattern that Java refuses is not valid', () => {
  const refused = ['(', ')', '[', '[a', '*a', 'a**', '(*)', 'a{', '{1}', 'a{2,1}', '\\q', 'a\\', '[z-a]', '(?<1>a)'];
  for (const pattern of [...refused, '(?<x>a)(?<x>b)', '\\k<x>', '\\p{Nothing}', '(?z)', '\\x{110000}']) {
    assert.equal(compileRegex(pattern), undefined, pattern);
  }
});

test('replacement texts', () => {
  const cases: readonly (readonly [text: string, pattern: string, replacement: string, result: string | undefined])[] =
    [
      ['abc', 'b', '$0$0', 'abbc'],
      ['abc', '(b)', '[$1]', 'a[b]c'],
      ['abc', '(?<x>b)', '$' + '{x}!', 'ab!c'],
      ['abc', '(b)', '$12', 'ab2c'],
      ['abc', '(a)|(x)', '<$2>', '<>bc'],
      ['abc', 'b', '\\$', 'a$c'],
      ['abc', '', '-', '-a-b-c-'],
      ['abc', 'b', '$', undefined],
      ['abc', 'b', '$1', undefined],
      ['abc', 'b', '$' + '{x}', undefined],
      ['abc', 'b', '\\', undefined],
      ['abc', 'x', '$', 'abc'],
    ];
  for (const [text, pattern, replacement, result] of cases) {
    assert.equal(replaceAll(compileRegex(pattern)!, text, replacement), result, `${pattern} -> ${replacement}`);
  }
});

test('splitting and finding', () => {
  assert.deepEqual(splitText(compileRegex('')!, 'abc'), ['a', 'b', 'c', '']);
  assert.deepEqual(splitText(compileRegex('')!, 'a😀'), ['a', '\ud83d', '\ude00', '']);
  assert.deepEqual(splitText(compileRegex(',')!, 'a,b,'), ['a', 'b', '']);
  assert.deepEqual(splitText(compileRegex(',')!, ''), ['']);
  assert.deepEqual(
    findAll(compileRegex('\\d+')!, 'a1b22').map(({ text }) => text),
    ['1', '22'],
  );
});

test('a quoted text matches itself and nothing shorter', () => {
  const text = fc.string({ unit: codePoint, minLength: 1, maxLength: 8 }).filter((value) => !value.includes('\\E'));
  fc.assert(
    fc.property(text, (value) => {
      const regex = compileRegex(`\\A\\Q${value}\\E\\z`)!;
      assert.equal(isFound(regex, value), true);
      assert.equal(isFound(regex, value.slice(0, -1)), false);
    }),
    { numRuns: 300 },
  );
});

test('patterns that both languages read alike give the same', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '(a|b)', '(?:ab)', '1', 'a|b', '\\.');
  const pattern = fc
    .array(fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '*?')), { maxLength: 4 })
    .map((parts) =>
      parts.map(([part, times]) => (part.includes('|') && part.length === 3 ? part : part + times)).join(''),
    );
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', ' '), maxLength: 8 }),
      (source, text) => {
        assert.deepEqual(
          findAll(compileRegex(source)!, text).map((match) => match.text),
          Array.from(text.matchAll(new RegExp(source, 'g')), ([found]) => found),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('no text makes compiling a pattern fail in another way', () => {
  const sign = fc.constantFrom(...'ab1\\()[]{}*+?|^$.-&#<>:=!QEpPkxu,\n '.split(''));
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 12 }), fc.constantFrom('', 'i', 'x', 'smix'), (signs, flags) => {
      const regex = compileRegex(signs.join(''), flags);
      if (regex !== undefined) isFound(regex, 'ab1');
    }),
    { numRuns: 1000 },
  );
});
