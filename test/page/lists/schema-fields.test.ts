/** Which fields the schemas of connectors become, so that each can be tried without writing JSON. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { connectorFacts } from '../../../src/cli/modules/connector-facts.ts';
import { defineOutbound, feelDate } from '../../../src/index.ts';
import {
  changeVariant,
  type FormSchema,
  fieldFor,
  newItem,
  plainSchema,
  variantFor,
  withField,
} from '../../../src/page/lists/schema-fields.ts';

/** The schema of a field, as the page receives it. */
const schemaOf = (field: v.GenericSchema): FormSchema => {
  const connector = defineOutbound({ name: 'A', type: 'a', input: v.object({ field }), run: () => undefined });
  const [facts] = connectorFacts({ outbound: [connector], inbound: [] }).outbound;
  const schema = facts?.schema as FormSchema;
  return plainSchema(schema.properties!.field!);
};

const card = v.object({ by: v.literal('card'), number: v.string(), note: v.optional(v.string()) });
const cash = v.object({ by: v.literal('cash'), given: v.number(), note: v.optional(v.string()) });
const payment = v.variant('by', [card, cash]);

const kinds: readonly (readonly [title: string, schema: v.GenericSchema, kind: string, value?: unknown])[] = [
  ['a text', v.string(), 'text'],
  ['a text with rules', v.pipe(v.string(), v.email()), 'text'],
  ['a number', v.optional(v.pipe(v.number(), v.integer())), 'number'],
  ['a large number', v.bigint(), 'number'],
  ['a boolean that is given', v.boolean(), 'boolean', false],
  ['a boolean that is not given, which a box would show as false', v.boolean(), 'choice'],
  ['a date', v.date(), 'text'],
  ['a date of FEEL', feelDate(), 'text'],
  ['a picklist', v.picklist(['s', 'm']), 'choice'],
  ['an enum', v.enum({ A: 'a', B: 'b' } as const), 'choice'],
  ['a union of literals', v.union([v.literal('s'), v.literal(7)]), 'choice'],
  ['a value that may be null', v.nullable(v.number()), 'number'],
  ['a choice that may be null', v.nullish(v.picklist(['s', 'm'])), 'choice'],
  ['an object', v.optional(v.object({ a: v.string() })), 'group'],
  ['an intersection of objects', v.intersect([v.object({ a: v.string() }), v.object({ b: v.number() })]), 'group'],
  ['variants', payment, 'variants'],
  ['a union of objects', v.union([v.object({ a: v.string() }), v.object({ b: v.string() })]), 'variants'],
  ['a list of texts', v.array(v.string()), 'list'],
  ['a list of objects', v.array(v.object({ a: v.string() })), 'list'],
  ['a record', v.record(v.string(), v.number()), 'json'],
  ['a tuple', v.tuple([v.string(), v.number()]), 'json'],
  ['a union of other kinds', v.union([v.string(), v.number()]), 'json'],
  ['anything', v.unknown(), 'json'],
  ['a reference to a secret where a number is wanted', v.number(), 'json', '{{secrets.LIMIT}}'],
  ['a text of several lines', v.string(), 'json', 'a\nb'],
  ['null where a number is wanted', v.nullable(v.number()), 'number', null],
];

for (const [title, schema, kind, value] of kinds) {
  test(`${title}: ${kind}`, () => assert.equal(fieldFor(schemaOf(schema), value).kind, kind));
}

test('an intersection has the fields of all its parts, and what they require', () => {
  const field = fieldFor(
    schemaOf(v.intersect([v.object({ a: v.string() }), v.object({ b: v.optional(v.number()) })])),
    {},
  );
  assert.ok(field.kind === 'group', field.kind);
  assert.deepEqual(Object.keys(field.schema.properties ?? {}), ['a', 'b']);
  assert.deepEqual(field.schema.required, ['a']);
});

test('variants have titles, are recognised by their values, and keep what they share', () => {
  const field = fieldFor(schemaOf(payment), undefined);
  assert.ok(field.kind === 'variants', field.kind);
  const { variants } = field;
  assert.deepEqual(
    variants.map(({ title }) => title),
    ['card', 'cash'],
  );
  assert.equal(variantFor(variants, { by: 'cash' }), 1);
  assert.equal(variantFor(variants, { given: 5 }), 1);
  assert.equal(variantFor(variants, undefined), 0);
  assert.deepEqual(changeVariant(variants[1]!, { by: 'card', number: '1', note: 'n' }), { by: 'cash', note: 'n' });
});

test('variants of variants are in one list', () => {
  const inner = v.variant('size', [
    v.object({ by: v.literal('post'), size: v.literal('s') }),
    v.object({ by: v.literal('post'), size: v.literal('l') }),
  ]);
  const field = fieldFor(schemaOf(v.variant('by', [card, inner])), undefined);
  assert.ok(field.kind === 'variants', field.kind);
  assert.equal(field.variants.length, 3);
});

for (const [title, schema, expected] of [
  ['a text', v.string(), ''],
  ['a number', v.number(), null],
  ['a choice', v.picklist(['s', 'm']), 's'],
  ['a list', v.array(v.string()), []],
  ['variants', payment, { by: 'card' }],
  ['what has a default', v.optional(v.number(), 7), 7],
] as const) {
  test(`a new row of a list: ${title}`, () => assert.deepEqual(newItem(schemaOf(schema)), expected));
}

test('a field that changes keeps its place, and goes without a value', () => {
  assert.deepEqual(Object.keys(withField({ a: 1, b: 2 }, 'a', 3)), ['a', 'b']);
  assert.deepEqual(withField({ a: 1, b: 2 }, 'a', undefined), { b: 2 });
  assert.deepEqual(withField({ a: 1 }, 'b', 2), { a: 1, b: 2 });
});
