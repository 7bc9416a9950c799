import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { stringifyValue } from '../../../../src/connector/values/json-text.ts';
import { fieldsOf, readPairs, singleParameter } from '../../../../src/runtime/inbound/bodies/form.ts';
import { costlyPart } from '../../../../src/runtime/inbound/bodies/json.ts';
import { isJsonType, readMediaType } from '../../../../src/runtime/inbound/bodies/media-type.ts';
import { type BodyOptions, parseBody } from '../../../../src/runtime/inbound/bodies/parse-body.ts';

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

/** The body, or the status and the reason of the refusal. */
const read = (type: string | undefined, body: string | Uint8Array, options?: BodyOptions): unknown => {
  const parsed = parseBody(type, typeof body === 'string' ? Buffer.from(body) : body, options);
  return parsed.ok ? parsed.body : `${parsed.status}: ${parsed.reason}`;
};

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('the body of a request', () => {
  for (const [title, type, text, expected] of [
    ['121: JSON', 'application/json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['121: JSON in upper case', 'APPLICATION/JSON', '{"a":1}', { a: 1 }],
    ['121: a kind of JSON', 'application/cloudevents+json', '{"a":1}', { a: 1 }],
    ['121: no content type', undefined, '{"a":1}', { a: 1 }],
    ['13: a byte order mark', json, '\uFEFF{"a":1}', { a: 1 }],
    ['an empty body', json, '', undefined],
    ['a blank body', json, ' \n', undefined],
    ['a value that is no object', json, 'null', null],
    ['118: a whole number of 20 digits', json, '[12345678901234567890]', [12345678901234567890n]],
    ['118: a number that is too large for a double', json, '[1e400]', ['1e400']],
    ['118: equal keys', json, '{"a":1,"a":2}', { a: 2 }],
    ['118: a lone surrogate', json, '["\\ud800"]', ['\ud800']],
    ['118: as deep as allowed', json, nested(100), JSON.parse(nested(100))],
    ['118: brackets in a text', json, JSON.stringify(['['.repeat(500), '"\\[']), ['['.repeat(500), '"\\[']],
    ['118: too deep', json, nested(101), '400: the JSON is nested more than 100 levels deep'],
    ['118: far too deep', json, nested(10_000), '400: the JSON is nested more than 100 levels deep'],
    ['118: deep and cut off', json, '{"a":'.repeat(100_000), '400: the JSON is nested more than 100 levels deep'],
    ['not JSON', json, '{"secret', '400: the body is not JSON'],
    ['119: JSON that is not UTF-8', json, Buffer.from([0x22, 0xff, 0x22]), '400: the body is not UTF-8'],
    ['another charset', 'application/json; charset="latin1"', '"ü"', '415: the charset is not UTF-8'],
    ['text', 'text/plain', 'Zürich', 'Zürich'],
    ['text with a byte order mark', 'text/plain', '\uFEFFa', 'a'],
    ['XML', 'application/xml', '<a/>', '<a/>'],
    ['a kind of XML', 'application/soap+xml; charset=UTF-8', '<a/>', '<a/>'],
    ['120: a form that is not UTF-8', form, 'a=%ff', '400: the form has an invalid escape'],
    ['120: a form with an invalid escape', form, 'a=%zz', '400: the form has an invalid escape'],
  ] as const) {
    test(`${title}: ${type}`, () => {
      assert.deepEqual(read(type, text), expected);
    });
  }

  test('120: a form, with a charset or without', () => {
    for (const type of [form, `${form}; charset=UTF-8`]) {
      assert.deepEqual({ ...(read(type, 'a=1&a=2&b=c=d') as object) }, { a: ['1', '2'], b: 'c=d' });
    }
  });

  test('12: anything else is bytes, unchanged', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41]);
    assert.equal(read('application/octet-stream', bytes), bytes);
    assert.equal(read('multipart/form-data; boundary=x', bytes), bytes);
    assert.equal(read(json, bytes, { format: 'bytes' }), bytes);
  });

  test('a declared format counts more than the content type', () => {
    assert.deepEqual(read('text/plain; charset=UTF-8', '{"a":1}', { format: 'json' }), { a: 1 });
    assert.equal(read(json, '{"a":1}', { format: 'text' }), '{"a":1}');
    assert.equal(read(json, '[[1]]', { maxDepth: 1 }), '400: the JSON is nested more than 1 levels deep');
  });

  test('11, 32: the field `payload` stands for its JSON, if it is the only one', () => {
    const options = { payloadField: true };
    assert.deepEqual(read(form, 'payload=%7B%22a%22%3A1%7D', options), { a: 1 });
    assert.equal(read(form, 'payload=%7B', options), '400: the body is not JSON');
    assert.deepEqual({ ...(read(form, 'payload=1&b=2', options) as object) }, { payload: '1', b: '2' });
    assert.deepEqual({ ...(read(form, 'payload=1') as object) }, { payload: '1' });
  });

  test('118: no key of JSON or of a form reaches a prototype', () => {
    for (const text of ['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}']) {
      const body = read(json, text) as object;
      assert.equal(Object.getPrototypeOf(body), Object.prototype);
      assert.equal(stringifyValue(body), text);
    }
    const fields = read(form, '__proto__=a&__proto__=b&constructor=c') as object;
    assert.equal(Object.getPrototypeOf(fields), null);
    assert.deepEqual(Object.keys(fields), ['__proto__', 'constructor']);
    assert.deepEqual(Reflect.get(fields, '__proto__'), ['a', 'b']);
    assert.equal(Reflect.get({}, 'admin'), undefined);
  });

  test('118: what is accepted can be written as JSON again', () => {
    for (const text of [nested(100), '["\\ud800"]', '[1e400]', '[12345678901234567890]']) {
      assert.equal(typeof stringifyValue(read(json, text)), 'string', text);
    }
  });

  test('no reason quotes the body', () => {
    const marked = ['{"marker', nested(200).replace('[', '["marker",'), 'marker%zz'];
    for (const type of [json, form, 'text/plain; charset=marker']) {
      for (const text of marked) {
        const parsed = parseBody(type, Buffer.from(text));
        if (!parsed.ok) assert.doesNotMatch(parsed.reason, /marker/);
      }
    }
  });

  test('any bytes of any type are read or refused', () => {
    const types = fc.oneof(fc.constantFrom(json, form, 'text/plain', 'a/b', ''), fc.string());
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .string({ unit: fc.constantFrom('[', '{', '"', '\\', '%', '&', '=', 'a', '+', '}', ']', '\u00fc') })
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(types, some, fc.boolean(), (type, bytes, payloadField) => {
        const parsed = parseBody(type, bytes, { payloadField });
        assert.ok(parsed.ok || parsed.status === 400 || parsed.status === 415, 'a result');
        if (parsed.ok && parsed.body !== undefined && !(parsed.body instanceof Uint8Array)) stringifyValue(parsed.body);
      }),
      { numRuns: 500 },
    );
  });

  test('JSON means the same as for JSON.parse, if all numbers are small', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        const parsed = read(json, text);
        if (!/\d{16}|e\+?\d{3}/i.test(text)) assert.deepEqual(parsed, JSON.parse(text));
      }),
    );
  });
});

