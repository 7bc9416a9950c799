/** Expressions and templates of forms, evaluated with FEEL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FormComponent } from '../../../../../src/cli/dev/page/contract.ts';
import { evaluateForm } from '../../../../../src/cli/dev/page/forms/evaluate-form.ts';
import { createFormFeel, formText } from '../../../../../src/cli/dev/page/forms/form-text.ts';

for (const [text, expected] of [
  ['plain', 'plain'],
  ['=upper case(name)', 'ADA'],
  ['=missing', ''],
  ['Hi {{name}}, {{1 + 1}}', 'Hi Ada, 2'],
  ['{{missing}}!', '!'],
  ['{{order}}', '{"id":7}'],
  ['{{#if name = "Ada"}}yes{{/if}}{{#if name = "Bob"}}no{{/if}}', 'yes'],
  ['{{#loop items}}{{this}},{{/loop}}', '1,2,'],
  ['{{#loop orders}}{{id}} of {{parent.name}};{{/loop}}', '1 of Ada;2 of Ada;'],
  ['{{#loop orders}}{{#if id > 1}}{{id}}{{/if}}{{/loop}}', '2'],
  ['{{#if name = "Ada"}}never closed', 'never closed'],
  ['{{/if}}never opened', 'never opened'],
  ['{{ not closed', '{{ not closed'],
] as const) {
  test(`the text ${text}`, () => {
    const scope = { name: 'Ada', order: { id: 7 }, items: [1, 2], orders: [{ id: 1 }, { id: 2 }] };
    assert.equal(formText(text, scope, createFormFeel()), expected);
  });
}

const shownKeys = (components: readonly FormComponent[]): readonly string[] =>
  components.flatMap(({ key, components: inner }) => [...(key === undefined ? [] : [key]), ...shownKeys(inner ?? [])]);

test('a component is hidden while its condition is true, with all that is inside of it', () => {
  const components: readonly FormComponent[] = [
    { type: 'checkbox', key: 'express' },
    { type: 'textfield', key: 'note', conditional: { hide: '=express' } },
    { type: 'group', conditional: { hide: '=not(express)' }, components: [{ type: 'number', key: 'hours' }] },
    { type: 'textfield', key: 'unknown', conditional: { hide: '=missing' } },
  ];
  assert.deepEqual(shownKeys(evaluateForm(components, {}, { express: true }).components), [
    ...['express', 'hours', 'unknown'],
  ]);
  assert.deepEqual(shownKeys(evaluateForm(components, {}, { express: false }).components), [
    ...['express', 'note', 'unknown'],
  ]);
});

test('a field that is hidden has no value for other expressions', () => {
  const components: readonly FormComponent[] = [
    { type: 'textfield', key: 'second', conditional: { hide: '=first = null' } },
    { type: 'textfield', key: 'first', conditional: { hide: '=not(asked)' } },
    { type: 'checkbox', key: 'asked' },
  ];
  const values = { first: 'x', second: 'y' };
  assert.deepEqual(shownKeys(evaluateForm(components, {}, { ...values, asked: false }).components), ['asked']);
  assert.deepEqual(shownKeys(evaluateForm(components, {}, { ...values, asked: true }).components), [
    ...['second', 'first', 'asked'],
  ]);
});

test('expression components compute values, from one another too', () => {
  const components: readonly FormComponent[] = [
    { type: 'expression', key: 'total', expression: '=price * pieces' },
    { type: 'expression', key: 'gross', expression: '=total * 1.2' },
    { type: 'text', text: 'In all {{gross}}' },
  ];
  const { computed, components: shown } = evaluateForm(components, { price: 10 }, { pieces: 2 });
  assert.deepEqual(computed, { total: 20, gross: 24 });
  assert.equal(shown[2]?.text, 'In all 24');
});

test('options, rules and the state of fields follow expressions', () => {
  const components: readonly FormComponent[] = [
    { type: 'select', key: 'city', valuesExpression: '=for c in cities return { label: c, value: lower case(c) }' },
    { type: 'number', key: 'guests', readonly: '=locked', validate: { required: '=vip', max: '=seats', min: 1 } },
    { type: 'textfield', key: 'why', label: '=if vip then "Why?" else "Note"', description: 'For {{name}}' },
  ];
  const { components: shown } = evaluateForm(
    components,
    { cities: ['Rome'], locked: true, vip: true, seats: 4, name: 'Ada' },
    {},
  );
  assert.deepEqual(shown[0]?.values, [{ label: 'Rome', value: 'rome' }]);
  assert.deepEqual([shown[1]?.readonly, shown[1]?.validate], [true, { required: true, max: 4, min: 1 }]);
  assert.deepEqual([shown[2]?.label, shown[2]?.description], ['Why?', 'For Ada']);
});

test('tables have the rows of a variable or of an expression, and columns of their own or computed ones', () => {
  const rows = [{ id: 1, name: 'a' }, { id: 2 }];
  const table = { type: 'table', dataSource: 'orders', columns: [{ key: 'id', label: 'Id' }, { key: 'name' }] };
  const computed = { type: 'table', dataSource: '=orders[id > 1]', columnsExpression: '=[{ key: "id" }]' };
  const { components } = evaluateForm([table, computed], { orders: rows }, {});
  assert.deepEqual(components[0]?.rows, rows);
  assert.deepEqual(components[0]?.columns, [
    { key: 'id', label: 'Id' },
    { key: 'name', label: 'name' },
  ]);
  assert.deepEqual([components[1]?.rows, components[1]?.columns], [[{ id: 2 }], [{ key: 'id', label: 'id' }]]);
});

test('an expression that cannot be evaluated hides nothing, and is named', () => {
  const { components, problems } = evaluateForm(
    [{ type: 'textfield', key: 'a', conditional: { hide: '=1 +' }, label: '{{1 +}}' }],
    {},
    {},
  );
  assert.deepEqual(shownKeys(components), ['a']);
  assert.equal(problems.length, 2, problems.join('\n'));
  assert.match(problems[0]!, /^=1 \+: /);
});
