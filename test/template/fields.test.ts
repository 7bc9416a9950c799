/** The field for each kind of schema. The numbers are those of the reference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { document } from '../../src/connector/documents/schema.ts';
import { hints } from '../../src/connector/hints.ts';
import { bindInput } from '../../src/connector/input/validate-input.ts';
import {
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
} from '../../src/connector/values/temporal.ts';
import { stringifyTemplate, type TemplateProperty } from '../../src/template/index.ts';
import { applyAndRead } from './support/apply.ts';
import { fieldOf, ownIds, ownProperties, propertyOf, says, templateOf } from './support/make.ts';

const old = { engines: '^8.6' };

const choices = ({ choices: all = [] }: TemplateProperty) => all.map(({ name, value }) => [name, value]);

describe('text', () => {
  test('1: a required string', () => {
    assert.deepEqual(ownProperties(templateOf({ message: v.string() })), [
      {
        id: 'message',
        label: 'Message',
        constraints: { notEmpty: true },
        feel: 'optional',
        group: 'default',
        binding: { type: 'zeebe:input', name: 'message' },
        type: 'String',
      },
    ]);
  });

  test('2: title, description and example', () => {
    const { label, description, placeholder } = fieldOf(
      v.pipe(v.string(), v.title('Text'), v.description('D'), v.examples(['Hi'])),
    );
    assert.deepEqual({ label, description, placeholder }, { label: 'Text', description: 'D', placeholder: 'Hi' });
  });

  test('a blank title does not count', () => {
    const { label, description } = fieldOf(v.pipe(v.string(), v.title(' '), v.description('')));
    assert.deepEqual([label, description], ['X', undefined]);
  });

  test('14: an optional string', async () => {
    const field = fieldOf(v.optional(v.string()));
    assert.deepEqual([field.type, field.constraints, field.optional], ['String', undefined, undefined]);
    assert.deepEqual((await applyAndRead(templateOf({ s: v.optional(v.string()) }))).inputs, { s: null });
    assert.deepEqual(bindInput(v.object({ s: v.optional(v.string()) }), { s: null }), { ok: true, value: {} });
    assert.deepEqual(
      [fieldOf(v.optional(v.string()), old).optional, fieldOf(v.optional(v.string()), old).constraints],
      [true, undefined],
    );
    const digits = fieldOf(v.optional(v.pipe(v.string(), v.digits())), old);
    assert.deepEqual([digits.optional, digits.constraints?.notEmpty], [true, false]);
  });

  test('15: lengths', () => {
    const schema = v.pipe(v.string(), v.minLength(3), v.maxLength(5));
    assert.deepEqual(fieldOf(v.optional(schema)).constraints, { maxLength: 5 });
    assert.deepEqual(fieldOf(schema).constraints, { notEmpty: true, minLength: 3, maxLength: 5 });
    assert.deepEqual(fieldOf(v.pipe(v.string(), v.length(4))).constraints, {
      notEmpty: true,
      minLength: 4,
      maxLength: 4,
    });
    assert.deepEqual(fieldOf(v.pipe(v.string(), v.nonEmpty(), v.minLength(1))).constraints, { notEmpty: true });
    assert.deepEqual(fieldOf(v.pipe(v.string(), v.maxLength(9), v.maxLength(7))).constraints?.maxLength, 7);
  });

  test('16: a regex with its message', () => {
    const schema = v.pipe(v.string(), v.regex(/^\d+$/, 'digits only'));
    const field = fieldOf(schema);
    for (const fine of ['12', '=x', '{{secrets.A}}']) assert.equal(says(field, fine), undefined);
    assert.equal(says(field, 'x'), 'digits only');
    const optional = fieldOf(v.optional(schema));
    for (const fine of ['12', '', 'undefined', undefined]) assert.equal(says(optional, fine), undefined);
    assert.equal(says(optional, 'x'), 'digits only');
  });

  test('18: checks after trim', () => {
    const field = fieldOf(v.pipe(v.string(), v.trim(), v.email('bad mail')));
    assert.equal(says(field, 'a@b.co'), undefined);
    assert.equal(says(field, 'ab.co'), 'bad mail');
  });

  test('checks after a change of the text do not apply to what is typed', () => {
    const upper = fieldOf(v.pipe(v.string(), v.toUpperCase(), v.regex(/^[A-Z]+$/), v.maxLength(2)));
    assert.deepEqual(upper.constraints, { notEmpty: true });
    assert.equal(upper.type, 'String');
  });

  test('19: two patterns are one', () => {
    const field = fieldOf(v.pipe(v.string(), v.regex(/a/, 'an a'), v.regex(/b$/, 'b last')));
    assert.equal(says(field, 'xab'), undefined);
    for (const bad of ['xa', 'b', 'xba']) assert.equal(says(field, bad), 'an a; b last');
    assert.equal(says(fieldOf(v.pipe(v.string(), v.regex(/a/), v.regex(/b/))), 'xbay'), undefined);
  });

  const formats: readonly (readonly [
    name: string,
    schema: v.GenericSchema,
    fine: string,
    bad: string,
    message: string,
  ])[] = [
    ['email', v.pipe(v.string(), v.email()), 'a@b.co', 'a', 'must be an e-mail address'],
    ['url', v.pipe(v.string(), v.url()), 'ftp://a', 'a.b', 'must be a URL'],
    ['uuid', v.pipe(v.string(), v.uuid()), 'AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee', 'AAAA', 'must be a UUID'],
    ['ip', v.pipe(v.string(), v.ip()), 'FE80::1', '1.2.3', 'must be an IP address'],
    ['base64', v.pipe(v.string(), v.base64()), 'aGVsbG8=', 'a', 'must be base64 text'],
    ['isoDate', v.pipe(v.string(), v.isoDate()), '2026-01-31', '31.1.2026', 'must be a date such as 2026-01-31'],
    ['startsWith', v.pipe(v.string(), v.startsWith('a.b')), 'a.bc', 'aXb', 'must be text that starts with "a.b"'],
    ['endsWith', v.pipe(v.string(), v.endsWith('(c)')), 'x(c)', '(c)x', 'must be text that ends with "(c)"'],
    ['includes', v.pipe(v.string(), v.includes('+')), 'a+b', 'ab', 'must contain "+"'],
    ['excludes', v.pipe(v.string(), v.excludes(' ')), 'ab', 'a b', 'must not contain " "'],
  ];
  for (const [name, schema, fine, bad, message] of formats) {
    test(`the format ${name}`, () => {
      const field = fieldOf(schema);
      assert.equal(says(field, fine), undefined);
      assert.equal(says(field, bad), message);
    });
  }

  test('a check without a regular expression does not change the field', () => {
    const fields = [
      fieldOf(v.pipe(v.string(), v.creditCard())),
      fieldOf(v.pipe(v.string(), v.emoji())),
      fieldOf(
        v.pipe(
          v.string(),
          v.check(() => true),
        ),
      ),
    ];
    for (const { constraints } of fields) assert.deepEqual(constraints, { notEmpty: true });
  });

  test('a default; text that looks like FEEL stays text', async () => {
    assert.deepEqual(fieldOf(v.optional(v.string(), 'a')).constraints, undefined);
    const template = templateOf({
      a: v.optional(v.string(), 'a'),
      b: v.optional(v.string(), '=b'),
      c: v.optional(v.string(), ''),
      d: v.pipe(v.optional(v.string()), hints({ default: '=now()' })),
    });
    assert.deepEqual((await applyAndRead(template)).inputs, { a: 'a', b: '="=b"', c: null, d: '=now()' });
  });

  test('31: a transformation, and a title after it', () => {
    const field = fieldOf(
      v.pipe(
        v.string(),
        v.isoTimestamp(),
        v.transform((text) => new Date(text)),
        v.title('When'),
      ),
    );
    assert.deepEqual([field.type, field.label], ['String', 'When']);
    assert.equal(says(field, '2026-01-31T13:05:30Z'), undefined);
    assert.equal(says(field, 'soon'), 'must be a timestamp such as 2026-01-31T13:05:30Z');
  });

  test('36: a secret', () => {
    const field = fieldOf(
      v.pipe(v.string(), v.minLength(40), v.maxLength(60), v.metadata({ camunda: { secret: true } })),
    );
    assert.deepEqual([field.type, field.feel, field.value, field.secret], ['String', 'optional', undefined, true]);
    assert.deepEqual(Object.keys(field.constraints ?? {}), ['notEmpty', 'pattern']);
    assert.equal(field.placeholder, '{{secrets.X}}');
    assert.match(field.tooltip ?? '', /\{\{secrets\.NAME\}\}.*=camunda\.secrets\.NAME/);
  });

  test('102: the name of a secret of the cluster without "=", which no cluster deploys', () => {
    for (const schema of [v.string(), v.optional(v.string())]) {
      const field = fieldOf(v.pipe(schema, hints({ secret: true })));
      for (const fine of ['{{secrets.A}}', '=camunda.secrets.A', '="Bearer " + camunda.secrets.A', 'plain']) {
        assert.equal(says(field, fine), undefined, fine);
      }
      assert.equal(
        says(field, 'camunda.secrets.A'),
        'must start with "=" to name a secret of the cluster, e.g. =camunda.secrets.NAME',
      );
    }
    assert.equal(says(fieldOf(v.pipe(v.optional(v.string()), hints({ secret: true }))), undefined), undefined);
    const digits = fieldOf(v.pipe(v.string(), v.regex(/^\d+$/, 'must be digits'), hints({ secret: true })));
    assert.equal(says(digits, 'camunda.secrets.A'), 'must be digits');
  });

  test('37: JSON text', () => {
    const { type, language, feel } = fieldOf(v.pipe(v.string(), v.parseJson(), v.object({ a: v.number() })));
    assert.deepEqual([type, language, feel], ['Text', 'json', undefined]);
  });

  test('a union of text and other values accepts text or an expression', () => {
    const { type, feel, constraints } = fieldOf(v.union([v.string(), v.number(), v.array(v.string())]));
    assert.deepEqual([type, feel, constraints], ['String', 'optional', { notEmpty: true }]);
    assert.deepEqual(fieldOf(v.union([v.string(), v.null()])).constraints, undefined);
  });

  const temporals: readonly (readonly [schema: v.GenericSchema, fine: readonly string[], bad: string, note: string])[] =
    [
      [feelDate(), ['2026-01-31'], '31.1.2026', 'A date such as 2026-01-31.'],
      [feelTime(), ['13:05', '13:05:30+01:00'], '1pm', 'A time such as 13:05:30 or 13:05:30+01:00.'],
      [feelDateTime(), ['2026-01-31T13:05:30Z'], '2026-01-31', 'A date and time such as 2026-01-31T13:05:30+01:00.'],
      [feelDaysTimeDuration(), ['P1DT2H', '-PT5M'], 'P1Y', 'A duration of days and time such as P1DT2H30M.'],
      [feelYearsMonthsDuration(), ['P1Y2M', 'P0D'], 'PT1H', 'A duration of years and months such as P1Y2M.'],
    ];
  for (const [schema, fine, bad, note] of temporals) {
    test(`temporal: ${note}`, () => {
      const field = fieldOf(schema);
      assert.deepEqual([field.type, field.feel, field.description], ['String', 'optional', note]);
      for (const text of [...fine, '=today()']) assert.equal(says(field, text), undefined);
      assert.match(says(field, bad) ?? '', /^must be a /);
      assert.equal(says(fieldOf(v.optional(schema)), undefined), undefined);
    });
  }
});

describe('numbers', () => {
  test('3: a required number', async () => {
    const field = fieldOf(v.pipe(v.number(), v.examples([1])));
    assert.deepEqual([field.type, field.feel, field.constraints], ['Number', 'optional', { notEmpty: true }]);
    assert.ok(!('placeholder' in field));
    assert.deepEqual((await applyAndRead(templateOf({ n: v.number() }), { n: 3 })).inputs, { n: '=3' });
  });

  test('4: a default', () => {
    const { value, constraints } = fieldOf(v.optional(v.number(), 20));
    assert.deepEqual([value, constraints], [20, undefined]);
  });

  test('5: whole numbers', () => {
    const schema = v.pipe(v.number(), v.integer());
    for (const fine of ['3', '-3']) assert.equal(says(fieldOf(schema), fine), undefined);
    assert.equal(says(fieldOf(schema), '3.5'), 'must be a whole number');
    assert.equal(says(fieldOf(v.optional(schema)), 'undefined'), undefined);
    assert.equal(says(fieldOf(v.optional(schema)), '3.5'), 'must be a whole number');
    assert.equal(fieldOf(schema).description, 'A whole number.');
  });

  test('ranges', () => {
    const few = fieldOf(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(2), v.description('Level')));
    assert.equal(few.description, 'Level. A whole number from -1 to 2.');
    for (const fine of ['-1', '0', '2']) assert.equal(says(few, fine), undefined);
    for (const bad of ['-2', '3', '1.5', '22']) assert.equal(says(few, bad), 'must be a whole number from -1 to 2');
    const open = fieldOf(v.pipe(v.number(), v.gtValue(0), v.ltValue(1), v.multipleOf(0.1)));
    assert.equal(open.description, 'A number greater than 0 less than 1 that is a multiple of 0.1.');
    const own = fieldOf(v.pipe(v.number(), v.minValue(0, 'not below zero')));
    assert.equal(says(own, '-1'), 'not below zero');
    assert.equal(fieldOf(v.pipe(v.number(), v.safeInteger())).description, 'A whole number.');
  });
});

describe('booleans', () => {
  test('6: a required boolean', async () => {
    const field = fieldOf(v.boolean());
    assert.deepEqual([field.type, field.value, field.constraints], ['Boolean', false, undefined]);
    assert.deepEqual((await applyAndRead(templateOf({ b: v.boolean() }))).inputs, { b: '=false' });
  });

  test('7: a default', () => {
    const { type, value } = fieldOf(v.optional(v.boolean(), true));
    assert.deepEqual([type, value], ['Boolean', true]);
  });

  test('null is a third value', () => {
    const field = fieldOf(v.nullable(v.boolean()));
    assert.deepEqual(choices(field), [
      ['(not set)', '=null'],
      ['Yes', '=true'],
      ['No', '=false'],
    ]);
  });
});

describe('lists of values', () => {
  test('8: a picklist', () => {
    const field = fieldOf(v.picklist(['a', 'b']));
    assert.deepEqual(choices(field), [
      ['A', 'a'],
      ['B', 'b'],
    ]);
    assert.deepEqual([field.type, field.constraints], ['Dropdown', { notEmpty: true }]);
    assert.ok(!('value' in field) && !('feel' in field));
  });

  test('9: with a default', () => {
    const { value, constraints } = fieldOf(v.optional(v.picklist(['a', 'b']), 'a'));
    assert.deepEqual([value, constraints], ['a', undefined]);
  });

  test('10: optional without a default', () => {
    const field = fieldOf(v.optional(v.picklist(['a', 'b'])));
    assert.deepEqual([choices(field).length, choices(field)[0]?.[1], field.value], [3, '=null', '=null']);
    const before = fieldOf(v.optional(v.picklist(['a', 'b'])), old);
    assert.deepEqual([choices(before).length, before.optional, before.value], [2, true, undefined]);
  });

  test('11: an enum', () => {
    assert.deepEqual(choices(fieldOf(v.enum({ Low: 'l', High: 'h', VERY_high: 'v' }))), [
      ['Low', 'l'],
      ['High', 'h'],
      ['VERY high', 'v'],
    ]);
    const numeric = { Off: 0, On: 1, 0: 'Off', 1: 'On' } as const;
    assert.deepEqual(choices(fieldOf(v.enum(numeric as unknown as { readonly Off: 0; readonly On: 1 }))), [
      ['Off', '=0'],
      ['On', '=1'],
    ]);
  });

  test('12: literals with titles', () => {
    assert.deepEqual(choices(fieldOf(v.union([v.pipe(v.literal('a'), v.title('Alpha')), v.literal('b')]))), [
      ['Alpha', 'a'],
      ['B', 'b'],
    ]);
  });

  test('13: numbers', async () => {
    const field = fieldOf(v.optional(v.picklist([1, 2]), 1));
    assert.deepEqual(
      choices(field).map(([, value]) => value),
      ['=1', '=2'],
    );
    assert.equal(field.value, '=1');
    assert.deepEqual((await applyAndRead(templateOf({ c: v.optional(v.picklist([1, 2]), 1) }))).inputs, { c: '=1' });
  });

  test('texts that are FEEL or empty; labels; values that are not words', () => {
    const field = fieldOf(
      v.pipe(v.picklist(['', '=x', 'us-east-1', 'text/html']), hints({ choices: { '=x': 'Formula' } })),
    );
    assert.deepEqual(choices(field), [
      ['(empty)', '=""'],
      ['Formula', '="=x"'],
      ['us-east-1', 'us-east-1'],
      ['text/html', 'text/html'],
    ]);
  });

  test('35: a single literal is sent but not shown', () => {
    const hidden = [v.literal('x'), v.literal(5), v.literal(true)].map((schema) => fieldOf(schema));
    assert.deepEqual(
      hidden.map(({ type, value }) => [type, value]),
      [
        ['Hidden', 'x'],
        ['Hidden', '=5'],
        ['Hidden', '=true'],
      ],
    );
    assert.deepEqual(choices(fieldOf(v.optional(v.literal('x')))), [
      ['(not set)', '=null'],
      ['X', 'x'],
    ]);
  });
});

describe('structures', () => {
  test('20: a value without fields of its own is an expression', () => {
    const kinds = [v.array(v.string()), v.record(v.string(), v.number()), v.unknown(), v.any(), v.tuple([v.string()])];
    for (const schema of [...kinds, v.looseObject({ a: v.string() }), v.object({})]) {
      const { type, feel, constraints } = fieldOf(schema);
      assert.deepEqual([type, feel, constraints], ['Text', 'required', { notEmpty: true }]);
    }
    const list = fieldOf(v.optional(v.array(v.string()), ['x']));
    assert.deepEqual([list.value, list.constraints, list.placeholder], ['=["x"]', undefined, '=["text"]']);
    assert.equal(list.description, 'A FEEL expression for a list of texts.');
    assert.equal(fieldOf(v.optional(v.object({}))).value, '={}');
    assert.equal(fieldOf(v.pipe(v.array(v.number()), v.examples([[1, 2]]))).placeholder, '=[1,2]');
    assert.equal(fieldOf(v.array(v.pipe(v.string(), v.email()))).placeholder, undefined);
  });

  test('124: a document is an expression', () => {
    for (const [schema, note] of [
      [document(), 'A FEEL expression for a document.'],
      [v.instance(Uint8Array), 'A FEEL expression for a document.'],
      [v.array(document()), 'A FEEL expression for a list of documents.'],
      [v.optional(document()), 'A FEEL expression for a document.'],
    ] as const) {
      const { type, feel, description } = fieldOf(schema);
      assert.deepEqual([type, feel, description], ['Text', 'required', note]);
    }
  });

  test('21: objects in objects', () => {
    const template = templateOf({ a: v.object({ b: v.object({ c: v.string() }) }) });
    assert.deepEqual(ownIds(template), ['a.b.c']);
    const { label, binding } = propertyOf(template, 'a.b.c');
    assert.deepEqual([label, binding], ['C', { type: 'zeebe:input', name: 'a.b.c' }]);
  });

  test('22: an object that may be left out', () => {
    const schema = v.object({ a: v.optional(v.object({ b: v.string(), c: v.boolean(), d: v.literal('x') })) });
    const template = templateOf(schema);
    assert.deepEqual(propertyOf(template, 'a.b').constraints, undefined);
    assert.equal(propertyOf(template, 'a.c').type, 'Dropdown');
    assert.deepEqual(bindInput(v.object({ a: v.optional(v.object({ b: v.string() })) }), { a: { b: null } }), {
      ok: true,
      value: {},
    });
  });

  test('an object passes its default on to its fields', () => {
    const template = templateOf({ a: v.optional(v.object({ b: v.string(), c: v.boolean() }), { b: 'x', c: true }) });
    assert.deepEqual(
      ownProperties(template).map(({ id, value, constraints }) => [id, value, constraints]),
      [
        ['a.b', 'x', undefined],
        ['a.c', true, undefined],
      ],
    );
  });

  test('the parts of an intersection are merged', () => {
    const template = templateOf(v.intersect([v.object({ a: v.string() }), v.object({ b: v.number() })]));
    assert.deepEqual(ownIds(template), ['a', 'b']);
  });

  test('40: recursive and other lazy schemas', () => {
    interface Tree {
      readonly children: readonly Tree[];
    }
    const tree: v.GenericSchema<Tree> = v.object({ children: v.array(v.lazy(() => tree)) });
    const recursive = fieldOf(v.lazy(() => tree));
    assert.deepEqual([recursive.type, recursive.feel], ['Text', 'required']);
    const endless = (): v.GenericSchema => v.object({ inner: v.optional(v.lazy(endless)) });
    assert.deepEqual(ownIds(templateOf({ x: endless() })), ['x.inner']);
    assert.deepEqual(fieldOf(v.lazy(() => v.string())).type, 'String');
  });

  test('34: a dynamic default is not shown, and an input may be named id', () => {
    const make = () => templateOf({ id: v.optional(v.string(), () => String(Math.random())) });
    const template = make();
    const field = ownProperties(template)[0];
    assert.deepEqual([field?.id, field?.binding], ['input.id', { type: 'zeebe:input', name: 'id' }]);
    assert.ok(field !== undefined && !('value' in field));
    assert.equal(stringifyTemplate(make()), stringifyTemplate(template));
  });
});

describe('before Camunda 8.8', () => {
  test('a value that must exist becomes null by an expression', () => {
    const { value, constraints, optional } = fieldOf(v.nullable(v.string()), old);
    assert.deepEqual([value, constraints, optional], ['=null', { notEmpty: true }, undefined]);
    for (const schema of [v.undefinedable(v.string()), v.union([v.number(), v.undefined()])]) {
      assert.deepEqual([fieldOf(schema, old).value, fieldOf(schema, old).optional], ['=null', undefined]);
    }
    assert.equal(fieldOf(v.undefinedable(v.picklist(['a'])), old).value, '=null');
  });
});
