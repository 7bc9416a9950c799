import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { describeIssues } from '../../../src/connector/input/issue-texts.ts';

const problems = (schema: v.GenericSchema, value: unknown): readonly string[] => {
  const result = v.safeParse(schema, value);
  assert.ok(!result.success);
  return describeIssues(result.issues);
};

describe('each check has its own text', () => {
  const cases: readonly (readonly [schema: v.GenericSchema, value: unknown, text: string])[] = [
    [v.string(), 1, 'expected text, but got a number'],
    [v.number(), true, 'expected a number, but got a boolean'],
    [v.number(), 1n, 'expected a number, but got a bigint'],
    [v.number(), Number.NaN, 'expected a number, but got NaN'],
    [v.string(), new Date(0), 'expected text, but got a Date'],
    [
      v.date(),
      new Date(Number.NaN),
      'expected a date such as 2026-01-31 or 2026-01-31T13:05:30Z, but got an invalid Date',
    ],
    [v.string(), () => 1, 'expected text, but got a function'],
    [v.array(v.string()), {}, 'expected a list, but got an object'],
    [v.object({}), 'x', 'expected an object, but got text'],
    [v.nullable(v.string()), 1, 'expected text, but got a number'],
    [v.union([v.string(), v.number()]), true, 'expected text or a number, but got a boolean'],
    [v.union([v.literal('a'), v.literal('b'), v.literal('c')]), 'x', 'expected one of "a", "b" or "c", but got text'],
    [v.literal('only'), 'x', 'expected "only"'],
    [v.picklist(['a | b', 'c']), 'x', 'expected one of "a | b" or "c"'],
    [v.never(), 1, 'expected nothing, but got a number'],
    [v.custom(() => false), 's3cret', 'expected a different kind of value'],
    [v.pipe(v.string(), v.minLength(2)), 'x', 'expected at least 2 characters'],
    [v.pipe(v.string(), v.maxLength(1)), 's3cret', 'expected at most 1 character'],
    [v.pipe(v.string(), v.length(3)), 's3cret', 'expected exactly 3 characters'],
    [v.pipe(v.array(v.number()), v.minLength(2)), [1], 'expected at least 2 items'],
    [v.pipe(v.array(v.number()), v.maxLength(1)), [1, 2], 'expected at most 1 item'],
    [v.pipe(v.string(), v.nonEmpty()), '', 'must not be empty'],
    [v.pipe(v.string(), v.maxBytes(2)), 's3cret', 'expected at most 2 bytes'],
    [v.pipe(v.string(), v.minGraphemes(9)), 's3cret', 'expected at least 9 characters'],
    [v.pipe(v.record(v.string(), v.number()), v.maxEntries(1)), { a: 1, b: 2 }, 'expected at most 1 entry'],
    [v.pipe(v.number(), v.minValue(18)), 3, 'expected a number no less than 18'],
    [v.pipe(v.number(), v.maxValue(150)), 1600, 'expected a number no greater than 150'],
    [v.pipe(v.number(), v.gtValue(1)), 1, 'expected a number greater than 1'],
    [v.pipe(v.number(), v.ltValue(1)), 1, 'expected a number less than 1'],
    [v.pipe(v.bigint(), v.minValue(5n)), 1n, 'expected a number no less than 5'],
    [v.pipe(v.date(), v.minValue(new Date(0))), new Date(-1), 'expected a date no less than 1970-01-01T00:00:00.000Z'],
    [v.pipe(v.string(), v.minValue('b')), 'a', 'expected a value no less than "b"'],
    [v.pipe(v.number(), v.multipleOf(5)), 7, 'expected a multiple of 5'],
    [v.pipe(v.number(), v.integer()), 1.5, 'expected a whole number'],
    [v.pipe(v.number(), v.safeInteger()), 2 ** 60, 'expected a whole number below 2^53'],
    [v.pipe(v.string(), v.email()), 's3cret', 'expected an e-mail address'],
    [v.pipe(v.string(), v.url()), 's3cret', 'expected a URL'],
    [v.pipe(v.string(), v.uuid()), 's3cret', 'expected a UUID'],
    [v.pipe(v.string(), v.ip()), 's3cret', 'expected an IP address'],
    [v.pipe(v.string(), v.isoDate()), 's3cret', 'expected a date such as 2026-01-31'],
    [v.pipe(v.string(), v.isoTimestamp()), 's3cret', 'expected a timestamp such as 2026-01-31T13:05:30Z'],
    [v.pipe(v.string(), v.regex(/^\d+$/)), 's3cret', 'expected text that matches /^\\d+$/'],
    [v.pipe(v.string(), v.startsWith('sk_')), 's3cret', 'expected text that starts with "sk_"'],
    [v.pipe(v.string(), v.endsWith('!')), 's3cret', 'expected text that ends with "!"'],
    [v.pipe(v.string(), v.includes('@')), 's3cret', 'expected to contain "@"'],
    [v.pipe(v.string(), v.excludes('3')), 's3cret', 'must not contain "3"'],
    [v.pipe(v.string(), v.values(['a', 'b'])), 's3cret', 'expected one of "a" or "b"'],
    [v.pipe(v.string(), v.notValue('no')), 'no', 'must not be "no"'],
    [v.pipe(v.string(), v.notValues(['no', 'nein'])), 'no', 'must not be "no" or "nein"'],
    [v.pipe(v.string(), v.parseJson()), 's3cret', 'expected JSON text'],
    [v.pipe(v.string(), v.toNumber()), 's3cret', 'expected a number'],
    [
      v.pipe(
        v.string(),
        v.check(() => false),
      ),
      's3cret',
      'fails the check "check" of the schema',
    ],
    [
      v.pipe(
        v.string(),
        v.rawCheck(({ addIssue }) => addIssue()),
      ),
      's3cret',
      'fails the check "raw_check" of the schema',
    ],
  ];
  for (const [schema, value, text] of cases) {
    test(text, () => {
      assert.deepEqual(problems(schema, value), [`(root): ${text}`]);
    });
  }
});

