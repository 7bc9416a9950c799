import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { bindInput } from '../../../src/connector/input/validate-input.ts';
import type { Schema } from '../../../src/connector/types.ts';

const big = 9007199254740993n;

type Case = readonly [title: string, schema: Schema, variables: Record<string, unknown>, value: unknown];

const run = (cases: readonly Case[]): void => {
  for (const [title, schema, variables, value] of cases) {
    test(title, async () => {
      const bound = await bindInput(schema, variables);
      assert.deepEqual(bound, { ok: true, value });
    });
  }
};

/** A schema with the single field `a`. */
const a = (schema: v.GenericSchema): Schema => v.object({ a: schema });

describe('leniency (4.2)', () => {
  run([
    ['4.1 a number is bound', v.object({ integer: v.number() }), { integer: 3 }, { integer: 3 }],
    [
      '4.2 null for a number that may be null',
      v.object({ integer: v.nullable(v.number()) }),
      { integer: null },
      { integer: null },
    ],
    ['4.4 text that contains a number', v.object({ integer: v.number() }), { integer: '12' }, { integer: 12 }],
    ['4.5 other variables are ignored', v.object({ integer: v.number() }), { integer: 1, more: true }, { integer: 1 }],
    ['4.6 a single value for a list', v.object({ tags: v.array(v.string()) }), { tags: 'one' }, { tags: ['one'] }],
    [
      '4.15 each element of a list is bound',
      a(v.array(v.object({ n: v.number() }))),
      { a: [{ n: '1' }, { n: 2 }] },
      { a: [{ n: 1 }, { n: 2 }] },
    ],
    ['text with spaces that contains a number', a(v.number()), { a: ' -1.5e3 ' }, { a: -1500 }],
    [
      'text for a boolean',
      a(v.array(v.boolean())),
      { a: ['true', 'FALSE', 'False', true] },
      { a: [true, false, false, true] },
    ],
    ['a number for text', a(v.string()), { a: 1.5 }, { a: '1.5' }],
    ['a boolean for text', a(v.string()), { a: false }, { a: 'false' }],
    ['text stays text', a(v.string()), { a: '12' }, { a: '12' }],
    ['text that starts with = is text', a(v.string()), { a: '=1+1' }, { a: '=1+1' }],
    [
      'a list of one for a scalar',
      v.object({ a: v.string(), b: v.number() }),
      { a: ['x'], b: ['7'] },
      { a: 'x', b: 7 },
    ],
    ['a single value is converted into the list', a(v.array(v.number())), { a: '3' }, { a: [3] }],
    ['a single object for a list', a(v.array(v.object({ n: v.number() }))), { a: { n: '3' } }, { a: [{ n: 3 }] }],
    ['a list for a list of lists', a(v.array(v.array(v.number()))), { a: [1, [2]] }, { a: [[1], [2]] }],
    ['a date', a(v.date()), { a: '2026-01-31' }, { a: new Date('2026-01-31T00:00:00Z') }],
    [
      'a date with time and offset',
      a(v.date()),
      { a: '2026-01-31T13:05:30.5+01:00' },
      { a: new Date('2026-01-31T12:05:30.500Z') },
    ],
    [
      'a date with time and zone',
      a(v.date()),
      { a: '2026-01-31T13:05:30@Europe/Berlin' },
      { a: new Date('2026-01-31T12:05:30Z') },
    ],
    ['a picklist in another case', a(v.picklist(['GET', 'POST'])), { a: 'get' }, { a: 'GET' }],
    ['an exact option wins', a(v.picklist(['GET', 'get'])), { a: 'get' }, { a: 'get' }],
    ['a picklist of numbers', a(v.picklist([1, 2])), { a: '2' }, { a: 2 }],
    ['an enum in another case', a(v.enum({ up: 'UP', down: 'DOWN' })), { a: 'up' }, { a: 'UP' }],
    ['a literal', a(v.literal(true)), { a: 'true' }, { a: true }],
    ['through a pipe', a(v.pipe(v.string(), v.transform(Number), v.number())), { a: 5 }, { a: 5 }],
    ['through optional', a(v.optional(v.number())), { a: '5' }, { a: 5 }],
    ['through nullable', a(v.nullable(v.number())), { a: '5' }, { a: 5 }],
    ['through nullish and a pipe', a(v.nullish(v.pipe(v.number(), v.minValue(1)))), { a: '5' }, { a: 5 }],
    ['through nonOptional', a(v.nonOptional(v.optional(v.number()))), { a: '5' }, { a: 5 }],
    ['in a tuple', a(v.tuple([v.number(), v.string()])), { a: ['1', 2] }, { a: [1, '2'] }],
    ['in a tuple with rest', a(v.tupleWithRest([v.string()], v.number())), { a: [1, '2', '3'] }, { a: ['1', 2, 3] }],
    ['in a record', a(v.record(v.string(), v.number())), { a: { x: '1', y: 2 } }, { a: { x: 1, y: 2 } }],
    ['in the rest of an object', v.objectWithRest({ b: v.string() }, v.number()), { b: 1, c: '2' }, { b: '1', c: 2 }],
    [
      'in an intersection',
      v.intersect([a(v.number()) as v.GenericSchema, v.object({ b: v.string() })]),
      { a: '1', b: 2 },
      { a: 1, b: '2' },
    ],
    ['in a lazy schema', a(v.lazy(() => v.number())), { a: '1' }, { a: 1 }],
    [
      'in a variant, by its discriminator',
      v.variant('k', [v.object({ k: v.literal('x'), n: v.number() }), v.object({ k: v.literal('y'), n: v.string() })]),
      { k: 'Y', n: 1 },
      { k: 'y', n: '1' },
    ],
    [
      'in a nested variant',
      v.variant('k', [
        v.variant('s', [
          v.object({ k: v.literal('x'), s: v.literal(1), n: v.number() }),
          v.object({ k: v.literal('x'), s: v.literal(2), n: v.string() }),
        ]),
      ]),
      { k: 'x', s: '2', n: 1 },
      { k: 'x', s: 2, n: '1' },
    ],
    [
      'in a variant with several matches',
      v.variant('k', [v.object({ k: v.string(), n: v.number() }), v.object({ k: v.string(), m: v.number() })]),
      { k: 'x', m: '1' },
      { k: 'x', m: 1 },
    ],
    [
      'in an asynchronous schema',
      v.objectAsync({
        a: v.pipeAsync(
          v.number(),
          v.checkAsync(async (n) => n > 1),
        ),
      }),
      { a: '2' },
      { a: 2 },
    ],
  ]);

  const node = v.object({ n: v.number(), next: v.optional(v.lazy((): v.GenericSchema => node)) });
  run([['in a schema that holds itself', node, { n: '1', next: { n: '2', next: null } }, { n: 1, next: { n: 2 } }]]);
});

