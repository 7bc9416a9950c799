import { createKind } from '../kinds.ts';
import { formatDate, formatDateTime, formatDays, formatMonths, formatTime } from './format.ts';
import type { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration } from './types.ts';

export const dateOf: (fields: FeelDate) => FeelDate = createKind<FeelDate>('date', formatDate);

export const timeOf: (fields: FeelTime) => FeelTime = createKind<FeelTime>('time', formatTime);

export const dateTimeOf: (fields: FeelDateTime) => FeelDateTime = createKind<FeelDateTime>(
  'date and time',
  formatDateTime,
);

export const monthsOf: (fields: MonthsDuration) => MonthsDuration = createKind<MonthsDuration>(
  'years and months duration',
  formatMonths,
);

export const daysDurationOf: (fields: DaysDuration) => DaysDuration = createKind<DaysDuration>(
  'days and time duration',
  formatDays,
);
