/** Random schemas, from the template through the Modeler and the engine's input mapping back to the schema. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type * as v from 'valibot';
import { bindInput } from '../../src/connector/bind.ts';
import { defineOutbound } from '../../src/connector/define.ts';
import type { Variables } from '../../src/engine/machine/types.ts';
import { createTemplate, stringifyTemplate } from '../../src/template/index.ts';
import { rigWith } from '../engine/machine/support.ts';
import { applyTo, readSaved } from './support/apply.ts';
import { activeProperties, combinations, expectedReading, type Values, withValues } from './support/expect.ts';
import type { Entry } from './support/modeler.ts';
import { build, entriesOf, inputSpec } from './support/schemas.ts';
import { open } from './support/shape.ts';
import { assertValidTemplate } from './support/validate.ts';

/** The variables of the job that the engine makes from a saved diagram. */
const jobVariables = async (xml: string): Promise<Variables> => {
  const rig = await rigWith(xml);
  rig.create();
  return rig.job('random').variables;
};

type Fields = Readonly<Record<string, Entry>>;

/** The fields of a template that a person has to fill in, or all of them, with what goes into each. */
const fieldsToFill = (template: object, values: Values, entries: Fields, all: boolean): Fields =>
  Object.fromEntries(
    activeProperties(template, values)
      .filter(({ binding, type, id = '' }) => binding.type === 'zeebe:input' && type !== 'Hidden' && !(id in values))
      .filter(({ constraints, value }) => all || (constraints?.notEmpty && value === undefined))
      .flatMap(({ id = '', binding: { name = '' } }) => (name in entries ? [[id, entries[name]] as const] : [])),
  );

/** The choice of a dropdown that says nothing. */
const notSet = '=null';

/** Choices without those inside of objects that a person may leave out, because these are left out here. */
const leftOut = (template: object, values: Values): Values => {
  const { properties } = open(template);
  const unset = new Set(properties.filter(({ value }) => value === notSet).map(({ id }) => id));
  return Object.fromEntries(Object.entries(values).filter(([id]) => !unset.has(id)));
};

const assertAccepted = async (
  schema: v.GenericSchema,
  template: object,
  values: Values,
  fields: Fields,
): Promise<void> => {
  const diagram = await applyTo(withValues(template, values));
  assert.deepEqual(await readSaved(diagram), expectedReading(template, values));
  diagram.fill('it', fields);
  const variables = await jobVariables(await diagram.save());
  const bound = await bindInput(schema, variables);
  assert.ok(bound.ok, bound.ok ? '' : `${bound.problems.join(', ')} in ${JSON.stringify(variables)}`);
};

test('whatever a schema says, its template is sound and what it gives the process is accepted', async () => {
  await fc.assert(
    fc.asyncProperty(inputSpec, fc.nat(), async (spec, pick) => {
      const input = build(spec);
      const connector = defineOutbound({ name: 'Random', type: 'random', input, run: () => ({}) });
      const template = createTemplate(connector);
      assertValidTemplate(template);
      assert.equal(
        stringifyTemplate(template),
        stringifyTemplate(createTemplate({ ...connector, input: build(spec) })),
      );
      const entries = entriesOf(spec);
      const chosen = combinations(template).filter((values) => !Object.values(values).includes(notSet));
      const all = chosen[pick % chosen.length] ?? {};
      const few = leftOut(template, all);
      await assertAccepted(input, template, few, fieldsToFill(template, few, entries, false));
      await assertAccepted(input, template, all, fieldsToFill(template, all, entries, true));
    }),
    { numRuns: 60 },
  );
});
