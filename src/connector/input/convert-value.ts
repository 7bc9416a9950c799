import { setKey } from '../../common/set-key.ts';
import { instantOf, parseDate, parseDateTime } from '../values/iso8601.ts';

/**
 * Conversions of single values, as templates made for the official runtime expect them. Each gives the value back as it
 * is where there is nothing to convert, and never rounds.
 */
export type Coerce = (value: unknown) => unknown;

const numericText = /^\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/;
const integerText = /^\s*[+-]?\d+\s*$/;

/** Text to the number it spells, unless the number could not hold it. */
export const toNumber: Coerce = (value) => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || !numericText.test(value)) return value;
  const number = Number(value);
  const exact = integerText.test(value) ? Number.isSafeInteger(number) : Number.isFinite(number);
  return exact ? number : value;
};

const booleanTexts: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

export const toBoolean: Coerce = (value) => booleanTexts.get(value) ?? value;

export const toText: Coerce = (value) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : value;

export const toBigint: Coerce = (value) => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  // BigInt reads no plus sign.
  return typeof value === 'string' && integerText.test(value) ? BigInt(value.trim().replace(/^\+/, '')) : value;
};

/** ISO 8601 text to a `Date`: a date is its midnight in UTC; a local date with time is no instant, and stays text. */
export const toDateValue: Coerce = (value) => {
  if (typeof value !== 'string') return value;
  const date = parseDate(value);
  const fields = date === undefined ? parseDateTime(value) : { ...date, hour: 0, minute: 0, second: 0, nanosecond: 0 };
  const instant = fields === undefined ? undefined : instantOf(fields, date === undefined ? undefined : 'UTC');
  return instant === undefined ? value : new Date(instant);
};

const sameText = (a: unknown, b: unknown): boolean => String(a).toLowerCase() === String(b).toLowerCase();

/** To the one option that reads the same, in whatever case; for enumerations. */
export const toOption =
  (options: readonly unknown[]): Coerce =>
  (value) => {
    if (options.includes(value) || typeof value === 'object' || value === undefined) return value;
    const alike = options.filter((option) => typeof option !== 'symbol' && sameText(option, value));
    return alike.length === 1 ? alike[0] : value;
  };

/** Writes every integer that is a bigint as decimal text; copies only what changes. */
export const withoutBigints: Coerce = (value) => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let list: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const item = withoutBigints(value[index]);
      if (item === value[index]) continue;
      list ??= value.slice();
      list[index] = item;
    }
    return list ?? value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const plain = withoutBigints(item);
    if (plain === item) continue;
    copy ??= { ...value };
    setKey(copy, key, plain);
  }
  return copy ?? value;
};
