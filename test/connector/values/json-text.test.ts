import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '../../../src/common/fault.ts';
import {
  parseDocument,
  parseStrictDocument,
  parseValue,
  stringifyDocument,
  stringifyValue,
  toJson,
} from '../../../src/connector/values/json-text.ts';
import { codePoint } from '../../support/code-points.ts';

const big = 9007199254740993n;

const thrown = (act: () => unknown): Error & { kind?: string } => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  return assert.fail('expected an error');
};

describe('parseDocument', () => {
  const cases: readonly (readonly [title: string, text: string, expected: Record<string, unknown>])[] = [
    ['empty text is no variables', '', {}],
    ['blank text is no variables', ' \n', {}],
    ['plain values', '{"a":1,"b":"x","c":[true,null,1.5]}', { a: 1, b: 'x', c: [true, null, 1.5] }],
    ['an integer beyond 2^53 is exact', '{"id":9007199254740993}', { id: big }],
    ['a negative one too', '{"id":-9007199254740993}', { id: -big }],
    ['the largest safe integer stays a number', '{"id":9007199254740991}', { id: 9007199254740991 }],
    ['the next one is a bigint', '{"id":9007199254740992}', { id: 9007199254740992n }],
    ['deep inside, after white space', '{"a":[{"b":\t\r\n 9007199254740993}]}', { a: [{ b: big }] }],
    ['as the second item of a list', '{"a":[1 , 9007199254740993]}', { a: [1, big] }],
    ['sixteen digits and still safe', '{"id":1234567890123456}', { id: 1234567890123456 }],
    ['digits in text are no number', '{"id":"9007199254740993"}', { id: '9007199254740993' }],
    [
      'nor after a colon inside of text',
      '{"id":"a:9007199254740993,9007199254740993"}',
      { id: 'a:9007199254740993,9007199254740993' },
    ],
    ['a fraction is a double', '{"a":9007199254740993.5}', { a: 9007199254740994 }],
    ['a small exponent is a double', '{"a":1e3,"b":2E-5}', { a: 1000, b: 0.00002 }],
    ['beyond double: its text', '{"a":1e400,"b":-1.5E+999}', { a: '1e400', b: '-1.5E+999' }],
    ['the largest double', '{"a":1.7976931348623157e308}', { a: Number.MAX_VALUE }],
    ['a large exponent that fits', '{"a":1e300}', { a: 1e300 }],
    ['400 digits stay exact', `{"a":${'9'.repeat(400)}}`, { a: BigInt('9'.repeat(400)) }],
    ['the last of equal keys counts', '{"a":1,"a":2}', { a: 2 }],
    ['also beside a big integer', '{"a":1,"a":9007199254740993}', { a: big }],
    ['an empty key', '{"":1}', { '': 1 }],
  ];
  for (const [title, text, expected] of cases) {
    test(title, () => assert.deepEqual(parseDocument(text), expected));
  }

  for (const tail of ['', ',"big":9007199254740993']) {
    test(`__proto__ and constructor are harmless own keys (${tail === '' ? 'fast' : 'exact'} path)`, () => {
      const document = parseDocument(
        `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}${tail}}`,
      );
      assert.ok(Object.hasOwn(document, '__proto__'));
      assert.ok(Object.hasOwn(document, 'constructor'));
      assert.equal(Object.getPrototypeOf(document), Object.prototype);
      assert.equal(document.polluted, undefined);
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    });
  }

  const faults: readonly (readonly [title: string, text: string, message: RegExp])[] = [
    ['a list', '[1]', /expected a JSON object, but got a list/],
    ['null', 'null', /but got null/],
    ['a number', '12', /but got a number/],
    ['a big number', '9007199254740993', /but got a number/],
    ['text', '"s3cret"', /but got text/],
    ['a boolean', 'true', /but got a boolean/],
    ['malformed text', '{"token":s3cret}', /not JSON\. It breaks at character 9 of 16/],
    ['text that ends early', '{"token":"s3cret"', /not JSON\. It breaks at character 17 of 17/],
    ['a trailing comma', '{"token":"s3cret",}', /not JSON/],
  ];
  for (const [title, text, message] of faults) {
    test(`${title} is refused without quoting it`, () => {
      const error = thrown(() => parseDocument(text));
      assert.ok(isFault(error, 'value'));
      assert.match(error.message, message);
      assert.match(error.message, /^The variables: /);
      assert.doesNotMatch(error.message, /s3cret/);
    });
  }

  test('the error text begins with the subject', () => {
    assert.match(thrown(() => parseDocument('[]', 'The task headers')).message, /^The task headers: /);
  });

  test('a document too deep for the exact parser is a fault, not a crash', () => {
    const depth = 200_000;
    const error = thrown(() => parseDocument(`{"a":${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}}`));
    assert.ok(isFault(error, 'value'));
  });
});

