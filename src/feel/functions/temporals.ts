import { duration, evaluate, FeelDateTime, FeelDuration, parseDate, parseDateTime, parseTime, toFeel } from 'feelin';
import { settle } from '../values/kinds.ts';
import { dateTimeOf, zoneToFeel } from '../values/temporal.ts';
import { type Builtin, bindPositional, borrowed, builtin, type Services } from './builtin.ts';

/** A parser of feelin, extended to the form that process variables have. It gives null for any other text. */
const reading =
  (read: (text: string) => unknown) =>
  (text: string): unknown => {
    try {
      return settle(read(zoneToFeel(text)));
    } catch {
      // feelin throws for years before 0.
      return null;
    }
  };

const readDate = reading(parseDate);
const readTime = reading(parseTime);
const readDateTime = reading(parseDateTime);
const readDuration = reading(duration);

/** Parses the text of `@"..."`; its form decides the kind. */
const readTemporal = (text: string): unknown => {
  if (/^-?P/.test(text)) return readDuration(text);
  if (/^\d{1,2}:\d{1,2}:\d{1,2}/.test(text)) return readTime(text);
  return text.includes('T') ? readDateTime(text) : readDate(text);
};

/** A function that parses a string and passes anything else to feelin's function. */
const readingOr = (read: (text: string) => unknown, other: Builtin): Builtin => ({
  ...other,
  call: (args, services) => (typeof args[0] === 'string' ? read(args[0]) : other.call(args, services)),
});

/** A function of feelin that can only be called inside an expression, because its name is not a variable name. */
const spelled = (name: string, parameters: readonly [string, string]): Builtin =>
  builtin(parameters.join(', '), (a: unknown, b: unknown) => settle(evaluate(`${name}(a, b)`, { a, b }).value));

const call = (fn: Builtin, services: Services, ...args: readonly unknown[]): unknown => {
  const bound = bindPositional(fn, args);
  return bound === undefined ? null : fn.call(bound, services);
};

const date = readingOr(readDate, borrowed('date'));

/** The same instant in another zone; a value without a zone receives it. */
const inZone = (value: FeelDateTime, zone: string): unknown => {
  if (value.zone === null) return readDateTime(`${value}@${zone}`);
  try {
    return settle(toFeel(value.unwrap().toZonedDateTime(value.zone).withTimeZone(zone)));
  } catch {
    return null;
  }
};

const combine = spelled('date and time', ['date', 'time']);

const dateTime: Builtin = {
  ...builtin('date, time?, from?', () => null),
  required: 0,
  call: (args, services) => {
    const [first, second, from] = args;
    const text = typeof first === 'string' ? first : from;
    if (typeof text === 'string') return readDateTime(text);
    return first instanceof FeelDateTime && typeof second === 'string'
      ? inZone(first, second)
      : combine.call([first, second], services);
  },
};

const lastDayOfMonth = (value: unknown, services: Services): unknown => {
  const day = call(date, services, value);
  if (day === null) return null;
  const { year, month } = day as { readonly year: number; readonly month: number };
  // To Date, day 0 of the next month is the last day of this month.
  return call(date, services, year, month, new Date(Date.UTC(year, month, 0)).getUTCDate());
};

const cycle = (first: unknown, second: unknown): unknown => {
  const [repetitions, interval] = second === null ? [null, first] : [first, second];
  if (!(interval instanceof FeelDuration)) return null;
  if (repetitions !== null && !(Number.isInteger(repetitions) && (repetitions as number) >= 0)) return null;
  return `R${repetitions ?? ''}/${interval}`;
};

/** Functions on dates, times and durations. */
export const temporalFunctions: Readonly<Record<string, Builtin>> = {
  date,
  time: readingOr(readTime, borrowed('time')),
  'date and time': dateTime,
  duration: builtin('from', (from: unknown) => (typeof from === 'string' ? readDuration(from) : null)),
  'years and months duration': spelled('years and months duration', ['from', 'to']),
  '@': builtin('string', (text: unknown) => (typeof text === 'string' ? readTemporal(text) : null)),
  now: builtin('', ({ now }: Services) => dateTimeOf(now())),
  today: builtin('', (services: Services) => call(date, services, dateTimeOf(services.now()))),
  'day of year': borrowed('day of year'),
  'day of week': borrowed('day of week'),
  'month of year': borrowed('month of year'),
  'week of year': borrowed('week of year'),
  'last day of month': builtin('date', lastDayOfMonth),
  cycle: builtin('repetitions, interval?', cycle),
};

/**
 * Creates a temporal value that a supplied function can return.
 *
 * @param text as in FEEL's `@"..."`, e.g. `PT5S`, `2026-01-02`, `2026-01-02T03:04:05Z`
 * @returns `undefined` if the text is not a temporal value
 */
export const parseTemporal = (text: string): object | undefined => (readTemporal(text) as object | null) ?? undefined;
