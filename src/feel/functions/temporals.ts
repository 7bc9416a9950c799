import { monthLength } from '../../common/calendar.ts';
import { refuse } from '../faults.ts';
import { modulo, type Numeric } from '../values/decimal.ts';
import { kindOf } from '../values/kinds.ts';
import { toInt } from '../values/temporal/arithmetic.ts';
import { calendarDay, daysOf, monthsBetween, validDay, weekdayOf, weekOf } from '../values/temporal/calendar.ts';
import { dateOf, dateTimeOf, monthsOf, timeOf } from '../values/temporal/create.ts';
import {
  atInstant,
  atZone,
  parseDate,
  parseDateTime,
  parseDuration,
  parseTemporalText,
  parseTime,
} from '../values/temporal/parse.ts';
import {
  type DaysDuration,
  epochSeconds,
  type FeelDate,
  type FeelDateTime,
  type FeelTime,
  type Zone,
} from '../values/temporal/types.ts';
import { parseZone } from '../values/temporal/zones.ts';
import { type Builtin, builtin, type Services, serviceFunction } from './builtin.ts';

const utc: Zone = { offset: 0, name: undefined };

const hasDay = (value: unknown): value is FeelDate => kindOf(value) === 'date' || kindOf(value) === 'date and time';

const dateFrom = (from: unknown): unknown => {
  if (typeof from === 'string') return parseDate(from);
  return hasDay(from) ? dateOf({ days: from.days }) : null;
};

const date = (first: unknown, month?: Numeric, day?: Numeric): unknown => {
  if (month === undefined || day === undefined) return dateFrom(first);
  const days = validDay(toInt(first as Numeric), toInt(month), toInt(day));
  return days === undefined ? null : dateOf({ days });
};

const timeFrom = (from: unknown): unknown => {
  if (typeof from === 'string') return parseTime(from);
  if (kindOf(from) === 'date') return timeOf({ nanos: 0, zone: utc });
  if (kindOf(from) !== 'date and time') return null;
  const { nanos, zone } = from as FeelDateTime;
  return timeOf({ nanos, zone });
};

const clockNanos = (hour: Numeric, minute: Numeric, second: Numeric, withFraction: boolean): number | undefined => {
  const [hours, minutes, seconds] = [toInt(hour), toInt(minute), toInt(second)];
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return undefined;
  const fraction = withFraction ? Math.trunc(Number(modulo(second, 1)) * 1e9 + 1e-3) : 0;
  return (hours * 3600 + minutes * 60 + seconds) * 1e9 + fraction;
};

const time = (first: unknown, minute?: Numeric, second?: Numeric, offset?: unknown): unknown => {
  if (minute === undefined || second === undefined) return timeFrom(first);
  const nanos = clockNanos(first as Numeric, minute, second, offset !== null);
  if (nanos === undefined) return null;
  if (offset === undefined || offset === null) return timeOf({ nanos, zone: undefined });
  if (kindOf(offset) !== 'days and time duration') return null;
  const { seconds } = offset as DaysDuration;
  return Math.abs(seconds) > 18 * 3600 ? null : timeOf({ nanos, zone: { offset: seconds, name: undefined } });
};

/** The same instant in another zone; a local value keeps its time. A zone that does not exist fails the evaluation. */
const inZone = (value: FeelDateTime, name: string): unknown => {
  const zone = parseZone(name);
  if (zone === undefined) throw refuse('date and time() received a time zone that does not exist');
  if (value.zone !== undefined) return atInstant(epochSeconds(value), value.nanos % 1e9, zone);
  const { days, nanos } = value;
  return zone.name === undefined ? dateTimeOf({ days, nanos, zone }) : atZone(days, nanos, zone.name);
};

const dateTime = (first: unknown, second?: unknown): unknown => {
  if (second === undefined) return typeof first === 'string' ? parseDateTime(first) : null;
  if (!hasDay(first)) return null;
  if (typeof second === 'string') {
    return kindOf(first) === 'date and time' ? inZone(first as FeelDateTime, second) : null;
  }
  if (kindOf(second) !== 'time') return null;
  const { nanos, zone } = second as FeelTime;
  return zone?.name === undefined
    ? dateTimeOf({ days: first.days, nanos, zone })
    : atZone(first.days, nanos, zone.name);
};

const monthsDuration = (from: unknown, to: unknown): unknown =>
  hasDay(from) && hasDay(to) ? monthsOf({ months: monthsBetween(from.days, to.days) || 0 }) : null;

const onDay = (compute: (days: number) => unknown): readonly Builtin[] =>
  builtin('date', (value: unknown) => (hasDay(value) ? compute(value.days) : null));

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const lastDayOfMonth = (days: number): unknown => {
  const { year, month } = calendarDay(days);
  return dateOf({ days: daysOf(year, month, monthLength(year, month)) });
};

const now = ({ now: clock }: Services): FeelDateTime => {
  const milliseconds = clock();
  const seconds = Math.floor(milliseconds / 1000);
  return atInstant(seconds, Math.floor((milliseconds - seconds * 1000) * 1e6), utc);
};

/** A repeating interval for timers. */
const cycle = (first: unknown, second?: unknown): unknown => {
  const [repetitions, interval] = second === undefined ? [null, first] : [first, second];
  if (!kindOf(interval)?.endsWith('duration')) return null;
  if (repetitions !== null && !(Number.isInteger(repetitions) && (repetitions as number) >= 0)) return null;
  return `R${repetitions ?? ''}/${interval}`;
};

/** Functions on dates, times and durations. */
export const temporalFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  date: builtin('from; year: number, month: number, day: number', date),
  time: builtin(
    'from; hour: number, minute: number, second: number; hour: number, minute: number, second: number, offset',
    time,
  ),
  'date and time': builtin('from; date, time; date, timezone', dateTime),
  duration: builtin('from: string', parseDuration),
  'years and months duration': builtin('from, to', monthsDuration),
  now: serviceFunction(now),
  today: serviceFunction((services) => dateOf({ days: now(services).days })),
  'day of year': onDay((days) => days - daysOf(calendarDay(days).year, 1, 1) + 1),
  'day of week': onDay((days) => weekdays[weekdayOf(days) - 1]),
  'month of year': onDay((days) => months[calendarDay(days).month - 1]),
  'week of year': onDay(weekOf),
  'last day of month': onDay(lastDayOfMonth),
  cycle: builtin('interval; repetitions, interval', cycle),
};

/**
 * Creates a temporal value that a supplied function can return.
 *
 * @param text as in FEEL's `@"..."`, e.g. `PT5S`, `2026-01-02`, `2026-01-02T03:04:05Z`
 * @returns `undefined` if the text is not a temporal value
 */
export const parseTemporal = (text: string): object | undefined => parseTemporalText(text) ?? undefined;