describe('unions', () => {
  run([
    ['text that fits an option stays', a(v.union([v.number(), v.string()])), { a: '12' }, { a: '12' }],
    ['a list that fits an option stays', a(v.union([v.string(), v.array(v.string())])), { a: ['x'] }, { a: ['x'] }],
    ['a single value that fits an option stays', a(v.union([v.array(v.string()), v.string()])), { a: 'x' }, { a: 'x' }],
    [
      'what fits no option goes to the first that takes it',
      a(v.union([v.number(), v.boolean()])),
      { a: 'true' },
      { a: true },
    ],
    ['an option in another case', a(v.union([v.literal('GET'), v.literal('POST')])), { a: 'post' }, { a: 'POST' }],
    [
      'of objects: the one that fits',
      a(v.union([v.object({ x: v.string() }), v.object({ x: v.number() })])),
      { a: { x: 5 } },
      { a: { x: 5 } },
    ],
    [
      'of objects: the one that can be made to fit',
      a(v.union([v.strictObject({ x: v.number() }), v.strictObject({ y: v.number() })])),
      { a: { y: '5' } },
      { a: { y: 5 } },
    ],
    ['null that an option accepts stays', a(v.union([v.string(), v.null()])), { a: null }, { a: null }],
    ['null where an option may be undefined', a(v.union([v.string(), v.undefined()])), { a: null }, { a: undefined }],
    [
      'null inside of an option',
      a(v.union([v.object({ x: v.optional(v.string()) }), v.string()])),
      { a: { x: null } },
      { a: {} },
    ],
    ['at the root', v.union([v.object({ x: v.number() }), v.object({ y: v.number() })]), { y: '1' }, { y: 1 }],
  ]);
});

