/** Cron expressions of timer cycles, in the form of Spring's: six fields from seconds to days of the week. */

/** A parsed cron expression. Times are in UTC. */
export interface Cron {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** Tells whether the fields of the days match. The date is a midnight in UTC. */
  readonly matchesDay: (date: Date) => boolean;
}

interface Field {
  readonly from: number;
  readonly to: number;
  /** Names of the values from `from` on. */
  readonly names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields = {
  second: { from: 0, to: 59 },
  minute: { from: 0, to: 59 },
  hour: { from: 0, to: 23 },
  dayOfMonth: { from: 1, to: 31 },
  month: { from: 1, to: 12, names: months },
  // 7 is Sunday, too.
  dayOfWeek: { from: 0, to: 7, names: weekdays },
} as const satisfies Readonly<Record<string, Field>>;

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
};

const readValue = (text: string, { from, to, names }: Field): number | undefined => {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return from + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
};

/** The values of `*`, `5`, `1-5`, `1-5/2`, `5/10` or a list of these; `undefined` if the text is none of them. */
const readValues = (text: string, field: Field): readonly number[] | undefined => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', every, ...more] = part.split('/');
    const step = every === undefined ? 1 : /^[1-9]\d*$/.test(every) ? Number(every) : undefined;
    const [first = '', last, ...others] = range === '*' ? [`${field.from}`, `${field.to}`] : range.split('-');
    const from = readValue(first, field);
    const to = last === undefined ? (every === undefined ? from : field.to) : readValue(last, field);
    if (step === undefined || from === undefined || to === undefined || from > to) return undefined;
    if (more.length + others.length > 0) return undefined;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
};

type DayTest = (date: Date) => boolean;

const lastDay = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

const weekdayOf = (date: Date, day: number): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();

/** The working day that is nearest to a day and in the same month. */
const nearestWorkday = (date: Date, day: number): number => {
  const weekday = weekdayOf(date, day);
  if (weekday === 6) return day > 1 ? day - 1 : day + 2;
  if (weekday === 0) return day < lastDay(date) ? day + 1 : day - 2;
  return day;
};

const readDayOfMonth = (text: string): DayTest | undefined => {
  const last = /^L(?:-(\d{1,2}))?$/i.exec(text);
  if (last !== null) return (date) => date.getUTCDate() === lastDay(date) - Number(last[1] ?? 0);
  if (/^LW$/i.test(text)) return (date) => date.getUTCDate() === nearestWorkday(date, lastDay(date));
  const near = /^(\d{1,2})W$/i.exec(text);
  if (near !== null) {
    const day = readValue(near[1]!, fields.dayOfMonth);
    if (day === undefined) return undefined;
    return (date) => day <= lastDay(date) && date.getUTCDate() === nearestWorkday(date, day);
  }
  const values = readValues(text, fields.dayOfMonth);
  return values && ((date) => values.includes(date.getUTCDate()));
};

const readDayOfWeek = (text: string): DayTest | undefined => {
  const special = /^(\w{1,3}?)(?:(L)|#([1-5]))$/i.exec(text);
  if (special !== null) {
    const [, name = '', isLast, count] = special;
    const value = readValue(name, fields.dayOfWeek);
    if (value === undefined) return undefined;
    return (date) => {
      if (date.getUTCDay() !== value % 7) return false;
      const day = date.getUTCDate();
      return isLast === undefined ? Math.ceil(day / 7) === Number(count) : day + 7 > lastDay(date);
    };
  }
  const values = readValues(text, fields.dayOfWeek)?.map((value) => value % 7);
  return values && ((date) => values.includes(date.getUTCDay()));
};

const anyDay = (text: string): string => (text === '?' ? '*' : text);

/**
 * Parses a cron expression of six fields (second, minute, hour, day of the month, month, day of the week), or a macro such
 * as `@daily`. The days may be `L`, `L-3`, `LW`, `15W`, `5L` and `MON#2`.
 *
 * @returns the expression, or `undefined` if the text is not one
 * @example
 * nextCronTime(parseCron('0 0 9 * * MON-FRI')!, Date.now()); // the next working day at 9 o'clock
 */
export const parseCron = (text: string): Cron | undefined => {
  const parts = (macros[text.trim()] ?? text.trim()).split(/\s+/);
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = parts;
  if (parts.length !== 6) return undefined;
  const seconds = readValues(second, fields.second);
  const minutes = readValues(minute, fields.minute);
  const hours = readValues(hour, fields.hour);
  const monthValues = readValues(month, fields.month);
  const ofMonth = readDayOfMonth(anyDay(dayOfMonth));
  const ofWeek = readDayOfWeek(anyDay(dayOfWeek));
  if (seconds === undefined || minutes === undefined || hours === undefined) return undefined;
  if (monthValues === undefined || ofMonth === undefined || ofWeek === undefined) return undefined;
  const matchesDay: DayTest = (date) => ofMonth(date) && ofWeek(date);
  return { seconds, minutes, hours, months: monthValues, matchesDay };
};

const dayLength = 86_400_000;

/** No valid expression pauses longer: a 29 February on one day of the week returns after at most 40 years. */
const longestPause = 41 * 366;

/** The first time of a day that is not before `after`. */
const timeOfDay = ({ seconds, minutes, hours }: Cron, day: number, after: number): number | undefined => {
  for (const hour of hours) {
    if (day + (hour + 1) * 3_600_000 <= after) continue;
    for (const minute of minutes) {
      const start = day + hour * 3_600_000 + minute * 60_000;
      if (start + 60_000 <= after) continue;
      const second = seconds.find((value) => start + value * 1000 >= after);
      if (second !== undefined) return start + second * 1000;
    }
  }
  return undefined;
};

/**
 * The next time of a cron expression in UTC.
 *
 * @param after milliseconds since the epoch; the result is later
 * @returns milliseconds since the epoch, or `undefined` if no day matches, as with 30 February
 */
export const nextCronTime = (cron: Cron, after: number): number | undefined => {
  let day = Math.floor(after / dayLength) * dayLength;
  for (let count = 0; count < longestPause; count++, day += dayLength) {
    const date = new Date(day);
    if (Number.isNaN(date.getTime())) return undefined;
    if (!cron.months.includes(date.getUTCMonth() + 1) || !cron.matchesDay(date)) continue;
    const time = timeOfDay(cron, day, after + 1);
    if (time !== undefined) return time;
  }
  return undefined;
};