describe('forms and queries', () => {
  for (const [text, expected] of [
    [
      'a=1&a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a', [['a', '']]],
    ['=b', []],
    ['%zz', undefined],
    ['a=b=c', [['a', 'b=c']]],
    ['a=%26', [['a', '&']]],
    ['a%3Db=c', [['a=b', 'c']]],
    ['a=1+2%2B3', [['a', '1 2+3']]],
    ['', []],
    ['&&a=1&', [['a', '1']]],
    ['hub.mode=subscribe', [['hub.mode', 'subscribe']]],
    ['a=%C3%BC', [['a', 'ü']]],
  ] as const) {
    test(`120: ${text}`, () => {
      assert.deepEqual(readPairs(text), expected);
    });
  }

  test('120: a field that occurs several times has a list', () => {
    assert.deepEqual(
      {
        ...fieldsOf([
          ['a', '1'],
          ['b', '2'],
          ['a', '3'],
        ]),
      },
      { a: ['1', '3'], b: '2' },
    );
  });

  test('a parameter counts only if it occurs once', () => {
    assert.equal(singleParameter('a=1&b=2', 'a'), '1');
    assert.equal(singleParameter('a=1&a=1', 'a'), undefined);
    assert.equal(singleParameter('b=%zz&a=1', 'a'), undefined);
  });
});

describe('content types', () => {
  test('have a type in lower case, and a charset', () => {
    assert.deepEqual(readMediaType('Application/JSON;boundary=x; Charset="UTF-8"'), {
      type: json,
      charset: 'utf-8',
    });
    assert.deepEqual(readMediaType(' text/plain '), { type: 'text/plain' });
  });

  test('are JSON if they say so', () => {
    for (const type of [json, 'text/json', 'application/vnd.github.v3+json']) assert.ok(isJsonType(type), type);
    for (const type of ['application/jsonp', 'json', 'a/b/c+json', '']) assert.ok(!isJsonType(type), type);
  });

  test('depth is counted outside of texts only', () => {
    assert.equal(costlyPart('["[[["]', 1), undefined);
    assert.equal(costlyPart('["\\"[[["]', 1), undefined);
    assert.match(costlyPart('[["a"]]', 1) ?? '', /more than 1 levels deep/);
    assert.equal(costlyPart('[][][]', 1), undefined);
  });

  test('118: a number of more than 1,000 digits is refused, and a text of them is not', () => {
    const digits = '1'.repeat(1000);
    for (const text of [digits, `-${digits}.${digits}e${digits}`, `["${digits}1", "\\"${digits}1"]`]) {
      assert.equal(parseBody(json, Buffer.from(text)).ok, true, text.slice(0, 3));
    }
    for (const text of [`${digits}1`, `[0.${digits}1]`, `{"a":1e${digits}1}`]) {
      assert.deepEqual(parseBody(json, Buffer.from(text)), {
        ok: false,
        status: 400,
        reason: 'the JSON has a number of more than 1000 digits',
      });
    }
  });
});
