import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { Schema } from '../../connector/types.ts';
import type { Action } from './read-schema.ts';

/** Limits of a text or a number. */
export interface Facts {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly integer: boolean;
  /** Least and greatest value that is allowed; `exclusive` ones are not themselves. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

const limits = [
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
] as const;

/**
 * The limits that a schema's checks set, in the words of JSON Schema.
 *
 * JSON Schema is asked for these alone. It joins several checks of a kind into the strictest one, which is what is needed
 * here; but it loses what the rest of a template is made of: the discriminator of a variant, labels of an enum, messages,
 * second patterns, flags, and all that stands behind a transformation; and it calls the functions that make defaults. So
 * structure, choices, defaults, patterns and texts are read from the schema itself.
 */
export const factsOf = (core: Schema, checks: readonly Action[]): Facts => {
  const schema = { ...core, pipe: [core, ...checks] } as unknown as Parameters<typeof toJsonSchema>[0];
  // Checks without a form in JSON Schema are no fault: the connector applies them at run time.
  const json: JsonSchema = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore', target: 'draft-07' });
  const found = limits.flatMap((name) => {
    const value = json[name];
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
  return { integer: json.type === 'integer', ...Object.fromEntries(found) };
};