describe('toJson', () => {
  const link = { kind: 'link', toJSON: () => ({ href: '/a' }) };
  const point = Object.assign(Object.create({ inherited: 1 }), { x: 1, y: undefined });
  const cases: readonly (readonly [title: string, value: unknown, expected: unknown])[] = [
    ['a Date is ISO 8601 text', new Date(Date.UTC(2026, 1, 28, 13, 5)), '2026-02-28T13:05:00.000Z'],
    ['a bigint stays exact', { id: big }, { id: big }],
    [
      'a Map is an object',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Set([3])],
        [4n, true],
      ]),
      { a: 1, 2: [3], 4: true },
    ],
    ['a Set is a list', new Set([1, 'a', new Date(0)]), [1, 'a', '1970-01-01T00:00:00.000Z']],
    ['a Uint8Array is base64 text', new Uint8Array([104, 105]), 'aGk='],
    ['a part of a buffer is that part', new Uint8Array(new Uint8Array([1, 104, 105, 2]).buffer, 1, 2), 'aGk='],
    ['a Buffer is base64 text', { data: Buffer.from('hi') }, { data: 'aGk=' }],
    ['an ArrayBuffer is base64 text', new Uint8Array([104, 105]).buffer, 'aGk='],
    ['other typed arrays are lists', new Float64Array([1.5, 2]), [1.5, 2]],
    ['a BigInt64Array is a list', new BigInt64Array([big]), [big]],
    ['undefined is dropped from objects', { a: undefined, b: 1, c: undefined }, { b: 1 }],
    ['undefined is null in lists', [undefined, 1], [null, 1]],
    ['a hole is null', Object.assign(new Array(2), { 1: 1 }), [null, 1]],
    ['undefined is null in sets', new Set([undefined]), [null]],
    ['undefined is dropped from maps', new Map([['a', undefined]]), {}],
    ['undefined alone is null', undefined, null],
    ['toJSON is honoured', { link, list: [link] }, { link: { href: '/a' }, list: [{ href: '/a' }] }],
    ['what toJSON gives is converted', { toJSON: () => ({ at: new Date(0) }) }, { at: '1970-01-01T00:00:00.000Z' }],
    [
      'toJSON gets the key',
      { k: { toJSON: (key: string) => key }, list: [{ toJSON: (key: string) => key }] },
      { k: 'k', list: ['0'] },
    ],
    ['toJSON that gives undefined drops the key', { a: { toJSON: () => undefined }, b: 1 }, { b: 1 }],
    ['an instance is its own properties', { point }, { point: { x: 1 } }],
    ['boxed primitives', [Object(1), Object('a'), Object(true), Object(big)], [1, 'a', true, big]],
    ['a URL through its toJSON', new URL('http://127.0.0.1/a'), 'http://127.0.0.1/a'],
    ['the same object twice is no cycle', [point, point], [{ x: 1 }, { x: 1 }]],
    [
      'keys before a converted one are kept',
      { a: 1, b: 'x', c: new Date(0), d: null },
      { a: 1, b: 'x', c: '1970-01-01T00:00:00.000Z', d: null },
    ],
  ];
  for (const [title, value, expected] of cases) {
    test(title, () => assert.deepEqual(toJson(value), expected));
  }

  test('an object whose toJSON returns the object itself keeps its own properties', () => {
    const own = { a: 1, toJSON: (): unknown => undefined };
    Object.defineProperty(own, 'toJSON', { value: () => own, enumerable: false });
    assert.deepEqual(JSON.parse(stringifyValue(own)), { a: 1 });
  });

  test('an object without a prototype is an object', () => {
    assert.equal(stringifyValue(Object.assign(Object.create(null), { a: 1, b: undefined })), '{"a":1}');
  });

  test('plain data is returned unchanged', () => {
    const data = { a: [1, { b: 'x' }], c: null };
    assert.equal(toJson(data), data);
  });

  test('the input stays unchanged when a copy is needed', () => {
    const data = { a: [new Date(0)], b: undefined };
    toJson(data);
    assert.deepEqual(data, { a: [new Date(0)], b: undefined });
  });

  test('an own __proto__ key survives a copy and changes no prototype', () => {
    const copy = toJson({ ...JSON.parse('{"__proto__":{"x":1}}'), at: new Date(0) }) as object;
    assert.ok(Object.hasOwn(copy, '__proto__'));
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });

  const cyclic: Record<string, unknown> = { name: 'a' };
  cyclic.child = { parent: cyclic };
  const list: unknown[] = [];
  list.push(list);
  const faults: readonly (readonly [title: string, value: unknown, message: RegExp])[] = [
    ['NaN', { items: [1, 2, { price: Number.NaN }] }, /^items\[2\]\.price: NaN has no JSON form/],
    ['Infinity', { a: Number.POSITIVE_INFINITY }, /^a: Infinity /],
    ['-Infinity alone', Number.NEGATIVE_INFINITY, /^\(root\): -Infinity /],
    ['an invalid Date', { at: new Date(Number.NaN) }, /^at: an invalid Date /],
    ['a function', { list: [() => 1] }, /^list\[0\]: a function /],
    ['a symbol', { 'odd key': Symbol('s3cret') }, /^\["odd key"\]: a symbol /],
    ['a cycle', cyclic, /^child\.parent: a reference to an object that contains it /],
    ['a list in itself', list, /^\[0\]: a reference to an object /],
    ['a promise', { a: Promise.resolve(1) }, /^a: a promise .*\n.*await it first/],
    ['an error', { a: new Error('s3cret') }, /^a: an error /],
    ['a regular expression', { a: /s3cret/ }, /^a: a regular expression /],
    ['a WeakMap', { a: new WeakMap() }, /^a: a weak collection /],
    ['a map key that is not text', { m: new Map([[{}, 1]]) }, /^m: a map key of type object /],
    ['a null map key', { m: new Map([[null, 1]]) }, /^m: a map key of type null /],
    ['a NaN map key', { m: new Map([[Number.NaN, 1]]) }, /^m: a map key of type number /],
    [
      'map keys that meet as text',
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
      ]),
      /^\(root\): a map with two keys that both become "1"/,
    ],
    ['NaN inside a map', new Map([['a', Number.NaN]]), /^a: NaN /],
    ['NaN inside a typed array', { a: new Float64Array([1, Number.NaN]) }, /^a\[1\]: NaN /],
    ['NaN from toJSON', { a: { toJSON: () => Number.NaN } }, /^a: NaN /],
    [
      'a toJSON that throws',
      {
        a: {
          toJSON: () => {
            throw new Error('s3cret');
          },
        },
      },
      /^a: its toJSON\(\) threw/,
    ],
    [
      'a getter that throws',
      {
        a: {
          get b(): never {
            throw new Error('s3cret');
          },
        },
      },
      /^a: cannot be read/,
    ],
    ['a boxed NaN', [Object(Number.NaN)], /^\[0\]: NaN /],
  ];
  for (const [title, value, message] of faults) {
    test(`${title} is refused by path`, () => {
      const error = thrown(() => toJson(value));
      assert.ok(isFault(error, 'value'));
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /s3cret/);
    });
  }

  test('a value too deep is a fault, not a crash', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    assert.match(thrown(() => toJson(deep)).message, /nested too deeply/);
  });
});

