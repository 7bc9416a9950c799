import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { exampleValue, type JsonSchema } from '../../../src/cli/modules/example-value.ts';

const cases: readonly (readonly [title: string, schema: v.GenericSchema, expected: unknown])[] = [
  ['a text has the name of its field', v.object({ card: v.string() }), { card: 'card' }],
  ['a number is as small as allowed', v.pipe(v.number(), v.minValue(5)), 5],
  ['a number is not larger than allowed', v.pipe(v.number(), v.maxValue(0.5)), 0.5],
  ['a boolean', v.boolean(), true],
  ['a choice', v.picklist(['s', 'm', 'l']), 's'],
  ['a literal', v.literal('door'), 'door'],
  ['a default', v.optional(v.number(), 7), 7],
  ['an example that the schema names', v.pipe(v.string(), v.examples(['0-330-25864-8'])), '0-330-25864-8'],
  ['a date', v.pipe(v.string(), v.isoDate()), '2030-01-31'],
  ['an address', v.pipe(v.string(), v.email()), 'ada@example.com'],
  ['a text that must be long', v.pipe(v.string(), v.minLength(6)), 'textxx'],
  ['a list', v.object({ tags: v.array(v.string()) }), { tags: ['tags'] }],
  ['a field that may be absent is left out', v.object({ a: v.number(), b: v.optional(v.string()) }), { a: 1 }],
  ['a value that may be null', v.nullable(v.number()), 1],
  [
    'the first of several forms',
    v.variant('way', [v.object({ way: v.literal('door'), street: v.string() }), v.object({ way: v.literal('shop') })]),
    { way: 'door', street: 'street' },
  ],
  ['something that no schema describes', v.unknown(), null],
];

for (const [title, schema, expected] of cases) {
  test(`${title}, and the schema accepts it`, () => {
    const json = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' }) as JsonSchema;
    const example = exampleValue(json);
    assert.deepEqual(example, expected);
    assert.equal(v.safeParse(schema, example).success, true);
  });
}

test('a schema that contains itself has an end', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['next'],
    properties: {
      get next() {
        return schema;
      },
    },
  };
  assert.equal(JSON.stringify(exampleValue(schema)).match(/next/g)?.length, 6);
});
