import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FormComponent } from '../../../src/cli/dev/page/contract.ts';
import {
  canDraw,
  firstValues,
  formProblems,
  hasExpressions,
  optionsOf,
  valuesToSend,
} from '../../../src/page/lists/form-values.ts';

const form: readonly FormComponent[] = [
  { type: 'text', text: 'Please check.' },
  { type: 'textfield', key: 'id', label: 'Id', validate: { required: true, minLength: 2, maxLength: '4' } },
  {
    type: 'group',
    label: 'Details',
    components: [
      { type: 'number', key: 'guests', label: 'Guests', defaultValue: 2, validate: { min: 1, max: '8' } },
      { type: 'checkbox', key: 'ok', label: 'Approved', validate: { required: true } },
    ],
  },
  { type: 'textfield', key: 'zip', validate: { pattern: '^\\d{5}$' } },
  { type: 'textfield', key: 'odd', validate: { pattern: '(' } },
];

describe('the values of a form', () => {
  const firsts: readonly (readonly [title: string, variables: Record<string, unknown>, expected: object])[] = [
    ['defaults', {}, { guests: 2, ok: false }],
    ['variables win over defaults', { guests: 5, id: 'A7' }, { id: 'A7', guests: 5, ok: false }],
    ['other variables are not values of the form', { other: 1 }, { guests: 2, ok: false }],
    ['false and 0 are values', { guests: 0, ok: false }, { guests: 0, ok: false }],
  ];
  for (const [title, variables, expected] of firsts) {
    test(`first values: ${title}`, () => assert.deepEqual(firstValues(form, variables), expected));
  }

  const problems: readonly (readonly [values: Record<string, unknown>, expected: readonly string[]])[] = [
    [{ id: 'A7', guests: 2, ok: true }, []],
    [{}, ['Id is required.', 'Approved is required.']],
    [{ id: '', ok: false }, ['Id is required.', 'Approved is required.']],
    [{ id: 'A', ok: true }, ['Id must have at least 2 characters.']],
    [{ id: 'A7890', ok: true }, ['Id must have at most 4 characters.']],
    [{ id: 'A7', ok: true, guests: 0 }, ['Guests must be at least 1.']],
    [{ id: 'A7', ok: true, guests: 9 }, ['Guests must be at most 8.']],
    [{ id: 'A7', ok: true, zip: '1234' }, ['zip must match ^\\d{5}$.']],
    [{ id: 'A7', ok: true, zip: '12345', odd: 'anything' }, []],
  ];
  for (const [values, expected] of problems) {
    test(`${JSON.stringify(values)}: ${expected.join(' ') || 'fits'}`, () =>
      assert.deepEqual(
        formProblems(form, values).map((problem) => problem.text),
        expected,
      ));
  }

  test('a problem names the key of its field, and a list without entries is empty', () => {
    const extras = { type: 'checklist', key: 'extras', label: 'Extras', validate: { required: true } };
    assert.deepEqual(formProblems([extras], { extras: [] }), [{ key: 'extras', text: 'Extras is required.' }]);
    assert.deepEqual(formProblems([extras], { extras: ['breakfast'] }), []);
  });

  test('the options of a component stand in the form or in a variable', () => {
    const component = { type: 'select', key: 'season', values: [{ label: 'Cold', value: 'winter' }] };
    assert.deepEqual(optionsOf(component, {}), [{ label: 'Cold', value: 'winter' }]);
    assert.deepEqual(optionsOf({ ...component, valuesKey: 'seasons' }, { seasons: ['a', { label: 'B', value: 2 }] }), [
      { label: 'a', value: 'a' },
      { label: 'B', value: 2 },
    ]);
  });

  test('a form with a component that the page does not draw is entered as JSON', () => {
    assert.equal(canDraw(form), true);
    assert.equal(canDraw([{ type: 'group', components: [{ type: 'filepicker', key: 'file' }] }]), false);
    assert.equal(canDraw([{ type: 'dynamiclist', path: 'items', components: [] }]), false);
    assert.equal(canDraw([{ type: 'table', label: 'Only shown' }]), true);
  });
});

for (const [component, expected] of [
  [{ type: 'textfield', key: 'a', label: 'A = B' }, false],
  [{ type: 'textfield', key: 'a', label: '=b' }, true],
  [{ type: 'text', text: 'Hi {{name}}' }, true],
  [{ type: 'textfield', key: 'a', conditional: { hide: '= b' } }, true],
  [{ type: 'table', dataSource: 'rows' }, true],
] as const) {
  test(`${JSON.stringify(component)} ${expected ? 'depends on values' : 'is always the same'}`, () => {
    assert.equal(hasExpressions(JSON.stringify({ components: [component] })), expected);
  });
}

test('the values of fields that are shown are sent, with those that are computed', () => {
  const components = [
    { type: 'textfield', key: 'a' },
    { type: 'group', components: [{ type: 'number', key: 'b' }] },
  ];
  assert.deepEqual(valuesToSend({ components, computed: { c: 3 }, problems: [] }, { a: 1, b: 2, hidden: 4 }), {
    ...{ a: 1, b: 2, c: 3 },
  });
});
