import { setKey } from '../../common/set-key.ts';
import { formatPath, type PathPart } from '../../connector/values/path.ts';
import { findReferences, replaceReferences } from './references.ts';

/** A secret that variables ask for. */
export interface Wanted {
  readonly name: string;
  /** Where it is asked for first, e.g. `headers.auth`. */
  readonly path: string;
}

type Variables = Readonly<Record<string, unknown>>;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Lists and plain objects are what JSON has; anything else in a test's variables is left alone. */
const isPlain = (value: object): value is Variables => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * The secrets that variables refer to, at any depth and in the names of fields: each once, those of braced references
 * first.
 *
 * @param names look only into these variables; `undefined`: all
 */
export const wantedSecrets = (variables: Variables, names?: readonly string[]): readonly Wanted[] => {
  const braced = new Map<string, string>();
  const bare = new Map<string, string>();
  const path: PathPart[] = [];
  const note = (text: string): void => {
    for (const reference of findReferences(text)) {
      const known = reference.braced ? braced : bare;
      if (!known.has(reference.name)) known.set(reference.name, formatPath(path));
    }
  };
  const look = (value: unknown): void => {
    if (typeof value === 'string') note(value);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) step(index, item);
    } else if (isContainer(value) && isPlain(value)) {
      for (const [key, item] of Object.entries(value)) {
        note(key);
        step(key, item);
      }
    }
  };
  const step = (part: PathPart, value: unknown): void => {
    path.push(part);
    look(value);
    path.pop();
  };
  for (const name of names ?? Object.keys(variables)) {
    if (!Object.hasOwn(variables, name)) continue;
    if (names === undefined) note(name);
    step(name, variables[name]);
  }
  for (const name of braced.keys()) bare.delete(name);
  return [...braced, ...bare].map(([name, where]) => ({ name, path: where }));
};

/**
 * A copy of the variables with their references replaced; the variables themselves keep them.
 *
 * @param values by the secret's name; a reference to another name stays as it is
 * @param names replace only in these variables; `undefined`: all
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
