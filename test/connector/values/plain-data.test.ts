import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseValue, toJson } from '../../../src/connector/values/json-text.ts';
import { mayHaveRounded, type PlainData, plainDataOf } from '../../../src/connector/values/plain-data.ts';

const cyclic: Record<string, unknown> = {};
cyclic.self = { cyclic };

/** Every object has itself twice: a walk that does not stop at once never ends. */
const tangled: Record<string, unknown> = {};
Object.assign(tangled, { a: tangled, b: tangled });

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
};

const cases: readonly (readonly [title: string, value: unknown, expected: PlainData])[] = [
  ['null', null, 'exact'],
  ['text', 'x', 'exact'],
  ['a fraction', 1.5, 'exact'],
  ['a list and an object', { a: [1, { b: true }] }, 'exact'],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), 'exact'],
  ['the largest safe integer', { a: Number.MAX_SAFE_INTEGER }, 'exact'],
  ['the next integer', { a: [2 ** 53] }, 'large'],
  ['a bigint', [1n], 'large'],
  ['undefined', undefined, 'other'],
  ['an absent property', { a: undefined }, 'other'],
  ['a hole', new Array(2), 'other'],
  ['NaN', [Number.NaN], 'other'],
  ['Infinity behind a large number', [2 ** 60, Number.POSITIVE_INFINITY], 'other'],
  ['a date', { a: new Date(0) }, 'other'],
  ['a map', new Map(), 'other'],
  ['bytes', Buffer.from('a'), 'other'],
  ['a function', { a: () => 1 }, 'other'],
  ['a symbol', [Symbol('a')], 'other'],
  ['an object with toJSON', { a: 1, toJSON: () => 2 }, 'other'],
  ['a list with toJSON', Object.assign([1], { toJSON: () => 2 }), 'other'],
  ['an object of a class', new (class Point {})(), 'other'],
  ['a cycle', cyclic, 'other'],
  ['many cycles', tangled, 'other'],
  ['very deep lists', nested(50_000), 'other'],
  [
    'a getter that throws',
    {
      get a() {
        throw new Error('no');
      },
    },
    'other',
  ],
];

describe('a quick look', () => {
  for (const [title, value, expected] of cases) {
    test(`finds that ${title} is ${expected}`, () => assert.equal(plainDataOf(value), expected));
  }

  test('calls nothing plain that JSON would change', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
        if (plainDataOf(value) !== 'exact') return;
        assert.equal(toJson(value), value);
        assert.deepEqual(JSON.parse(JSON.stringify(value)), JSON.parse(JSON.stringify(value ?? null)));
        assert.equal(JSON.stringify(JSON.parse(JSON.stringify(value))), JSON.stringify(value));
      }),
    );
  });
});

describe('a number that JSON.parse may have rounded', () => {
  for (const [text, expected] of [
    ['[1,"9007199254740993",0.1234567890123456789]', false],
    ['{"a":[9007199254740991]}', false],
    ['{"a":[9007199254740992]}', true],
    ['{"a":{"b":-9007199254740993}}', true],
    ['[1e999]', true],
    ['[1e16]', true],
  ] as const) {
    test(`${text}: ${expected}`, () => assert.equal(mayHaveRounded(JSON.parse(text)), expected));
  }

  test('is read without loss, also where nobody looks any deeper', () => {
    for (const depth of [1, 199, 200, 201, 1_000]) {
      const text = `${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`;
      let value = parseValue(text);
      while (Array.isArray(value)) [value] = value;
      assert.equal(value, 9007199254740993n, `at depth ${depth}`);
    }
  });
});
