/** ISO 8601 values of timers. These functions never throw. */
import { instantInZone, parseOffset } from '../../common/calendar.ts';

/** A duration. Calendar units are separate from exact time, because a month has no fixed length. */
export interface Duration {
  readonly years: number;
  readonly months: number;
  /** Weeks count as seven days each. */
  readonly days: number;
  /** Hours, minutes and seconds. Fractions of a millisecond are rounded up, so that no timer fires early. */
  readonly milliseconds: number;
}

/** A repeating interval. */
export interface Cycle {
  readonly repetitions: number | 'unbounded';
  /** Start of the first interval, in milliseconds since the epoch. Default: when the timer is created. */
  readonly start?: number;
  readonly interval: Duration;
}

/** The latest and, negated, the earliest time of a `Date`, in milliseconds since the epoch. */
const farthest = 8.64e15;

const durationPattern =
  /^([+-]?)P(?:([+-]?\d+)Y)?(?:([+-]?\d+)M)?(?:([+-]?\d+)W)?(?:([+-]?\d+)D)?(?:T(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?\d+)(?:[.,](\d+))?S)?)?$/i;

/**
 * Parses an ISO 8601 duration: `PT20S`, `P1DT2H`, `P1Y6M`, `P2W`, `PT0.5S`, `-PT5S`.
 *
 * @returns its parts, or `undefined` if the text is not a duration or is too large
 * @example
 * parseDuration('P1M'); // { years: 0, months: 1, days: 0, milliseconds: 0 }
 */
export const parseDuration = (text: string): Duration | undefined => {
  const match = durationPattern.exec(text);
  if (match === null || /[PT]$/i.test(text)) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  const part = (index: number): number => sign * Number(match[index] ?? '0');
  // The fraction has the sign of the seconds, even of -0.
  const fraction = Math.ceil((sign * (match[8]?.startsWith('-') ? -1 : 1) * nanoseconds(match[9] ?? '')) / 1e6);
  const duration = {
    years: part(2),
    months: part(3),
    days: part(4) * 7 + part(5),
    milliseconds: part(6) * 3_600_000 + part(7) * 60_000 + part(8) * 1000 + fraction,
  };
  if (!Object.values(duration).every(Number.isSafeInteger)) return undefined;
  // Avoids -0, which is not deeply equal to 0.
  return {
    years: duration.years || 0,
    months: duration.months || 0,
    days: duration.days || 0,
    milliseconds: duration.milliseconds || 0,
  };
};

/**
 * Tells whether a text has only the parts of a duration, even if they are in the wrong order, as in `PT1D`. Camunda's
 * validators of models do not look at the order.
 */
export const resemblesDuration = (text: string): boolean => /^[+-]?P(?:T?[+-]?\d+(?:[.,]\d+)?[YMWDHS])+$/i.test(text);

/** The digits of a fraction as nanoseconds. An integer, because a product such as 0.001 * 1000 can be inexact. */
const nanoseconds = (digits: string): number => Number(digits.slice(0, 9).padEnd(9, '0'));

/**
 * Adds a duration in the UTC calendar: years and months first (the 31st becomes the last day of a shorter month), then
 * days, then the exact part.
 *
 * @param epochMs milliseconds since the epoch
 * @returns milliseconds since the epoch, limited to the range of a `Date`
 * @example
 * addDuration(Date.UTC(2024, 0, 31), parseDuration('P1M')!); // 29 February 2024, 00:00 UTC
 */
export const addDuration = (epochMs: number, duration: Duration): number => {
  const { years, months, days, milliseconds } = duration;
  const shifted = years === 0 && months === 0 ? epochMs : addMonths(epochMs, years * 12 + months);
  const sum = shifted + days * 86_400_000 + milliseconds;
  return Math.min(farthest, Math.max(-farthest, sum));
};

const addMonths = (epochMs: number, months: number): number => {
  const date = new Date(epochMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const year = date.getUTCFullYear();
  const lastDay = new Date(0);
  lastDay.setUTCFullYear(year, date.getUTCMonth() + 1, 0);
  date.setUTCDate(Math.min(day, lastDay.getUTCDate()));
  const shifted = date.getTime();
  if (!Number.isNaN(shifted)) return shifted;
  return months > 0 ? farthest : -farthest;
};

const dateTimePattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?(?:\[([^\]]+)\]|@(\S+))?$/i;

/**
 * Parses an ISO 8601 date and time: `2026-01-31T10:00:00Z`, `…+02:00`, `…[Europe/Berlin]`, FEEL's `…@Europe/Berlin`.
 * Without offset and zone it is in UTC. For a local time in a gap of the zone, the offset before the gap applies; of a
 * local time that occurs twice, the first one counts. If there are both offset and zone, the offset applies.
 *
 * @returns milliseconds since the epoch (fractions are rounded up), or `undefined` if the text is not a date and time
 * @example
 * parseDateTime('2026-01-31T10:00:00[Europe/Berlin]'); // Date.UTC(2026, 0, 31, 9)
 */
export const parseDateTime = (text: string): number | undefined => {
  const match = dateTimePattern.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? '0');
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const fraction = Math.ceil(nanoseconds(match[7] ?? '') / 1e6);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  const local = date.getTime() + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction;
  const offset = parseOffset((match[8] ?? 'Z').toUpperCase());
  const zone = match[9] ?? match[10];
  if (offset === undefined) return undefined;
  const exact = local - offset * 1000;
  if (zone === undefined) return exact;
  const zoned = instantInZone(local, zone);
  return zoned === undefined || match[8] === undefined ? zoned : exact;
};

const cyclePattern = /^R(\d*)\/(?:(.+)\/)?([^/]+)$/;

/**
 * Parses an ISO 8601 repeating interval: `R5/PT10S` (five times), `R/PT10S` (forever), `R3/<start>/P1D`.
 * An interval that repeats forever must be above zero, or it would fire endlessly at the same time.
 *
 * @returns its parts, or `undefined` if the text is not a repeating interval
 * @example
 * parseCycle('R5/PT10S'); // { repetitions: 5, interval: parseDuration('PT10S') }
 */
export const parseCycle = (text: string): Cycle | undefined => {
  const match = cyclePattern.exec(text);
  if (match === null) return undefined;
  const [, count, from, every] = match;
  const repetitions = count === '' ? ('unbounded' as const) : Number(count);
  const start = from === undefined ? undefined : parseDateTime(from);
  const interval = parseDuration(every ?? '');
  if (interval === undefined || (from !== undefined && start === undefined)) return undefined;
  if (repetitions === 'unbounded' ? !movesForward(interval) : !Number.isSafeInteger(repetitions)) return undefined;
  return { repetitions, ...(start === undefined ? {} : { start }), interval };
};

const movesForward = ({ years, months, days, milliseconds }: Duration): boolean => {
  const calendar = years * 12 + months;
  const exact = days * 86_400_000 + milliseconds;
  return calendar >= 0 && exact >= 0 && calendar + exact > 0;
};
