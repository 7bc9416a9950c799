import { isObject } from '../../common/is-object.ts';
import { setKey } from '../../common/set-key.ts';
import type { Hints } from '../hints.ts';
import { isSchema, variableNames, viewSchema } from '../schema.ts';
import type { Schema } from '../types.ts';
import { hintsOf } from './schema-hints.ts';

/** An entry of an input whose value is in a task header: it has `hints({ target: 'header' })`. */
export interface HeaderParameter {
  /** The names from the root of the input. */
  readonly path: readonly string[];
  /** The name of the header. */
  readonly header: string;
  /** The input has the entry in any case, and its schema accepts no absence. */
  readonly required: boolean;
}

const absentTypes: ReadonlySet<string> = new Set(['optional', 'exact_optional', 'nullish', 'undefinedable']);

const takesAbsence = (schema: Schema): boolean => {
  const { type, wrapped } = viewSchema(schema);
  if (absentTypes.has(type) || 'fallback' in schema) return true;
  return wrapped !== undefined && !type.startsWith('non_') && takesAbsence(wrapped);
};

const isWhole = ({ hidden, opaque, feel, credential }: Hints): boolean =>
  hidden === true || opaque === true || feel === 'required' || credential !== undefined;

const find = (schema: Schema, path: readonly string[], isSure: boolean): readonly HeaderParameter[] => {
  const { type, entries, options, wrapped } = viewSchema(schema);
  if (wrapped !== undefined) return find(wrapped, path, isSure && !takesAbsence(schema));
  if (type === 'variant' || type === 'intersect') {
    const inAll = isSure && type === 'intersect';
    return (options ?? []).filter(isSchema).flatMap((option) => find(option, path, inAll));
  }
  return Object.entries(entries ?? {}).flatMap(([name, entry]): readonly HeaderParameter[] => {
    const hints = hintsOf(entry);
    const own = [...path, name];
    if (hints.target !== 'header') return isWhole(hints) ? [] : find(entry, own, isSure);
    return [{ path: own, header: hints.binding ?? own.join('.'), required: isSure && !takesAbsence(entry) }];
  });
};

const known = new WeakMap<Schema, readonly HeaderParameter[]>();

/** The entries of an input that are in task headers. */
export const headerParameters = (schema: Schema): readonly HeaderParameter[] => {
  const found = known.get(schema) ?? find(schema, [], true);
  known.set(schema, found);
  return found;
};

/** The variables that an input needs, without those that are in task headers; `undefined`: all variables. */
export const inputVariables = (schema: Schema): readonly string[] | undefined => {
  const headers = new Set(headerParameters(schema).flatMap(({ path }) => (path.length === 1 ? path : [])));
  return variableNames(schema)?.filter((name) => !headers.has(name));
};

type Fields = Readonly<Record<string, unknown>>;

/** A copy with a value at a path; without a value, the last name of the path is left out. */
const withValue = (fields: Fields, [name, ...rest]: readonly string[], value: string | undefined): Fields => {
  const copy = { ...fields };
  const inner = Object.hasOwn(copy, name!) ? copy[name!] : undefined;
  if (rest.length > 0) {
    if (value === undefined && !isObject(inner)) return fields;
    setKey(copy, name!, withValue(isObject(inner) ? inner : {}, rest, value));
  } else if (value === undefined) delete copy[name!];
  else setKey(copy, name!, value);
  return copy;
};

const nothing: readonly string[] = Object.freeze([]);

/** The variables with the values of the headers in place, and the required headers that are missing. */
export interface WithHeaders {
  readonly variables: Fields;
  readonly missing: readonly string[];
}

/**
 * Takes the entries of an input that are in task headers from there. A variable of the same name does not count. An empty header
 * is one that is missing, because the Modeler does not write it.
 *
 * @param headers the task headers of the job
 * @example
 * const input = v.object({ mode: v.pipe(v.string(), hints({ target: 'header' })) });
 * withHeaders(input, { mode: 'a variable' }, { mode: 'fast' }); // { variables: { mode: 'fast' }, missing: [] }
 */
export const withHeaders = (
  schema: Schema,
  variables: Fields,
  headers: Readonly<Record<string, string>>,
): WithHeaders => {
  const parameters = headerParameters(schema);
  // Few inputs have any, and this is on the path of every job.
  if (parameters.length === 0) return { variables, missing: nothing };
  const textOf = ({ header }: HeaderParameter): string | undefined => {
    const text = Object.hasOwn(headers, header) ? headers[header] : undefined;
    return text === '' ? undefined : text;
  };
  return {
    variables: parameters.reduce((all, parameter) => withValue(all, parameter.path, textOf(parameter)), variables),
    missing: parameters
      .filter((parameter) => parameter.required && textOf(parameter) === undefined)
      .map(({ header }) => header),
  };
};

/** What to say about required headers that a task does not have. */
export const missingHeaders = (missing: readonly string[]): { readonly plain: string; readonly full: string } => {
  const plain = missing.map((header) => `Required header '${header}' is missing in the job headers.`).join('\n');
  return { plain, full: `${plain} Fix: add it to the task headers of the element.` };
};
