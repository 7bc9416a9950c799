/** The keys that the format knows; its JSON schema lets any other pass. */
import type { Property, Template } from './shape.ts';

const top = new Set(
  (
    '$schema name id version description documentationRef keywords category appliesTo elementType engines icon ' +
    'groups properties entriesVisible deprecated metadata steps presets configurationTemplates'
  ).split(' '),
);

const property = new Set(
  (
    'id type label description tooltip placeholder value generatedValue group binding choices constraints condition ' +
    'feel optional editable language secret configurationTemplate configurationTemplateVersion'
  ).split(' '),
);

const binding: Readonly<Record<string, readonly string[]>> = {
  'zeebe:input': ['type', 'name'],
  'zeebe:output': ['type', 'source'],
  'zeebe:taskHeader': ['type', 'key'],
  'zeebe:taskDefinition': ['type', 'property'],
  'zeebe:property': ['type', 'name'],
  'zeebe:linkedResource': ['type', 'linkName', 'property'],
  'zeebe:jobPriorityDefinition': ['type', 'property'],
  'zeebe:adHoc': ['type', 'property'],
  'zeebe:agentDefinition': ['type', 'property'],
  'zeebe:executionListener': ['type', 'eventType', 'retries'],
  'bpmn:Message#property': ['type', 'name'],
  'bpmn:Message#zeebe:subscription#property': ['type', 'name'],
  property: ['type', 'name'],
};

const condition = ['type', 'property', 'equals', 'oneOf', 'isActive', 'isEmpty', 'allMatch'];

const strangers = (where: string, value: unknown, known: readonly string[] | ReadonlySet<string>): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const names = new Set(known);
  return Object.keys(value)
    .filter((key) => !names.has(key))
    .map((key) => `${where}: unknown key "${key}"`);
};

const ofCondition = (where: string, value: { readonly condition?: object }): string[] => [
  ...strangers(where, value.condition, condition),
  ...((value.condition as { allMatch?: readonly object[] } | undefined)?.allMatch ?? []).flatMap((one) =>
    strangers(where, one, condition),
  ),
];

const ofProperty = (one: Property, where: string): string[] => [
  ...strangers(where, one, property),
  ...strangers(`${where}.binding`, one.binding, binding[one.binding.type] ?? []),
  ...strangers(`${where}.constraints`, one.constraints, ['notEmpty', 'minLength', 'maxLength', 'pattern']),
  ...strangers(`${where}.constraints.pattern`, asObject(one.constraints?.pattern), ['value', 'message']),
  ...ofCondition(`${where}.condition`, one),
  ...(one.choices ?? []).flatMap((choice) => [
    ...strangers(`${where}.choices`, choice, ['name', 'value', 'condition']),
    ...ofCondition(`${where}.choices`, choice),
  ]),
];

const asObject = (value: unknown): object | undefined =>
  typeof value === 'object' && value !== null ? value : undefined;

const configuration = 'id kind version name description documentationRef keywords groups properties'.split(' ');

/** One line per key that no Modeler reads. */
export const unknownKeys = (template: Template, name: (one: Property) => string): readonly string[] => [
  ...strangers('template', template, top),
  ...strangers('elementType', template.elementType, ['value', 'eventDefinition']),
  ...strangers('engines', template.engines, ['camunda', 'camundaDesktopModeler', 'camundaWebModeler']),
  ...(template.groups ?? []).flatMap((one) =>
    strangers(`group ${one.id}`, one, ['id', 'label', 'tooltip', 'openByDefault']),
  ),
  ...(template.presets ?? []).flatMap((one) => strangers(`preset ${one.id}`, one, ['id', 'properties'])),
  ...(template.configurationTemplates ?? []).flatMap((one) => [
    ...strangers(`configuration ${one.id}`, one, configuration),
    ...one.properties.flatMap((field) => ofProperty(field, `configuration ${one.id}, ${name(field)}`)),
  ]),
  ...template.properties.flatMap((one) => ofProperty(one, name(one))),
];
