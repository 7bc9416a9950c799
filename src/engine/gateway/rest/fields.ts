import { isObject } from '../../../common/is-object.ts';
import { nearest } from '../../../common/nearest-name.ts';
import type { JsonText } from '../../../connector/types.ts';
import { parseStrictDocument, stringifyDocument } from '../../../connector/values/json-text.ts';
import { invalidArgument } from '../call-status.ts';

/** What a field of a request may be. `document` becomes JSON text with every digit. */
export type FieldKind = 'text' | 'key' | 'integer' | 'boolean' | 'document' | 'object' | 'texts' | 'objects';

/** The value of a field that has been checked. */
interface FieldValues {
  readonly text: string;
  readonly key: string;
  readonly integer: number;
  readonly boolean: boolean;
  readonly document: JsonText;
  readonly object: Readonly<Record<string, unknown>>;
  readonly texts: readonly string[];
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

/** The fields of a request, by name. A name with `!` at its end is required. */
export type Shape = Readonly<Record<string, FieldKind>>;

type Plain<Name> = Name extends `${infer Bare}!` ? Bare : Name;

/** The checked fields of a shape. Those that are not required may be absent. */
export type Fields<S extends Shape> = {
  readonly [Name in keyof S as Plain<Name>]: Name extends `${string}!`
    ? FieldValues[S[Name]]
    : FieldValues[S[Name]] | undefined;
};

/** Clients send -1 for no key. */
const isKey = (text: string): boolean => /^-?\d{1,19}$/.test(text);

const readInteger = (value: unknown): number | undefined => {
  const integer = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(integer) ? (integer as number) : undefined;
};

const checks: Readonly<Record<FieldKind, { readonly expected: string; readonly read: (value: unknown) => unknown }>> = {
  text: { expected: 'a text', read: (value) => (typeof value === 'string' ? value : undefined) },
  // A number would have lost digits in most clients, but not here.
  key: {
    expected: 'a key',
    read: (value) => (typeof value !== 'object' && isKey(String(value)) ? String(value) : undefined),
  },
  // Clients that keep 64-bit integers exact send them as text, and a cluster accepts it.
  integer: { expected: 'an integer', read: readInteger },
  boolean: { expected: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) },
  document: {
    expected: 'an object of variables by name',
    read: (value) =>
      isObject(value) && !Array.isArray(value) ? stringifyDocument(value as Record<string, unknown>) : undefined,
  },
  object: { expected: 'an object', read: (value) => (isObject(value) && !Array.isArray(value) ? value : undefined) },
  texts: {
    expected: 'a list of texts',
    read: (value) => (Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined),
  },
  objects: {
    expected: 'a list of objects',
    read: (value) => (Array.isArray(value) && value.every((item) => isObject(item)) ? value : undefined),
  },
};

/**
 * What to write instead of a name that does not exist.
 *
 * @returns e.g. `did you mean filter?`
 */
export const insteadOf = (name: string, known: readonly string[]): string => {
  const guess = nearest(name, known);
  if (guess !== undefined) return `did you mean ${guess}?`;
  return known.length === 0 ? 'nothing is allowed here' : `known: ${known.join(', ')}`;
};

/**
 * Checks the fields of a request. As on a cluster, null counts as absent, and a field that is not known is refused.
 *
 * @param operation for the text of a refusal
 * @throws a `rejection` (INVALID_ARGUMENT) that names every problem
 */
export const readFields = <S extends Shape>(operation: string, value: object, shape: S): Fields<S> => {
  const problems: string[] = [];
  const fields: Record<string, unknown> = {};
  const names = Object.keys(shape);
  const known = names.map((name) => name.replace(/!$/, ''));
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) problems.push(`${name} is not a field of it (${insteadOf(name, known)})`);
  }
  names.forEach((name, index) => {
    const bare = known[index]!;
    const given = Object.hasOwn(value, bare) ? (value as Readonly<Record<string, unknown>>)[bare] : undefined;
    if (given === undefined || given === null) {
      if (name.endsWith('!')) problems.push(`${bare} is missing`);
      return;
    }
    const { expected, read } = checks[shape[name]!];
    const found = read(given);
    if (found === undefined) problems.push(`${bare} must be ${expected}`);
    else fields[bare] = found;
  });
  if (problems.length > 0) throw invalidArgument(`The request of ${operation} is not valid: ${problems.join('; ')}.`);
  return fields as Fields<S>;
};

/** Parses the body of a request; an empty one is an empty object. */
export const parseBody = (body: string): Readonly<Record<string, unknown>> => parseStrictDocument(body, 'The request');
