/**
 * The checks for every generated template: the official validator, and rules that its JSON schema cannot express
 * (references, uniqueness, order, spelling of keys).
 */
import assert from 'node:assert/strict';
import { type Finding, validateZeebe } from '@bpmn-io/element-templates-validator';
import { compileExpression } from '../../../src/feel/index.ts';
import { exclude } from './conditions.ts';
import { complaint } from './constraints.ts';
import { unknownKeys } from './known-keys.ts';
import { bindingKey, conditionsOf, open, type Property, type Step, type Template } from './shape.ts';

const schemaUrl = 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json';

const nameOf = (property: Property): string => property.id ?? bindingKey(property);

/** The validator calls every default of a field with `feel: "required"` deprecated, even a correct one. */
const isFalseAlarm = (template: Template, { instancePath, message }: Finding): boolean => {
  const index = /^\/properties\/(\d+)\/value$/.exec(instancePath)?.[1];
  const property = template.properties[Number(index)];
  return (
    message === 'Value is deprecated' && property?.feel === 'required' && String(property.value ?? '').startsWith('=')
  );
};

/** Before Camunda 8.8 an empty input mapping does not deploy, so `optional` is correct there. */
const isForOldEngines = ({ engines }: Template, { message }: Finding): boolean => {
  const minor = /8\.(\d+)/.exec(engines?.camunda ?? '')?.[1];
  return minor !== undefined && Number(minor) < 8 && message.startsWith("'optional' with 'zeebe:input'");
};

const officialFaults = (template: Template): readonly string[] => {
  const { errors, warnings } = validateZeebe(template);
  const real = (warnings ?? []).filter((one) => !isFalseAlarm(template, one) && !isForOldEngines(template, one));
  return [...(errors ?? []), ...real].map(({ instancePath, message }) => `validator: ${instancePath} ${message}`);
};

const duplicates = (values: readonly string[]): readonly string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

const groupFaults = ({ groups = [], properties }: Template): readonly string[] => {
  const ids = groups.map(({ id }) => id);
  const used = [...new Set(properties.flatMap(({ group }) => (group === undefined ? [] : [group])))];
  const visible = properties.filter(({ type }) => type !== 'Hidden');
  return [
    ...duplicates(ids).map((id) => `group ${id}: occurs twice`),
    ...used.filter((id) => !ids.includes(id)).map((id) => `group ${id}: is not declared`),
    ...ids.filter((id) => !used.includes(id)).map((id) => `group ${id}: has no property`),
    ...visible.filter(({ group }) => group === undefined).map((one) => `${nameOf(one)}: has no group`),
    ...(ids.filter((id) => used.includes(id)).join() === used.filter((id) => ids.includes(id)).join()
      ? []
      : [`groups: declared as ${ids.join()}, shown as ${used.join()}`]),
  ];
};

const choiceFaults = (property: Property, byId: ReadonlyMap<string, Property>): readonly string[] => {
  const { choices, value, type } = property;
  if (type !== 'Dropdown') return choices === undefined ? [] : [`${nameOf(property)}: choices without a dropdown`];
  const all = choices ?? [];
  return [
    ...(all.length === 0 ? [`${nameOf(property)}: no choices`] : []),
    ...all
      .filter((one, index) => all.slice(0, index).some((b) => b.value === one.value && !exclude(one, b, byId)))
      .map((one) => `${nameOf(property)}: the choice ${one.value} occurs twice`),
    ...(value === undefined || all.some((choice) => choice.value === value)
      ? []
      : [`${nameOf(property)}: the default is no choice`]),
  ];
};

const defaultFaults = (property: Property): readonly string[] => {
  const { type, value, feel } = property;
  if (value === undefined) return [];
  const wanted = type === 'Boolean' ? 'boolean' : type === 'Number' ? 'number' : 'string';
  // Both may hold an expression instead.
  const isExpression = typeof value === 'string' && value.startsWith('=');
  if (typeof value !== wanted && !(isExpression && feel !== undefined && feel !== 'static')) {
    return [`${nameOf(property)}: the default is a ${typeof value}, not a ${wanted}`];
  }
  const said = isExpression ? undefined : complaint(property, String(value));
  return said === undefined ? [] : [`${nameOf(property)}: the default ${said}`];
};

