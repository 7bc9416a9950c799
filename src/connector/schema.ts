import type { Schema } from './types.ts';

/** The properties of a schema that the library reads. Each kind of schema has some of them. */
export interface SchemaView {
  readonly kind: 'schema';
  /** valibot's name for the kind, e.g. `strict_object`. A pipe has the type of its first schema. */
  readonly type: string;
  readonly async: boolean;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly options?: readonly unknown[];
  readonly wrapped?: Schema;
  readonly item?: Schema;
  readonly items?: readonly Schema[];
  readonly rest?: Schema;
  readonly value?: Schema;
  /** The discriminator of a variant. */
  readonly key?: unknown;
  readonly literal?: unknown;
  readonly getter?: (input: unknown) => Schema;
}

/** Gives access to the properties of a schema, which valibot keeps as plain data. */
export const viewSchema = (schema: Schema): SchemaView => schema as unknown as SchemaView;

/** Tells whether a value is a valibot schema. */
export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' &&
  value !== null &&
  (value as SchemaView).kind === 'schema' &&
  typeof (value as { '~run'?: unknown })['~run'] === 'function';

const objectTypes: ReadonlySet<string> = new Set([
  'object',
  'loose_object',
  'strict_object',
  'object_with_rest',
  'record',
]);

const compositeTypes: ReadonlySet<string> = new Set(['variant', 'union', 'intersect']);

/**
 * Tells whether a value is a schema of objects: `object`, `looseObject`, `strictObject`, `objectWithRest` or `record`; a
 * `variant`, `union` or `intersect` of them; a pipe that starts with one; or the asynchronous form of any of these.
 *
 * @example
 * isObjectSchema(v.pipe(v.object({ id: v.string() }), v.readonly())); // true
 */
export const isObjectSchema = (value: unknown): value is Schema => {
  if (!isSchema(value)) return false;
  const { type, options } = viewSchema(value);
  if (objectTypes.has(type)) return true;
  return compositeTypes.has(type) && Array.isArray(options) && options.length > 0 && options.every(isObjectSchema);
};

/** The names of the entries at the top level of a schema of objects, in all of its alternatives. */
export const entryNames = (schema: Schema): readonly string[] => {
  const { entries, options } = viewSchema(schema);
  return [...Object.keys(entries ?? {}), ...(options ?? []).filter(isSchema).flatMap(entryNames)];
};

/**
 * The only top-level names that a schema of objects reads, so that a cluster needs to send nothing else.
 *
 * @returns the names; `undefined` if the schema may read any name (loose objects, objects with rest, records)
 *
 * @example
 * variableNames(v.variant('kind', [v.object({ kind: v.literal('a'), x: v.string() }), v.object({ kind: v.literal('b') })]));
 * // ['kind', 'x']
 */
export const variableNames = (schema: Schema): readonly string[] | undefined => {
  const { type, entries, options } = viewSchema(schema);
  if (type === 'object' || type === 'strict_object') return Object.keys(entries ?? {});
  if (!compositeTypes.has(type)) return undefined;
  return unionOfNames((options ?? []).map((option) => (isSchema(option) ? variableNames(option) : undefined)));
};

/** The names of several lists, each once; `undefined` if one list is, since it stands for every name. */
export const unionOfNames = (lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined => {
  const names = new Set<string>();
  for (const list of lists) {
    if (list === undefined) return undefined;
    for (const name of list) names.add(name);
  }
  return [...names];
};
