/** The texts of temporal values. */
import { calendarDay } from './calendar.ts';
import type { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration, Zone } from './types.ts';
import { offsetName } from './zones.ts';

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

const formatDay = ({ days }: FeelDate, plus: string): string => {
  const { year, month, day } = calendarDay(days);
  const size = String(Math.abs(year)).padStart(4, '0');
  return `${year < 0 ? '-' : year > 9999 ? plus : ''}${size}-${two(month)}-${two(day)}`;
};

/** A year of more than four digits has a plus sign here, but not in a date and time. */
export const formatDate = (value: FeelDate): string => formatDay(value, '+');

/** A fraction of a second with a point before it; empty without a fraction. */
const fractionText = (nanos: number): string =>
  nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;

const formatLocalTime = (nanos: number): string => {
  const seconds = Math.floor(nanos / 1e9);
  const fraction = nanos % 1e9;
  const rest = fractionText(fraction);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${rest}`;
};

/** A zone as FEEL writes it: its name, or else its offset. */
const zoneText = (zone: Zone | undefined): string => {
  if (zone === undefined) return '';
  return zone.name === undefined ? offsetName(zone.offset) : `@${zone.name}`;
};

/** A zone as Java writes it: its offset, and its name in brackets. */
const isoZone = (zone: Zone | undefined): string => {
  if (zone === undefined) return '';
  return zone.name === undefined ? offsetName(zone.offset) : `${offsetName(zone.offset)}[${zone.name}]`;
};

export const formatTime = ({ nanos, zone }: FeelTime): string => `${formatLocalTime(nanos)}${zoneText(zone)}`;

export const formatDateTime = (value: FeelDateTime): string =>
  `${formatDay(value, '')}T${formatLocalTime(value.nanos)}${zoneText(value.zone)}`;

/** The form that a process variable receives: `2026-01-02T03:04:05+01:00[Europe/Berlin]`. */
export const isoDateTime = (value: FeelDateTime): string =>
  `${formatDay(value, '')}T${formatLocalTime(value.nanos)}${isoZone(value.zone)}`;

const part = (amount: number, unit: string): string => (amount === 0 ? '' : `${amount}${unit}`);

export const formatMonths = ({ months }: MonthsDuration): string => {
  if (months === 0) return 'P0Y';
  const size = Math.abs(months);
  return `${months < 0 ? '-' : ''}P${part(Math.floor(size / 12), 'Y')}${part(size % 12, 'M')}`;
};

/** Days, hours, minutes and seconds, all with the sign of the duration; a fraction of a second is not part of the text. */
const partsOf = ({ seconds }: DaysDuration): readonly [number, number, number, number] => [
  Math.trunc(seconds / 86_400),
  Math.trunc(seconds / 3600) % 24,
  Math.trunc(seconds / 60) % 60,
  seconds % 60,
];

export const formatDays = (value: DaysDuration): string => {
  const parts = partsOf(value);
  if (parts.every((amount) => amount === 0)) return 'P0D';
  const sign = parts.every((amount) => amount <= 0) ? '-' : '';
  const [days, hours, minutes, seconds] = parts.map((amount) => (sign === '-' ? Math.abs(amount) : amount));
  const time = `${part(hours!, 'H')}${part(minutes!, 'M')}${part(seconds!, 'S')}`;
  return `${sign}P${part(days!, 'D')}${time === '' ? '' : `T${time}`}`;
};

/** As {@link formatDays}, with the fraction of a second, which a timer needs: `PT0.5S`. */
export const isoDays = (value: DaysDuration): string => {
  if (value.nanos === 0) return formatDays(value);
  const negative = value.seconds < 0;
  const seconds = negative ? -value.seconds - 1 : value.seconds;
  const fraction = fractionText(negative ? 1e9 - value.nanos : value.nanos);
  const [days, hours, minutes, rest] = partsOf({ seconds, nanos: 0 });
  const time = `${part(hours, 'H')}${part(minutes, 'M')}${rest}${fraction}S`;
  return `${negative ? '-' : ''}P${part(days, 'D')}T${time}`;
};

/** A duration as Java writes it: without days, and with a sign for each part. */
export const javaDuration = ({ seconds, nanos }: DaysDuration): string => {
  if (seconds === 0 && nanos === 0) return 'PT0S';
  const isBelowZero = seconds < 0 && nanos > 0;
  const whole = isBelowZero ? seconds + 1 : seconds;
  const rest = whole % 60;
  const time = `PT${part(Math.trunc(whole / 3600), 'H')}${part(Math.trunc(whole / 60) % 60, 'M')}`;
  if (rest === 0 && nanos === 0) return time;
  const fraction = fractionText(isBelowZero ? 1e9 - nanos : nanos);
  return `${time}${isBelowZero && rest === 0 ? '-0' : rest + 0}${fraction}S`;
};

/** A period as Java writes it: with a sign for each part. */
export const javaPeriod = ({ months }: MonthsDuration): string =>
  months === 0 ? 'P0D' : `P${part(Math.trunc(months / 12), 'Y')}${part(months % 12, 'M')}`;

/** A time with its offset instead of the name of its zone. */
export const isoTime = ({ nanos, zone }: FeelTime): string =>
  `${formatLocalTime(nanos)}${zone === undefined ? '' : offsetName(zone.offset)}`;
