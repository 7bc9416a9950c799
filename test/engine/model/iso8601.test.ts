import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  addDuration,
  type Duration,
  parseCycle,
  parseDateTime,
  parseDuration,
} from '../../../src/engine/model/iso8601.ts';

const duration = (parts: Partial<Duration>): Duration => ({ years: 0, months: 0, days: 0, milliseconds: 0, ...parts });
const at = (iso: string): number => Date.parse(iso);

describe('parseDuration', () => {
  const cases: readonly [string, Duration | undefined][] = [
    ['PT20S', duration({ milliseconds: 20_000 })],
    ['PT0S', duration({})],
    ['P1DT2H', duration({ days: 1, milliseconds: 7_200_000 })],
    ['P1Y2M3W4DT5H6M7.008S', duration({ years: 1, months: 2, days: 25, milliseconds: 18_367_008 })],
    ['PT0,5S', duration({ milliseconds: 500 })],
    ['PT0.0001S', duration({ milliseconds: 1 })],
    ['PT0.001S', duration({ milliseconds: 1 })],
    ['PT1.003S', duration({ milliseconds: 1003 })],
    ['PT90M', duration({ milliseconds: 5_400_000 })],
    ['-PT5S', duration({ milliseconds: -5000 })],
    ['PT-5S', duration({ milliseconds: -5000 })],
    ['-P1M', duration({ months: -1 })],
    ['pt1m', duration({ milliseconds: 60_000 })],
    ['', undefined],
    ['P', undefined],
    ['PT', undefined],
    ['P1DT', undefined],
    ['P1H', undefined],
    ['PT1D', undefined],
    ['PT1.5M', undefined],
    ['1H', undefined],
    ['PT1S ', undefined],
    ['P99999999999999999Y', undefined],
  ];
  for (const [text, expected] of cases) {
    test(`${JSON.stringify(text)} is ${expected === undefined ? 'rejected' : 'parsed'}`, () =>
      assert.deepEqual(parseDuration(text), expected));
  }

  test('parses every duration that it can express', () => {
    const parts = fc.record({
      years: fc.integer({ min: -9999, max: 9999 }),
      months: fc.integer({ min: -999, max: 999 }),
      days: fc.integer({ min: -99_999, max: 99_999 }),
      milliseconds: fc.integer({ min: -1e12, max: 1e12 }),
    });
    fc.assert(
      fc.property(parts, ({ years, months, days, milliseconds }) => {
        const seconds = `${milliseconds < 0 ? '-' : ''}${(Math.abs(milliseconds) / 1000).toFixed(3)}`;
        const text = `P${years}Y${months}M${days}DT${seconds}S`;
        assert.deepEqual(parseDuration(text), { years, months, days, milliseconds });
      }),
    );
  });
});

describe('addDuration', () => {
  const cases: readonly [string, string, string][] = [
    ['2024-01-31T10:00:00Z', 'P1M', '2024-02-29T10:00:00Z'],
    ['2023-01-31T10:00:00Z', 'P1M', '2023-02-28T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00Z'],
    ['2024-11-30T00:00:00Z', 'P3M', '2025-02-28T00:00:00Z'],
    ['2024-03-31T00:00:00Z', '-P1M', '2024-02-29T00:00:00Z'],
    ['2024-01-31T00:00:00Z', 'P1M1D', '2024-03-01T00:00:00Z'],
    ['2024-12-31T23:59:59Z', 'PT1S', '2025-01-01T00:00:00Z'],
    ['2024-01-01T00:00:00Z', 'P2W', '2024-01-15T00:00:00Z'],
  ];
  for (const [from, text, expected] of cases) {
    test(`${from} and ${text} is ${expected}`, () => {
      const parsed = parseDuration(text);
      assert.ok(parsed);
      assert.equal(addDuration(at(from), parsed), at(expected));
    });
  }

  test('stays within the range of a date', () => {
    const [on, back] = [parseDuration('P9999999Y'), parseDuration('-P9999999Y')];
    assert.ok(on && back);
    assert.equal(addDuration(0, on), 8.64e15);
    assert.equal(addDuration(0, back), -8.64e15);
  });

  test('an exact duration is simply added, at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: -1e9, max: 1e9 }), (instant, milliseconds) => {
        assert.equal(addDuration(instant, duration({ milliseconds })), instant + milliseconds);
      }),
    );
  });
});

