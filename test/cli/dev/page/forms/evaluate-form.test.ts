/** Expressions and templates of forms, evaluated with FEEL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readForm } from '../../../../../src/cli/dev/page/contract/read-form.ts';
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
  const { components: shown } = evaluateForm(components, { price: 10 }, { pieces: 2 });
  assert.deepEqual(
    shown.map(({ computed }) => computed),
    [20, 24, undefined],
  );
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

const items: FormComponent = {
  ...{ type: 'dynamiclist', path: 'order.items', label: '{{customer}}' },
  components: [
    { type: 'textfield', key: 'name', label: '="Item " + string(i[1])' },
    { type: 'number', key: 'pieces', conditional: { hide: '=this.name = null or this.name = ""' } },
    { type: 'expression', key: 'total', expression: '=this.pieces * this.price * factor' },
    { type: 'text', text: '{{this.name}} for {{parent.customer}}: {{this.total}}' },
    {
      ...{ type: 'dynamiclist', path: 'notes' },
      components: [{ type: 'textfield', key: 'text', label: '=string(i[1]) + "." + string(i[2]) + parent.this.name' }],
    },
  ],
};

test('expressions in the rows of a list read their row as this, what is around it as parent, and its position as i', () => {
  const rows = [
    { name: 'Pen', pieces: 3, price: 2, notes: [{ text: 'blue' }] },
    { name: '', pieces: 5, price: 1, notes: [] },
  ];
  const { components, problems } = evaluateForm([items], { customer: 'Ada', factor: 10 }, { order: { items: rows } });
  assert.deepEqual(problems, []);
  const [list] = components;
  assert.equal(list?.label, 'Ada');
  assert.deepEqual(
    list?.items?.map((row) => shownKeys(row)),
    [
      ['name', 'pieces', 'total', 'text'],
      ['name', 'total', 'text'],
    ],
  );
  const [first, second] = list?.items ?? [];
  assert.deepEqual([first?.[0]?.label, second?.[0]?.label], ['Item 1', 'Item 2']);
  assert.deepEqual([first?.[2]?.computed, first?.[3]?.text], [60, 'Pen for Ada: 60']);
  assert.equal(first?.[4]?.items?.[0]?.[0]?.label, '1.1Pen');
  // What is hidden in a row has no value there.
  assert.deepEqual([second?.[1]?.computed, second?.[3]?.items], [null, []]);
});

test('the values of keys and paths with dots are inside of variables, and a hidden list has none', () => {
  const components: readonly FormComponent[] = [
    { type: 'group', path: 'customer', components: [{ type: 'textfield', key: 'address.city' }] },
    { ...items, conditional: { hide: '=customer.address.city = "Rome"' } },
    { type: 'text', text: '{{customer.name}}, {{customer.address.city}}, {{count(order.items)}}' },
  ];
  const textWith = (city: string): string | undefined =>
    evaluateForm(
      components,
      { customer: { name: 'Ada' }, order: { id: 1 } },
      { customer: { address: { city } }, order: { items: [{}] } },
    ).components.at(-1)?.text;
  assert.equal(textWith('Oslo'), 'Ada, Oslo, 1');
  assert.equal(textWith('Rome'), 'Ada, Rome, ');
});

test('a field without a value has an empty text or null, whatever its variable had', () => {
  const components: readonly FormComponent[] = [
    { type: 'textfield', key: 'name' },
    { type: 'number', key: 'age' },
    { type: 'text', text: '{{name = ""}} {{age = null}}' },
  ];
  const { components: shown } = evaluateForm(components, { name: 'Ada', age: 3 }, {});
  assert.equal(shown[2]?.text, 'true true');
});

test('whether a file picker takes several files, and which, can be an expression', () => {
  const picker = { type: 'filepicker', key: 'files', multiple: '=many', accept: '=types' };
  const { components } = evaluateForm([picker], { many: true, types: '.pdf' }, {});
  assert.deepEqual([components[0]?.multiple, components[0]?.accept], [true, '.pdf']);
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

const kept = { type: 'textfield', key: 'a' };

for (const [title, component, problem, read] of [
  ['null', null, 'components[0] must be an object with a type.', undefined],
  ['a text', 'textfield', 'components[0] must be an object with a type.', undefined],
  ['a list', [], 'components[0] must be an object with a type.', undefined],
  ['no type', { key: 'b' }, 'components[0] must be an object with a type.', undefined],
  ['a key that is a number', { ...kept, key: 7 }, 'components[0].key must be a text.', { type: 'textfield' }],
  [
    'a source of data that is a list',
    { type: 'table', dataSource: [] },
    'components[0].dataSource must be a text.',
    { type: 'table' },
  ],
  [
    'columns that are a text',
    { type: 'table', columns: 'a' },
    'components[0].columns must be a list.',
    { type: 'table' },
  ],
  [
    'options that are an object',
    { type: 'select', values: {} },
    'components[0].values must be a list.',
    { type: 'select' },
  ],
  ['rules that are a text', { ...kept, validate: 'required' }, 'components[0].validate must be an object.', kept],
  ['a condition that is a list', { ...kept, conditional: [] }, 'components[0].conditional must be an object.', kept],
  [
    'components that are an object',
    { type: 'group', components: {} },
    'components[0].components must be a list.',
    { type: 'group' },
  ],
  [
    'null in a group',
    { type: 'group', components: [kept, null] },
    'components[0].components[1] must be an object with a type.',
    { type: 'group', components: [kept] },
  ],
  ['null instead of a text', { ...kept, label: null, validate: null }, undefined, kept],
  ['rows of an evaluation', { ...kept, items: 5, computed: 1, rows: 'x' }, undefined, kept],
] as const) {
  test(`a form with a malformed component is drawn without it: ${title}`, () => {
    const form = readForm(JSON.stringify({ components: [component, { type: 'text', text: 'Hi' }] }))!;
    assert.deepEqual(
      form.problems,
      problem === undefined ? [] : [`${problem} Fix: correct it, or remove it from the form.`],
    );
    assert.deepEqual(form.components.slice(0, -1), read === undefined ? [] : [read]);
    const { components, problems } = evaluateForm(form.components, {}, { a: 1 });
    assert.equal(components.at(-1)?.text, 'Hi');
    assert.equal(components.length, read === undefined ? 1 : 2);
    assert.deepEqual(problems, []);
  });
}

for (const text of ['', 'null', '[]', '{}', '{"components":{}}', '{"components":']) {
  test(`${text === '' ? 'an empty file' : text} is not a form`, () => assert.equal(readForm(text), undefined));
}
