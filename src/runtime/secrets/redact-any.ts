import { inspect, types } from 'node:util';
import { setKey } from '../../common/set-key.ts';
import { mask } from './masking/mask.ts';
import type { JsonMask } from './redact-json.ts';

/**
 * Errors and the details of log lines can contain anything: the error of an HTTP client may refer to its request, its socket
 * and through them to half of the program. So the copy is only as deep as a reader needs.
 */
const deepest = 8;
const maxValues = 5_000;

interface Walk {
  readonly json: JsonMask;
  /** The copies of objects that were visited before. Preserves cycles and shared references. */
  readonly seen: Map<object, unknown>;
  left: number;
}

/** A getter or a proxy that throws counts as undefined. */
const read = (value: object, key: PropertyKey): unknown => {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
};

const isErrorLike = (value: object): value is Error =>
  types.isNativeError(value) ||
  (typeof read(value, 'message') === 'string' && typeof read(value, 'stack') === 'string');

const isEnumerable = (value: object, key: PropertyKey): boolean =>
  Object.prototype.propertyIsEnumerable.call(value, key);

/** Whether a symbol contains a secret. Such a property is dropped, since a symbol cannot be renamed. */
const isMasked = (key: symbol, { json }: Walk): boolean => json.text(String(key)) !== String(key);

/** Methods that an error type may define for displaying its errors. They may need parts that the copy does not have. */
const ownViews = [inspect.custom, 'toJSON'] as const;

/** The properties of an error that people and programs read, whether the error, its type or a getter provides them. */
const errorKeys = ['name', 'message', 'stack', 'code', 'cause'] as const;

/**
 * Copies an error as a real error of the same type, so that `instanceof`, `kind` and the brand still identify it. The code is
 * not masked, because processes and programs compare it.
 */
const copyError = (error: Error, walk: Walk, depth: number): Error => {
  const copy = new Error();
  delete copy.stack;
  if (types.isNativeError(error)) Object.setPrototypeOf(copy, Object.getPrototypeOf(error));
  walk.seen.set(error, copy);
  for (const key of new Set<PropertyKey>([...errorKeys, ...Reflect.ownKeys(error)])) {
    const found = read(error, key);
    if (found === undefined || (typeof key === 'symbol' && isMasked(key, walk))) continue;
    const value = key === 'code' && typeof found === 'string' ? found : redact(found, walk, depth + 1);
    const attributes = { enumerable: isEnumerable(error, key), configurable: true, writable: true };
    Object.defineProperty(copy, typeof key === 'string' ? walk.json.text(key) : key, { value, ...attributes });
  }
  for (const key of ownViews) {
    if (typeof read(copy, key) !== 'function') continue;
    Object.defineProperty(copy, key, { value: undefined, configurable: true, writable: true });
  }
  return copy;
};

const copyObject = (value: object, walk: Walk, depth: number): unknown => {
  const toJson = read(value, 'toJSON');
  if (typeof toJson === 'function') {
    try {
      const json: unknown = toJson.call(value, '');
      if (json !== value) return redact(json, walk, depth + 1);
    } catch {
      // A value that cannot be written as JSON is copied property by property.
    }
  }
  const copy: Record<string, unknown> = {};
  walk.seen.set(value, copy);
  for (const key of Object.keys(value)) setKey(copy, walk.json.text(key), redact(read(value, key), walk, depth + 1));
  // A thrown value that is not an error may inherit its message.
  const message = read(value, 'message');
  if (typeof message === 'string') copy.message = walk.json.text(message);
  return copy;
};

const copyList = (list: Iterable<unknown>, walk: Walk, depth: number): unknown[] => {
  const copy: unknown[] = [];
  for (const item of list) {
    if (walk.left <= 0) break;
    copy.push(redact(item, walk, depth + 1));
  }
  return copy;
};

const copyContainer = (value: object, walk: Walk, depth: number): unknown => {
  const known = walk.seen.get(value);
  if (known !== undefined) return known;
  if (isErrorLike(value)) return copyError(value, walk, depth);
  if (depth >= deepest) return '[deeper]';
  if (Array.isArray(value) || types.isSet(value)) return copyList(value, walk, depth);
  if (types.isMap(value)) {
    return new Map([...value].map(([key, item]) => [redact(key, walk, depth + 1), redact(item, walk, depth + 1)]));
  }
  if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value));
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
  return copyObject(value, walk, depth);
};

const redact = (value: unknown, walk: Walk, depth: number): unknown => {
  if (walk.left-- <= 0) return '[more]';
  switch (typeof value) {
    case 'string':
      return walk.json.text(value);
    case 'number':
    case 'bigint':
      return walk.json.isSecret(String(value)) ? mask : value;
    case 'symbol':
      return walk.json.text(String(value));
    case 'function':
      return '[function]';
    case 'object':
      return value === null ? null : copyContainer(value, walk, depth);
    default:
      return value;
  }
};

/**
 * Copies any value without secrets, for the log and for listeners: text, names, numbers, and errors with their stacks and
 * causes. Functions and bytes are replaced with a description, and very deep or large values are cut. Never throws, and does
 * not change the value.
 */
export const redactAny = (value: unknown, json: JsonMask): unknown => {
  try {
    return redact(value, { json, seen: new Map(), left: maxValues }, 0);
  } catch {
    // A proxy whose traps all throw.
    return '[unreadable]';
  }
};