const parses = (text: string): boolean => {
  try {
    compileExpression(text);
    return true;
  } catch {
    return false;
  }
};

const expressionFaults = (property: Property): readonly string[] => {
  const { value, feel, choices = [], binding } = property;
  const evaluated = feel !== undefined || binding.type === 'zeebe:input' || binding.type === 'zeebe:output';
  const texts = evaluated ? [value, ...choices.map((choice) => choice.value)] : [];
  const wrong = texts.filter((text): text is string => typeof text === 'string' && text.startsWith('='));
  return [
    ...(feel === 'required' && value !== undefined && !String(value).startsWith('=')
      ? [`${nameOf(property)}: the default of an expression starts without "="`]
      : []),
    ...wrong.filter((text) => !parses(text)).map((text) => `${nameOf(property)}: no FEEL expression: ${text}`),
  ];
};

const comparable = (named: Property, value: string | number | boolean): boolean => {
  if (named.type === 'Boolean') return typeof value === 'boolean';
  if (named.type === 'Number') return typeof value === 'number';
  if (named.type !== 'Dropdown') return typeof value === 'string';
  return (
    typeof value === 'string' && !value.startsWith('=') && !!named.choices?.some((choice) => choice.value === value)
  );
};

const conditionFaults = (properties: readonly Property[]): readonly string[] =>
  properties.flatMap((property) => {
    const conditions = [property, ...(property.choices ?? [])].flatMap(conditionsOf);
    return conditions.flatMap((condition) => {
      const named = properties.find((other) => other !== property && other.id === condition.property);
      if (named === undefined) return [`${nameOf(property)}: condition on ${condition.property}, no other property`];
      const { equals, oneOf = [] } = condition;
      return [...oneOf, ...(equals === undefined ? [] : [equals])]
        .filter((value) => !comparable(named, value))
        .map((value) => `${nameOf(property)}: condition compares ${condition.property} with ${value}`);
    });
  });

const writes = (a: Property, b: Property): string | undefined => {
  if (a.binding.type === 'zeebe:executionListener') return undefined;
  if (bindingKey(a) === bindingKey(b)) return `both write ${bindingKey(a)}`;
  if (a.binding.type !== 'zeebe:input' || b.binding.type !== 'zeebe:input') return undefined;
  const [left = '', right = ''] = [a.binding.name, b.binding.name];
  const collide = left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
  return collide ? `${left} and ${right} write into each other` : undefined;
};

const bindingFaults = (properties: readonly Property[], byId: ReadonlyMap<string, Property>): readonly string[] =>
  properties.flatMap((property, index) =>
    properties.slice(0, index).flatMap((earlier) => {
      const clash = writes(earlier, property);
      return clash === undefined || exclude(earlier, property, byId)
        ? []
        : [`${nameOf(earlier)} and ${nameOf(property)}: ${clash}`];
    }),
  );

const isPattern = (source: string): boolean => {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
};

const patternFaults = (property: Property): readonly string[] => {
  const { pattern, notEmpty } = property.constraints ?? {};
  if (pattern === undefined) return [];
  if (!isPattern(typeof pattern === 'string' ? pattern : pattern.value)) {
    return [`${nameOf(property)}: the pattern does not compile`];
  }
  // The first is a cleared field, the second one that was never touched.
  const refused = notEmpty ? false : ['', undefined].some((text) => complaint(property, text) !== undefined);
  return refused ? [`${nameOf(property)}: may stay empty, but its pattern refuses that`] : [];
};

const fieldFaults = (property: Property): readonly string[] => {
  const { constraints, id, label, type } = property;
  return [
    ...(type !== 'Hidden' && id === undefined ? [`${nameOf(property)}: has no id`] : []),
    ...(type !== 'Hidden' && label === undefined ? [`${nameOf(property)}: has no label`] : []),
    ...(constraints?.minLength !== undefined && constraints.notEmpty !== true
      ? [`${nameOf(property)}: minLength on a field that may stay empty`]
      : []),
    ...(type === 'Boolean' && constraints?.notEmpty ? [`${nameOf(property)}: a checkbox is never empty`] : []),
  ];
};

