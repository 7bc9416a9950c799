/** Conditions: what the Modeler makes of them. The numbers are those of the reference for Camunda 8.10. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { hints } from '../../src/connector/hints.ts';
import type { HintCondition } from '../../src/connector/template-settings.ts';
import { applyTo, readSaved } from './support/apply.ts';
import { propertyOf, templateOf } from './support/make.ts';
import type { Entry } from './support/modeler.ts';

const when = (condition: HintCondition, group = 'default') =>
  v.pipe(v.optional(v.string()), hints({ condition, group }));

/** The names of the inputs in the file after each step of a person. */
const shownAfter = async (
  template: object,
  ...steps: readonly Readonly<Record<string, Entry>>[]
): Promise<readonly (readonly string[])[]> => {
  const diagram = await applyTo(template);
  const shown = [Object.keys((await readSaved(diagram)).inputs)];
  for (const step of steps) {
    diagram.fill('it', step);
    shown.push(Object.keys((await readSaved(diagram)).inputs));
  }
  return shown;
};

test('81: a condition may name a later field, over three steps and in a later section', async () => {
  const template = templateOf(
    {
      k3: when({ property: 'k2', isEmpty: false }, 'first'),
      k2: when({ property: 'k1', isEmpty: false }, 'first'),
      k1: when({ property: 'a', equals: 'yes' }, 'first'),
      a: v.pipe(v.picklist(['yes', 'no']), hints({ group: 'second' })),
    },
    {
      groups: [
        { id: 'first', label: 'First' },
        { id: 'second', label: 'Second' },
      ],
    },
  );
  assert.deepEqual(
    await shownAfter(template, { a: 'yes' }, { k1: 'x' }, { k2: 'y' }, { a: 'no' }),
    [['a'], ['k1', 'a'], ['k2', 'k1', 'a'], ['k3', 'k2', 'k1', 'a'], ['a']].map((names) => [...names]),
  );
});

test('82: a field that is not shown counts as empty', async () => {
  const template = templateOf({
    a: v.picklist(['yes', 'no']),
    b: when({ property: 'a', equals: 'yes' }),
    c: when({ property: 'b', isEmpty: true }),
  });
  assert.deepEqual(await shownAfter(template, { a: 'yes' }, { b: 'x' }, { a: 'no' }), [
    ['a', 'c'],
    ['a', 'b', 'c'],
    ['a', 'b'],
    ['a', 'c'],
  ]);
});

test('83: a number is compared as a number', async () => {
  const template = templateOf({ n: v.number(), b: when({ property: 'n', equals: 3 }) });
  assert.deepEqual(propertyOf(template, 'b').condition, { property: 'n', equals: 3, type: 'simple' });
  assert.deepEqual(await shownAfter(template, { n: 3 }, { n: 4 }), [['n'], ['n', 'b'], ['n']]);
});
