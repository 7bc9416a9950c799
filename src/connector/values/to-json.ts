import { types } from 'node:util';
import { fault, isFault } from '../../common/fault.ts';
import { isPlain } from '../../common/is-object.ts';
import { setKey } from '../../common/set-key.ts';
import { formatPath, type PathPart } from './path.ts';
import { plainDataOf } from './plain-data.ts';

/** A JSON value; whole numbers beyond 2^53 are `bigint`. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

/** The position in the value: the path, for error texts, and the containers around it, to detect cycles. */
interface Walk {
  readonly path: PathPart[];
  readonly above: object[];
}

type Dropped = undefined;

const refuse = (walk: Walk, found: string, fix: string): never => {
  throw fault('value', {
    what: `${formatPath(walk.path)}: ${found} has no JSON form.`,
    fix,
  });
};

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** Objects that `JSON.stringify` would silently turn into `{}`. */
const opaque = (value: object): readonly [found: string, fix: string] | undefined => {
  if (types.isPromise(value)) return ['a promise', 'await it first.'];
  if (types.isNativeError(value)) return ['an error', 'return its message, or throw it.'];
  if (types.isRegExp(value)) return ['a regular expression', 'return its source.'];
  if (types.isWeakMap(value) || types.isWeakSet(value)) return ['a weak collection', 'return a Map or a Set.'];
  if (types.isDataView(value)) return ['a DataView', 'return a Uint8Array.'];
  return undefined;
};

const keyText = (key: unknown, walk: Walk): string => {
  if (typeof key === 'string') return key;
  if (typeof key === 'bigint' || typeof key === 'boolean' || (typeof key === 'number' && Number.isFinite(key))) {
    return String(key);
  }
  return refuse(walk, `a map key of type ${key === null ? 'null' : typeof key}`, 'use text or numbers as keys.');
};

const fromMap = (map: ReadonlyMap<unknown, unknown>, walk: Walk): Json => {
  const result: Record<string, Json> = {};
  for (const [key, item] of map) {
    const name = keyText(key, walk);
    if (Object.hasOwn(result, name)) {
      refuse(walk, `a map with two keys that both become ${JSON.stringify(name)}`, 'keep one of them.');
    }
    walk.path.push(name);
    const json = convert(item, walk);
    walk.path.pop();
    if (json !== undefined) setKey(result, name, json);
  }
  return result;
};

/** Copies a list only if one of its items changes, so plain data needs no memory. */
const fromArray = (list: readonly unknown[], walk: Walk): Json => {
  let copy: Json[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    walk.path.push(index);
    const json = convert(item, walk) ?? null;
    walk.path.pop();
    if (copy === undefined && json !== item) copy = list.slice(0, index) as Json[];
    if (copy !== undefined) copy.push(json);
  }
  return copy ?? (list as readonly Json[]);
};

/** Copies an object only if one of its properties changes. An object of a class always becomes a plain object. */
const fromObject = (object: Readonly<Record<string, unknown>>, plain: boolean, walk: Walk): Json => {
  const keys = Object.keys(object);
  let copy: Record<string, Json> | undefined = plain ? undefined : {};
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const item = object[key];
    let json: Json | Dropped;
    if (typeof item === 'string' || typeof item === 'boolean' || item === null) {
      json = item;
    } else {
      walk.path.push(key);
      json = convert(item, walk);
      walk.path.pop();
      if (copy === undefined && (json !== item || json === undefined)) {
        copy = {};
        for (let done = 0; done < index; done++) setKey(copy, keys[done]!, object[keys[done]!] as Json);
      }
    }
    if (copy !== undefined && json !== undefined) setKey(copy, key, json);
  }
  return copy ?? (object as Readonly<Record<string, Json>>);
};

const fromOther = (value: object, walk: Walk): Json | Dropped => {
  if (types.isMap(value)) return fromMap(value, walk);
  if (types.isSet(value)) return fromArray([...value], walk);
  if (types.isBoxedPrimitive(value)) return convert(value.valueOf(), walk);
  if (types.isAnyArrayBuffer(value)) return base64(new Uint8Array(value));
  if (types.isTypedArray(value)) return fromArray(Array.from(value as Iterable<unknown>), walk);
  const unfit = opaque(value);
  if (unfit !== undefined) refuse(walk, ...unfit);
  return fromObject(value as Record<string, unknown>, false, walk);
};

const fromContainer = (value: object, walk: Walk, asksToJson: boolean): Json | Dropped => {
  const plain = isPlain(value);
  if (!plain && types.isUint8Array(value)) return base64(value);
  if (!plain && types.isDate(value)) {
    if (Number.isNaN(value.getTime())) refuse(walk, 'an invalid Date', 'check the date before returning it.');
    return value.toISOString();
  }
  if (walk.above.includes(value))
    refuse(walk, 'a reference to an object that contains it', 'return data without cycles.');
  walk.above.push(value);
  const result = asksToJson ? fromToJson(value, plain, walk) : fromData(value, plain, walk);
  walk.above.pop();
  return result;
};

const fromData = (value: object, plain: boolean, walk: Walk): Json | Dropped => {
  if (plain) return fromObject(value as Record<string, unknown>, true, walk);
  return Array.isArray(value) ? fromArray(value, walk) : fromOther(value, walk);
};

const fromToJson = (value: object, plain: boolean, walk: Walk): Json | Dropped => {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return fromData(value, plain, walk);
  let answer: unknown;
  try {
    answer = toJSON.call(value, String(walk.path.at(-1) ?? ''));
  } catch (error) {
    throw fault('value', { what: `${formatPath(walk.path)}: its toJSON() threw an error.`, cause: error });
  }
  // As in JSON: toJSON is not called on its own result, so it may return the object itself.
  if (answer === value) return fromData(value, plain, walk);
  return convert(answer, walk, false);
};

const convert = (value: unknown, walk: Walk, asksToJson = true): Json | Dropped => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : refuse(walk, String(value), 'return a finite number or null.');
    case 'object':
      return value === null ? null : fromContainer(value, walk, asksToJson);
    default:
      return refuse(walk, `a ${typeof value}`, 'return data.');
  }
};

/**
 * Converts a value to JSON, for a process. `Date` becomes ISO 8601 text, `bigint` stays exact, `Map` becomes an object,
 * `Set` and typed arrays become lists, `Uint8Array`, `Buffer` and `ArrayBuffer` become base64 text, and `toJSON` is
 * called. `undefined` is dropped from objects and becomes null elsewhere. Plain data is returned as it is, not copied.
 *
 * @throws a fault of kind `value` that names the path of the first part that JSON cannot express: NaN, Infinity, an
 *   invalid Date, functions, symbols, cycles, promises, errors, map keys that are not text
 * @example
 * toJson({ at: new Date(0), tags: new Set(['a']) }); // { at: '1970-01-01T00:00:00.000Z', tags: ['a'] }
 */
export const toJson = (value: unknown): Json =>
  plainDataOf(value) === 'other' ? convertWhole(value) : (value as Json);

const convertWhole = (value: unknown): Json => {
  const walk: Walk = { path: [], above: [] };
  try {
    return convert(value, walk) ?? null;
  } catch (error) {
    if (isFault(error)) throw error;
    const what =
      error instanceof RangeError
        ? 'The value is nested too deeply for JSON.'
        : `${formatPath(walk.path)}: cannot be read, because a getter or a proxy threw an error.`;
    throw fault('value', { what, cause: error });
  }
};
