import { isSchema, viewSchema } from './schema.ts';
import type { Schema } from './types.ts';

/** Variables by which an activation says what it asks for; a connector never sees them. */
export const activationNames = ['name', 'correlation_key', 'message_name', 'expires_after'] as const;

/** The top-level names that a schema of objects writes down, of all its forms. */
const writtenNames = (schema: Schema): readonly string[] => {
  const { entries, options } = viewSchema(schema);
  return [...Object.keys(entries ?? {}), ...(options ?? []).filter(isSchema).flatMap(writtenNames)];
};

/**
 * The fields of an inbound connector's input that could never arrive, since the activation keeps their names to itself.
 *
 * @example
 * takenNames(v.object({ name: v.string(), url: v.string() })); // ['name']
 */
export const takenNames = (input: Schema): readonly string[] => {
  const written = new Set(writtenNames(input));
  return activationNames.filter((name) => written.has(name));
};
