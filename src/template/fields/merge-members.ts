import type { SimpleCondition } from '../types.ts';
import type { Draft } from './draft.ts';

/** The values that a discriminator may have. */
export type DiscriminatorValue = string | boolean;

/** The fields of one member of a variant. Their conditions include the one on the discriminator. */
export interface Member {
  /** Part of an id that must differ from the ids of other members. */
  readonly label: string;
  readonly drafts: readonly Draft[];
}

/** The condition that a property has one of the values. */
export const isOneOf = (property: string, values: readonly DiscriminatorValue[]): SimpleCondition => {
  const [first] = values;
  if (values.length === 1) return { property, equals: first!, type: 'simple' };
  return { property, oneOf: values.filter((value) => typeof value === 'string'), type: 'simple' };
};

/** The values that a condition made by {@link isOneOf} allows. */
const valuesIn = (condition: SimpleCondition): readonly DiscriminatorValue[] => {
  if ('equals' in condition) return [condition.equals as DiscriminatorValue];
  return 'oneOf' in condition ? (condition.oneOf as readonly string[]) : [];
};

const withoutId = ({ property: { id: _, ...property } }: Draft): string => JSON.stringify(property);

const others = ({ conditions }: Draft, discriminator: string): string =>
  JSON.stringify(conditions.filter(({ property }) => property !== discriminator));

const own = ({ conditions }: Draft, discriminator: string): SimpleCondition | undefined =>
  conditions.find(({ property }) => property === discriminator);

const renamed = (draft: Draft, ids: ReadonlyMap<string, string>): Draft => ({
  ...draft,
  conditions: draft.conditions.map((condition) => ({
    ...condition,
    property: ids.get(condition.property) ?? condition.property,
  })),
});

/** `auth.user` of the member `basic` becomes `auth.basic.user`. */
const memberId = (id: string, prefix: string, label: string): string =>
  prefix === '' ? `${label}.${id}` : `${prefix}.${label}${id.slice(prefix.length)}`;

/**
 * Merges the fields of a variant's members. A field that several members have becomes one field, shown for each of them.
 * Fields with the same binding that differ in something else keep an id each.
 *
 * @param discriminator the id of the property that selects the member
 * @param all every value of the discriminator; a field of all members needs no condition
 * @param prefix the path of the variant
 */
export const mergeMembers = (
  members: readonly Member[],
  discriminator: string,
  all: readonly DiscriminatorValue[],
  prefix: string,
): readonly Draft[] => {
  const merged: Draft[] = [];
  for (const { label, drafts } of members) {
    const ids = new Map<string, string>();
    for (const original of drafts) {
      const draft = renamed(original, ids);
      const condition = own(draft, discriminator);
      const twin = merged.findIndex(
        (other) =>
          other.path === draft.path &&
          condition !== undefined &&
          own(other, discriminator) !== undefined &&
          withoutId(other) === withoutId(draft) &&
          others(other, discriminator) === others(draft, discriminator),
      );
      if (twin >= 0) {
        const known = merged[twin]!;
        const values = [...new Set([...valuesIn(own(known, discriminator)!), ...valuesIn(condition!)])];
        merged[twin] = {
          ...known,
          conditions: known.conditions.map((one) =>
            one.property === discriminator ? isOneOf(discriminator, values) : one,
          ),
        };
        if (known.property.id !== draft.property.id) ids.set(original.property.id, known.property.id);
        continue;
      }
      if (!merged.some((other) => other.property.id === draft.property.id)) {
        merged.push(draft);
        continue;
      }
      const id = memberId(draft.property.id, prefix, label);
      ids.set(original.property.id, id);
      merged.push({ ...draft, property: { ...draft.property, id } });
    }
  }
  return merged.map((draft) => withoutConstantCondition(draft, discriminator, all));
};

/** Drops a condition that is always true: a checkbox has one of two values, and there is no `oneOf` for booleans. */
const withoutConstantCondition = (draft: Draft, discriminator: string, all: readonly DiscriminatorValue[]): Draft => {
  const condition = own(draft, discriminator);
  const isBoolean = all.every((value) => typeof value === 'boolean');
  if (condition === undefined || !isBoolean || !('oneOf' in condition)) return draft;
  return { ...draft, conditions: draft.conditions.filter((one) => one !== condition) };
};
