/** Sums, differences, products and order of temporal values. Each gives null for kinds that do not fit together. */
import type { Numeric } from '../decimal.ts';
import { divide } from '../decimal.ts';
import { type Kind, kindOf } from '../kinds.ts';
import { addMonths } from './calendar.ts';
import { dateOf, dateTimeOf, monthsOf, timeOf } from './create.ts';
import { atInstant, atZone, daysOfParts } from './parse.ts';
import {
  type DaysDuration,
  epochSeconds,
  type FeelDate,
  type FeelDateTime,
  type FeelTime,
  type MonthsDuration,
  nanosOfDay,
  type Temporal,
} from './types.ts';

const negated = ({ seconds, nanos }: DaysDuration): DaysDuration | null => daysOfParts(-seconds, -nanos);

const moveTime = ({ nanos, zone }: FeelTime, { seconds, nanos: more }: DaysDuration): FeelTime => {
  const moved = (((seconds % 86_400) * 1e9 + more + nanos) % nanosOfDay) + nanosOfDay;
  return timeOf({ nanos: moved % nanosOfDay, zone });
};

const moveDateTime = (value: FeelDateTime, { seconds, nanos }: DaysDuration): FeelDateTime => {
  const fraction = (value.nanos % 1e9) + nanos;
  const carry = Math.floor(fraction / 1e9);
  const total = epochSeconds(value) + seconds + carry;
  const rest = fraction - carry * 1e9;
  if (value.zone !== undefined) return atInstant(total, rest, value.zone);
  const days = Math.floor(total / 86_400);
  return dateTimeOf({ days, nanos: (total - days * 86_400) * 1e9 + rest, zone: undefined });
};

const moveMonths = (value: FeelDateTime, months: number): FeelDateTime | null => {
  const days = addMonths(value.days, months);
  if (days === undefined) return null;
  const { nanos, zone } = value;
  return zone?.name === undefined ? dateTimeOf({ days, nanos, zone }) : atZone(days, nanos, zone.name, zone.offset);
};

const moveDate = (value: FeelDate, { seconds, nanos }: DaysDuration): FeelDate =>
  dateOf({ days: value.days + Math.floor((seconds + Math.floor(nanos / 1e9)) / 86_400) });

/** value + duration */
const move = (value: Temporal, kind: Kind | undefined, by: Temporal, byKind: Kind | undefined): Temporal | null => {
  if (byKind === 'days and time duration') {
    const duration = by as DaysDuration;
    if (kind === 'date and time') return moveDateTime(value as FeelDateTime, duration);
    if (kind === 'time') return moveTime(value as FeelTime, duration);
    if (kind === 'date') return moveDate(value as FeelDate, duration);
    if (kind !== 'days and time duration') return null;
    const { seconds, nanos } = value as DaysDuration;
    return daysOfParts(seconds + duration.seconds, nanos + duration.nanos);
  }
  if (byKind !== 'years and months duration') return null;
  const { months } = by as MonthsDuration;
  if (kind === 'date and time') return moveMonths(value as FeelDateTime, months);
  if (kind === 'years and months duration') return monthsOf({ months: (value as MonthsDuration).months + months || 0 });
  if (kind !== 'date') return null;
  const days = addMonths((value as FeelDate).days, months);
  return days === undefined ? null : dateOf({ days });
};

/** a + b; one of them, or both, is a duration. */
export const addTemporal = (a: Temporal, b: Temporal): Temporal | null => {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  return kindB?.endsWith('duration') ? move(a, kindA, b, kindB) : move(b, kindB, a, kindA);
};

/** Nanoseconds of a time on the clock of UTC. */
const utcNanos = ({ nanos, zone }: FeelTime): number => nanos - (zone?.offset ?? 0) * 1e9;

const isLocal = (value: Temporal): boolean => (value as FeelTime).zone === undefined;

const betweenTimes = (a: FeelTime, b: FeelTime): DaysDuration | null => {
  const nanos = utcNanos(a) - utcNanos(b);
  // Between times with a zone, Camunda counts without a sign.
  return daysOfParts(0, isLocal(a) ? nanos : Math.abs(nanos));
};

const between = (a: FeelDateTime, b: FeelDateTime): DaysDuration | null =>
  daysOfParts(epochSeconds(a) - epochSeconds(b), (a.nanos % 1e9) - (b.nanos % 1e9));

