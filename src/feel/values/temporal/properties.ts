/** What a path reads from a temporal value. */
import { kindOf } from '../kinds.ts';
import { calendarDay, weekdayOf } from './calendar.ts';
import { daysDurationOf } from './create.ts';
import type { DaysDuration, FeelDate, FeelTime, MonthsDuration } from './types.ts';

type Reader = (value: never) => unknown;

const ofDate = {
  year: ({ days }: FeelDate) => calendarDay(days).year,
  month: ({ days }: FeelDate) => calendarDay(days).month,
  day: ({ days }: FeelDate) => calendarDay(days).day,
  weekday: ({ days }: FeelDate) => weekdayOf(days),
};

const ofTime = {
  hour: ({ nanos }: FeelTime) => Math.floor(nanos / 3_600_000_000_000),
  minute: ({ nanos }: FeelTime) => Math.floor(nanos / 60_000_000_000) % 60,
  second: ({ nanos }: FeelTime) => Math.floor(nanos / 1_000_000_000) % 60,
  'time offset': ({ zone }: FeelTime) =>
    zone === undefined ? null : daysDurationOf({ seconds: zone.offset, nanos: 0 }),
  timezone: ({ zone }: FeelTime) => zone?.name ?? null,
};

const readers: Readonly<Record<string, ReadonlyMap<string, Reader>>> = {
  date: new Map(Object.entries(ofDate)),
  time: new Map(Object.entries(ofTime)),
  'date and time': new Map<string, Reader>([...Object.entries(ofDate), ...Object.entries(ofTime)]),
  'days and time duration': new Map(
    Object.entries({
      days: ({ seconds }: DaysDuration) => Math.trunc(seconds / 86_400) || 0,
      hours: ({ seconds }: DaysDuration) => Math.trunc(seconds / 3600) % 24 || 0,
      minutes: ({ seconds }: DaysDuration) => Math.trunc(seconds / 60) % 60 || 0,
      seconds: ({ seconds }: DaysDuration) => seconds % 60 || 0,
    }),
  ),
  'years and months duration': new Map(
    Object.entries({
      years: ({ months }: MonthsDuration) => Math.trunc(months / 12) || 0,
      months: ({ months }: MonthsDuration) => months % 12 || 0,
    }),
  ),
};

/** The property of a temporal value; `undefined` if there is none with this name. A range has none, as on a cluster. */
export const propertyOf = (value: object, key: string): unknown =>
  readers[kindOf(value) ?? '']?.get(key)?.(value as never);
