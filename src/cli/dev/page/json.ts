import { createRedactor } from '../../../runtime/secrets/redactor.ts';

/** A shorter secret would be found in any word, and reveals little. */
const leastLength = 4;

/** Writes what the page receives. */
export type WriteJson = (value: unknown) => string;

/**
 * Creates the function that writes JSON for the page: whole numbers beyond 2^53 as texts, and without secrets.
 *
 * @param secrets the values that no text may contain
 * @example
 * createJsonWriter(['hunter2'])({ big: 2n ** 60n, text: 'it is hunter2' }); // '{"big":"1152921504606846976","text":"it is ***"}'
 */
export const createJsonWriter = (secrets: readonly string[]): WriteJson => {
  const hidden = secrets.filter(({ length }) => length >= leastLength);
  const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  const { text } = createRedactor(hidden, true);
  const masking = (key: string, value: unknown): unknown =>
    typeof value === 'string' ? text(value) : plain(key, value);
  const replace = hidden.length === 0 ? plain : masking;
  return (value) => JSON.stringify(value ?? null, replace);
};
