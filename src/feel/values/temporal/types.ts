/** A day. */
export interface FeelDate {
  /** Since 1970-01-01. */
  readonly days: number;
}

/** An offset, and the name of the zone if there is one. */
export interface Zone {
  readonly offset: number;
  readonly name: string | undefined;
}

/** A time of day, local or with a zone. */
export interface FeelTime {
  /** Nanoseconds since midnight. */
  readonly nanos: number;
  readonly zone: Zone | undefined;
}

/** A day and a time of day, local or with a zone. */
export interface FeelDateTime extends FeelDate, FeelTime {}

/** A duration in months. */
export interface MonthsDuration {
  readonly months: number;
}

/** A duration in seconds and nanoseconds; `nanos` is never negative. */
export interface DaysDuration {
  readonly seconds: number;
  readonly nanos: number;
}

export type Temporal = FeelDate | FeelTime | FeelDateTime | MonthsDuration | DaysDuration;

/** Nanoseconds of a day. */
export const nanosOfDay = 86_400_000_000_000;

export const nanosOfSecond = 1_000_000_000;

/** The instant of a date and time with a zone, in whole seconds since the epoch; local ones are read as UTC. */
export const epochSeconds = ({ days, nanos, zone }: FeelDateTime): number =>
  days * 86_400 + Math.floor(nanos / nanosOfSecond) - (zone?.offset ?? 0);