/** a - b */
export const subtractTemporal = (a: Temporal, b: Temporal): Temporal | null => {
  const [kindA, kindB] = [kindOf(a), kindOf(b)];
  if (kindB === 'days and time duration') {
    const opposite = negated(b as DaysDuration);
    return opposite === null || kindA === 'years and months duration' ? null : move(a, kindA, opposite, kindB);
  }
  if (kindB === 'years and months duration')
    return move(a, kindA, monthsOf({ months: -(b as MonthsDuration).months || 0 }), kindB);
  if (kindA !== kindB) return null;
  if (kindA === 'date') return daysOfParts(((a as FeelDate).days - (b as FeelDate).days) * 86_400, 0);
  if (isLocal(a) !== isLocal(b)) return null;
  return kindA === 'time' ? betweenTimes(a as FeelTime, b as FeelTime) : between(a as FeelDateTime, b as FeelDateTime);
};

/** A whole number of 32 bits, without its fraction, as Java's `intValue`. */
export const toInt = (value: Numeric): number =>
  typeof value === 'bigint'
    ? Number(BigInt.asIntN(32, value))
    : Number.isSafeInteger(Math.trunc(value))
      ? Math.trunc(value) | 0
      : Number(BigInt.asIntN(32, BigInt(Math.trunc(value))));

/** duration * number; the number counts without its fraction. */
export const scaleDuration = (value: Temporal, by: Numeric): Temporal | null => {
  const factor = toInt(by);
  if (kindOf(value) === 'years and months duration') {
    const months = (value as MonthsDuration).months * factor;
    return Number.isSafeInteger(months) ? monthsOf({ months: months || 0 }) : null;
  }
  const { seconds, nanos } = value as DaysDuration;
  const product = seconds * factor;
  return Number.isSafeInteger(product) ? daysOfParts(product, nanos * factor) : null;
};

const millisOf = ({ seconds, nanos }: DaysDuration): number => seconds * 1000 + Math.floor(nanos / 1e6);

const sizeOf = (value: Temporal): number =>
  kindOf(value) === 'years and months duration' ? (value as MonthsDuration).months : millisOf(value as DaysDuration);

/** duration / number: whole months or milliseconds. */
export const divideDuration = (value: Temporal, by: Numeric): Temporal | null => {
  const size = divide(sizeOf(value), by);
  if (size === null) return null;
  const whole = toInt(size);
  return kindOf(value) === 'years and months duration'
    ? monthsOf({ months: whole || 0 })
    : daysOfParts(Math.floor(whole / 1000), (whole - Math.floor(whole / 1000) * 1000) * 1e6);
};

/** duration / duration, both of one kind: the whole quotient; null if the second one is zero. */
export const divideDurations = (a: Temporal, b: Temporal): number | null => {
  const [dividend, divisor] = [sizeOf(a), sizeOf(b)];
  return kindOf(a) !== kindOf(b) || divisor === 0 ? null : Math.trunc(dividend / divisor) || 0;
};

/** Two values of one kind can be compared if both have a zone or neither has. */
export const comparableTemporals = (a: Temporal, b: Temporal): boolean => isLocal(a) === isLocal(b);

const sign = (value: number): number => (value < 0 ? -1 : value > 0 ? 1 : 0);

/** Orders date-times as Java does: by instant, then local time, then zone. */
const orderDateTimes = (a: FeelDateTime, b: FeelDateTime): number => {
  const order = sign(epochSeconds(a) - epochSeconds(b)) || sign((a.nanos % 1e9) - (b.nanos % 1e9));
  if (order !== 0 || a.zone === undefined || b.zone === undefined) return order;
  const local = sign(a.days - b.days) || sign(a.nanos - b.nanos);
  if (local !== 0) return local;
  const [x, y] = [String(a.zone.name ?? ''), String(b.zone.name ?? '')];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** -1, 0 or 1 for two comparable values of one kind. */
export const orderTemporal = (a: Temporal, b: Temporal): number => {
  switch (kindOf(a)) {
    case 'date':
      return sign((a as FeelDate).days - (b as FeelDate).days);
    case 'time':
      return sign(utcNanos(a as FeelTime) - utcNanos(b as FeelTime));
    case 'date and time':
      return orderDateTimes(a as FeelDateTime, b as FeelDateTime);
    case 'years and months duration':
      return sign((a as MonthsDuration).months - (b as MonthsDuration).months);
    default: {
      const [x, y] = [a as DaysDuration, b as DaysDuration];
      return sign(x.seconds - y.seconds) || sign(x.nanos - y.nanos);
    }
  }
};

/** Equality is stricter than order: times with a zone are equal only with the same time and the same zone. */
export const equalTemporals = (a: Temporal, b: Temporal): boolean => {
  if (orderTemporal(a, b) !== 0) return false;
  if (kindOf(a) !== 'time') return true;
  const [x, y] = [a as FeelTime, b as FeelTime];
  return x.nanos === y.nanos && x.zone?.name === y.zone?.name;
};
