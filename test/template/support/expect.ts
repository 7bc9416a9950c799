/**
 * What the Modeler must write for a template, worked out a second time from the template alone: which fields are
 * active under which choices, and what stands in the file for each.
 */
import type { Reading } from './reading.ts';
import { bindingKey, conditionsOf, open, type Property, type SimpleCondition, type Template } from './shape.ts';

export type Value = string | number | boolean | undefined;

/** Values by property id. */
export type Values = Readonly<Record<string, Value>>;

type ById = ReadonlyMap<string, Property>;

const idsOf = ({ properties }: Template): ById =>
  new Map(properties.flatMap((one) => (one.id === undefined ? [] : [[one.id, one] as const])));

const current = (property: Property, values: Values): Value =>
  property.id !== undefined && property.id in values ? values[property.id] : property.value;

const holds = (condition: SimpleCondition, values: Values, byId: ById): boolean => {
  const named = byId.get(condition.property);
  const active = named !== undefined && isActive(named, values, byId);
  if (condition.isActive !== undefined) return condition.isActive === active;
  if (!active) return false;
  const value = current(named, values);
  if (condition.isEmpty !== undefined) return condition.isEmpty === (value === undefined || value === '');
  return condition.oneOf?.includes(value as string) ?? condition.equals === value;
};

const isActive = (property: Property, values: Values, byId: ById): boolean =>
  conditionsOf(property).every((condition) => holds(condition, values, byId));

/** The properties that are active under the given values. */
export const activeProperties = (template: object, values: Values = {}): readonly Property[] => {
  const opened = open(template);
  const byId = idsOf(opened);
  return opened.properties.filter((property) => isActive(property, values, byId));
};

/** Every way to set the fields that conditions ask about, where those are active themselves. */
export const combinations = (template: object): readonly Values[] => {
  const opened = open(template);
  const byId = idsOf(opened);
  const asked = new Set(opened.properties.flatMap(conditionsOf).map(({ property }) => property));
  const deciders = opened.properties.filter(({ id }) => id !== undefined && asked.has(id));
  return deciders.reduce<readonly Values[]>(
    (all, decider) =>
      all.flatMap((values) => {
        if (!isActive(decider, values, byId)) return [values];
        const options: readonly Value[] =
          decider.type === 'Boolean'
            ? [true, false]
            : // A condition on another field asks whether it is empty.
              (decider.choices?.map(({ value }) => value) ?? [undefined, '=x']);
        return options.map((value) => ({ ...values, [decider.id ?? '']: value }));
      }),
    [{}],
  );
};

/** The template with other defaults, as if a person had entered them at once. */
export const withValues = (template: object, values: Values): Template => {
  const opened = open(template);
  const properties = opened.properties.map((property) => {
    const value = current(property, values);
    const { value: _, ...rest } = property;
    return value === undefined ? rest : { ...rest, value };
  });
  return { ...opened, properties };
};

/** What stands in the file for a field; undefined where nothing does. */
const written = (property: Property, values: Values): string | null | undefined => {
  const { type, binding, feel, optional } = property;
  const value = current(property, values) ?? (type === 'Boolean' ? false : undefined);
  if (value === undefined || value === '') return binding.type === 'zeebe:input' && !optional ? null : undefined;
  const evaluated = feel !== undefined || binding.type === 'zeebe:input';
  if (typeof value !== 'string') return evaluated ? `=${value}` : String(value);
  return feel === 'required' && !value.startsWith('=') ? `=${value}` : value;
};

const record = (
  properties: readonly Property[],
  bindingType: string,
  nameOf: (property: Property) => string | undefined,
  values: Values,
): Record<string, string | null> =>
  Object.fromEntries(
    properties
      .filter(({ binding }) => binding.type === bindingType)
      .flatMap((property) => {
        const text = written(property, values);
        return text === undefined ? [] : [[nameOf(property) ?? '', text] as const];
      }),
  );

const single = (properties: readonly Property[], key: string, values: Values): string | undefined => {
  const found = properties.find((property) => bindingKey(property) === key);
  return found === undefined ? undefined : (written(found, values) ?? undefined);
};

/** What a saved diagram must say of an element that has this template and these values. */
export const expectedReading = (template: object, values: Values = {}): Reading => {
  const { elementType, appliesTo, id, version } = open(template);
  const active = activeProperties(template, values);
  const taskType = single(active, 'zeebe:taskDefinition type', values);
  const retries = single(active, 'zeebe:taskDefinition retries', values);
  const name = single(active, 'bpmn:Message#property name', values);
  const correlationKey = single(active, 'bpmn:Message#zeebe:subscription#property correlationKey', values);
  const hasMessage = active.some(({ binding }) => binding.type.startsWith('bpmn:Message#'));
  const eventDefinition = elementType?.eventDefinition;
  const outputs = active
    .filter(({ binding }) => binding.type === 'zeebe:output')
    .flatMap((property) => {
      const target = written(property, values);
      return target === undefined || target === null ? [] : [[target, property.binding.source ?? ''] as const];
    });
  return {
    type: elementType?.value ?? appliesTo[0] ?? '',
    ...(eventDefinition === undefined ? {} : { eventDefinition }),
    templateId: id,
    ...(version === undefined ? {} : { templateVersion: version }),
    ...(taskType === undefined ? {} : { taskType }),
    ...(retries === undefined ? {} : { retries }),
    inputs: record(active, 'zeebe:input', ({ binding }) => binding.name, values),
    outputs: Object.fromEntries(outputs),
    headers: record(active, 'zeebe:taskHeader', ({ binding }) => binding.key, values) as Record<string, string>,
    properties: record(active, 'zeebe:property', ({ binding }) => binding.name, values) as Record<string, string>,
    ...(hasMessage
      ? {
          message: {
            ...(name === undefined ? {} : { name }),
            ...(correlationKey === undefined ? {} : { correlationKey }),
          },
        }
      : {}),
  };
};
