/** Parses ISO 8601 text as FEEL writes it. Every parser returns `undefined` for text that is not exactly of its form. */
import { instantInZone, isZone as isKnownZone, monthLength, parseOffset } from '../../common/calendar.ts';

/** The fields of a date. */
export interface DateFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** The fields of a time of day, with its offset and its time zone if the text has them. */
export interface TimeFields {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Seconds east of UTC. */
  readonly offset?: number;
  /** The name of a time zone, e.g. `Europe/Berlin`. */
  readonly zone?: string;
}

/** The fields of a days and time duration. All fields have the sign of the whole. */
export interface DaysTimeFields {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The fields of a years and months duration. Both have the sign of the whole. */
export interface YearsMonthsFields {
  readonly years: number;
  readonly months: number;
}

const datePattern = /^(-?\d{4}|-?[1-9]\d{4,8})-(\d\d)-(\d\d)$/;
const timePattern =
  /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z|[+-]\d\d:\d\d(?::\d\d)?)(?:\[([^[\]]+)\])?|@(.+))?$/;
const zonePattern = /^[A-Za-z][\w+\-/]*$/;
const daysTimePattern = /^(-?)P(?:(-?\d+)D)?(?:T(?=[-\d])(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,9}))?S)?)?$/;
const yearsMonthsPattern = /^(-?)P(?=[-\d])(?:(-?\d{1,9})Y)?(?:(-?\d{1,9})M)?$/;

/** A regular expression for each kind of text. It may also match a date or a time that does not exist. */
export const isoSources: Readonly<
  Record<'date' | 'time' | 'dateTime' | 'daysTimeDuration' | 'yearsMonthsDuration', string>
> = {
  date: datePattern.source,
  time: timePattern.source,
  dateTime: `${datePattern.source.slice(0, -1)}T${timePattern.source.slice(1)}`,
  daysTimeDuration: daysTimePattern.source,
  yearsMonthsDuration: `^P0D$|${yearsMonthsPattern.source}`,
};

/** Parses `2026-01-31`. Refuses days that the calendar does not have. */
export const parseDate = (text: string): DateFields | undefined => {
  const match = datePattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? { year, month, day } : undefined;
};

/** Tells whether this machine knows a time zone of that name. */
export const isZone = (name: string): boolean => zonePattern.test(name) && isKnownZone(name);

/** Parses `13:05`, `13:05:30.5`, `13:05:30Z`, `13:05:30+01:00`, `13:05:30+01:00[Europe/Berlin]`, `13:05:30@Europe/Berlin`. */
export const parseTime = (text: string): TimeFields | undefined => {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds = '0', fraction = '', offsetText, bracketZone, atZone] = match;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetText === undefined ? undefined : parseOffset(offsetText);
  if (offsetText !== undefined && offset === undefined) return undefined;
  const zone = bracketZone ?? atZone;
  if (zone !== undefined && !isZone(zone)) return undefined;
  const nanosecond = Number(fraction.padEnd(9, '0'));
  return {
    hour,
    minute,
    second,
    nanosecond,
    ...(offset === undefined ? {} : { offset }),
    ...(zone === undefined ? {} : { zone }),
  };
};

/** Parses a date and a time with a `T` between them. */
export const parseDateTime = (text: string): (DateFields & TimeFields) | undefined => {
  const split = text.indexOf('T');
  if (split < 0) return undefined;
  const date = parseDate(text.slice(0, split));
  const time = date === undefined ? undefined : parseTime(text.slice(split + 1));
  return date === undefined || time === undefined ? undefined : { ...date, ...time };
};

/** Turns negative zero into zero. */
const plainZero = (value: number): number => value + 0;

const whole = (value: bigint): number => plainZero(Number(value));

/** Parses `P1DT2H3M4.5S` and `-PT5M`. The parts may have signs of their own (`PT-5M`). */
export const parseDaysTime = (text: string): DaysTimeFields | undefined => {
  const match = daysTimePattern.exec(text);
  if (match === null || text.endsWith('P')) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', secondSign, seconds = '0', fraction = ''] = match;
  const minuteTotal = (BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes);
  const nanosOfSeconds = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  const unsigned = minuteTotal * 60_000_000_000n + (secondSign === '-' ? -nanosOfSeconds : nanosOfSeconds);
  const total = sign === '-' ? -unsigned : unsigned;
  const result = {
    days: whole(total / 86_400_000_000_000n),
    hours: whole((total / 3_600_000_000_000n) % 24n),
    minutes: whole((total / 60_000_000_000n) % 60n),
    seconds: whole((total / 1_000_000_000n) % 60n),
    nanoseconds: whole(total % 1_000_000_000n),
  };
  return Number.isSafeInteger(result.days * 86_400_000) ? result : undefined;
};

/** Parses `P1Y2M` and `-P3M`. The parts may have signs of their own. Some engines write a zero duration as `P0D`. */
export const parseYearsMonths = (text: string): YearsMonthsFields | undefined => {
  if (text === 'P0D') return { years: 0, months: 0 };
  const match = yearsMonthsPattern.exec(text);
  if (match === null) return undefined;
  const [, sign, years = '0', months = '0'] = match;
  const unsigned = Number(years) * 12 + Number(months);
  const total = sign === '-' ? -unsigned : unsigned;
  return { years: plainZero(Math.trunc(total / 12)), months: plainZero(total % 12) };
};

const dayLength = 86_400_000;

/**
 * The instant of a date and time, by its offset, else its time zone, else `fallbackZone`. If a clock change repeats the
 * local time, the first one counts; if it skips the local time, the time moves forward by the gap.
 *
 * @returns milliseconds since the epoch; `undefined` if there is no offset or zone, or if a `Date` cannot hold the instant
 */
export const instantOf = (fields: DateFields & TimeFields, fallbackZone?: string): number | undefined => {
  const date = new Date(0);
  date.setUTCFullYear(fields.year, fields.month - 1, fields.day);
  date.setUTCHours(fields.hour, fields.minute, fields.second, Math.trunc(fields.nanosecond / 1_000_000));
  const local = date.getTime();
  // Leaves a day on both sides, because the offsets before and after are looked up.
  if (Number.isNaN(local) || Math.abs(local) > 8.64e15 - dayLength) return undefined;
  if (fields.offset !== undefined) return local - fields.offset * 1000;
  const zone = fields.zone ?? fallbackZone;
  if (zone === undefined) return undefined;
  return instantInZone(local, zone);
};
