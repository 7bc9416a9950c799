/** Reads temporal values as Java's formatters do, within the forms that FEEL allows. */
import { parseOffset } from '../../../common/calendar.ts';
import { validDay } from './calendar.ts';
import { dateOf, dateTimeOf, daysDurationOf, monthsOf, timeOf } from './create.ts';
import {
  type DaysDuration,
  epochSeconds,
  type FeelDate,
  type FeelDateTime,
  type FeelTime,
  type MonthsDuration,
  type Temporal,
  type Zone,
} from './types.ts';
import { offsetAt, offsetAtLocal, parseZone, standardOffset } from './zones.ts';

const datePattern = /^(-?(?:[1-9]\d{0,4})?\d{4})-([01]\d)-([0-3]\d)$/;

const parseDay = (text: string): number | undefined => {
  const match = datePattern.exec(text);
  if (match === null || match[1] === '-0000') return undefined;
  return validDay(Number(match[1]), Number(match[2]), Number(match[3]));
};

export const parseDate = (text: string): FeelDate | null => {
  const days = parseDay(text);
  return days === undefined ? null : dateOf({ days });
};

const fractionOf = (digits: string | undefined): number =>
  digits === undefined ? 0 : Number(digits.padEnd(9, '0').slice(0, 9));

const clockNanos = (hour: string, minute: string, second: string | undefined, fraction: string | undefined) => {
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return (hours * 3600 + minutes * 60 + seconds) * 1e9 + fractionOf(fraction);
};

const localTimePattern = /^T?(\d{2}):(\d{2})(?::(\d{2}))?(?:\.(\d{0,9}))?$/;

const parseLocalNanos = (text: string): number | undefined => {
  const match = localTimePattern.exec(text);
  if (match === null || text.endsWith('.')) return undefined;
  const [, hour, minute, second, fraction] = match;
  // The end of a day is midnight. A fraction needs seconds.
  if (fraction !== undefined && second === undefined) return undefined;
  if (hour === '24') return Number(minute) + Number(second ?? 0) + fractionOf(fraction) === 0 ? 0 : undefined;
  return clockNanos(hour!, minute!, second, fraction);
};

const offsetTimePattern = /^(T?\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?:([+-]\d{2}:\d{2}|Z)|@(.*))$/;

const zoneOf = (text: string, now: number): Zone | undefined => {
  const zone = parseZone(text);
  if (zone?.name === undefined) return zone;
  return { name: zone.name, offset: standardOffset(zone.name, now) };
};

/** Parses a time, with or without a zone. A region counts with its standard offset. */
export const parseTime = (text: string): FeelTime | null => {
  const match = offsetTimePattern.exec(text);
  const nanos = parseLocalNanos(match?.[1] ?? text);
  if (nanos === undefined) return null;
  if (match === null) return timeOf({ nanos, zone: undefined });
  const offset = match[2] === undefined ? undefined : parseOffset(match[2]);
  const zone =
    match[3] === undefined ? offset !== undefined && { offset, name: undefined } : zoneOf(match[3], Date.now());
  return zone === undefined || zone === false ? null : timeOf({ nanos, zone });
};

const dateTimePattern =
  /^(-?(?:[1-9]\d{0,4})?\d{4}-[01]\d-[0-3]\d)T([0-2]\d):([0-5]\d)(?::([0-5]\d))?(?:\.(\d{1,9}))?(?:([+-][01]\d:[0-5]\d|Z)(?:\[(.+)\])?|@(.*))?$/;

/** The date and time in a zone whose local time is this one; a local time that the zone skips moves forward. */
export const atZone = (days: number, nanos: number, name: string, preferred?: number): FeelDateTime => {
  const local = days * 86_400 + Math.floor(nanos / 1e9);
  const { offset, skipped } = offsetAtLocal(name, local, preferred);
  // Seconds of distant years are not exact, so that the day is kept where possible.
  if (skipped === 0) return dateTimeOf({ days, nanos, zone: { offset, name } });
  return fromLocal(local + skipped, nanos % 1e9, { offset, name });
};

const fromLocal = (local: number, fraction: number, zone: Zone | undefined): FeelDateTime => {
  const days = Math.floor(local / 86_400);
  return dateTimeOf({ days, nanos: (local - days * 86_400) * 1e9 + fraction, zone });
};

/**
 * The date and time of an instant in a zone.
 *
 * @param seconds since the epoch
 * @param nanos fraction of a second
 */
export const atInstant = (seconds: number, nanos: number, { offset, name }: Zone): FeelDateTime => {
  const found = name === undefined ? offset : offsetAt(name, seconds);
  return fromLocal(seconds + found, nanos, { offset: found, name });
};

