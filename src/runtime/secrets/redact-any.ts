import { inspect, types } from 'node:util';
import { setKey } from '../../common/set-key.ts';
import { mask } from './mask.ts';
import type { JsonMask } from './redact-json.ts';

/**
 * Errors and the details of log lines can be anything: a client's error may hold its request, its socket and with them
 * half of the program. So the copy goes as deep as a reader looks, and no further.
 */
const deepest = 8;
const mostValues = 5_000;

interface Walk {
  readonly json: JsonMask;
  /** Copies of what was met before: keeps cycles, and keeps one thing one thing. */
  readonly seen: Map<object, unknown>;
  left: number;
}

/** A getter or a proxy that throws leaves a gap. */
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

/** A symbol cannot be renamed. */
const isMasked = (key: symbol, { json }: Walk): boolean => json.text(String(key)) !== String(key);

/** How the type of an error shows it: by parts that the copy lacks, or by what it keeps for itself. */
const ownViews = [inspect.custom, 'toJSON'] as const;

/** What people and programs ask of an error, wherever it comes from: the error's own, its type's, or a getter's. */
const errorKeys = ['name', 'message', 'stack', 'code', 'cause'] as const;

/**
 * A real error again, of the same type and with the same marks, so that it is still told apart by `instanceof`, `kind`
 * and brand. The code is kept: processes and programs compare it.
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
      // What cannot be written as JSON is shown by its properties.
    }
  }
  const copy: Record<string, unknown> = {};
  walk.seen.set(value, copy);
  for (const key of Object.keys(value)) setKey(copy, walk.json.text(key), redact(read(value, key), walk, depth + 1));
  // What was thrown may be no error and have its message from its type.
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
 * A copy of anything without secrets, for the log and for those who look at errors: text, names, numbers, errors with their
 * stacks and causes. What is no data (functions, bytes) is named, and what is very deep or very large is cut. Never
 * throws; the value itself stays as it is.
 */
export const redactAny = (value: unknown, json: JsonMask): unknown => {
  try {
    return redact(value, { json, seen: new Map(), left: mostValues }, 0);
  } catch {
    // A proxy that throws at every question.
    return '[unreadable]';
  }
};