describe('big integers', () => {
  run([
    ['stay where the schema asks for bigint', a(v.bigint()), { a: big }, { a: big }],
    ['are text where it asks for text', a(v.string()), { a: big }, { a: '9007199254740993' }],
    ['are text where it takes anything', a(v.unknown()), { a: { b: [big, 1] } }, { a: { b: ['9007199254740993', 1] } }],
    ['safe integers become bigint where it asks for one', a(v.bigint()), { a: 5 }, { a: 5n }],
    ['integers in text too', a(v.bigint()), { a: '+9007199254740993' }, { a: big }],
    ['in lists', a(v.array(v.bigint())), { a: [1, '2', big] }, { a: [1n, 2n, big] }],
    ['in a union', a(v.union([v.string(), v.bigint()])), { a: big }, { a: big }],
    ['in a union without bigint', a(v.union([v.number(), v.string()])), { a: big }, { a: '9007199254740993' }],
    ['a number stays in a union with bigint', a(v.union([v.number(), v.bigint()])), { a: 5 }, { a: 5 }],
    ['through nullable', a(v.nullable(v.bigint())), { a: big }, { a: big }],
    ['in loose objects', v.looseObject({ a: v.bigint() }), { a: big, b: [big] }, { a: big, b: ['9007199254740993'] }],
    ['in the rest', v.objectWithRest({}, v.bigint()), { b: 1 }, { b: 1n }],
    ['in a record', v.record(v.string(), v.bigint()), { b: 1, c: big }, { b: 1n, c: big }],
    [
      'in an intersection with a loose object',
      v.intersect([v.looseObject({ b: v.string() }), v.object({ a: v.bigint() })]),
      { a: big, b: 'x', c: big },
      { a: big, b: 'x', c: '9007199254740993' },
    ],
    [
      'in a custom schema that takes them',
      a(v.custom<bigint>((value) => typeof value === 'bigint')),
      { a: big },
      { a: big },
    ],
    [
      'in one that does not',
      a(v.custom<string>((value) => typeof value === 'string')),
      { a: big },
      { a: '9007199254740993' },
    ],
    ['in a loose tuple', a(v.looseTuple([v.bigint()])), { a: [big, big] }, { a: [big, '9007199254740993'] }],
  ]);

  test('are never rounded into a number', async () => {
    for (const value of [big, '9007199254740993']) {
      assert.deepEqual(await bindInput(a(v.number()), { a: value }), {
        ok: false,
        problems: [
          'a: expected a number, but got a whole number that is too large for one; use bigint or text in the schema',
        ],
      });
    }
  });
});

