import { toJsonSchema } from '@valibot/to-json-schema';
import { isObject } from '../../common/is-object.ts';
import type { Schema } from '../../connector/types.ts';
import type { Action } from './read-schema.ts';

/** The description of a value for an agent: JSON Schema that FEEL can write as a constant. */

/** Keywords with a value of their own, with a schema, with schemas by name, and with a list of schemas. */
const plain = [
  ...['type', 'enum', 'const', 'format', 'pattern', 'title', 'description', 'required', 'uniqueItems'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
];
const nested = ['additionalProperties', 'items'];
const named = ['properties'];
const listed = ['anyOf', 'oneOf', 'allOf'];

/** FEEL joins such a text from several, which is not a constant any more. */
const isJoined = (text: string): boolean => /\\["\n\r\t]/.test(text);

const isConstant = (value: unknown): boolean => {
  if (typeof value === 'string') return !isJoined(value);
  if (Array.isArray(value)) return value.every(isConstant);
  return ['number', 'boolean'].includes(typeof value) || value === null;
};

/** Whether FEEL has no constant for a schema: it refers to itself, or one of its names needs an escape. */
const isBeyondFeel = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(isBeyondFeel);
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, one]) => name === '$ref' || JSON.stringify(name) !== `"${name}"` || isBeyondFeel(one),
  );
};

const described = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(described);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([name, one]): readonly (readonly [string, unknown])[] => {
    if (plain.includes(name)) return isConstant(one) ? [[name, one]] : [];
    if (nested.includes(name) || listed.includes(name)) return [[name, described(one)]];
    if (named.includes(name) && isObject(one)) {
      return [[name, Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, described(inner)]))]];
    }
    return [];
  });
  return Object.fromEntries(entries);
};

/**
 * What a schema says about its values beside their type; `undefined`: nothing that an agent could use.
 *
 * @param core the schema without wrappers
 * @param checks the checks of its pipe
 */
export const constantSchema = (core: Schema, checks: readonly Action[]): object | undefined => {
  const schema = { ...core, pipe: [core, ...checks] } as unknown as Parameters<typeof toJsonSchema>[0];
  try {
    const json = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore', target: 'draft-07' });
    if (isBeyondFeel(json)) return undefined;
    const own = described(json) as Readonly<Record<string, unknown>>;
    const { type: _type, title: _title, description: _description, ...rest } = own;
    return Object.keys(rest).length === 0 ? undefined : rest;
  } catch {
    return undefined;
  }
};
