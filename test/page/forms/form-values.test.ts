import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FormPath, fieldsOf, valueAt, withValueAt } from '../../../src/cli/dev/page/contract/form-fields.ts';
import type { FormComponent } from '../../../src/cli/dev/page/contract.ts';
import {
  canDraw,
  firstValues,
  formProblems,
  hasExpressions,
  isAccepted,
  newRow,
  optionsOf,
  pathText,
  valuesToSend,
  withComputed,
} from '../../../src/page/forms/form-values.ts';

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

  const [email, phone] = [
    'an email address, such as ada@example.com',
    'an international phone number, such as +49 30 1234567',
  ];
  for (const [validationType, value, expected] of [
    ['email', 'ada@example.com', undefined],
    ['email', 'ada.b+c@mail.example.co.uk', undefined],
    ['email', 'ada@example', email],
    ['email', 'ada example.com', email],
    ['email', 'ada@example..com', email],
    ['email', '', undefined],
    ['phone', '+49 30 1234567', undefined],
    ['phone', '+1 (555) 010-9999', undefined],
    ['phone', '030 1234567', phone],
    ['phone', '+49 30', phone],
    ['phone', '+49 30 12345678901234', phone],
    ['phone', '+49 30 call', phone],
    ['custom', 'abc', 'ab+$'],
    ['unknown', 'abb', undefined],
  ] as const) {
    test(`"${value}" as ${validationType}: ${expected ?? 'fits'}`, () => {
      // The pattern counts only if the form names no format.
      const component = { type: 'textfield', key: 'a', label: 'A', validate: { validationType, pattern: 'ab+$' } };
      const problem = expected === 'ab+$' ? `A must match ${expected}.` : `A must be ${expected}.`;
      assert.deepEqual(
        formProblems([component], { a: value }).map(({ text }) => text),
        expected === undefined ? [] : [problem],
      );
    });
  }

  for (const [name, type, accept, expected] of [
    ['plan.PDF', 'application/pdf', '.pdf, .docx', true],
    ['plan.txt', 'text/plain', '.pdf,.docx', false],
    ['photo.png', 'image/png', 'image/*', true],
    ['photo.png', 'image/png', 'application/pdf, IMAGE/PNG', true],
    ['plan.pdf', 'application/pdf', 'image/*', false],
    ['order.bpmn', '', 'application/xml', true],
    ['order.bpmn', '', '.dmn', false],
    ['anything', 'a/b', ' , ', true],
  ] as const) {
    test(`${name} (${type}) for ${JSON.stringify(accept)}: ${expected ? 'accepted' : 'refused'}`, () =>
      assert.equal(isAccepted({ name, type }, accept), expected));
  }

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
    assert.equal(canDraw([{ type: 'group', components: [{ type: 'signature', key: 'sign' }] }]), false);
    assert.equal(canDraw([{ type: 'dynamiclist', path: 'items', components: [{ type: 'signature' }] }]), false);
    assert.equal(
      canDraw([{ type: 'dynamiclist', path: 'items', components: [{ type: 'filepicker', key: 'f' }] }]),
      true,
    );
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
    { type: 'expression', key: 'c', computed: 3 },
    { type: 'textfield', key: 'fixed', disabled: true },
    { type: 'textfield', key: 'locked', readonly: true },
    { type: 'text', text: 'Hi' },
  ];
  const values = { a: 1, b: 2, hidden: 4, fixed: 5, locked: 6 };
  assert.deepEqual(valuesToSend({ components, problems: [] }, values), { a: 1, b: 2, c: 3, locked: 6 });
  assert.deepEqual(withComputed({ components, problems: [] }, values), { ...values, c: 3 });
});

test('fields without a value are sent as Camunda sends them', () => {
  const types = ['textfield', 'textarea', 'number', 'checkbox', 'select', 'radio', 'checklist', 'taglist'];
  const components = [...types, 'datetime', 'filepicker'].map((type) => ({ type, key: type }));
  assert.deepEqual(valuesToSend({ components, problems: [] }, {}), {
    ...{ textfield: '', textarea: '', number: null, checkbox: false, select: null, radio: null },
    ...{ checklist: [], taglist: [], datetime: null, filepicker: null },
  });
});

