/** Days of the proleptic Gregorian calendar, counted from 1970-01-01. */
import { monthLength } from '../../../common/calendar.ts';

/** A day of the calendar; months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Years that Java's dates can have. */
export const maxYear = 999_999_999;

/** Counts the days up to a day. Years begin in March, so that a leap day is the last day of its year. */
export const daysOf = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

/** The inverse of {@link daysOf}. */
export const calendarDay = (days: number): CalendarDay => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
};

/** The number of a day; `undefined` if there is no such day. */
export const validDay = (year: number, month: number, day: number): number | undefined => {
  if (![year, month, day].every(Number.isInteger) || Math.abs(year) > maxYear) return undefined;
  return month < 1 || month > 12 || day < 1 || day > monthLength(year, month) ? undefined : daysOf(year, month, day);
};

/** Adds months; a day that the resulting month does not have becomes the last day of it. `undefined` beyond all years. */
export const addMonths = (days: number, months: number): number | undefined => {
  const { year, month, day } = calendarDay(days);
  const total = year * 12 + month - 1 + months;
  const newYear = Math.floor(total / 12);
  const newMonth = total - newYear * 12 + 1;
  return validDay(newYear, newMonth, Math.min(day, monthLength(newYear, newMonth)));
};

/** 1 (Monday) to 7 (Sunday). */
export const weekdayOf = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1;

/** The number of the ISO 8601 week. */
export const weekOf = (days: number): number => {
  // The week belongs to the year of its Thursday.
  const thursday = days - weekdayOf(days) + 4;
  const { year } = calendarDay(thursday);
  return Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1;
};

/** Whole months from one day to another, as Java's `Period.between` counts them. */
export const monthsBetween = (from: number, to: number): number => {
  const [a, b] = [calendarDay(from), calendarDay(to)];
  const months = (b.year - a.year) * 12 + b.month - a.month;
  if (months > 0 && b.day < a.day) return months - 1;
  return months < 0 && b.day > a.day ? months + 1 : months;
};
