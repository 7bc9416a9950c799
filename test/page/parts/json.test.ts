import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digitsOf, isShort, jsonText, readJson, shortJson } from '../../../src/page/parts/json.ts';
import { printShort } from '../../../src/testing/state/print-json.ts';

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};

describe('JSON on the page', () => {
  const values: readonly unknown[] = [
    ...['', 'a "quoted" text', 7, -0.5, true, null, [], {}, [1, [2, { a: [] }]]],
    ...[
      { a: 1, b: { c: ['x', null] } },
      '\u202Eturned',
      '🍋'.repeat(50),
      Array.from({ length: 99 }, (_, index) => index),
    ],
  ];
  for (const value of values) {
    test(`${JSON.stringify(value).slice(0, 30)} is cut to any length, and whole if it fits`, () => {
      const text = JSON.stringify(value);
      for (const write of [shortJson, printShort]) {
        assert.equal(write(value, text.length), text);
        for (const length of [1, 2, 5, 20, 80]) {
          const short = write(value, length);
          assert.ok(short.length <= length, `${short} is longer than ${length}`);
          assert.equal(short, text.length <= length ? text : `${text.slice(0, length - 1)}…`);
        }
      }
      assert.equal(isShort(value, text.length), true);
      assert.equal(isShort(value, text.length - 1), false);
    });
  }

  test('a value of any depth has a beginning, and a text', () => {
    for (const levels of [100, 50_000]) {
      assert.equal(shortJson(deep(levels), 10), `${'['.repeat(9)}…`);
      assert.equal(printShort(deep(levels), 10), `${'['.repeat(9)}…`);
      assert.match(jsonText(deep(levels)), /^\[/);
    }
  });

  for (const [text, written] of [
    ['{"id":9007199254740993}', '{"id":9007199254740993}'],
    ['[-12345678901234567890, 1.5, 12]', '[-12345678901234567890,1.5,12]'],
    ['"9007199254740993"', '"9007199254740993"'],
    ['1e3', '1000'],
  ] as const) {
    // Node.js 20 has no room for them, and says so; browsers have had it for longer.
    test(`${text} keeps its digits, or is refused`, () => {
      if ('rawJSON' in JSON || !/(?<!")\d{16}/.test(text)) assert.equal(JSON.stringify(readJson(text)), written);
      else assert.throws(() => readJson(text), /no room for all digits of .*Fix: write it as text/);
    });
  }

  test('a number that is too large for a double is refused', () => {
    assert.throws(() => readJson('{"a":1e999}'), /is too large/);
    assert.throws(() => readJson('{'), SyntaxError);
  });

  test('digits are those of numbers, and of nothing else', () => {
    const raw = Object.assign(Object.create(null), { rawJSON: '9007199254740993' });
    assert.deepEqual([7, raw, '7', { rawJSON: '7' }, null].map(digitsOf), [
      ...['7', '9007199254740993'],
      ...[undefined, undefined, undefined],
    ]);
  });
});
