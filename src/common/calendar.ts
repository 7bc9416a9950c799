/** The lengths of months, offsets from UTC and named time zones. */

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The number of days in a month, 1 to 12. */
export const monthLength = (year: number, month: number): number => {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeapYear ? 29 : monthLengths[month - 1]!;
};

const offsetPattern = /^([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;

/**
 * Reads `Z`, `+01`, `+0130`, `+01:30` or `-05:30:15`.
 *
 * @returns seconds east of UTC; `undefined` for any other text, and beyond 18 hours
 * @example
 * parseOffset('-01:30'); // -5400
 */
export const parseOffset = (text: string): number | undefined => {
  if (text === 'Z') return 0;
  const match = offsetPattern.exec(text);
  if (match === null) return undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (total > 18 * 3600) return undefined;
  return sign === '-' ? 0 - total : total;
};

const formatOf = (zone: string): Intl.DateTimeFormat | undefined => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
};

/** Tells whether this machine knows a time zone of that name. */
export const isZone = (name: string): boolean => formatOf(name) !== undefined;

/** The offset at an instant, in milliseconds east of UTC. */
const offsetAt = (format: Intl.DateTimeFormat, instant: number): number => {
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return (parseOffset(name.replace(/^(?:GMT|UTC)/, '') || 'Z') ?? 0) * 1000;
};

const day = 86_400_000;

/**
 * The instant of a local time in a named zone. If a clock change repeats the local time, the first one counts; if it skips
 * the local time, the time moves forward by the gap.
 *
 * @param local milliseconds since the epoch, as if the local time were UTC; more than a day from the limits of a `Date`
 * @returns milliseconds since the epoch; `undefined` if this machine knows no such zone
 * @example
 * instantInZone(Date.UTC(2026, 0, 31, 10), 'Europe/Berlin'); // Date.UTC(2026, 0, 31, 9)
 */
export const instantInZone = (local: number, zone: string): number | undefined => {
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  const before = offsetAt(format, local - day);
  const after = offsetAt(format, local + day);
  const holds = (offset: number): boolean => offsetAt(format, local - offset) === offset;
  return local - (!holds(before) && holds(after) ? after : before);
};
