import { setKey } from '../../../common/set-key.ts';
import type { Json, Variables } from '../types.ts';

/** Makes the error for a value that cannot be a process variable; the text names the place, never the value. */
export type Refuse = (text: string) => Error;

/** As deep as the JSON reader of a real gateway goes. */
const deepest = 1000;

const pathText = (path: readonly (string | number)[]): string =>
  path.length === 0 ? 'the value' : `'${path.join('.')}'`;

const adoptList = (list: readonly unknown[], path: (string | number)[], refuse: Refuse): Json => {
  let copy: Json[] | undefined = Object.isFrozen(list) ? undefined : [];
  for (let index = 0; index < list.length; index++) {
    path.push(index);
    const item = adoptAt(list[index] ?? null, path, refuse);
    path.pop();
    if (copy === undefined && item !== list[index]) copy = list.slice(0, index) as Json[];
    copy?.push(item);
  }
  return copy === undefined ? (list as readonly Json[]) : Object.freeze(copy);
};

const adoptObject = (object: Record<string, unknown>, path: (string | number)[], refuse: Refuse): Json => {
  const names = Object.keys(object);
  let copy: Record<string, Json> | undefined = Object.isFrozen(object) ? undefined : {};
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const value = object[name];
    let item: Json | undefined;
    if (value !== undefined) {
      path.push(name);
      item = adoptAt(value, path, refuse);
      path.pop();
    }
    if (copy === undefined && (item !== value || value === undefined)) {
      copy = {};
      for (const done of names.slice(0, index)) setKey(copy, done, object[done] as Json);
    }
    if (copy !== undefined && item !== undefined) setKey(copy, name, item);
  }
  return copy === undefined ? (object as { readonly [name: string]: Json }) : Object.freeze(copy);
};

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const adoptAt = (value: unknown, path: (string | number)[], refuse: Refuse): Json => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw refuse(`${pathText(path)} is not a finite number`);
    case 'object':
      if (value === null) return null;
      if (path.length > deepest) throw refuse(`it is nested more than ${deepest} levels deep`);
      if (Array.isArray(value)) return adoptList(value, path, refuse);
      if (isPlain(value)) return adoptObject(value as Record<string, unknown>, path, refuse);
      throw refuse(`${pathText(path)} is an object of a class and not plain data`);
    default:
      throw refuse(`${pathText(path)} is of type ${typeof value}, which JSON does not have`);
  }
};

/**
 * Makes a value the machine's own: frozen through and through, so that scopes, workers and listeners may share it.
 * What is frozen already is not copied.
 *
 * @throws what `refuse` makes, for anything that is no JSON value
 */
export const adopt = (value: unknown, refuse: Refuse): Json => adoptAt(value, [], refuse);

/** As {@link adopt}, for a set of variables. */
export const adoptVariables = (variables: Variables, refuse: Refuse): Variables => {
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) {
    throw refuse('the variables are not an object');
  }
  return adoptAt(variables, [], refuse) as Variables;
};

const map = (value: Json, each: (text: Json) => Json): Json => {
  if (typeof value !== 'object' || value === null) return each(value);
  if (Array.isArray(value)) return value.map((item) => map(item, each));
  const copy: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) setKey(copy, name, map(item, each));
  return copy;
};

const tags: RegExp = /^(?:bigint|text):/;

/** Writes bigint values as text that {@link fromTagged} tells from other text. */
export const toTagged = (value: Json): Json =>
  map(value, (leaf) => {
    if (typeof leaf === 'bigint') return `bigint:${leaf}`;
    return typeof leaf === 'string' && tags.test(leaf) ? `text:${leaf}` : leaf;
  });

/** Reads what {@link toTagged} wrote. */
export const fromTagged = (value: Json): Json =>
  map(value, (leaf) => {
    if (typeof leaf !== 'string') return leaf;
    if (leaf.startsWith('bigint:')) return BigInt(leaf.slice('bigint:'.length));
    return leaf.startsWith('text:') ? leaf.slice('text:'.length) : leaf;
  });
