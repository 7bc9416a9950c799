/** Inputs with thousands of fields: the work must grow with their number, not with its square. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { createTemplate } from '../../src/template/index.ts';
import type { Condition, TemplateProperty } from '../../src/template/types.ts';
import { checkTemplate } from '../../src/template/validation/check-template.ts';
import { collectProblems } from '../../src/template/validation/problems.ts';

const input = (name: string, condition?: Condition): TemplateProperty => ({
  id: name,
  group: 'g',
  binding: { type: 'zeebe:input', name },
  type: 'String',
  ...(condition === undefined ? {} : { condition }),
});

const chooser = (count: number): TemplateProperty => ({
  ...input('kind'),
  type: 'Dropdown',
  choices: Array.from({ length: count }, (_, index) => ({ name: `K${index}`, value: `k${index}` })),
});

const equals = (value: string): Condition => ({ property: 'kind', equals: value, type: 'simple' });

/** The number of times that the check reads the binding or the condition of a property. */
const stepsFor = (properties: readonly TemplateProperty[]): number => {
  let steps = 0;
  const counted = properties.map(
    (property) =>
      new Proxy(property, {
        get: (target, name, receiver) => {
          if (name === 'binding' || name === 'condition') steps += 1;
          return Reflect.get(target, name, receiver) as unknown;
        },
      }),
  );
  const { problems, report } = collectProblems();
  checkTemplate({ properties: counted }, report);
  assert.deepEqual(problems, []);
  return steps;
};

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const shapes: Readonly<Record<string, (count: number) => readonly TemplateProperty[]>> = {
  'fields that are always shown': (count) => range(count).map((index) => input(`a${index}`)),
  'fields deep inside objects': (count) => range(count).map((index) => input(`a.b${index % 7}.c.d${index}`)),
  'fields of one name, each for its own member': (count) => [
    chooser(count),
    ...range(count).map((index) => ({ ...input('same', equals(`k${index}`)), id: `same${index}` })),
  ],
  'a text of one member, an object of another': (count) => [
    chooser(2 * count),
    ...range(count).map((index) => ({ ...input('same', equals(`k${index}`)), id: `same${index}` })),
    ...range(count).map((index) => ({ ...input('same.inner', equals(`k${count + index}`)), id: `inner${index}` })),
  ],
};

describe('the check of a finished template takes a number of steps that is linear in the number of fields', () => {
  for (const [title, shape] of Object.entries(shapes)) {
    test(title, () => {
      const [few, many] = [stepsFor(shape(500)), stepsFor(shape(4000))];
      assert.ok(few > 500, `${few} steps for 500 fields: the count must see the work`);
      assert.ok(many <= few * 8 * 1.1, `${few} steps for 500 fields, but ${many} for 4000`);
    });
  }
});

const templateOf = (schema: v.GenericSchema) =>
  createTemplate(defineOutbound({ name: 'Large', type: 'large', input: schema, run: () => ({}) }));

// With quadratic work these would take minutes, and the runner ends a test after three.
test('the template of 20,000 fields', () => {
  const entries = Object.fromEntries(range(20_000).map((index) => [`field${index}`, v.string()]));
  assert.equal(templateOf(v.object(entries)).properties.length, 20_000 + 9);
});

test('the template of a variant with 4,000 members that share a field and have one of their own', () => {
  const members = range(4000).map((index) =>
    v.object({ kind: v.literal(`k${index}`), shared: v.string(), own: v.pipe(v.string(), v.title(`Own ${index}`)) }),
  );
  const { properties } = templateOf(v.object({ x: v.variant('kind', members as never) }));
  assert.equal(properties.filter(({ id }) => id?.startsWith('x.')).length, 1 + 1 + 4000);
});