describe('null', () => {
  run([
    ['4.13 is absent for an optional field', a(v.optional(v.string())), { a: null }, {}],
    ['is absent for an exactOptional field', a(v.exactOptional(v.string())), { a: null }, {}],
    ['is undefined for an undefinedable field', a(v.undefinedable(v.string())), { a: null }, { a: undefined }],
    ['takes the default', a(v.optional(v.string(), 'x')), { a: null }, { a: 'x' }],
    ['takes the default of undefinedable', a(v.undefinedable(v.string(), 'x')), { a: null }, { a: 'x' }],
    ['takes the default inside a pipe', a(v.pipe(v.optional(v.string(), ' x '), v.trim())), { a: null }, { a: 'x' }],
    ['stays for a nullable field', a(v.nullable(v.string())), { a: null }, { a: null }],
    ['stays for a nullish field', a(v.nullish(v.string())), { a: null }, { a: null }],
    ['stays for an optional nullable field', a(v.optional(v.nullable(v.string()))), { a: null }, { a: null }],
    ['stays where anything goes', a(v.unknown()), { a: null }, { a: null }],
    ['stays for a picklist with null', a(v.picklist(['x', null as never])), { a: null }, { a: null }],
    [
      'deeper',
      a(v.object({ b: v.optional(v.object({ c: v.optional(v.number(), 1) })) })),
      { a: { b: { c: null } } },
      { a: { b: { c: 1 } } },
    ],
    ['in a list', a(v.array(v.optional(v.string(), 'x'))), { a: [null, 'y'] }, { a: ['x', 'y'] }],
    [
      'in a tuple',
      a(v.tuple([v.optional(v.string(), 'x'), v.nullable(v.string())])),
      { a: [null, null] },
      { a: ['x', null] },
    ],
    ['in a record', a(v.record(v.string(), v.optional(v.number()))), { a: { x: null, y: '1' } }, { a: { y: 1 } }],
    ['in the rest', v.objectWithRest({}, v.optional(v.number())), { x: null }, {}],
    ['in a lazy schema', a(v.optional(v.lazy(() => v.string()))), { a: null }, {}],
    ['in a lazy schema that takes it', a(v.optional(v.lazy(() => v.nullable(v.string())))), { a: null }, { a: null }],
    ['for a temporal or another piped field', a(v.optional(v.pipe(v.string(), v.isoDate()))), { a: null }, {}],
    ['of a nonNullable field takes undefined', a(v.nonNullable(v.nullish(v.string(), 'x'))), { a: null }, { a: 'x' }],
  ]);
});

