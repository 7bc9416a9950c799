import type { TemplateProperty } from '../types.ts';
import { allowedBy, exclude, partsOf } from './conditions.ts';
import type { Report } from './problems.ts';

/** Finds fields that write to the same place, or into each other, while both are shown. */

/** What the checks of a field need, which fields of templates and of credentials have. */
export interface Bound {
  readonly id?: string;
  readonly binding: TemplateProperty['binding'] | { readonly type: 'property'; readonly name: string };
  readonly condition?: TemplateProperty['condition'];
}

type Property = Bound;

/** What a message calls a field. */
export const nameOf = ({ id, binding }: Bound): string => {
  switch (binding.type) {
    case 'zeebe:input':
    case 'property':
      return binding.name;
    case 'zeebe:linkedResource':
      return `template.linkedResources, ${JSON.stringify(binding.linkName)}`;
    case 'zeebe:property':
      return `template.properties, ${JSON.stringify(binding.name)}`;
    default:
      return id ?? binding.type;
  }
};

const inGroups = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

type Values = readonly (string | number | boolean)[];

/** The values that a property must have for the field to be shown. */
const valuesFor = ({ condition }: Property, property: string): Values | undefined => {
  for (const part of partsOf(condition)) {
    const values = part.property === property ? allowedBy(part) : undefined;
    if (values !== undefined) return values;
  }
  return undefined;
};

/** A property whose value decides about each of the fields. */
const commonDecider = (fields: readonly Property[], known: ReadonlySet<string>): string | undefined =>
  partsOf(fields[0]?.condition)
    .map(({ property }) => property)
    .find((property) => !known.has(property) && fields.every((field) => valuesFor(field, property) !== undefined));

/**
 * Splits fields until those in a group can be compared one by one. The members of a variant exclude each other by the value
 * of its key, so comparing all pairs of them would take very long.
 */
const split = (
  fields: readonly Property[],
  known: ReadonlySet<string> = new Set(),
): readonly (readonly Property[])[] => {
  if (fields.length < 3) return [fields];
  const decider = commonDecider(fields, known);
  if (decider === undefined) return [fields];
  const entries = fields.flatMap((field) => (valuesFor(field, decider) ?? []).map((value) => ({ value, field })));
  const byValue = inGroups(entries, ({ value }) => `${typeof value} ${value}`);
  const decided = new Set(known).add(decider);
  return [...byValue.values()].flatMap((group) => split([...new Set(group.map(({ field }) => field))], decided));
};

/** Calls `found` for each field that can be shown together with an earlier one. */
const eachTwin = (fields: readonly Property[], found: (field: Property) => void): void => {
  for (const group of split(fields)) {
    const earlier: Property[] = [];
    for (const field of group) {
      if (earlier.some((one) => !exclude(one, field))) found(field);
      earlier.push(field);
    }
  }
};

/** Calls `found` for each of the inner fields that can be shown together with one of the outer fields. */
const eachInside = (outer: readonly Property[], inner: readonly Property[], found: (field: Property) => void): void => {
  const isOuter = new Set(outer);
  for (const group of split([...outer, ...inner])) {
    const around = group.filter((field) => isOuter.has(field));
    for (const field of group) {
      if (!isOuter.has(field) && around.some((one) => !exclude(one, field))) found(field);
    }
  }
};

const inputName = ({ binding }: Property): string | undefined =>
  binding.type === 'zeebe:input' || binding.type === 'property' ? binding.name : undefined;

/** The names around a dotted name: `a` and `a.b` for `a.b.c`. */
const namesAround = (name: string): readonly string[] => {
  const parts = name.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
};

/** Reports fields that have the same binding, and a field for an object beside fields for its entries. */
export const checkBindings = (properties: readonly Property[], report: Report): void => {
  for (const fields of inGroups(properties, ({ binding }) => JSON.stringify(binding)).values()) {
    // An element may have several listeners to one event.
    if (fields.length < 2 || fields[0]!.binding.type === 'zeebe:executionListener') continue;
    eachTwin(fields, (other) =>
      report(
        nameOf(other),
        'two fields that can be shown together have this binding',
        'rename one of them, or give them conditions that exclude each other',
      ),
    );
  }
  const inputs = properties.filter((property) => inputName(property) !== undefined);
  const byName = inGroups(inputs, (property) => inputName(property)!);
  const around = inputs.flatMap((property) =>
    namesAround(inputName(property)!)
      .filter((name) => byName.has(name))
      .map((name) => ({ name, property })),
  );
  for (const [name, inside] of inGroups(around, (one) => one.name)) {
    const inner = inside.map(({ property }) => property);
    eachInside(byName.get(name)!, inner, (field) =>
      report(
        name,
        `it is a field, but so is ${JSON.stringify(inputName(field))} inside it`,
        'use an object or a single value',
      ),
    );
  }
};
