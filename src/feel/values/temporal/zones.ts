/** The offsets of time zones, in seconds, from the zone data of the JavaScript engine. */
import { parseOffset } from '../../../common/calendar.ts';

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Offsets by quarter of an hour: a zone changes its offset only at the end of one. */
  readonly known: Map<number, number>;
}

const zones = new Map<string, Zone | undefined>();

const maxKnown = 1000;

/** Names as Java accepts them: regions are case-sensitive. */
const regionName = /^[A-Z][\w~/.+-]+$/;

const createZone = (name: string): Zone | undefined => {
  if (!regionName.test(name)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const canonical = format.resolvedOptions().timeZone;
    if (canonical !== name && canonical.toLowerCase() === name.toLowerCase()) return undefined;
    return { format, known: new Map() };
  } catch {
    return undefined;
  }
};

const zoneOf = (name: string): Zone | undefined => {
  if (zones.has(name)) return zones.get(name);
  if (zones.size >= maxKnown) zones.clear();
  const zone = createZone(name);
  zones.set(name, zone);
  return zone;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Writes an offset: `Z`, `+01:00`, `-05:30:15`. */
export const offsetName = (seconds: number): string => {
  if (seconds === 0) return 'Z';
  const size = Math.abs(seconds);
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${rest}`;
};

/** `UTC+01:00` and similar names have a fixed offset. */
const fixedName = /^(?:UTC|GMT|UT)([+-].+)?$/;

const fixedOffset = (name: string): number | undefined => {
  const match = fixedName.exec(name);
  if (match !== null) return match[1] === undefined ? 0 : parseOffset(match[1]);
  return parseOffset(name);
};

/** A zone as a value has it: a fixed offset, or a region with a name. */
export interface ParsedZone {
  readonly offset: number;
  /** Undefined for a plain offset. */
  readonly name: string | undefined;
}

/** Reads the name of a zone: `Europe/Berlin`, `UTC`, `Z`, `+01:00`; `undefined` if there is no such zone. */
export const parseZone = (text: string): ParsedZone | undefined => {
  const plain = parseOffset(text);
  if (plain !== undefined) return { offset: plain, name: undefined };
  const fixed = fixedOffset(text);
  if (fixed !== undefined) return { offset: fixed, name: text };
  return zoneOf(text) === undefined ? undefined : { offset: offsetAt(text, 0), name: text };
};

const shown = /(\d+)\/(\d+)\/(\d+) ([AB])\D*, (\d+):(\d+):(\d+)/;

const readOffset = (zone: Zone, seconds: number): number => {
  const match = shown.exec(zone.format.format(seconds * 1000));
  if (match === null) return 0;
  const [, month, day, year, era, hour, minute, second] = match;
  const date = new Date(0);
  date.setUTCFullYear(era === 'B' ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  return date.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - seconds;
};

/** JavaScript's dates end here; beyond, a zone keeps its last offset. */
const maxSeconds = 8_640_000_000_000 - 172_800;

/**
 * The offset of a zone at an instant.
 *
 * @param seconds since the epoch
 */
export const offsetAt = (name: string, seconds: number): number => {
  const fixed = fixedOffset(name);
  if (fixed !== undefined) return fixed;
  const zone = zoneOf(name);
  if (zone === undefined) return 0;
  const quarter = Math.floor(Math.max(-maxSeconds, Math.min(maxSeconds, seconds)) / 900);
  const known = zone.known.get(quarter);
  if (known !== undefined) return known;
  const offset = readOffset(zone, quarter * 900);
  if (zone.known.size >= maxKnown) zone.known.clear();
  zone.known.set(quarter, offset);
  return offset;
};

/**
 * The offset of a zone at a local time. A time that occurs twice has the preferred offset, or else the earlier one.
 *
 * @param local seconds since the epoch, as if the local time were UTC
 * @returns the offset, and the seconds by which a local time that the zone skips moves forward
 */
export const offsetAtLocal = (
  name: string,
  local: number,
  preferred?: number,
): { readonly offset: number; readonly skipped: number } => {
  const before = offsetAt(name, local - offsetAt(name, local - 86_400));
  const [early, late] = [offsetAt(name, local - 86_400), offsetAt(name, local + 86_400)];
  const candidates = [early, before, late].filter((offset) => offsetAt(name, local - offset) === offset);
  if (preferred !== undefined && offsetAt(name, local - preferred) === preferred) {
    return { offset: preferred, skipped: 0 };
  }
  const [found] = candidates;
  return found === undefined ? { offset: late, skipped: late - early } : { offset: found, skipped: 0 };
};

/** The standard offset of a zone, without daylight saving time: the smaller one of winter and summer. */
export const standardOffset = (name: string, now: number): number => {
  const year = new Date(now).getUTCFullYear();
  return Math.min(offsetAt(name, Date.UTC(year, 0, 1) / 1000), offsetAt(name, Date.UTC(year, 6, 1) / 1000));
};
