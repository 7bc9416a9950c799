/** Which schemas describe a place inside the input of a job, before its value is validated. */
import { isObject } from '../../../common/is-object.ts';
import { isSchema, type SchemaView, viewSchema } from '../../../connector/schema.ts';
import type { Schema } from '../../../connector/types.ts';

/** The alternatives at a place. None: nothing is known of it. */
export type Place = readonly SchemaView[];

/** A chain of `lazy` that is longer leads nowhere. */
const deepest = 20;

/** Whether an option of a variant can describe a value: its discriminator does not say another. */
const mayDescribe = (option: Schema, key: unknown, value: unknown): boolean => {
  if (typeof key !== 'string' || !isObject(value)) return true;
  const discriminator = viewSchema(option).entries?.[key];
  if (discriminator === undefined || !Object.hasOwn(value, key)) return true;
  const { type, literal } = viewSchema(discriminator);
  return type !== 'literal' || literal === value[key];
};

/** The schemas that may describe a value, without what wraps them. */
export const placeOf = (schema: Schema | undefined, value: unknown, depth = 0): Place => {
  if (schema === undefined || depth > deepest) return [];
  const view = viewSchema(schema);
  const { type, wrapped, options, key, getter } = view;
  if (wrapped !== undefined) return placeOf(wrapped, value, depth + 1);
  if (getter !== undefined) return placeOf(getter(value), value, depth + 1);
  if (type !== 'variant' && type !== 'union' && type !== 'intersect') return [view];
  return (options ?? [])
    .filter(isSchema)
    .filter((option) => mayDescribe(option, key, value))
    .flatMap((option) => placeOf(option, value, depth + 1));
};

/** The place of an entry. */
export const entryPlace = (place: Place, name: string, value: unknown): Place =>
  place.flatMap(({ entries, value: others, rest }) =>
    placeOf(entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : (others ?? rest), value),
  );

/** The place of an item of a list. */
export const itemPlace = (place: Place, index: number, value: unknown): Place =>
  place.flatMap(({ item, items, rest }) => placeOf(item ?? items?.[index] ?? rest, value));
