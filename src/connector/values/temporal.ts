import * as v from 'valibot';
import { fault } from '../../common/fault.ts';
import type { Schema } from '../types.ts';
import {
  type DateFields,
  type DaysTimeFields,
  instantOf,
  isoSources,
  isZone,
  parseDate,
  parseDateTime,
  parseDaysTime,
  parseTime,
  parseYearsMonths,
  type TimeFields,
  type YearsMonthsFields,
} from './iso8601.ts';

/** What all temporal values have: their kind and the exact text that they came from, which is also their JSON form. */
interface Temporal<Kind extends string> {
  readonly kind: Kind;
  /** The ISO 8601 text as the process has it. */
  readonly text: string;
  toJSON(): string;
  toString(): string;
}

/** FEEL's date. */
export type FeelDate = Temporal<'date'> & DateFields;

/** FEEL's time, local or with offset or zone. */
export type FeelTime = Temporal<'time'> & TimeFields;

/** FEEL's date and time, local or with offset or zone. */
export type FeelDateTime = Temporal<'dateTime'> & DateFields & TimeFields;

/** FEEL's days and time duration. */
export type FeelDaysTimeDuration = Temporal<'daysTimeDuration'> & DaysTimeFields;

/** FEEL's years and months duration. */
export type FeelYearsMonthsDuration = Temporal<'yearsMonthsDuration'> & YearsMonthsFields;

/** What a temporal schema takes: ISO 8601 text, or a value that such a schema gave, on its way out again. */
export type TemporalInput<Kind extends string> = string | { readonly kind: Kind; readonly text: string };

/** One function for all values, so that equal values are deeply equal. */
function ownText(this: { readonly text: string }): string {
  return this.text;
}

/** What a temporal schema says about the text that it takes. It is plain data, so that messages and templates agree. */
export interface TemporalForm {
  /** E.g. `a date`. */
  readonly noun: string;
  readonly examples: readonly [string, ...string[]];
  /** A regular expression. It may also match days that the calendar does not have. */
  readonly source: string;
}

/** E.g. `a date such as 2026-01-31`. */
export const describeTemporal = ({ noun, examples }: TemporalForm): string =>
  `${noun} such as ${examples.join(' or ')}`;

/** The property of a schema that holds its form; also found by another copy of the package. */
const formKey: symbol = Symbol.for('camunda-connectors.temporal');

/** The form of a temporal schema; `undefined` for any other schema. A pipe has the form of its first schema. */
export const temporalForm = (schema: Schema): TemporalForm | undefined =>
  (schema as unknown as Readonly<Record<symbol, TemporalForm | undefined>>)[formKey];

const temporal = <Kind extends string, Fields extends object>(
  kind: Kind,
  form: TemporalForm,
  parse: (text: string) => Fields | undefined,
): v.GenericSchema<TemporalInput<Kind>, Temporal<Kind> & Fields> => {
  const message = `expected ${describeTemporal(form)}`;
  const input = v.union([v.string(), v.object({ kind: v.literal(kind), text: v.string() })], message);
  return v.pipe(
    Object.assign(input, { [formKey]: form }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const text = typeof dataset.value === 'string' ? dataset.value : dataset.value.text;
      const fields = parse(text);
      if (fields === undefined) {
        addIssue({ message });
        return NEVER;
      }
      return Object.freeze({ kind, ...fields, text, toJSON: ownText, toString: ownText }) as Temporal<Kind> & Fields;
    }),
  );
};

/**
 * A schema of FEEL dates: takes the text `2026-01-31` (or a value that it gave before), gives year, month and day.
 * Days that the calendar does not have are refused.
 *
 * @example
 * v.parse(feelDate(), '2026-01-31'); // { kind: 'date', year: 2026, month: 1, day: 31, text: '2026-01-31', … }
 */
export const feelDate = (): v.GenericSchema<TemporalInput<'date'>, FeelDate> =>
  temporal('date', { noun: 'a date', examples: ['2026-01-31'], source: isoSources.date }, parseDate);

/**
 * A schema of FEEL times: `13:05:30`, `13:05:30.5`, `13:05:30+01:00`, `13:05:30@Europe/Berlin`. `offset` (in seconds)
 * and `zone` are there when the text has them.
 *
 * @example
 * v.parse(feelTime(), '13:05:30+01:00'); // { kind: 'time', hour: 13, minute: 5, second: 30, offset: 3600, … }
 */
