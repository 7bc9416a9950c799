import type { SimpleCondition } from '../types.ts';
import type { Draft } from './field.ts';

/** What a discriminator may hold. */
export type DiscriminatorValue = string | boolean;

/** The fields of one member of a variant, each with the condition on the discriminator among its own. */
export interface Member {
  /** For ids that must differ from those of other members. */
  readonly label: string;
  readonly drafts: readonly Draft[];
}

/** A condition that a property has one of some values. */
export const isOneOf = (property: string, values: readonly DiscriminatorValue[]): SimpleCondition => {
  const [first] = values;
  if (values.length === 1) return { property, equals: first!, type: 'simple' };
  return { property, oneOf: values.filter((value) => typeof value === 'string'), type: 'simple' };
};

/** The values that a condition of {@link isOneOf} allows. */
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
 * Joins the fields of a variant's members. A field that is the same in several of them but for the condition becomes one;
 * where they differ each has an id of its own, over the same binding.
 *
 * @param discriminator id of the property that chooses the member
 * @param all every value of the discriminator; a field that all of them show has no condition
 * @param prefix path of the variant
 */
export const joinMembers = (
  members: readonly Member[],
  discriminator: string,
  all: readonly DiscriminatorValue[],
  prefix: string,
): readonly Draft[] => {
  const joined: Draft[] = [];
  for (const { label, drafts } of members) {
    const ids = new Map<string, string>();
    for (const original of drafts) {
      const draft = renamed(original, ids);
      const condition = own(draft, discriminator);
      const twin = joined.findIndex(
        (other) =>
          other.path === draft.path &&
          condition !== undefined &&
          own(other, discriminator) !== undefined &&
          withoutId(other) === withoutId(draft) &&
          others(other, discriminator) === others(draft, discriminator),
      );
      if (twin >= 0) {
        const known = joined[twin]!;
        const values = [...new Set([...valuesIn(own(known, discriminator)!), ...valuesIn(condition!)])];
        joined[twin] = {
          ...known,
          conditions: known.conditions.map((one) =>
            one.property === discriminator ? isOneOf(discriminator, values) : one,
          ),
        };
        if (known.property.id !== draft.property.id) ids.set(original.property.id, known.property.id);
        continue;
      }
      if (!joined.some((other) => other.property.id === draft.property.id)) {
        joined.push(draft);
        continue;
      }
      const id = memberId(draft.property.id, prefix, label);
      ids.set(original.property.id, id);
      joined.push({ ...draft, property: { ...draft.property, id } });
    }
  }
  return joined.map((draft) => withoutFull(draft, discriminator, all));
};

/** There is no `oneOf` for booleans, and a checkbox always has one of the two values. */
const withoutFull = (draft: Draft, discriminator: string, all: readonly DiscriminatorValue[]): Draft => {
  const condition = own(draft, discriminator);
  const isBoolean = all.every((value) => typeof value === 'boolean');
  if (condition === undefined || !isBoolean || !('oneOf' in condition)) return draft;
  return { ...draft, conditions: draft.conditions.filter((one) => one !== condition) };
};