describe('paths', () => {
  const cases: readonly (readonly [
    title: string,
    schema: v.GenericSchema,
    value: unknown,
    problems: readonly string[],
  ])[] = [
    [
      'a path',
      v.object({ items: v.array(v.object({ age: v.pipe(v.number(), v.maxValue(150)) })) }),
      { items: [{ age: 160 }] },
      ['items[0].age: expected a number no greater than 150'],
    ],
    [
      'an odd name',
      v.object({ 'odd key': v.object({ a: v.string() }) }),
      { 'odd key': { a: 1 } },
      ['["odd key"].a: expected text, but got a number'],
    ],
    [
      'several problems of one field',
      v.object({ a: v.pipe(v.string(), v.minLength(9), v.email()) }),
      { a: 's3cret' },
      ['a: expected at least 9 characters; expected an e-mail address'],
    ],
    ['several fields', v.object({ a: v.string(), b: v.string() }), {}, ['a: is required', 'b: is required']],
    ['a missing item', v.tuple([v.string(), v.string()]), ['x'], ['[1]: is required']],
    [
      "a record's name",
      v.record(v.pipe(v.string(), v.maxLength(2)), v.number()),
      { long: 1 },
      ['long: its name: expected at most 2 characters'],
    ],
    [
      'a forwarded check',
      v.pipe(
        v.object({ a: v.string(), b: v.string() }),
        v.forward(
          v.partialCheck([['a'], ['b']], ({ a, b }) => a === b, 'must be equal'),
          ['b'],
        ),
      ),
      { a: 'x', b: 's3cret' },
      ['b: must be equal'],
    ],
    [
      'alternatives of objects',
      v.union([v.object({ x: v.string() }), v.object({ y: v.string() })]),
      { z: 1 },
      ['(root): matches none of the forms that the schema allows (x: is required | y: is required)'],
    ],
    [
      'a required field that may not be null',
      v.object({ a: v.nonNullish(v.nullish(v.string())) }),
      { a: null },
      ['a: must not be null'],
    ],
    ['an instance', v.object({ a: v.instance(URL) }), { a: 's3cret' }, ['a: expected URL']],
  ];
  for (const [title, schema, value, expected] of cases) {
    test(title, () => assert.deepEqual(problems(schema, value), expected));
  }
});

describe("the author's messages", () => {
  test('are kept', () => {
    assert.deepEqual(
      problems(v.object({ a: v.pipe(v.string('Text, please'), v.minLength(9, 'Too short')) }), { a: 's3cret' }),
      ['a: Too short'],
    );
    assert.deepEqual(problems(v.object({ a: v.string('Text, please') }), { a: 1 }), ['a: Text, please']);
  });

  test('are replaced when they quote the value', () => {
    const quoting = v.pipe(
      v.string(),
      v.minLength(9, (issue) => `Too short: ${issue.input}`),
    );
    assert.deepEqual(problems(quoting, 's3cret'), ['(root): expected at least 9 characters']);
    const received = v.pipe(
      v.number(),
      v.maxValue(150, (issue) => `Max 150, not ${issue.received}`),
    );
    assert.deepEqual(problems(received, 1600), ['(root): expected a number no greater than 150']);
  });

  const person = v.object({ pin: v.string(), age: v.number(), tags: v.array(v.string()) });
  const given = { pin: 'hush "hush"', age: 12345, tags: ['deep-one'] };
  const quoted: readonly (readonly [what: string, quote: (value: typeof given) => string])[] = [
    ['as JSON', (value) => JSON.stringify(value)],
    ['a field of it', ({ pin }) => pin],
    ['a field as JSON', ({ pin }) => JSON.stringify(pin)],
    ['a number of it', ({ age }) => `${age} years`],
    ['deep inside', ({ tags }) => String(tags)],
  ];
  for (const [what, quote] of quoted) {
    test(`are replaced when they quote an object: ${what}`, () => {
      const schema = v.pipe(
        person,
        v.check(
          () => false,
          ({ input }) => `Wrong: ${quote(input as typeof given)}`,
        ),
      );
      assert.deepEqual(problems(schema, given), ['(root): fails the check "check" of the schema']);
    });
  }

  test('are kept if they do not quote the object, even if it contains itself', () => {
    const loop: Record<string, unknown> = { pin: 's3cret' };
    loop.self = loop;
    const schema = v.pipe(
      v.looseObject({}),
      v.check(() => false, 'Give a pin or a code'),
    );
    assert.deepEqual(problems(schema, loop), ['(root): Give a pin or a code']);
  });

  test('may contain the limit even if it looks like part of the value', () => {
    assert.deepEqual(problems(v.pipe(v.string(), v.minLength(9, 'At least 9, a to z')), 'a'), [
      '(root): At least 9, a to z',
    ]);
  });
});