export const feelTime = (): v.GenericSchema<TemporalInput<'time'>, FeelTime> =>
  temporal('time', { noun: 'a time', examples: ['13:05:30', '13:05:30+01:00'], source: isoSources.time }, parseTime);

/**
 * A schema of FEEL dates with time: `2026-01-31T13:05:30`, also with `Z`, `+01:00`, `+01:00[Europe/Berlin]` or
 * `@Europe/Berlin`, which are kept. {@link toDate} makes a `Date` of it.
 *
 * @example
 * toDate(v.parse(feelDateTime(), '2026-01-31T13:05:30Z')).getTime(); // 1769864730000
 */
export const feelDateTime = (): v.GenericSchema<TemporalInput<'dateTime'>, FeelDateTime> =>
  temporal(
    'dateTime',
    { noun: 'a date and time', examples: ['2026-01-31T13:05:30+01:00'], source: isoSources.dateTime },
    parseDateTime,
  );

/**
 * A schema of FEEL days and time durations: `P1DT2H30M`, `PT0.5S`, `-PT5M`. The parts are balanced (90 minutes are an
 * hour and 30 minutes) and have the sign of the whole. {@link toMilliseconds} sums them up.
 *
 * @example
 * toMilliseconds(v.parse(feelDaysTimeDuration(), 'PT90M')); // 5400000
 */
export const feelDaysTimeDuration = (): v.GenericSchema<TemporalInput<'daysTimeDuration'>, FeelDaysTimeDuration> =>
  temporal(
    'daysTimeDuration',
    { noun: 'a duration of days and time', examples: ['P1DT2H30M'], source: isoSources.daysTimeDuration },
    parseDaysTime,
  );

/**
 * A schema of FEEL years and months durations: `P1Y2M`, `-P3M`. The parts are balanced and have the sign of the whole.
 *
 * @example
 * v.parse(feelYearsMonthsDuration(), 'P14M'); // { kind: 'yearsMonthsDuration', years: 1, months: 2, … }
 */
export const feelYearsMonthsDuration = (): v.GenericSchema<
  TemporalInput<'yearsMonthsDuration'>,
  FeelYearsMonthsDuration
> =>
  temporal(
    'yearsMonthsDuration',
    { noun: 'a duration of years and months', examples: ['P1Y2M'], source: isoSources.yearsMonthsDuration },
    parseYearsMonths,
  );

const midnight: TimeFields = { hour: 0, minute: 0, second: 0, nanosecond: 0 };

/**
 * The instant of a FEEL date or date with time, to the millisecond.
 *
 * A date is its midnight in `zone`, by default in UTC. A date with time stands for itself when it has an offset or a
 * zone; a local one needs `zone`, because guessing it would depend on the machine.
 *
 * @param value what {@link feelDate} or {@link feelDateTime} gave
 * @param zone name of a time zone, e.g. `Europe/Berlin`, for values that have none
 * @example
 * toDate(v.parse(feelDateTime(), '2026-01-31T13:05:30+01:00')); // new Date('2026-01-31T12:05:30.000Z')
 */
export const toDate = (value: FeelDate | FeelDateTime, zone?: string): Date => {
  if (zone !== undefined && !isZone(zone)) {
    throw fault('value', {
      what: 'The zone given to toDate is no time zone.',
      fix: "name one such as 'Europe/Berlin'.",
    });
  }
  const instant = value.kind === 'date' ? instantOf({ ...value, ...midnight }, zone ?? 'UTC') : instantOf(value, zone);
  if (instant !== undefined) return new Date(instant);
  if (value.kind === 'dateTime' && value.offset === undefined && value.zone === undefined && zone === undefined) {
    throw fault('value', {
      what: 'A local date and time is no instant yet.',
      where: 'toDate(value)',
      fix: "say in which time zone it is meant, e.g. toDate(value, 'Europe/Berlin').",
    });
  }
  throw fault('value', { what: 'The date lies beyond what a Date can hold.', where: 'toDate(value)' });
};

/**
 * The length of a days and time duration in milliseconds, with a fraction where it has one.
 *
 * @param duration what {@link feelDaysTimeDuration} gave
 * @example
 * toMilliseconds(v.parse(feelDaysTimeDuration(), 'PT1M30S')); // 90000
 */
export const toMilliseconds = (duration: FeelDaysTimeDuration): number =>
  ((duration.days * 24 + duration.hours) * 60 + duration.minutes) * 60_000 +
  duration.seconds * 1000 +
  duration.nanoseconds / 1_000_000;
