/** The assertion that all templates go through is itself seen to fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Property, Template } from './support/shape.ts';
import { assertValidTemplate, templateFaults } from './support/validate.ts';

const input = (name: string, rest: Partial<Property> = {}): Property => ({
  id: name,
  label: name,
  type: 'String',
  feel: 'optional',
  group: 'g',
  binding: { type: 'zeebe:input', name },
  ...rest,
});

const choices = [
  { name: 'A', value: 'a' },
  { name: 'B', value: 'b' },
];

const dropdown = (name: string, rest: Partial<Property> = {}): Property => {
  const { feel: _, ...plain } = input(name, { type: 'Dropdown', choices, ...rest });
  return plain;
};

const when = (property: string, equals: string | boolean) => ({ type: 'simple', property, equals }) as const;

const template = (properties: readonly Property[], rest: object = {}): Template => ({
  $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json',
  name: 'Sample',
  id: 'sample',
  version: 1,
  appliesTo: ['bpmn:Task'],
  elementType: { value: 'bpmn:ServiceTask' },
  engines: { camunda: '^8.8' },
  groups: [{ id: 'g', label: 'G' }],
  properties: [
    { type: 'Hidden', value: 'sample', binding: { type: 'zeebe:taskDefinition', property: 'type' } },
    ...properties,
  ],
  ...rest,
});

const sound: readonly (readonly [string, Template])[] = [
  ['one field', template([input('a')])],
  ['an expression with a default, the false alarm', template([input('a', { feel: 'required', value: '=[1]' })])],
  ['optional inputs below 8.8', template([input('a', { optional: true })], { engines: { camunda: '^8.6' } })],
  [
    'one binding under excluding conditions',
    template([
      dropdown('kind'),
      input('a', { condition: when('kind', 'a') }),
      input('a2', { binding: { type: 'zeebe:input', name: 'a' }, condition: when('kind', 'b') }),
    ]),
  ],
  [
    'one binding excluded through an outer choice',
    template([
      dropdown('outer'),
      dropdown('inner', { condition: when('outer', 'a') }),
      input('a', { condition: when('inner', 'a') }),
      input('a2', { binding: { type: 'zeebe:input', name: 'a' }, condition: when('outer', 'b') }),
    ]),
  ],
  ['81: a condition on a later property', template([input('a', { condition: when('k', 'a') }), dropdown('k')])],
  [
    'a preset for a choice',
    template([dropdown('kind')], {
      presets: [{ id: 'p', properties: { kind: 'a' } }],
      steps: [{ name: 'S', keywords: ['s'], presetId: 'p' }],
    }),
  ],
];

for (const [name, one] of sound) {
  test(`accepts ${name}`, () => {
    assertValidTemplate(one);
  });
}

const broken: readonly (readonly [string, Template, RegExp])[] = [
  [
    'a schema address with a version',
    template([input('a')], {
      $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema@0.9.0/resources/schema.json',
    }),
    /\$schema/,
  ],
  ['a version in text', template([input('a')], { version: '1' }), /validator: \/version/],
  ['a negative version', template([input('a')], { version: -1 }), /version: must be/],
  ['an unknown key of the template', template([input('a')], { descripton: 'x' }), /unknown key "descripton"/],
  ['an unknown key of a property', template([{ ...input('a'), tooltipp: 'x' } as Property]), /unknown key "tooltipp"/],
  [
    'an unknown key of a binding',
    template([input('a', { binding: { type: 'zeebe:input', name: 'a', key: 'k' } })]),
    /unknown key "key"/,
  ],
  [
    'an unknown key of a constraint',
    template([input('a', { constraints: { notempty: true } as never })]),
    /unknown key "notempty"/,
  ],
  [
    'an unknown key of a condition',
    template([dropdown('k'), input('a', { condition: { ...when('k', 'a'), equal: 'x' } as never })]),
    /unknown key "equal"/,
  ],
  ['an unknown type', template([input('a', { type: 'Strin' })]), /validator: .*invalid property type/],
  [
    'the deprecated task type binding',
    template([input('a', { binding: { type: 'zeebe:taskDefinition:type' } })]),
    /validator: .*deprecated/,
  ],
  ['optional inputs from 8.8 on', template([input('a', { optional: true })]), /validator: .*'optional'/],
  ['a hidden field without value', template([input('a', { type: 'Hidden' })]), /validator: .*Hidden/],
  ['the false alarm without "="', template([input('a', { feel: 'required', value: '1' })]), /validator: .*deprecated/],
  [
    'a placeholder on a number',
    template([{ ...input('a', { type: 'Number' }), placeholder: '1' } as Property]),
    /validator/,
  ],
  ['an unknown group', template([input('a', { group: 'x' }), input('b')]), /group x: is not declared/],
  [
    'no group',
    template([input('a'), { id: 'b', label: 'b', type: 'String', binding: { type: 'zeebe:input', name: 'b' } }]),
    /b: has no group/,
  ],
  [
    'an empty group',
    template([input('a')], {
      groups: [
        { id: 'g', label: 'G' },
        { id: 'h', label: 'H' },
      ],
    }),
    /group h: has no property/,
  ],
  [
    'a group twice',
    template([input('a')], {
      groups: [
        { id: 'g', label: 'G' },
        { id: 'g', label: 'H' },
      ],
    }),
    /group g: occurs twice/,
  ],
  [
    'groups in another order',
    template([input('a', { group: 'h' }), input('b')], {
      groups: [
        { id: 'g', label: 'G' },
        { id: 'h', label: 'H' },
      ],
    }),
    /shown as h,g/,
  ],
  ['an id twice', template([input('a'), input('b', { id: 'a' })]), /a: the id occurs twice/],
  [
    'no id',
    template([{ label: 'a', type: 'String', group: 'g', binding: { type: 'zeebe:input', name: 'a' } }]),
    /has no id/,
  ],
  [
    'no label',
    template([{ id: 'a', type: 'String', group: 'g', binding: { type: 'zeebe:input', name: 'a' } }]),
    /has no label/,
  ],
  ['a condition on nothing', template([input('a', { condition: when('x', 'a') })]), /no other property/],
  ['a condition on itself', template([dropdown('a', { condition: when('a', 'a') })]), /no other property/],
  [
    'a condition inside allMatch on nothing',
    template([dropdown('k'), input('a', { condition: { allMatch: [when('k', 'a'), when('x', 'a')] } })]),
    /condition on x/,
  ],
  [
    'a comparison with no choice',
    template([dropdown('k'), input('a', { condition: when('k', 'c') })]),
    /compares k with c/,
  ],
  [
    'a comparison with one of no choice',
    template([dropdown('k'), input('a', { condition: { property: 'k', oneOf: ['a', 'c'] } })]),
    /compares k with c/,
  ],
  [
    'a comparison with an expression',
    template([dropdown('k', { choices: [{ name: '1', value: '=1' }] }), input('a', { condition: when('k', '=1') })]),
    /compares k with =1/,
  ],
  [
    'a comparison of a checkbox with text',
    template([
      input('k', { type: 'Boolean', feel: 'static', value: true }),
      input('a', { condition: when('k', 'true') }),
    ]),
    /compares k with true/,
  ],
  ['a default that is no choice', template([dropdown('k', { value: 'c' })]), /k: the default is no choice/],
  [
    'a choice twice',
    template([dropdown('k', { choices: [...choices, { name: 'C', value: 'a' }] })]),
    /the choice a occurs twice/,
  ],
  ['no choices', template([dropdown('k', { choices: [] })]), /k: no choices/],
  [
    'a checkbox with a default in text',
    template([input('a', { type: 'Boolean', feel: 'static', value: 'true' })]),
    /default is a string, not a boolean/,
  ],
  [
    'a number with a default in text',
    template([input('a', { type: 'Number', feel: 'static', value: '1' })]),
    /default is a string, not a number/,
  ],
  [
    'a default against its own pattern',
    template([
      input('a', { value: 'x', constraints: { notEmpty: true, pattern: { value: '^\\d+$', message: 'digits' } } }),
    ]),
    /the default digits/,
  ],
  [
    'a default that is too long',
    template([input('a', { value: 'xyz', constraints: { maxLength: 2 } })]),
    /the default must have at most 2/,
  ],
  [
    'a default that is not FEEL',
    template([input('a', { feel: 'required', value: '=[1' })]),
    /no FEEL expression: =\[1/,
  ],
  [
    'a choice that is not FEEL',
    template([dropdown('k', { choices: [{ name: '1', value: '=1 +' }] })]),
    /no FEEL expression/,
  ],
  [
    'a shortest length of a field that may stay empty',
    template([input('a', { constraints: { minLength: 2 } })]),
    /minLength on a field/,
  ],
  [
    'a checkbox that must be filled',
    template([input('a', { type: 'Boolean', feel: 'static', value: true, constraints: { notEmpty: true } })]),
    /a checkbox is never empty/,
  ],
  [
    'a pattern that does not compile',
    template([input('a', { constraints: { notEmpty: true, pattern: '(' } })]),
    /does not compile/,
  ],
  [
    'a pattern that refuses emptiness',
    template([input('a', { constraints: { pattern: '^(|\\d+)$' } })]),
    /may stay empty/,
  ],
  [
    'one binding twice',
    template([input('a'), input('b', { binding: { type: 'zeebe:input', name: 'a' } })]),
    /both write zeebe:input a/,
  ],
  [
    'one header twice',
    template([
      input('a', { id: 'h1', type: 'Hidden', value: 'x', binding: { type: 'zeebe:taskHeader', key: 'k' } }),
      input('b', { id: 'h2', type: 'Hidden', value: 'x', binding: { type: 'zeebe:taskHeader', key: 'k' } }),
    ]),
    /both write zeebe:taskHeader k/,
  ],
  [
    'one binding under overlapping conditions',
    template([
      dropdown('k'),
      input('a', { condition: { property: 'k', oneOf: ['a', 'b'] } }),
      input('b', { binding: { type: 'zeebe:input', name: 'a' }, condition: when('k', 'b') }),
    ]),
    /both write/,
  ],
  ['an input inside another', template([input('a'), input('a.b')]), /write into each other/],
  [
    'another version in the header',
    template([
      input('v', { type: 'Hidden', value: '2', binding: { type: 'zeebe:taskHeader', key: 'elementTemplateVersion' } }),
    ]),
    /elementTemplateVersion/,
  ],
  [
    'another id in the header',
    template([
      input('i', { type: 'Hidden', value: 'x', binding: { type: 'zeebe:taskHeader', key: 'elementTemplateId' } }),
    ]),
    /elementTemplateId/,
  ],
  [
    'a preset of no property',
    template([dropdown('k')], { presets: [{ id: 'p', properties: { x: 'a' } }] }),
    /preset p: no property x/,
  ],
  [
    'a preset of no choice',
    template([dropdown('k')], { presets: [{ id: 'p', properties: { k: 'c' } }] }),
    /preset p: k has no choice c/,
  ],
  ['a step without preset', template([dropdown('k')], { steps: [{ name: 'S', presetId: 'q' }] }), /step: no preset q/],
];

for (const [name, one, expected] of broken) {
  test(`refuses ${name}`, () => {
    const faults = templateFaults(one);
    assert.ok(
      faults.some((fault) => expected.test(fault)),
      `found only: ${faults.join('\n') || 'nothing'}`,
    );
    assert.throws(() => assertValidTemplate(one));
  });
}

test('refuses what is not JSON', () => {
  assert.throws(() => assertValidTemplate(template([input('a')], { description: undefined })));
});
