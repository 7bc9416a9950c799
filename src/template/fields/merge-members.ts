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

const own = ({ conditions }: Draft, discriminator: string): SimpleCondition | undefined =>
  conditions.find(({ property }) => property === discriminator);

/** The same for fields that differ in nothing but their id and the value of the discriminator. */
const likenessOf = (draft: Draft, discriminator: string): string => {
  const { path, property, conditions, credential, parameter } = draft;
  const { id: _, ...likeness } = property;
  const others = conditions.filter((one) => one.property !== discriminator);
  const more = [credential, parameter].filter((one) => one !== undefined);
  return JSON.stringify([path, likeness, others, ...more]);
};

const renamed = (draft: Draft, ids: ReadonlyMap<string, string>): Draft =>
  ids.size === 0
    ? draft
    : {
        ...draft,
        conditions: draft.conditions.map((condition) => ({
          ...condition,
          property: ids.get(condition.property) ?? condition.property,
        })),
      };

/** `auth.user` of the member `basic` becomes `auth.basic.user`. */
const memberId = (id: string, prefix: string, label: string): string =>
  prefix !== '' && id.startsWith(`${prefix}.`) ? `${prefix}.${label}${id.slice(prefix.length)}` : `${label}.${id}`;

/** A field of one or several members, and the values of the discriminator for which it is shown. */
interface Merged {
  readonly draft: Draft;
  readonly values: Set<DiscriminatorValue>;
}

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
  const merged: Merged[] = [];
  const alike = new Map<string, Merged>();
  const taken = new Set<string>();
  for (const { label, drafts } of members) {
    const ids = new Map<string, string>();
    for (const original of drafts) {
      const draft = renamed(original, ids);
      const { id } = draft.property;
      const condition = own(draft, discriminator);
      const likeness = likenessOf(draft, discriminator);
      const twin = condition === undefined ? undefined : alike.get(likeness);
      if (twin !== undefined) {
        for (const value of valuesIn(condition!)) twin.values.add(value);
        if (twin.draft.property.id !== id) ids.set(id, twin.draft.property.id);
        continue;
      }
      // An id of the author stays: the check of the whole template reports that it occurs twice.
      const free = taken.has(id) && draft.ownId !== true ? memberId(id, prefix, label) : id;
      if (free !== id) ids.set(id, free);
      const one: Merged = {
        draft: free === id ? draft : { ...draft, property: { ...draft.property, id: free } },
        values: new Set(condition === undefined ? [] : valuesIn(condition)),
      };
      merged.push(one);
      taken.add(free);
      if (condition !== undefined) alike.set(likeness, one);
    }
  }
  const onlyBooleans = all.every((value) => typeof value === 'boolean');
  return merged.map((one) => withCondition(one, discriminator, onlyBooleans));
};

/** A checkbox has one of two values, and there is no `oneOf` for booleans: a field for both needs no condition. */
const withCondition = ({ draft, values }: Merged, discriminator: string, onlyBooleans: boolean): Draft => {
  const condition = own(draft, discriminator);
  if (condition === undefined) return draft;
  const isConstant = onlyBooleans && values.size !== 1;
  if (!isConstant && valuesIn(condition).length === values.size) return draft;
  const conditions = draft.conditions.flatMap((one): readonly SimpleCondition[] => {
    if (one !== condition) return [one];
    return isConstant ? [] : [isOneOf(discriminator, [...values])];
  });
  return { ...draft, conditions };
};