describe('odd names', () => {
  const hostile = JSON.parse('{"a":"1","__proto__":{"polluted":true},"constructor":{"polluted":true}}') as Record<
    string,
    unknown
  >;
  run([
    ['are ignored by plain objects', a(v.number()), hostile, { a: 1 }],
    [
      'a field named as what every object inherits is absent when it is',
      v.object({ constructor: v.optional(v.string()), toString: v.optional(v.string(), 'x') }),
      {},
      { toString: 'x' },
    ],
    [
      'and bound when it is there',
      v.object({ constructor: v.optional(v.string()) }),
      { constructor: 5 },
      { constructor: '5' },
    ],
  ]);

  test('do not pollute prototypes, with any schema', async () => {
    for (const schema of [
      v.looseObject({ a: v.number() }),
      v.record(v.string(), v.unknown()),
      v.objectWithRest({}, v.unknown()),
    ]) {
      await bindInput(schema, { ...hostile, big });
    }
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});

describe('what is refused', () => {
  const person = v.object({ name: v.pipe(v.string(), v.nonEmpty()), age: v.pipe(v.number(), v.maxValue(150)) });
  const cases: readonly (readonly [
    title: string,
    schema: Schema,
    variables: Record<string, unknown>,
    problems: readonly string[],
  ])[] = [
    [
      '4.3 text that spells no number',
      v.object({ integer: v.number() }),
      { integer: 'hello' },
      ['integer: expected a number, but got text'],
    ],
    [
      '4.7 all constraints at once',
      person,
      { age: 160 },
      ['name: is required', 'age: expected a number no greater than 150'],
    ],
    ['4.12 a required field', v.object({ who: v.string() }), {}, ['who: is required']],
    ['a required field that is null', v.object({ who: v.string() }), { who: null }, ['who: must not be null']],
    ['null is no text "null"', a(v.array(v.string())), { a: [null] }, ['a[0]: must not be null']],
    ['a list of two for a scalar', a(v.string()), { a: ['x', 'y'] }, ['a: expected text, but got a list']],
    ['a list with one item that does not fit', a(v.number()), { a: ['x'] }, ['a: expected a number, but got a list']],
    ['an object for text', a(v.string()), { a: { b: 1 } }, ['a: expected text, but got an object']],
    [
      'an object for a list of text',
      a(v.array(v.string())),
      { a: { b: 1 } },
      ['a: expected a list, but got an object'],
    ],
    ['a number for a boolean', a(v.boolean()), { a: 1 }, ['a: expected true or false, but got a number']],
    [
      'a local date with time, which is no instant',
      a(v.date()),
      { a: '2026-01-31T13:05:30' },
      ['a: expected a date such as 2026-01-31 or 2026-01-31T13:05:30Z, but got text'],
    ],
    [
      'a day that the calendar lacks',
      a(v.date()),
      { a: '2026-02-30' },
      ['a: expected a date such as 2026-01-31 or 2026-01-31T13:05:30Z, but got text'],
    ],
    ['an ambiguous case', a(v.picklist(['a', 'A'])), { a: ['b'] }, ['a: expected one of "a" or "A"']],
    ['empty text for a number', a(v.number()), { a: '' }, ['a: expected a number, but got text']],
    ['an overflowing number', a(v.number()), { a: '1e400' }, ['a: expected a number, but got text']],
    ['an unknown field of a strict object', v.strictObject({ a: v.number() }), { a: 1, b: 2 }, ['b: unknown field']],
    [
      'an unknown discriminator',
      v.variant('k', [v.object({ k: v.literal('x') }), v.object({ k: v.literal('y') })]),
      { k: 'z' },
      ['k: expected one of "x" or "y"'],
    ],
    ['a missing discriminator', v.variant('k', [v.object({ k: v.literal('x') })]), {}, ['k: is required']],
  ];
  for (const [title, schema, variables, problems] of cases) {
    test(title, async () => {
      assert.deepEqual(await bindInput(schema, variables), { ok: false, problems });
    });
  }

  test('an asynchronous check', async () => {
    const schema = v.objectAsync({
      a: v.pipeAsync(
        v.string(),
        v.checkAsync(async () => false, 'is taken'),
      ),
    });
    assert.deepEqual(await bindInput(schema, { a: 's3cret' }), { ok: false, problems: ['a: is taken'] });
  });

  test('a value that is nested too deeply', async () => {
    let deep: unknown = 1n;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const bound = await bindInput(a(v.unknown()), { a: deep });
    assert.ok(!bound.ok);
    assert.deepEqual(bound.problems, ['(root): is nested too deeply']);
  });

  for (const kind of ['sync', 'async'] as const) {
    test(`a ${kind} schema that throws is refused, with the error as a separate cause`, async () => {
      const error = new Error('s3cret');
      const schema =
        kind === 'sync'
          ? a(
              v.pipe(
                v.string(),
                v.check(() => {
                  throw error;
                }),
              ),
            )
          : v.objectAsync({
              a: v.pipeAsync(
                v.string(),
                v.checkAsync(async () => {
                  throw error;
                }),
              ),
            });
      assert.deepEqual(await bindInput(schema, { a: 'x' }), {
        ok: false,
        problems: ['(root): a check or transformation of the schema threw an error'],
        cause: error,
      });
    });
  }
});

test('a synchronous schema returns a result, an asynchronous one a promise', async () => {
  assert.ok(!(bindInput(a(v.string()), { a: 'x' }) instanceof Promise));
  const promise = bindInput(v.objectAsync({ a: v.string() }), { a: 'x' });
  assert.ok(promise instanceof Promise);
  await promise;
});
