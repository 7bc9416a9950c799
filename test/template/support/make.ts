/** Templates of a single input, for tests that speak of one field. */
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import {
  createTemplate,
  type ElementTemplate,
  type TemplateOptions,
  type TemplateProperty,
} from '../../../src/template/index.ts';
import { complaint } from './constraints.ts';
import { assertValidTemplate } from './validate.ts';

/** The template of a connector with these inputs; valid, or the test fails. */
export const templateOf = (input: v.ObjectEntries | v.GenericSchema, options?: TemplateOptions): ElementTemplate => {
  const schema = 'kind' in input ? (input as v.GenericSchema) : v.object(input as v.ObjectEntries);
  const connector = defineOutbound({ name: 'Tester', type: 'tester', input: schema, run: () => ({}) });
  const template = createTemplate(connector, options);
  assertValidTemplate(template);
  return template;
};

/** A property by its id. */
export const propertyOf = (template: ElementTemplate, id: string): TemplateProperty => {
  const found = template.properties.find((property) => property.id === id);
  assert.ok(found, `there is no property ${id} among ${template.properties.map((one) => one.id).join(', ')}`);
  return found;
};

/** The property of the only input. */
export const fieldOf = (schema: v.GenericSchema, options?: TemplateOptions): TemplateProperty =>
  propertyOf(templateOf({ x: schema }, options), 'x');

/** The connector's own properties: those in front of the standard ones, without the task type. */
export const ownProperties = ({ properties }: ElementTemplate): readonly TemplateProperty[] =>
  properties.slice(
    1,
    properties.findIndex(({ id }) => id === 'version'),
  );

/** Ids of the connector's own properties in their order. */
export const ownIds = (template: ElementTemplate): readonly (string | undefined)[] =>
  ownProperties(template).map(({ id }) => id);

/** What the Modeler says to the content of a field: nothing, or its complaint. */
export const says = (property: TemplateProperty, text: string | undefined): string | undefined =>
  complaint(property, text);

/** The lines of the fault that there is no template. */
export const problemsOf = (make: () => unknown): readonly string[] => {
  try {
    make();
  } catch (error) {
    if (isFault(error, 'definition')) return (error as unknown as { readonly problems: readonly string[] }).problems;
    throw error;
  }
  assert.fail('a template was made');
};
