import { parseDocument, stringifyDocument } from '../../connector/values/json-text.ts';
import type { Variables } from '../machine/types.ts';

/** Reads a request's variables without loss; empty text is an empty document. Throws a `value` fault. */
export const readVariables = (text: string): Variables => (text === '' ? {} : (parseDocument(text) as Variables));

/** Writes the variables, or those of the given names that exist, as JSON text. No names: all. */
export const writeVariables = (variables: Variables, names: readonly string[] = []): string => {
  if (names.length === 0) return stringifyDocument(variables);
  return stringifyDocument(
    Object.fromEntries(names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]])),
  );
};
