import { isObject } from '../../common/is-object.ts';
import { isSchema, viewSchema } from '../schema.ts';
import type { Schema } from '../types.ts';
import { formatPath, type PathPart } from '../values/path.ts';
import { hintsOf } from './schema-hints.ts';

/** The value of a field that has `hints({ secret: true })`. */
export interface SecretField {
  /** The path from the root of the input, e.g. `auth.token`. */
  readonly path: string;
  /** The text; a number is as JavaScript writes it. */
  readonly text: string;
}

const isSecret = (schema: Schema): boolean => hintsOf(schema).secret === true;

/** The schemas that a schema consists of, without those that only a value can give. */
const partsOf = (schema: Schema): readonly Schema[] => {
  const { entries, options, wrapped, item, items, rest, value, getter } = viewSchema(schema);
  const parts = [
    ...Object.values(entries ?? {}),
    ...(options ?? []),
    ...(items ?? []),
    ...[wrapped, item, rest, value, getter?.(undefined)],
  ];
  return parts.filter(isSchema);
};

const mentions = (schema: Schema, seen: Set<Schema>): boolean => {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return isSecret(schema) || partsOf(schema).some((part) => mentions(part, seen));
};

const known = new WeakMap<Schema, boolean>();

/** Whether a schema has a field for a secret. */
const hasSecrets = (schema: Schema): boolean => {
  let found = known.get(schema);
  if (found === undefined) {
    found = mentions(schema, new Set());
    known.set(schema, found);
  }
  return found;
};

const none: readonly SecretField[] = Object.freeze([]);

/** All texts and numbers in a value. */
const textsIn = (value: unknown, path: PathPart[], add: (field: SecretField) => void): void => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    if (value !== '') add({ path: formatPath(path), text: String(value) });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, item] of Object.entries(value)) {
    textsIn(item, [...path, Array.isArray(value) ? Number(name) : name], add);
  }
};

/**
 * Finds the values of an input that its schema declares as secret, with `hints({ secret: true })` on the field or on an object
 * around it. The cluster of 8.10 and later fills in its own secrets before a job is handed out, and nothing in the variables
 * shows which values these are.
 *
 * @param variables the variables before the schema checks them
 * @example
 * secretFields(v.object({ key: v.pipe(v.string(), hints({ secret: true })) }), { key: 's3cret' });
 * // [{ path: 'key', text: 's3cret' }]
 */
export const secretFields = (schema: Schema, variables: Readonly<Record<string, unknown>>): readonly SecretField[] => {
  if (!hasSecrets(schema)) return none;
  const found = new Map<string, SecretField>();
  const add = (field: SecretField): void => void found.set(field.path, field);

  /** @param seen the schemas that were applied to this value, since a recursive schema may apply itself to it */
  const search = (part: Schema, value: unknown, path: PathPart[], seen: readonly Schema[]): void => {
    if (value === undefined || value === null || seen.includes(part)) return;
    if (isSecret(part)) {
      textsIn(value, path, add);
      return;
    }
    const { entries, options, wrapped, item, items, rest, value: member, getter } = viewSchema(part);
    const same = [wrapped, getter?.(value), ...(options ?? [])].filter(isSchema);
    for (const other of same) search(other, value, path, [...seen, part]);
    if (Array.isArray(value)) {
      value.forEach((element, index) => {
        const schemaOfItem = items?.[index] ?? item ?? rest;
        if (schemaOfItem !== undefined) search(schemaOfItem, element, [...path, index], []);
      });
    } else if (isObject(value)) {
      for (const [name, entry] of Object.entries(value)) {
        const own = entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : (member ?? rest);
        if (own !== undefined) search(own, entry, [...path, name], []);
      }
    } else if (item !== undefined) {
      // A single value stands for a list of one.
      search(item, value, path, [...seen, part]);
    }
  };
  search(schema, variables, [], []);
  return [...found.values()];
};
