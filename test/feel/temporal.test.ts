/** Dates, times and durations follow Java's calendar and zones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calendarDay, daysOf, weekdayOf, weekOf } from '../../src/feel/values/temporal/calendar.ts';
import { offsetAt } from '../../src/feel/values/temporal/zones.ts';
import { evaluate, table } from './support.ts';

table('zones and changes of the clock', [
  ['@"2026-03-01T10:00:00+02:00" - @"2026-03-01T10:00:00Z"', '-PT2H'],
  ['@"2026-03-01T10:00:00@Europe/Berlin" - @"2026-03-01T10:00:00Z"', '-PT1H'],
  ['string(@"2026-03-28T02:30:00@Europe/Berlin" + @"P1D")', '2026-03-29T03:30:00@Europe/Berlin'],
  ['string(@"2026-02-28T02:30:00@Europe/Berlin" + @"P1M")', '2026-03-28T02:30:00@Europe/Berlin'],
  ['string(@"2026-03-29T02:30:00@Europe/Berlin")', '2026-03-29T03:30:00@Europe/Berlin'],
  ['@"2026-10-25T02:30:00@Europe/Berlin" + @"PT1H"', '2026-10-25T02:30:00+01:00[Europe/Berlin]'],
  ['@"2026-10-25T02:30:00@Europe/Berlin" - @"2026-10-25T01:30:00@Europe/Berlin"', 'PT1H'],
  ['string(@"2026-09-08T10:30:00+05:00[Europe/Berlin]")', '2026-09-08T07:30:00@Europe/Berlin'],
  ['date and time(@"2026-01-02T10:00:00", "Z")', '2026-01-02T10:00:00Z'],
  [
    'string(date and time(@"2026-07-31T14:27:30@Europe/Berlin", "America/Los_Angeles"))',
    '2026-07-31T05:27:30@America/Los_Angeles',
  ],
  ['@"2026-01-02T10:00:00@europe/berlin"', null],
  ['@"2026-01-02T10:00:00+19:00"', null],
  ['@"10:00:00+01:00" - @"12:00:00+01:00"', 'PT2H'],
  ['@"10:00:00" - @"12:00:00"', '-PT2H'],
  ['@"10:00:00" < @"10:00:01Z"', null],
  ['@"10:00:00+01:00" <= @"09:00:00Z"', true],
  ['@"2026-01-02T10:00:00+01:00".time offset', 'PT1H'],
]);

table('texts of durations', [
  ['string(@"PT0H0M")', 'P0D'],
  ['string(@"-P0M")', 'P0Y'],
  ['string(duration("PT1.5S"))', 'PT1S'],
  ['duration("PT1.5S")', 'PT1.5S'],
  ['duration("-PT1.5S")', '-PT1.5S'],
  ['duration("P1DT2H") - duration("P1DT1H30M")', 'PT30M'],
  ['years and months duration(@"2011-12-22", @"2013-08-24")', 'P1Y8M'],
  ['duration("P1Y1D")', null],
  ['{x: "p1d", r: [duration(x), duration("p1d")]}.r', [null, 'P1D']],
  ['duration("P1Y") / duration("P5M")', 2],
  ['duration("PT1H") * 1.9', 'PT1H'],
]);

table('distant years', [
  ['date("99999-01-01")', '+99999-01-01'],
  [
    'string(date and time("999999999-12-31T23:59:59.999999999@Europe/Paris"))',
    '999999999-12-31T23:59:59.999999999@Europe/Paris',
  ],
  ['date and time("01211-12-31T11:22:33")', '1211-12-31T11:22:33'],
  ['date("2026-02-29")', null],
]);

test('days of the calendar agree with Date', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50_000_000, max: 50_000_000 }), (days) => {
      const date = new Date(days * 86_400_000);
      const { year, month, day } = calendarDay(days);
      assert.deepEqual([year, month, day], [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
      assert.equal(daysOf(year, month, day), days);
      assert.equal(weekdayOf(days), date.getUTCDay() || 7);
      assert.ok(weekOf(days) >= 1 && weekOf(days) <= 53);
    }),
  );
});

test('the offset of a zone is the difference between its clock and UTC', () => {
  const zone = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  );
  fc.assert(
    fc.property(zone, fc.integer({ min: 0, max: 4_000_000_000 }), (name, seconds) => {
      const [, sign, hours, minutes = '0'] =
        /GMT(?:([+-])(\d+)(?::(\d+))?)?/.exec(
          new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' }).format(seconds * 1000),
        ) ?? [];
      const expected = (Number(hours ?? 0) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1);
      assert.equal(offsetAt(name, seconds), expected);
    }),
    { numRuns: 200 },
  );
});

test('a duration that is added is what the difference gives', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.constantFrom('Z', '+02:00', '@Europe/Berlin'),
      (seconds, zone) => {
        const text = `{a: @"2026-01-02T03:04:05${zone}", d: duration("${seconds < 0 ? '-' : ''}PT${Math.abs(seconds)}S"), r: a + d - a = d}.r`;
        assert.equal(evaluate(text), true);
      },
    ),
  );
});
