import { isPlain } from '../../common/is-object.ts';
import { setKey } from '../../common/set-key.ts';
import { formatPath, type PathPart } from '../../connector/values/path.ts';
import { findReferences, replaceReferences } from './references.ts';

/** A secret that variables refer to. */
export interface RequestedSecret {
  readonly name: string;
  /** The path of its first reference, e.g. `headers.auth`. */
  readonly path: string;
}

type Variables = Readonly<Record<string, unknown>>;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Finds the secrets that variables refer to, at any depth and in the names of fields. Each secret is listed once; those with
 * braced references come first.
 *
 * @param names the variables to search; `undefined`: all
 */
export const requestedSecrets = (variables: Variables, names?: readonly string[]): readonly RequestedSecret[] => {
  const braced = new Map<string, string>();
  const bare = new Map<string, string>();
  const path: PathPart[] = [];
  const add = (text: string): void => {
    for (const reference of findReferences(text)) {
      const known = reference.braced ? braced : bare;
      if (!known.has(reference.name)) known.set(reference.name, formatPath(path));
    }
  };
  const search = (value: unknown): void => {
    if (typeof value === 'string') add(value);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) step(index, item);
    } else if (isContainer(value) && isPlain(value)) {
      for (const [key, item] of Object.entries(value)) {
        add(key);
        step(key, item);
      }
    }
  };
  const step = (part: PathPart, value: unknown): void => {
    path.push(part);
    search(value);
    path.pop();
  };
  for (const name of names ?? Object.keys(variables)) {
    if (!Object.hasOwn(variables, name)) continue;
    if (names === undefined) add(name);
    step(name, variables[name]);
  }
  for (const name of braced.keys()) bare.delete(name);
  return [...braced, ...bare].map(([name, where]) => ({ name, path: where }));
};

/**
 * Copies variables with the values of secrets in place of the references. The original keeps its references.
 *
 * @param values the values by the names of the secrets; references to other names are kept
 * @param names the variables to search; `undefined`: all
 */
export const insertSecrets = (
  variables: Variables,
  values: ReadonlyMap<string, string>,
  names?: readonly string[],
): Variables => {
  const lookUp = (name: string): string | undefined => values.get(name);
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return replaceReferences(value, lookUp);
    if (Array.isArray(value)) return value.map(replaced);
    if (!isContainer(value) || !isPlain(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) setKey(copy, replaceReferences(key, lookUp), replaced(item));
    return copy;
  };
  if (names === undefined) return replaced(variables) as Variables;
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(variables))
    setKey(copy, name, names.includes(name) ? replaced(value) : value);
  return copy;
};
