import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { createTemplate, createTemplates } from '../../src/template/index.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { drawDiagram } from './support/diagram.ts';
import { ownIds, problemsOf, propertyOf } from './support/make.ts';
import { openDiagram } from './support/modeler.ts';
import { assertValidTemplate } from './support/validate.ts';

const isbn = v.string();

const shelf = defineOutbound({
  name: 'Shelf',
  type: 'shelf',
  operations: {
    find: {
      name: 'Find a book',
      description: 'Looks it up',
      input: v.object({ isbn }),
      output: v.object({ title: v.string() }),
      run: () => ({ title: 'T' }),
    },
    lend: {
      input: v.object({ isbn, operation: v.optional(v.string()), days: v.optional(v.number(), 14) }),
      output: v.object({ title: v.string(), until: v.string() }),
      run: () => ({ title: 'T', until: 'tomorrow' }),
    },
    count: { input: v.object({}), output: v.object({ books: v.number() }), run: () => ({ books: 1 }) },
  },
});

test('one template with a list of operations, and the inputs of each', () => {
  const template = createTemplate(shelf);
  assertValidTemplate(template);
  assert.deepEqual(ownIds(template), ['operation', 'isbn', 'input.operation', 'days']);
  assert.deepEqual(propertyOf(template, 'operation'), {
    id: 'operation',
    label: 'Operation',
    constraints: { notEmpty: true },
    group: 'operation',
    binding: { type: 'zeebe:taskHeader', key: 'operation' },
    type: 'Dropdown',
    choices: [
      { name: 'Find a book', value: 'find' },
      { name: 'Lend', value: 'lend' },
      { name: 'Count', value: 'count' },
    ],
  });
  const condition = (id: string) => propertyOf(template, id).condition;
  assert.deepEqual(condition('isbn'), { property: 'operation', oneOf: ['find', 'lend'], type: 'simple' });
  assert.deepEqual(condition('input.operation'), { property: 'operation', equals: 'lend', type: 'simple' });
  assert.equal(template.groups[0]?.id, 'operation');
  assert.deepEqual(createTemplates(shelf), [template]);
});

test('an entry of the create menu for each operation', async () => {
  const template = createTemplate(shelf);
  assert.deepEqual(template.steps, [
    { name: 'Find a book', description: 'Looks it up', keywords: ['find a book'], presetId: 'find' },
    { name: 'Lend', keywords: ['lend'], presetId: 'lend' },
    { name: 'Count', keywords: ['count'], presetId: 'count' },
  ]);
  const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
  diagram.load([template]);
  diagram.apply('it', template, 'lend');
  const { headers, inputs } = await readSaved(diagram);
  assert.equal(headers.operation, 'lend');
  assert.deepEqual(inputs, { isbn: null, operation: null, days: '=14' });
});

test('only the inputs of the selected operation are sent', async () => {
  const template = createTemplate(shelf);
  assert.deepEqual((await applyAndRead(template)).inputs, {});
  const diagram = await applyTo(template);
  diagram.fill('it', { operation: 'find' });
  diagram.fill('it', { isbn: '978' });
  const { headers, inputs } = await readSaved(diagram);
  assert.deepEqual([headers.operation, inputs], ['find', { isbn: '978' }]);
});

test('one output property for each field of the selected operation', async () => {
  const template = createTemplate(shelf, { outputs: 'fields' });
  assertValidTemplate(template);
  assert.deepEqual(propertyOf(template, 'output.title').condition, {
    property: 'operation',
    oneOf: ['find', 'lend'],
    type: 'simple',
  });
  const diagram = await applyTo(template);
  diagram.fill('it', { operation: 'count' });
  assert.deepEqual((await readSaved(diagram)).outputs, { books: '=books' });
});

test('a single operation is preselected', async () => {
  const { find } = shelf.operations;
  const template = createTemplate(defineOutbound({ name: 'One', type: 'one', operations: { find } }));
  assertValidTemplate(template);
  assert.equal(template.steps, undefined);
  assert.equal((await applyAndRead(template)).headers.operation, 'find');
});

test('an id that the Modeler cannot compare is refused', () => {
  const { find } = shelf.operations;
  const connector = defineOutbound({ name: 'Odd', type: 'odd', operations: { '=find': find } });
  assert.match(problemsOf(() => createTemplate(connector)).join('\n'), /operations\["=find"\]: .*start with a letter/);
});
