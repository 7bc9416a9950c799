import { entryNames } from './schema.ts';
import type { Schema } from './types.ts';

/** The job type of the built-in task that activates an inbound connector. */
export const activationType = '_activate_inbound_connector';

/** The variables that the activation of an inbound connector uses itself and does not pass to the connector. */
export const activationNames = ['name', 'correlation_key', 'message_name', 'expires_after'] as const;

/**
 * The fields of an inbound connector's input that would never arrive, because the activation uses their names.
 *
 * @example
 * takenNames(v.object({ name: v.string(), url: v.string() })); // ['name']
 */
export const takenNames = (input: Schema): readonly string[] => {
  const names = new Set(entryNames(input));
  return activationNames.filter((name) => names.has(name));
};
