import { isPlain } from '../../../common/is-object.ts';
import { setKey } from '../../../common/set-key.ts';
import type { Json, Variables } from '../types.ts';

/** Creates the error of a value that cannot be a process variable. The text contains its path, but never the value. */
export type CreateError = (text: string) => Error;

/** The depth limit of the JSON parser in Zeebe's gateway. */
const deepest = 1000;

const pathText = (path: readonly (string | number)[]): string =>
  path.length === 0 ? 'the value' : `'${path.join('.')}'`;

const faultAt = (value: unknown, path: readonly (string | number)[]): string | undefined => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `${pathText(path)} is not a finite number`;
    case 'object': {
      if (value === null) return undefined;
      if (path.length > deepest) return `it is nested more than ${deepest} levels deep`;
      if (!Array.isArray(value) && !isPlain(value))
        return `${pathText(path)} is an instance of a class, not plain data`;
      const names: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
      for (const name of names) {
        const item = (value as Readonly<Record<string | number, unknown>>)[name];
        const fault = item === undefined ? undefined : faultAt(item, [...path, name]);
        if (fault !== undefined) return fault;
      }
      return undefined;
    }
    default:
      return `${pathText(path)} is of type ${typeof value}, which does not exist in JSON`;
  }
};

/** Stands for a value that is not JSON. What is wrong with it, and where, is found out afterwards. */
const notJson: unique symbol = Symbol('notJson');

type Adopted = Json | typeof notJson;

const adoptList = (list: readonly unknown[], depth: number): Adopted => {
  let copy: Json[] | undefined = Object.isFrozen(list) ? undefined : [];
  for (let index = 0; index < list.length; index++) {
    const item = adoptAt(list[index] ?? null, depth + 1);
    if (item === notJson) return notJson;
    if (copy === undefined && item !== list[index]) copy = list.slice(0, index) as Json[];
    copy?.push(item);
  }
  return copy === undefined ? (list as readonly Json[]) : Object.freeze(copy);
};

const adoptObject = (object: Record<string, unknown>, depth: number): Adopted => {
  const names = Object.keys(object);
  let copy: Record<string, Json> | undefined = Object.isFrozen(object) ? undefined : {};
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const value = object[name];
    const item = value === undefined ? undefined : adoptAt(value, depth + 1);
    if (item === notJson) return notJson;
    if (copy === undefined && (item !== value || value === undefined)) {
      copy = {};
      for (const done of names.slice(0, index)) setKey(copy, done, object[done] as Json);
    }
    if (copy !== undefined && item !== undefined) setKey(copy, name, item);
  }
  return copy === undefined ? (object as { readonly [name: string]: Json }) : Object.freeze(copy);
};

const adoptAt = (value: unknown, depth: number): Adopted => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : notJson;
    case 'object':
      if (value === null) return null;
      if (depth > deepest) return notJson;
      if (Array.isArray(value)) return adoptList(value, depth);
      return isPlain(value) ? adoptObject(value as Record<string, unknown>, depth) : notJson;
    default:
      return notJson;
  }
};

/**
 * Converts a value to a deeply frozen JSON value, which scopes, workers and listeners can share. Values that are frozen
 * already are not copied.
 *
 * @throws the error that `createError` creates, for anything that is not a JSON value
 */
export const adopt = (value: unknown, createError: CreateError): Json => {
  const adopted = adoptAt(value, 0);
  if (adopted === notJson) throw createError(faultAt(value, []) ?? 'it is not JSON');
  return adopted;
};

/** As {@link adopt}, for a record of variables. */
export const adoptVariables = (variables: Variables, createError: CreateError): Variables => {
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) {
    throw createError('the variables are not an object');
  }
  return adopt(variables, createError) as Variables;
};

/** Values without anything to replace are not copied: most have nothing. */
const mapLeaves = (value: Json, each: (leaf: Json) => Json): Json => {
  if (typeof value !== 'object' || value === null) return each(value);
  if (Array.isArray(value)) return mapItems(value, each);
  const object = value as Readonly<Record<string, Json>>;
  const names = Object.keys(object);
  let copy: Record<string, Json> | undefined;
  for (let index = 0; index < names.length; index++) {
    const name = names[index]!;
    const item = mapLeaves(object[name]!, each);
    if (copy === undefined && item !== object[name]) {
      copy = {};
      for (let done = 0; done < index; done++) setKey(copy, names[done]!, object[names[done]!]!);
    }
    if (copy !== undefined) setKey(copy, name, item);
  }
  return copy ?? object;
};

const mapItems = (items: readonly Json[], each: (leaf: Json) => Json): Json => {
  let copy: Json[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = mapLeaves(items[index]!, each);
    if (copy === undefined && item !== items[index]) copy = items.slice(0, index);
    copy?.push(item);
  }
  return copy ?? items;
};

const hasTag = (text: string): boolean => text.startsWith('bigint:') || text.startsWith('text:');

const tagLeaf = (leaf: Json): Json => {
  if (typeof leaf === 'bigint') return `bigint:${leaf}`;
  return typeof leaf === 'string' && hasTag(leaf) ? `text:${leaf}` : leaf;
};

/** Replaces bigint values by text that {@link fromTagged} distinguishes from other text. Shares what it does not replace. */
export const toTagged = (value: Json): Json => mapLeaves(value, tagLeaf);

const untagLeaf = (leaf: Json): Json => {
  if (typeof leaf !== 'string') return leaf;
  if (leaf.startsWith('bigint:')) return BigInt(leaf.slice('bigint:'.length));
  return leaf.startsWith('text:') ? leaf.slice('text:'.length) : leaf;
};

/** Reverses {@link toTagged}. */
export const fromTagged = (value: Json): Json => mapLeaves(value, untagLeaf);
