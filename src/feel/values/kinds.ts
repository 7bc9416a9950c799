import { FeelDate, FeelDateTime, FeelDuration, FeelFunction, FeelRange, FeelTime } from 'feelin';

/** The kinds of values, by FEEL's names. Integers beyond 2^53 are `bigint`; their kind is `number`, too. */
export type Kind =
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'list'
  | 'context'
  | 'date'
  | 'time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration'
  | 'range'
  | 'function';

/** A FEEL context: a plain object, with or without a prototype. */
export type Context = Readonly<Record<string, unknown>>;

export const isContext = (value: unknown): value is Context => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

const objectKind = (value: object): Kind | undefined => {
  if (Array.isArray(value)) return 'list';
  if (isContext(value)) return 'context';
  if (value instanceof FeelDate) return 'date';
  if (value instanceof FeelTime) return 'time';
  if (value instanceof FeelDateTime) return 'date and time';
  if (value instanceof FeelDuration) return value.yearsMonths ? 'years and months duration' : 'days and time duration';
  if (value instanceof FeelRange) return 'range';
  if (value instanceof FeelFunction) return 'function';
  return undefined;
};

/** The kind of a value, or `undefined` if FEEL has no such values. A missing value is null. */
export const kindOf = (value: unknown): Kind | undefined => {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'number';
    case 'object':
      return value === null ? 'null' : objectKind(value);
    default:
      return undefined;
  }
};

/** Converts the result of a function of another library to a FEEL value. Values that FEEL does not have become null. */
export const settle = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return kindOf(value) === undefined ? null : (value ?? null);
};

/** Properties of temporal values and ranges. Contexts have their own keys. */
const properties: Partial<Record<Kind, ReadonlySet<string>>> = {
  date: new Set(['year', 'month', 'day', 'weekday']),
  time: new Set(['hour', 'minute', 'second', 'time offset', 'timezone']),
  'date and time': new Set(['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second', 'time offset', 'timezone']),
  'days and time duration': new Set(['days', 'hours', 'minutes', 'seconds']),
  'years and months duration': new Set(['years', 'months']),
  range: new Set(['start', 'end', 'start included', 'end included']),
};

/**
 * Reads `target.key`: a key of a context, a property of a temporal value or range, or the list of these for a list.
 *
 * @returns `undefined` if there is no such key, so that `is defined` can distinguish it from null
 */
export const member = (target: unknown, key: string): unknown => {
  if (typeof target !== 'object' || target === null) return undefined;
  if (Array.isArray(target)) return target.map((item) => member(item, key) ?? null);
  if (isContext(target)) return Object.hasOwn(target, key) ? target[key] : undefined;
  const kind = objectKind(target);
  if (kind === undefined || !properties[kind]?.has(key)) return undefined;
  return (target as Context)[key] ?? null;
};

export type TemporalKind = Extract<
  Kind,
  'date' | 'time' | 'date and time' | 'days and time duration' | 'years and months duration'
>;

/**
 * The kind of a temporal value that a supplied function received.
 *
 * @returns `undefined` for any other value, including text
 */
export const temporalKind = (value: unknown): TemporalKind | undefined => {
  const kind = kindOf(value);
  return kind === 'date' || kind === 'time' || kind === 'date and time' || kind?.endsWith('duration')
    ? (kind as TemporalKind)
    : undefined;
};
