/** The errors that the Modeler shows while a person fills in the fields. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { hints } from '../../src/connector/hints.ts';
import { createTemplate } from '../../src/template/index.ts';
import { applyTo } from './support/apply.ts';
import { complaint } from './support/constraints.ts';
import { activeProperties, expectedReading } from './support/expect.ts';
import { createLint, type Lint } from './support/linter.ts';
import type { Entry } from './support/modeler.ts';
import { samples } from './support/samples.ts';

let lint: Lint;

before(async () => {
  lint = await createLint();
});

const textField = (schema: v.GenericSchema): Promise<object> =>
  Promise.resolve(
    createTemplate(defineOutbound({ name: 'Field', type: 'field', input: v.object({ x: schema }), run: () => ({}) })),
  );

const said = async (schema: v.GenericSchema, entry: Entry): Promise<readonly string[]> => {
  const template = await textField(schema);
  const diagram = await applyTo(template);
  diagram.fill('it', { x: entry });
  return lint(await diagram.save(), [template]);
};

const digits = v.pipe(v.string(), v.regex(/^\d+$/, 'takes digits only'));

const ten = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10));
const tenAsHeader = v.pipe(v.optional(ten), hints({ target: 'header' }));

const cases: readonly (readonly [name: string, v.GenericSchema, Entry, RegExp | undefined])[] = [
  ['a required text, empty', v.string(), undefined, /must not be empty/],
  ['a required text, filled', v.string(), 'x', undefined],
  ['a required text, an expression', v.string(), '=x', undefined],
  ['an optional text, empty', v.optional(v.string()), undefined, undefined],
  ['a required number, empty', v.number(), undefined, /must not be empty/],
  ['a required number, filled', v.number(), 3, undefined],
  ['88: a header from 0 to 10, 11', tenAsHeader, 11, /must be a whole number from 0 to 10/],
  ['88: a header from 0 to 10, 5', tenAsHeader, 5, undefined],
  // Only the panel tests a number that takes FEEL, because the file has it as an expression.
  ['89: an input from 0 to 10, 11', ten, 11, undefined],
  ['90: an input from 0 to 10, 5', ten, 5, undefined],
  ['a required choice, not chosen', v.picklist(['a', 'b']), undefined, /must not be empty/],
  ['an optional choice, not chosen', v.optional(v.picklist(['a', 'b'])), '=null', undefined],
  ['a checkbox', v.boolean(), false, undefined],
  ['digits', digits, '12', undefined],
  ['digits, letters', digits, 'x1', /takes digits only/],
  ['digits, an expression', digits, '=x', undefined],
  ['digits, a secret', digits, '{{secrets.PIN}}', undefined],
  ['optional digits, empty', v.optional(digits), undefined, undefined],
  ['optional digits, letters', v.optional(digits), 'x', /takes digits only/],
  ['a short text, too long', v.pipe(v.string(), v.maxLength(3)), 'long', /3 characters/],
  ['a long text, too short', v.pipe(v.string(), v.minLength(3)), 'ab', /3 characters/],
  ['an optional long text, empty', v.optional(v.pipe(v.string(), v.minLength(3))), undefined, undefined],
  ['an address', v.pipe(v.string(), v.email('is no address')), 'a@b.co', undefined],
  ['an address that is none', v.pipe(v.string(), v.email('is no address')), 'a.b.co', /is no address/],
  ['a link', v.pipe(v.string(), v.url()), 'https://example.org', undefined],
  ['a link that is none', v.pipe(v.string(), v.url()), 'example', /./],
];

for (const [name, schema, entry, expected] of cases) {
  test(`${name}: ${expected === undefined ? 'no report' : 'a report'}`, async () => {
    const complaints = await said(schema, entry);
    if (expected === undefined) assert.deepEqual(complaints, []);
    else {
      assert.equal(complaints.length, 1);
      assert.match(complaints[0] ?? '', expected);
    }
  });
}

test('86: a required field with a condition is reported only while it is shown', async () => {
  const template = createTemplate(
    defineOutbound({
      name: 'Field',
      type: 'field',
      input: v.object({
        way: v.picklist(['mail', 'none']),
        x: v.pipe(v.optional(v.string()), hints({ condition: { property: 'way', equals: 'mail' }, notEmpty: true })),
      }),
      run: () => ({}),
    }),
  );
  const diagram = await applyTo(template);
  const complaints = async () => lint(await diagram.save(), [template]);
  diagram.fill('it', { way: 'none' });
  assert.deepEqual(await complaints(), []);
  diagram.fill('it', { way: 'mail' });
  assert.deepEqual(await complaints(), ['it: X must not be empty.']);
  diagram.fill('it', { x: 'a' });
  assert.deepEqual(await complaints(), []);
});

test('a new element reports exactly the fields that must be filled in', async () => {
  assert.ok(samples.length > 0);
  for (const [name, template] of samples) {
    const { inputs, headers } = expectedReading(template);
    const current = (binding: { name?: string; key?: string }, value: unknown): string | undefined =>
      inputs[binding.name ?? ''] ?? headers[binding.key ?? ''] ?? (value === undefined ? undefined : String(value));
    const wanted = activeProperties(template)
      .filter((property) => complaint(property, current(property.binding, property.value)) !== undefined)
      .map(({ label }) => label);
    const complaints = await lint(await (await applyTo(template)).save(), [template]);
    assert.deepEqual(
      complaints,
      wanted.map((label) => `it: ${label} must not be empty.`),
      name,
    );
  }
});
