/** Dates and times of forms: the inputs of a browser have those of its place, and forms can write them with a time zone. */
import type { FormComponent } from '../../cli/dev/page/contract.ts';

/** Which fields a date or time has, and how it is written. */
type TimeField = Pick<FormComponent, 'subtype' | 'timeSerializingFormat'>;

const two = (number: number): string => String(number).padStart(2, '0');

const localDay = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

const localTime = (date: Date): string => `${two(date.getHours())}:${two(date.getMinutes())}`;

/** The distance from UTC, such as `+05:30`. */
const offsetText = (date: Date): string => {
  const east = -date.getTimezoneOffset();
  const minutes = Math.abs(east);
  return `${east < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};

/** A time without a day is one of today. */
const dayBefore = ({ subtype }: TimeField, today: Date): string => (subtype === 'time' ? `${localDay(today)}T` : '');

/**
 * What an input contains, as the form writes it: `utc_offset` adds the distance from UTC, and `utc_normalized` writes the time in UTC.
 *
 * @param text of the input, e.g. `2026-11-29T09:00` or `09:00`
 * @example
 * writeTime('2026-11-29T09:00', { subtype: 'datetime', timeSerializingFormat: 'utc_offset' }); // '2026-11-29T09:00+01:00' in Berlin
 */
export const writeTime = (text: string, field: TimeField, today: Date = new Date()): string => {
  const { subtype = 'date', timeSerializingFormat: format } = field;
  const date = new Date(`${dayBefore(field, today)}${text}`);
  if (subtype === 'date' || Number.isNaN(date.getTime())) return text;
  if (format === 'utc_offset') return `${text}${offsetText(date)}`;
  if (format !== 'utc_normalized') return text;
  const utc = date.toISOString().slice(0, 'YYYY-MM-DDTHH:mm'.length);
  return `${subtype === 'time' ? utc.slice(utc.indexOf('T') + 1) : utc}Z`;
};

/** A time with a time zone. */
const zoned = /\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

/**
 * What an input shows of a value of the form.
 *
 * @example
 * readTime('2026-11-29T08:00Z', { subtype: 'datetime' }); // '2026-11-29T09:00' in Berlin
 */
export const readTime = (value: string, field: TimeField, today: Date = new Date()): string => {
  const { subtype = 'date' } = field;
  const date = new Date(`${dayBefore(field, today)}${value}`);
  const isZoned = zoned.test(value) && !Number.isNaN(date.getTime());
  if (subtype === 'time') return isZoned ? localTime(date) : value.slice(0, 'HH:mm'.length);
  if (subtype === 'datetime') {
    return isZoned ? `${localDay(date)}T${localTime(date)}` : value.slice(0, 'YYYY-MM-DDTHH:mm'.length);
  }
  return value.slice(0, 'YYYY-MM-DD'.length);
};
