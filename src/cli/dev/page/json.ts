import { createRedactor } from '../../../runtime/secrets/redactor.ts';

/** A shorter secret would be found in any word, and reveals little. */
const leastLength = 4;

const none: readonly string[] = [];

/** For what has no secrets. */
export const noSecrets = (): readonly string[] => none;

/** Writes what the page receives. */
export type WriteJson = (value: unknown) => string;

/**
 * Creates the function that writes JSON for the page: whole numbers beyond 2^53 as texts, and without secrets.
 *
 * @param secrets returns the values that no text may contain: another list when they have changed
 * @example
 * createJsonWriter(() => ['hunter2'])({ big: 2n ** 60n, text: 'it is hunter2' }); // '{"big":"1152921504606846976","text":"it is ***"}'
 */
export const createJsonWriter = (secrets: () => readonly string[]): WriteJson => {
  const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  const replacing = (values: readonly string[]): typeof plain => {
    const hidden = values.filter(({ length }) => length >= leastLength);
    if (hidden.length === 0) return plain;
    const { text } = createRedactor(hidden, true);
    return (key, value) => (typeof value === 'string' ? text(value) : plain(key, value));
  };
  let known = secrets();
  let replace = replacing(known);
  return (value) => {
    const now = secrets();
    if (now !== known) {
      known = now;
      replace = replacing(now);
    }
    return JSON.stringify(value ?? null, replace);
  };
};