describe('stringifyDocument', () => {
  const cases: readonly (readonly [title: string, value: Record<string, unknown>, expected: string])[] = [
    ['plain data', { a: 1, b: [null, 'x'] }, '{"a":1,"b":[null,"x"]}'],
    [
      'a bigint is an exact JSON integer',
      { id: big, list: [-big] },
      '{"id":9007199254740993,"list":[-9007199254740993]}',
    ],
    ['what toJson converts', { at: new Date(0), none: undefined }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['text next to a bigint is escaped', { '"': '\n\u2028', id: big }, '{"\\"":"\\n\u2028","id":9007199254740993}'],
  ];
  for (const [title, value, expected] of cases) {
    test(title, () => assert.equal(stringifyDocument(value), expected));
  }

  test('a toJSON that an application adds to BigInt does not round', () => {
    const prototype = BigInt.prototype as { toJSON?: () => unknown };
    prototype.toJSON = function toJSON(this: bigint) {
      return Number(this);
    };
    try {
      assert.equal(stringifyDocument({ id: big }), '{"id":9007199254740993}');
    } finally {
      delete prototype.toJSON;
    }
  });
});

describe('properties', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', ''));
  const json = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.string({ unit: codePoint }),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
      fc.maxSafeInteger(),
      fc.bigInt().map((n) => (n > -(2n ** 53n) && n < 2n ** 53n ? Number(n) : n)),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any;
  /** Whole doubles beyond 2^53 are written as their shortest digits up to 1e21, and come back as the same integer; -0 is written 0. */
  const normalNumber = (value: unknown): unknown => {
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    if (typeof value !== 'number' || Math.abs(value) >= 1e21) return value;
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(String(value)) : value + 0;
  };
  const normal = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(normal);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normal(item)]));
    }
    return normalNumber(value);
  };

  test('any JSON value survives a round trip', () => {
    fc.assert(
      fc.property(json, (value) => {
        assert.deepEqual(parseValue(stringifyValue(value)), normal(value));
      }),
    );
  });

  test('any document survives a round trip', () => {
    fc.assert(
      fc.property(fc.dictionary(key, json, { noNullPrototype: true }), (document) => {
        assert.deepEqual(parseDocument(stringifyDocument(document)), normal(document));
      }),
    );
  });

  test('both parsers agree on every text without risky numbers', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const twin = parseValue(`[${text},9007199254740993]`) as unknown[];
        assert.deepEqual(twin[0], normal(JSON.parse(text)));
      }),
    );
  });

  test('any text can be parsed, or causes a fault of kind value', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('{', '}', '"', ':', ',', '[', ']', '1', 'e') })),
        (text) => {
          try {
            parseDocument(text);
          } catch (error) {
            assert.ok(isFault(error, 'value'));
          }
        },
      ),
    );
  });

  test('any value has a JSON form or causes a fault; nothing is lost silently', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withBoxedValues: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    /** Counts the scalars in a value, independently of the code under test. */
    const scalars = (value: unknown): number => {
      if (value === undefined) return 0;
      if (typeof value !== 'object' || value === null) return 1;
      if (value instanceof Uint8Array || value instanceof Date) return 1;
      if (value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt)
        return 1;
      if (value instanceof Map) return [...value.values()].reduce((sum: number, item) => sum + scalars(item), 0);
      const list = value instanceof Set || ArrayBuffer.isView(value) || Array.isArray(value);
      if (list)
        return Array.from(value as Iterable<unknown>).reduce(
          (sum: number, item) => sum + Math.max(scalars(item), item === undefined ? 1 : 0),
          0,
        );
      return Object.values(value).reduce((sum: number, item) => sum + scalars(item), 0);
    };
    fc.assert(
      fc.property(anything, (value) => {
        let result: unknown;
        try {
          result = toJson(value);
        } catch (error) {
          assert.ok(isFault(error, 'value'));
          return;
        }
        assert.equal(scalars(result), value === undefined ? 1 : scalars(value));
        assert.deepEqual(toJson(result), result);
        assert.deepEqual(parseValue(stringifyValue(value)), normal(result));
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseStrictDocument', () => {
  for (const text of ['{"n":1e999}', '{"a":[{"b":-1.5E+400}]}']) {
    test(`refuses ${text}, whose number is too large for a double`, () => {
      const error = thrown(() => parseStrictDocument(text, 'The input'));
      assert.equal(error.kind, 'value');
      assert.match(error.message, /The input: a number is too large/);
      assert.doesNotMatch(error.message, /999|400/);
    });
  }

  test('reads everything else as parseDocument does', () => {
    for (const text of ['', ' ', '{"a":1}', '{"id":9007199254740993}', '{"t":"1e999"}', '{"n":1e300}']) {
      assert.deepEqual(parseStrictDocument(text), parseDocument(text), text);
    }
    assert.throws(() => parseStrictDocument('[1]'), /expected a JSON object/);
  });
});