describe('lists and paths', () => {
  const list: FormComponent = {
    ...{ type: 'dynamiclist', path: 'order.items', label: 'Items', allowAddRemove: true, defaultRepetitions: 2 },
    components: [
      { type: 'textfield', key: 'name', label: 'Name', validate: { required: true } },
      { type: 'number', key: 'size.height', defaultValue: 1 },
      { type: 'dynamiclist', path: 'notes', defaultRepetitions: 0, components: [{ type: 'textfield', key: 'text' }] },
    ],
  };
  const row = { size: { height: 1 }, notes: [] };

  const firsts: readonly (readonly [title: string, variables: Record<string, unknown>, expected: unknown])[] = [
    ['the number of rows that the form says', {}, [row, row]],
    ['the rows of the variable, with what is not a field', { order: { items: [{ id: 7 }] } }, [{ id: 7, ...row }]],
    ['no rows if the variable has none', { order: { items: [] } }, []],
    ['rows that are not objects become rows', { order: { items: ['x'] } }, [row]],
    ['a variable that is not a list', { order: { items: 'x' } }, [row, row]],
    ['nested rows', { order: { items: [{ notes: [{ text: 'a' }] }] } }, [{ ...row, notes: [{ text: 'a' }] }]],
  ];
  for (const [title, variables, expected] of firsts) {
    test(`a list begins with ${title}`, () =>
      assert.deepEqual(firstValues([list], variables), { order: { items: expected } }));
  }

  for (const [repetitions, rows] of [
    [undefined, 1],
    [0, 0],
    [3, 3],
    [-1, 0],
    [1e9, 100],
    ['x', 1],
  ] as const) {
    test(`defaultRepetitions ${repetitions}: ${rows} rows`, () => {
      const { defaultRepetitions: _, ...plain } = list;
      const given = repetitions === undefined ? plain : { ...plain, defaultRepetitions: repetitions as number };
      const { order } = firstValues([given], {}) as { readonly order: { readonly items: readonly unknown[] } };
      assert.equal(order.items.length, rows);
    });
  }

  test('a new row has the defaults of its fields', () => assert.deepEqual(newRow(list), row));

  test('the fields of rows are checked, and a problem says in which row', () => {
    const values = { order: { items: [{ name: 'a' }, { name: '' }] } };
    assert.deepEqual(formProblems([list], values), [
      { key: 'order.items[1].name', text: 'Name in row 2 is required.' },
    ]);
  });

  test('rows are sent with their fields only, and the rows of an evaluated list have components of their own', () => {
    const values = { order: { id: 1, items: [{ id: 7, name: 'a', size: { height: 2 } }, { name: 'b' }] } };
    const items = [list.components!, [list.components![0]!]];
    assert.deepEqual(valuesToSend({ components: [{ ...list, items }], problems: [] }, values), {
      order: { items: [{ name: 'a', size: { height: 2 }, notes: [] }, { name: 'b' }] },
    });
    assert.deepEqual(valuesToSend({ components: [list], problems: [] }, { order: { items: [] } }), {
      order: { items: [] },
    });
  });

  test('a row that was added and not evaluated yet has no fields', () => {
    const fields = fieldsOf([{ ...list, items: [] }], { order: { items: [{}] } });
    assert.deepEqual(
      fields.map(({ path }) => path),
      [['order', 'items']],
    );
  });

  test('a list that does not repeat, and a group, have their values in an object', () => {
    for (const type of ['group', 'dynamiclist']) {
      const group = { type, isRepeating: false, path: 'who', components: [{ type: 'textfield', key: 'name' }] };
      assert.deepEqual(firstValues([group], { who: { name: 'Ada', age: 3 } }), { who: { name: 'Ada' } });
    }
  });

  test('names of JavaScript are names like others', () => {
    const components = [{ type: 'textfield', key: '__proto__.polluted', defaultValue: 'x' }];
    const values = firstValues(components, {});
    assert.deepEqual(Object.entries(values), [['__proto__', { polluted: 'x' }]]);
    assert.equal(({} as { readonly polluted?: string }).polluted, undefined);
    assert.equal(valueAt({}, ['constructor', 'name']), undefined);
  });

  const puts: readonly (readonly [values: unknown, path: FormPath, value: unknown, expected: unknown])[] = [
    [{}, ['a', 'b'], 1, { a: { b: 1 } }],
    [{ a: [1, 2] }, ['a', 1], 3, { a: [1, 3] }],
    [{ a: 'text' }, ['a', 0, 'b'], 1, { a: [{ b: 1 }] }],
    [{ a: { b: 1, c: 2 } }, ['a', 'b'], undefined, { a: { c: 2 } }],
    [{}, ['a', 0, 'b'], undefined, {}],
    [{ a: 1 }, ['a', 'b', 'c'], undefined, { a: 1 }],
    [{ a: 1, b: 2 }, ['a'], 3, { a: 3, b: 2 }],
  ];
  for (const [values, path, value, expected] of puts) {
    test(`${JSON.stringify(value)} at ${pathText(path)} of ${JSON.stringify(values)}`, () => {
      const before = JSON.stringify(values);
      assert.deepEqual(withValueAt(values, path, value), expected);
      assert.equal(JSON.stringify(values), before);
    });
  }
});
