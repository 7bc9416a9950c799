import { setKey } from '../../common/set-key.ts';
import { instantOf, parseDate, parseDateTime } from '../values/iso8601.ts';

/**
 * Converts a single value, as templates for the official runtime expect it. Returns a value that it cannot convert as it
 * is, and never rounds.
 */
export type Convert = (value: unknown) => unknown;

const numericText = /^\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/;
const integerText = /^\s*[+-]?\d+\s*$/;

/** Text to the number that it contains, unless a number cannot hold it exactly. */
export const toNumber: Convert = (value) => {
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

export const toBoolean: Convert = (value) => booleanTexts.get(value) ?? value;

export const toText: Convert = (value) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : value;

export const toBigint: Convert = (value) => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  // BigInt does not accept a plus sign.
  return typeof value === 'string' && integerText.test(value) ? BigInt(value.trim().replace(/^\+/, '')) : value;
};

/** ISO 8601 text to a `Date`. A date becomes midnight in UTC. A local date and time is not an instant, and stays text. */
export const toDateValue: Convert = (value) => {
  if (typeof value !== 'string') return value;
  const date = parseDate(value);
  const fields = date === undefined ? parseDateTime(value) : { ...date, hour: 0, minute: 0, second: 0, nanosecond: 0 };
  const instant = fields === undefined ? undefined : instantOf(fields, date === undefined ? undefined : 'UTC');
  return instant === undefined ? value : new Date(instant);
};

const sameText = (a: unknown, b: unknown): boolean => String(a).toLowerCase() === String(b).toLowerCase();

/** To the only option with the same text, ignoring case. */
export const toOption =
  (options: readonly unknown[]): Convert =>
  (value) => {
    if (options.includes(value) || typeof value === 'object' || value === undefined) return value;
    const alike = options.filter((option) => typeof option !== 'symbol' && sameText(option, value));
    return alike.length === 1 ? alike[0] : value;
  };

const hasBigint = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? hasBigintInside(value) : typeof value === 'bigint';

// Calls itself for objects and lists only, because large variables consist of texts and numbers for the most part.
const hasBigintInside = (value: object): boolean => {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'object' ? item !== null && hasBigintInside(item) : typeof item === 'bigint') return true;
    }
    return false;
  }
  for (const key in value) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof item === 'object' ? item !== null && hasBigintInside(item) : typeof item === 'bigint') return true;
  }
  return false;
};

/** Converts every bigint inside a value to decimal text. Copies only what changes, and hardly any value has one. */
export const withoutBigints: Convert = (value) => (hasBigint(value) ? convertBigints(value) : value);

const convertBigints: Convert = (value) => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let list: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const item = convertBigints(value[index]);
      if (item === value[index]) continue;
      list ??= value.slice();
      list[index] = item;
    }
    return list ?? value;
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, item] of Object.entries(value)) {
    const plain = convertBigints(item);
    if (plain === item) continue;
    copy ??= { ...value };
    setKey(copy, key, plain);
  }
  return copy ?? value;
};
