import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { instantInZone, isZone, monthLength, parseOffset } from '../../src/common/calendar.ts';

describe('the length of a month', () => {
  const cases: readonly (readonly [year: number, month: number, days: number])[] = [
    [2026, 1, 31],
    [2026, 2, 28],
    [2024, 2, 29],
    [1900, 2, 28],
    [2000, 2, 29],
    [2026, 4, 30],
    [2026, 12, 31],
  ];
  for (const [year, month, days] of cases) {
    test(`${year}-${month} has ${days} days`, () => assert.equal(monthLength(year, month), days));
  }
});

describe('an offset', () => {
  const cases: readonly (readonly [text: string, seconds: number | undefined])[] = [
    ['Z', 0],
    ['+00:00', 0],
    ['-00:00', 0],
    ['+1', 3600],
    ['+01', 3600],
    ['+0130', 5400],
    ['-01:30', -5400],
    ['-05:30:15', -19_815],
    ['+18:00', 64_800],
    ['+18:00:01', undefined],
    ['-18:30', undefined],
    ['+01:60', undefined],
    ['+01:00:60', undefined],
    ['01:00', undefined],
    ['z', undefined],
    ['', undefined],
  ];
  for (const [text, seconds] of cases) {
    test(`${JSON.stringify(text)} is ${seconds ?? 'rejected'}`, () => assert.equal(parseOffset(text), seconds));
  }
});

describe('a local time in a zone', () => {
  const cases: readonly (readonly [local: string, zone: string, instant: string])[] = [
    ['2026-01-31T10:00:00Z', 'Europe/Berlin', '2026-01-31T09:00:00Z'],
    ['2026-07-31T10:00:00Z', 'Europe/Berlin', '2026-07-31T08:00:00Z'],
    ['2026-01-31T10:00:00Z', 'UTC', '2026-01-31T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'Asia/Kathmandu', '2026-01-31T04:15:00Z'],
    // Skipped: it moves forward by the gap.
    ['2026-03-29T02:30:00Z', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    // Repeated: the first one counts.
    ['2026-10-25T02:30:00Z', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2026-11-01T01:30:00Z', 'America/New_York', '2026-11-01T05:30:00Z'],
    ['2026-04-05T02:30:00Z', 'Australia/Sydney', '2026-04-04T15:30:00Z'],
  ];
  for (const [local, zone, instant] of cases) {
    test(`${local.slice(0, -1)} in ${zone}`, () =>
      assert.equal(instantInZone(Date.parse(local), zone), Date.parse(instant)));
  }

  test('an unknown zone has none', () => {
    assert.equal(instantInZone(0, 'Mars/Olympus'), undefined);
    assert.equal(isZone('Mars/Olympus'), false);
    assert.equal(isZone('Europe/Berlin'), true);
  });
});
