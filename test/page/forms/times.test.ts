/** Dates and times of forms, in the time zone of the browser and with one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTime, writeTime } from '../../../src/page/forms/times.ts';

const today = new Date('2026-11-29T12:00');

/** The distance of a local time from UTC, as a zone of ISO 8601. */
const zoneOf = (local: string): string => {
  const date = new Date(local);
  const minutes = Math.round((Date.parse(`${local}Z`) - date.getTime()) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
};

const local = '2026-07-01T09:05';
const inUtc = `${new Date(local).toISOString().slice(0, 16)}Z`;
const timeInUtc = `${new Date('2026-11-29T09:05').toISOString().slice(11, 16)}Z`;

for (const [subtype, format, text, written] of [
  ['date', 'utc_offset', '2026-07-01', '2026-07-01'],
  [undefined, 'utc_normalized', '2026-07-01', '2026-07-01'],
  ['datetime', 'utc_offset', local, `${local}${zoneOf(local)}`],
  ['datetime', 'utc_normalized', local, inUtc],
  ['datetime', 'no_timezone', local, local],
  ['datetime', undefined, local, local],
  ['time', 'utc_offset', '09:05', `09:05${zoneOf('2026-11-29T09:05')}`],
  ['time', 'utc_normalized', '09:05', timeInUtc],
  ['time', 'no_timezone', '09:05', '09:05'],
] as const) {
  test(`${text} as ${subtype ?? 'a date'}, ${format ?? 'without a format'}, is ${written}, and is shown again`, () => {
    const field = {
      ...(subtype === undefined ? {} : { subtype }),
      ...(format === undefined ? {} : { timeSerializingFormat: format }),
    };
    assert.equal(writeTime(text, field, today), written);
    assert.equal(readTime(written, field, today), text);
  });
}

test('a value with any time zone is shown as the time of this place', () => {
  const field = { subtype: 'datetime' };
  const zones = fc.tuple(fc.integer({ min: -12, max: 14 }), fc.constantFrom(0, 30, 45));
  // In summer, when no clock is put back: an hour that comes twice has two times.
  const [from, to] = ['2026-06-01', '2026-08-31'].map((day) => Date.parse(day) / 60_000) as [number, number];
  const minutes = fc.integer({ min: from, max: to });
  fc.assert(
    fc.property(minutes, zones, (minute, [hours, rest]) => {
      const time = minute * 60_000;
      const sign = hours < 0 ? -1 : 1;
      const shifted = new Date(time + sign * (Math.abs(hours) * 60 + rest) * 60_000).toISOString().slice(0, 19);
      const zone = `${sign < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
      assert.equal(new Date(readTime(`${shifted}${zone}`, field)).getTime(), time);
    }),
  );
});

for (const [value, subtype, shown] of [
  ['2026-07-01T09:05:33', 'datetime', '2026-07-01T09:05'],
  ['09:05:33', 'time', '09:05'],
  ['2026-07-01T09:05:33Z', 'date', '2026-07-01'],
  ['soon', 'datetime', 'soon'],
  ['99:99Z', 'time', '99:99'],
] as const) {
  test(`${value} is shown as ${shown} where there is a ${subtype}`, () =>
    assert.equal(readTime(value, { subtype }, today), shown));
}