/** Parses a date and time, with or without a zone; a plain date is its midnight. */
export const parseDateTime = (text: string): FeelDateTime | null => {
  const match = dateTimePattern.exec(text);
  if (match === null) {
    const day = parseDay(text);
    return day === undefined ? null : dateTimeOf({ days: day, nanos: 0, zone: undefined });
  }
  const [, date, hour, minute, second, fraction, offsetPart, bracket, region] = match;
  const days = parseDay(date!);
  const nanos = clockNanos(hour!, minute!, second, fraction);
  if (days === undefined || nanos === undefined || (fraction !== undefined && second === undefined)) return null;
  if (offsetPart === undefined && region === undefined) return dateTimeOf({ days, nanos, zone: undefined });
  const named = bracket ?? region;
  const zone = named === undefined ? undefined : parseZone(named);
  if (named !== undefined && zone === undefined) return null;
  if (offsetPart === undefined) {
    return zone!.name === undefined ? dateTimeOf({ days, nanos, zone: zone! }) : atZone(days, nanos, zone!.name);
  }
  const offset = parseOffset(offsetPart);
  if (offset === undefined) return null;
  const exact = dateTimeOf({ days, nanos, zone: { offset, name: undefined } });
  return zone === undefined ? exact : atInstant(epochSeconds(exact), nanos % 1e9, zone);
};

const lenientPattern = /^(-?\d{4,9})-(\d{2})-(\d{2})T(.*)$/;

/** As {@link parseDateTime}, for a literal, whose year may have leading zeros if there is no zone. */
export const parseDateTimeLiteral = (text: string): FeelDateTime | null => {
  const strict = parseDateTime(text);
  const match = strict === null && !dateTimePattern.test(text) ? lenientPattern.exec(text) : null;
  if (match === null) return strict;
  const days = validDay(Number(match[1]), Number(match[2]), Number(match[3]));
  const nanos = match[4]!.startsWith('T') || match[4]!.startsWith('24') ? undefined : parseLocalNanos(match[4]!);
  return days === undefined || nanos === undefined ? null : dateTimeOf({ days, nanos, zone: undefined });
};

const monthsPattern = /^(-?)P(?:(-?\d+)Y)?(?:(-?\d+)M)?$/;

const maxInt = 2 ** 31 - 1;

const isInt = (value: number): boolean => Math.abs(value) <= maxInt;

export const parseMonths = (text: string): MonthsDuration | null => {
  const match = monthsPattern.exec(text);
  if (match === null || (match[2] === undefined && match[3] === undefined)) return null;
  const [years, months] = [Number(match[2] ?? 0), Number(match[3] ?? 0)];
  const total = (years * 12 + months) * (match[1] === '-' ? -1 : 1);
  return isInt(years) && isInt(months) && isInt(Math.trunc(total / 12)) ? monthsOf({ months: total || 0 }) : null;
};

const daysPattern =
  /^([-+]?)P(?:([-+]?\d+)D)?(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?)(\d+)(?:[.,](\d{0,9}))?S)?)?$/i;

/** The forms that `duration(text)` accepts for a text that is not a literal. */
const plainDays = /^-?P(?:-?(?:\d+D)?(?:T-?(?:\d+H)?-?(?:\d+M)?-?(?:\d+(?:.\d*)?S)?)?)$/;

/** The duration of so many seconds and nanoseconds; null if it is too large. */
export const daysOfParts = (seconds: number, nanos: number): DaysDuration | null => {
  const carry = Math.floor(nanos / 1e9);
  const total = seconds + carry;
  return Number.isSafeInteger(total) ? daysDurationOf({ seconds: total || 0, nanos: nanos - carry * 1e9 }) : null;
};

/** Parses a days and time duration in any of Java's forms. */
export const parseDays = (text: string): DaysDuration | null => {
  const match = daysPattern.exec(text);
  if (match === null) return null;
  const [, sign, days, time, hours, minutes, secondSign, seconds, fraction] = match;
  if (time?.length === 1 || (days === undefined && time === undefined)) return null;
  const direction = secondSign === '-' ? -1 : 1;
  const whole =
    Number(days ?? 0) * 86_400 +
    Number(hours ?? 0) * 3600 +
    Number(minutes ?? 0) * 60 +
    direction * Number(seconds ?? 0);
  const nanos = direction * fractionOf(fraction);
  return sign === '-' ? daysOfParts(-whole, -nanos) : daysOfParts(whole, nanos);
};

const looksLikeMonths = /^-?P-?(?:\d+Y)?-?(?:\d+M)?$/;

/** Parses a duration in the forms that FEEL allows. */
export const parseDuration = (text: string): MonthsDuration | DaysDuration | null => {
  if (looksLikeMonths.test(text)) return parseMonths(text);
  return plainDays.test(text) ? parseDays(text) : null;
};

/** As {@link parseDuration}, for a literal, which allows every form of Java. */
export const parseDurationLiteral = (text: string): MonthsDuration | DaysDuration | null =>
  looksLikeMonths.test(text) ? parseMonths(text) : parseDays(text);

/** Parses the text of `@"..."`; its form decides the kind. */
export const parseTemporalText = (text: string): Temporal | null => {
  if (datePattern.test(text)) return parseDate(text);
  if (offsetTimePattern.test(text)) return parseTime(text);
  if (dateTimePattern.test(text)) return parseDateTime(text);
  if (looksLikeMonths.test(text)) return parseMonths(text);
  return plainDays.test(text) ? parseDays(text) : parseTime(text);
};
