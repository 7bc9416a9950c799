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

/** What all temporal values have in common: their kind, and the exact text that they came from, which is also their JSON. */
interface Temporal<Kind extends string> {
  readonly kind: Kind;
  /** The ISO 8601 text, as in the process. */
  readonly text: string;
  toJSON(): string;
  toString(): string;
}

/** A date of FEEL. */
export type FeelDate = Temporal<'date'> & DateFields;

/** A time of FEEL: local, or with an offset or a time zone. */
export type FeelTime = Temporal<'time'> & TimeFields;

/** A date and time of FEEL: local, or with an offset or a time zone. */
export type FeelDateTime = Temporal<'dateTime'> & DateFields & TimeFields;

/** A days and time duration of FEEL. */
export type FeelDaysTimeDuration = Temporal<'daysTimeDuration'> & DaysTimeFields;

/** A years and months duration of FEEL. */
export type FeelYearsMonthsDuration = Temporal<'yearsMonthsDuration'> & YearsMonthsFields;

/** What a temporal schema accepts: ISO 8601 text, or a value that such a schema returned earlier. */
export type TemporalInput<Kind extends string> = string | { readonly kind: Kind; readonly text: string };

/** A single function for all values, so that equal values are deeply equal. */
function ownText(this: { readonly text: string }): string {
  return this.text;
}

/** Describes the text that a temporal schema accepts, as data for both messages and templates. */
export interface TemporalForm {
  /** E.g. `a date`. */
  readonly noun: string;
  readonly examples: readonly [string, ...string[]];
  /** The source of a regular expression. It may also match days that the calendar does not have. */
  readonly source: string;
}

/** E.g. `a date such as 2026-01-31`. */
export const describeTemporal = ({ noun, examples }: TemporalForm): string =>
  `${noun} such as ${examples.join(' or ')}`;

/** The property of a schema that holds its form. Every copy of the package uses the same symbol. */
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
 * A valibot schema for a date, e.g. `2026-01-31`. Refuses days that the calendar does not have.
 *
 * @returns a schema that accepts text and yields `{ kind: 'date', year, month, day, text }`; as JSON, the value is its
 *   text again
 * @example
 * v.parse(feelDate(), '2026-01-31'); // { kind: 'date', year: 2026, month: 1, day: 31, text: '2026-01-31', … }
 */
export const feelDate = (): v.GenericSchema<TemporalInput<'date'>, FeelDate> =>
  temporal('date', { noun: 'a date', examples: ['2026-01-31'], source: isoSources.date }, parseDate);

/**
 * A valibot schema for a time of day, e.g. `13:05:30`, `13:05:30.5`, `13:05:30+01:00` or `13:05:30@Europe/Berlin`.
 *
 * @returns a schema that accepts text and yields `{ kind: 'time', hour, minute, second, nanosecond, offset?, zone?, text }`,
 *   with `offset` in seconds east of UTC; as JSON, the value is its text again
 * @example
 * v.parse(feelTime(), '13:05:30+01:00'); // { kind: 'time', hour: 13, minute: 5, second: 30, offset: 3600, … }
 */
export const feelTime = (): v.GenericSchema<TemporalInput<'time'>, FeelTime> =>
  temporal('time', { noun: 'a time', examples: ['13:05:30', '13:05:30+01:00'], source: isoSources.time }, parseTime);

/**
 * A valibot schema for a date and time, e.g. `2026-01-31T13:05:30`, optionally followed by `Z`, `+01:00`,
 * `+01:00[Europe/Berlin]` or `@Europe/Berlin`. {@link toDate} converts the value to a `Date`.
 *
 * @returns a schema that accepts text and yields the fields of {@link feelDate} and {@link feelTime}, with
 *   `kind: 'dateTime'`; as JSON, the value is its text again
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
 * A valibot schema for a days and time duration, e.g. `P1DT2H30M`, `PT0.5S` or `-PT5M`. {@link toMilliseconds} converts
 * the value to a number.
 *
 * @returns a schema that accepts text and yields `{ kind: 'daysTimeDuration', days, hours, minutes, seconds, nanoseconds,
 *   text }`. The fields are normalised (90 minutes are 1 hour and 30 minutes) and have the sign of the whole
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
 * A valibot schema for a years and months duration, e.g. `P1Y2M` or `-P3M`.
 *
 * @returns a schema that accepts text and yields `{ kind: 'yearsMonthsDuration', years, months, text }`. The fields are
 *   normalised (14 months are 1 year and 2 months) and have the sign of the whole
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
 * Converts a FEEL date, or date and time, to a `Date`, with a precision of milliseconds.
 *
 * A date becomes its midnight in `zone`, by default in UTC. A date and time with an offset or a time zone needs no `zone`;
 * a local one does, because guessing it would depend on the machine.
 *
 * @param value a value of {@link feelDate} or {@link feelDateTime}
 * @param zone the name of a time zone, e.g. `Europe/Berlin`, for a value without one
 * @throws a fault of kind `value` if the zone is unknown, if a local date and time has no zone, or if a `Date` cannot hold
 *   the instant
 * @example
 * toDate(v.parse(feelDateTime(), '2026-01-31T13:05:30+01:00')); // new Date('2026-01-31T12:05:30.000Z')
 */
export const toDate = (value: FeelDate | FeelDateTime, zone?: string): Date => {
  if (zone !== undefined && !isZone(zone)) {
    throw fault('value', {
      what: 'The zone given to toDate is not a known time zone.',
      fix: "use a name such as 'Europe/Berlin'.",
    });
  }
  const instant = value.kind === 'date' ? instantOf({ ...value, ...midnight }, zone ?? 'UTC') : instantOf(value, zone);
  if (instant !== undefined) return new Date(instant);
  if (value.kind === 'dateTime' && value.offset === undefined && value.zone === undefined && zone === undefined) {
    throw fault('value', {
      what: 'A local date and time is not an instant.',
      where: 'toDate(value)',
      fix: "pass its time zone, e.g. toDate(value, 'Europe/Berlin').",
    });
  }
  throw fault('value', { what: 'The date is outside the range of a Date.', where: 'toDate(value)' });
};

/**
 * Converts a days and time duration to milliseconds, including fractions.
 *
 * @param duration a value of {@link feelDaysTimeDuration}
 * @example
 * toMilliseconds(v.parse(feelDaysTimeDuration(), 'PT1M30S')); // 90000
 */
export const toMilliseconds = (duration: FeelDaysTimeDuration): number =>
  ((duration.days * 24 + duration.hours) * 60 + duration.minutes) * 60_000 +
  duration.seconds * 1000 +
  duration.nanoseconds / 1_000_000;