const leaves = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(({ presetId, steps: inner }) => [
    ...(presetId === undefined ? [] : [presetId]),
    ...leaves(inner ?? []),
  ]);

const presetFaults = (
  { presets = [], steps = [] }: Template,
  byId: ReadonlyMap<string, Property>,
): readonly string[] => {
  const ids = presets.map(({ id }) => id);
  return [
    ...duplicates(ids).map((id) => `preset ${id}: occurs twice`),
    ...leaves(steps)
      .filter((id) => !ids.includes(id))
      .map((id) => `step: no preset ${id}`),
    ...presets.flatMap(({ id, properties }) =>
      Object.entries(properties).flatMap(([name, value]) => {
        const choices = byId.get(name)?.choices;
        if (!byId.has(name)) return [`preset ${id}: no property ${name}`];
        return choices === undefined || choices.some((choice) => choice.value === value)
          ? []
          : [`preset ${id}: ${name} has no choice ${String(value)}`];
      }),
    ),
  ];
};

/** Entries of the menu without a name, without words to search for, or without entries of their own. */
const stepFaults = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(({ name, keywords = [], presetId, steps: inner }) => [
    ...(name === '' ? ['step: has no name'] : []),
    ...(presetId === undefined && (inner ?? []).length === 0 ? [`step ${name}: opens nothing`] : []),
    ...(presetId !== undefined && keywords.length === 0 ? [`step ${name}: has no keywords`] : []),
    ...(presetId === undefined && keywords.length > 0 ? [`step ${name}: is a category with keywords`] : []),
    ...stepFaults(inner ?? []),
  ]);

/** Choosers of credentials that the template does not contain, or not in the version that they need. */
const chooserFaults = ({ properties, configurationTemplates = [] }: Template): readonly string[] =>
  properties
    .filter(({ type }) => type === 'Configuration')
    .filter(
      ({ configurationTemplate, configurationTemplateVersion: least = 0 }) =>
        !configurationTemplates.some(({ id, version }) => id === configurationTemplate && version >= least),
    )
    .map((one) => `${nameOf(one)}: the template does not contain its credential`);

const headFaults = ({ $schema, id, version, properties }: Template): readonly string[] => {
  const header = (key: string): unknown =>
    properties.find(({ binding }) => binding.type === 'zeebe:taskHeader' && binding.key === key)?.value;
  const [headerVersion, headerId] = [header('elementTemplateVersion'), header('elementTemplateId')];
  return [
    ...($schema === schemaUrl ? [] : ['$schema: must be the unversioned address']),
    ...(version !== undefined && Number.isInteger(version) && version >= 0 ? [] : ['version: must be 0 or more']),
    ...(headerVersion === undefined || headerVersion === String(version) ? [] : ['elementTemplateVersion: another']),
    ...(headerId === undefined || headerId === id ? [] : ['elementTemplateId: another']),
  ];
};

/** Everything that is wrong with a template, as one line for each problem. */
export const templateFaults = (template: object): readonly string[] => {
  const opened = open(template);
  const { properties } = opened;
  const byId = new Map(properties.flatMap((one) => (one.id === undefined ? [] : [[one.id, one] as const])));
  return [
    ...officialFaults(opened),
    ...headFaults(opened),
    ...unknownKeys(opened, nameOf),
    ...groupFaults(opened),
    ...duplicates(properties.flatMap(({ id }) => id ?? [])).map((id) => `${id}: the id occurs twice`),
    ...properties.flatMap((property) => [
      ...choiceFaults(property, byId),
      ...defaultFaults(property),
      ...expressionFaults(property),
      ...fieldFaults(property),
      ...patternFaults(property),
    ]),
    ...conditionFaults(properties),
    ...bindingFaults(properties, byId),
    ...presetFaults(opened, byId),
    ...stepFaults(opened.steps ?? []),
    ...chooserFaults(opened),
  ];
};

/**
 * Asserts that a template is valid, and that it is plain JSON data.
 *
 * @example
 * assertValidTemplate(createTemplate(greet));
 */
export const assertValidTemplate = (template: object): void => {
  assert.deepEqual(JSON.parse(JSON.stringify(template)), template, 'the template is not plain JSON data');
  assert.deepEqual(templateFaults(template), []);
};
