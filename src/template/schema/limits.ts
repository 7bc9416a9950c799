import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { Schema } from '../../connector/types.ts';
import type { Action } from './read-schema.ts';

/** The limits of a text or a number, in the words of JSON Schema. */
export interface Limits {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly integer: boolean;
  /** The smallest and the largest value that is allowed. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Limits that are not allowed values themselves. */
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

const limitNames = [
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
] as const;

/**
 * Reads the limits that the checks of a schema set.
 *
 * Only the limits come from JSON Schema, which merges several checks of a kind into the strictest. It drops what the rest
 * of a template needs: the discriminator of a variant, the labels of an enum, messages, second patterns, flags, and
 * everything after a transformation. It also calls functions that return defaults. Structure, choices, defaults, patterns
 * and texts are therefore read from the schema itself.
 */
export const limitsOf = (core: Schema, checks: readonly Action[]): Limits => {
  const schema = { ...core, pipe: [core, ...checks] } as unknown as Parameters<typeof toJsonSchema>[0];
  // A check that JSON Schema cannot express is not an error: the connector applies it at run time.
  const json: JsonSchema = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore', target: 'draft-07' });
  const found = limitNames.flatMap((name) => {
    const value = json[name];
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
  return { integer: json.type === 'integer', ...Object.fromEntries(found) };
};