describe('parseDateTime', () => {
  const cases: readonly [string, string | undefined][] = [
    ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00Z'],
    ['2026-01-31T10:00', '2026-01-31T10:00:00Z'],
    ['2026-01-31T10:00:00', '2026-01-31T10:00:00Z'],
    ['2026-01-31T10:00:00.5', '2026-01-31T10:00:00.500Z'],
    ['2026-01-31T10:00:00.000000001Z', '2026-01-31T10:00:00.001Z'],
    ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00Z'],
    ['2026-01-31T10:00:00-0530', '2026-01-31T15:30:00Z'],
    ['2026-01-31T10:00:00+02', '2026-01-31T08:00:00Z'],
    ['2026-01-31T10:00:00[Europe/Berlin]', '2026-01-31T09:00:00Z'],
    ['2026-07-31T10:00:00[Europe/Berlin]', '2026-07-31T08:00:00Z'],
    ['2026-07-31T10:00:00@Europe/Berlin', '2026-07-31T08:00:00Z'],
    ['2026-07-31T10:00:00+02:00[Europe/Berlin]', '2026-07-31T08:00:00Z'],
    ['2026-07-31T10:00:00Z[UTC]', '2026-07-31T10:00:00Z'],
    ['2026-03-29T02:30:00[Europe/Berlin]', '2026-03-29T01:30:00Z'],
    ['2026-10-25T02:30:00[Europe/Berlin]', '2026-10-25T00:30:00Z'],
    ['2026-10-25T02:30:00+01:00[Europe/Berlin]', '2026-10-25T01:30:00Z'],
    ['2026-11-01T01:30:00[America/New_York]', '2026-11-01T05:30:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2023-02-29T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-01-00T00:00:00Z', undefined],
    ['2026-01-31T24:00:00Z', undefined],
    ['2026-01-31T10:60:00Z', undefined],
    ['2026-01-31T10:00:00+18:00', '2026-01-30T16:00:00Z'],
    ['2026-01-31T10:00:00+18:30', undefined],
    ['2026-01-31T10:00:00+19:00', undefined],
    ['2026-01-31T10:00:00[Mars/Olympus]', undefined],
    ['2026-01-31', undefined],
    ['31.01.2026', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of cases) {
    test(`${JSON.stringify(text)} is ${expected ?? 'rejected'}`, () =>
      assert.equal(parseDateTime(text), expected === undefined ? undefined : at(expected)));
  }

  test('parses the ISO text of every date', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(dates, (date) => assert.equal(parseDateTime(date.toISOString()), date.getTime())));
  });
});

describe('parseCycle', () => {
  const tenSeconds = duration({ milliseconds: 10_000 });
  const cases: readonly [string, ReturnType<typeof parseCycle>][] = [
    ['R5/PT10S', { repetitions: 5, interval: tenSeconds }],
    ['R/PT10S', { repetitions: 'unbounded', interval: tenSeconds }],
    ['R0/PT10S', { repetitions: 0, interval: tenSeconds }],
    ['R2/PT0S', { repetitions: 2, interval: duration({}) }],
    ['R/P1M', { repetitions: 'unbounded', interval: duration({ months: 1 }) }],
    [
      'R3/2026-01-31T10:00:00Z/P1D',
      { repetitions: 3, start: at('2026-01-31T10:00:00Z'), interval: duration({ days: 1 }) },
    ],
    [
      'R/2026-01-31T10:00:00[Europe/Berlin]/PT10S',
      { repetitions: 'unbounded', start: at('2026-01-31T09:00:00Z'), interval: tenSeconds },
    ],
    ['R/PT0S', undefined],
    ['R/-PT1S', undefined],
    ['R/P1M-31D', undefined],
    ['R5', undefined],
    ['R5/', undefined],
    ['R5/2026-01-31T10:00:00Z', undefined],
    ['R5/nonsense/PT1S', undefined],
    ['Rx/PT1S', undefined],
    ['R-1/PT1S', undefined],
    ['PT10S', undefined],
    ['0 0 9 * * MON', undefined],
  ];
  for (const [text, expected] of cases) {
    test(`${JSON.stringify(text)} is ${expected === undefined ? 'rejected' : 'parsed'}`, () =>
      assert.deepEqual(parseCycle(text), expected));
  }
});

test('no text makes a parser throw or yield a fraction of a millisecond', () => {
  const alphabet = fc.constantFrom(...'0123456789PTRYMWDHSZ+-.,:/[]@ ');
  const texts = fc.oneof(fc.string(), fc.string({ unit: alphabet, maxLength: 40 }));
  fc.assert(
    fc.property(texts, (text) => {
      const instant = parseDateTime(text);
      assert.ok(instant === undefined || Number.isInteger(instant));
      for (const parsed of [parseDuration(text), parseCycle(text)?.interval]) {
        assert.ok(parsed === undefined || Number.isInteger(addDuration(0, parsed)));
      }
    }),
    { numRuns: 1000 },
  );
});
