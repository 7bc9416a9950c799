import { evaluate, FeelDate, FeelDateTime, FeelDuration, FeelTime, duration as parseDuration, toFeel } from 'feelin';
import { divide, multiply, type Numeric } from './decimal.ts';

/** A date, time, date and time, or duration. */
type Temporal = object;

/** Operators on temporal values come from feelin. It does not export them, so a small expression is evaluated. */
const operator =
  (text: string) =>
  (a: unknown, b: unknown): unknown =>
    evaluate(text, { a, b }).value ?? null;

/** Temporal arithmetic, e.g. date + duration; null if the kinds do not fit together. */
export const addTemporal: (a: unknown, b: unknown) => unknown = operator('a + b');
/** As {@link addTemporal}, for `-`. */
export const subtractTemporal: (a: unknown, b: unknown) => unknown = operator('a - b');
const equalTemporal = operator('a = b');
const lessTemporal = operator('a < b');

const isZoned = (value: unknown): boolean =>
  (value instanceof FeelTime || value instanceof FeelDateTime) && value.zone !== null;

const millisecondsOf = (value: FeelDuration): number => value.unwrap().total({ unit: 'millisecond' });

const monthsOf = (value: FeelDuration): number => {
  const { years, months } = value.unwrap();
  return years * 12 + months;
};

const sizeOf = (value: FeelDuration): number => (value.yearsMonths ? monthsOf(value) : millisecondsOf(value));

const durationOf = (size: number, yearsMonths: boolean): unknown => {
  const amount = Math.trunc(size);
  if (!Number.isSafeInteger(amount)) return null;
  const sign = amount < 0 ? '-' : '';
  const text = yearsMonths ? `${sign}P${Math.abs(amount)}M` : `${sign}PT${(Math.abs(amount) / 1000).toFixed(3)}S`;
  return parseDuration(text) ?? null;
};

/** Temporal does not accept offsets with seconds as zones, so feelin compares such values. */
const hasSeconds = (zone: string | null): boolean => zone !== null && /^[+-]\d{2}:\d{2}:/.test(zone);

/** A number that orders values of one kind; `undefined` if only feelin can compare them. */
const rankOf = (value: unknown): number | undefined => {
  if (value instanceof FeelDate) return value.unwrap().toZonedDateTime('UTC').epochMilliseconds;
  if (value instanceof FeelDuration) return sizeOf(value);
  if (!(value instanceof FeelDateTime) || hasSeconds(value.zone)) return undefined;
  return value.unwrap().toZonedDateTime(value.zone ?? 'UTC').epochMilliseconds;
};

/** -1, 0 or 1 for two temporal values of the same kind; null if only one of them has a zone. */
export const orderTemporal = (a: unknown, b: unknown): number | null => {
  if (isZoned(a) !== isZoned(b)) return null;
  const [x, y] = [rankOf(a), rankOf(b)];
  if (x !== undefined && y !== undefined) return Math.sign(x - y);
  if (equalTemporal(a, b) === true) return 0;
  return lessTemporal(a, b) === true ? -1 : 1;
};

/** duration * number; null if the result is too large. */
export const scaleDuration = (value: FeelDuration, factor: Numeric): unknown =>
  durationOf(Number(multiply(sizeOf(value), factor)), value.yearsMonths);

/** duration / number, or duration / duration; null for durations of different kinds. */
export const divideDuration = (value: FeelDuration, by: Numeric | FeelDuration): unknown => {
  if (!(by instanceof FeelDuration)) {
    const size = divide(sizeOf(value), by);
    return size === null ? null : durationOf(Number(size), value.yearsMonths);
  }
  return value.yearsMonths === by.yearsMonths ? divide(sizeOf(value), sizeOf(by)) : null;
};

/** Milliseconds since the epoch as a FEEL date and time in UTC; null if they are out of range. */
export const dateTimeOf = (milliseconds: number): unknown => toFeel(new Date(milliseconds));

/** The text that FEEL's `string()` gives: `2026-01-02T03:04:05@Europe/Berlin`. */
export const temporalText = (value: Temporal): string => String(value);

/**
 * The text that a process variable receives: Java's ISO 8601 form, with a named zone in brackets:
 * `2026-01-02T03:04:05Z`, `2026-01-02T03:04:05+01:00[Europe/Berlin]`.
 */
export const temporalJson = (value: Temporal): string => {
  if (!(value instanceof FeelDateTime) || value.zone === null || !/^[A-Z]/i.test(value.zone) || value.zone === 'UTC') {
    return String(value).replace(/\+00:00$/, 'Z');
  }
  const { offset } = value.unwrap().toZonedDateTime(value.zone);
  return `${value.unwrap().toString()}${offset === '+00:00' ? 'Z' : offset}[${value.zone}]`;
};

/** Converts Java's form of a zone in process variables, `+01:00[Europe/Berlin]`, to FEEL's `@Europe/Berlin`. */
export const zoneToFeel = (text: string): string =>
  text.replace(/(?:[+-]\d{2}:\d{2}(?::\d{2})?|Z)?\[([^\]]+)\]$/, '@$1');
