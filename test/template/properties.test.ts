/** Random schemas, from the template through the Modeler and the engine's input mapping back to the schema. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { defineOutbound } from '../../src/connector/define.ts';
import { bindInput } from '../../src/connector/input/validate-input.ts';
import type { AnyOutboundConnector } from '../../src/connector/types.ts';
import type { Variables } from '../../src/engine/machine/types.ts';
import { createTemplate, type ElementTemplate, stringifyTemplate } from '../../src/template/index.ts';
import { rigWith } from '../engine/machine/support.ts';
import { applyTo, readSaved } from './support/apply.ts';
import { activeProperties, combinations, expectedReading, type Values, withValues } from './support/expect.ts';
import type { Entry } from './support/modeler.ts';
import { build, entriesOf, inputSpec, type Spec } from './support/schemas.ts';
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

/** The entry of a dropdown that sends null. */
const notSet = '=null';

/** Choices, except those inside optional objects, which are left out here. */
const leftOut = (template: object, values: Values): Values => {
  const { properties } = open(template);
  const unset = new Set(properties.filter(({ value, optional }) => value === notSet || optional).map(({ id }) => id));
  return Object.fromEntries(Object.entries(values).filter(([id]) => !unset.has(id)));
};

/** Engines before 8.8 refuse a file that has an input without source. */
const beforeEmptyInputs = (template: object): boolean => open(template).engines?.camunda === '^8.6';

/** The template; undefined if older engines cannot support it, as the error says. */
const templateFor = (connector: AnyOutboundConnector, camunda: string): ElementTemplate | undefined => {
  try {
    return createTemplate(connector, { engines: { camunda } });
  } catch (error) {
    if (camunda === '^8.6' && isFault(error, 'definition') && error.message.includes('before Camunda 8.8')) {
      return undefined;
    }
    throw error;
  }
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
  const empty = Object.values((await readSaved(diagram)).inputs).filter((source) => source === null);
  assert.ok(!beforeEmptyInputs(template) || empty.length === 0, 'an empty input that engines before 8.8 refuse');
  const variables = await jobVariables(await diagram.save());
  const bound = await bindInput(schema, variables);
  assert.ok(bound.ok, bound.ok ? '' : `${bound.problems.join(', ')} in ${JSON.stringify(variables)}`);
};

/** A member of a boolean variant without the default that the other one has for the field of the same name. */
const defaultOfTheOther: Spec = {
  strict: false,
  fields: {
    a: {
      wrap: 'withDefault',
      of: {
        key: 'type',
        members: [
          [true, { shared: { leaf: 'literals' }, a0: { leaf: 'text' } }],
          [false, { shared: { leaf: 'literals' }, a1: { leaf: 'text' } }],
        ],
      },
    },
  },
};

test('the template of any schema is valid, and the schema accepts what it sends', async () => {
  await fc.assert(
    fc.asyncProperty(inputSpec, fc.nat(), fc.constantFrom('^8.8', '^8.6'), async (spec, pick, camunda) => {
      const input = build(spec);
      const connector = defineOutbound({ name: 'Random', type: 'random', input, run: () => ({}) });
      const template = templateFor(connector, camunda);
      fc.pre(template !== undefined);
      assertValidTemplate(template);
      assert.equal(
        stringifyTemplate(template),
        stringifyTemplate(createTemplate({ ...connector, input: build(spec) }, { engines: { camunda } })),
      );
      const entries = entriesOf(spec);
      const chosen = combinations(template).filter((values) => !Object.values(values).includes(notSet));
      const all = chosen[pick % chosen.length] ?? {};
      const few = leftOut(template, all);
      await assertAccepted(input, template, few, fieldsToFill(template, few, entries, false));
      await assertAccepted(input, template, all, fieldsToFill(template, all, entries, true));
    }),
    // The same schemas each time, so that a rare one does not stop an unrelated change; TEMPLATE_SEED looks for others.
    {
      numRuns: Number(process.env.TEMPLATE_RUNS ?? 45),
      seed: Number(process.env.TEMPLATE_SEED ?? 8),
      examples: [
        [defaultOfTheOther, 0, '^8.8'],
        [defaultOfTheOther, 1, '^8.8'],
      ],
    },
  );
});
