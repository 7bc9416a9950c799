import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDayTimeDuration, plainDurationSource } from '../../src/common/duration.ts';

const accepted: readonly [text: string, milliseconds: number][] = [
  ['PT0S', 0],
  ['P1D', 86_400_000],
  ['PT1M30S', 90_000],
  ['pt5m', 300_000],
  ['PT0.5S', 500],
  ['PT1,5S', 1_500],
  ['P1DT2H', 93_600_000],
  ['-PT5M', -300_000],
  ['PT-1S', -1_000],
  ['PT-0.5S', -500],
  ['+PT5S', 5_000],
  ['-PT-5S', 5_000],
  ['PT0.0009S', 0],
  ['PT1.234567891S', 1_234],
];

const rejected = [
  '',
  ' PT5M',
  'PT5M ',
  'P',
  'PT',
  'P1DT',
  'PT5',
  'P1W',
  'P1M',
  'P1Y',
  'P1D1S',
  '5m',
  '30',
  'PT1.5M',
  'PT.5S',
];

for (const [text, milliseconds] of accepted) {
  test(`${text} is ${milliseconds} ms`, () => assert.equal(parseDayTimeDuration(text), milliseconds));
}

for (const text of rejected) {
  test(`${JSON.stringify(text)} is not a day-time duration`, () => assert.equal(parseDayTimeDuration(text), undefined));
}

test('a duration that is too long for a number of milliseconds is rejected', () => {
  assert.equal(parseDayTimeDuration(`P${'9'.repeat(400)}D`), undefined);
});

test('any text yields a whole number of milliseconds or nothing', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[+-]?P(-?\d{1,4}D)?(T(-?\d{1,4}H)?(\d{1,3}M)?(\d{1,3}([.,]\d{1,9})?S)?)?$/),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const value = parseDayTimeDuration(text);
      assert.ok(value === undefined || Number.isSafeInteger(value));
    }),
  );
});

test('a plain duration has no signs, and at least one part', () => {
  const plain = new RegExp(plainDurationSource);
  for (const text of ['P1D', 'PT5M', 'PT1.5S', 'P1DT2H3M4,5S', 'PT0S']) {
    assert.match(text, plain);
    assert.notEqual(parseDayTimeDuration(text), undefined, text);
  }
  for (const text of ['', 'P', 'PT', 'P1', 'P1DT', '-PT5M', 'PT-5M', 'P1W', 'P1Y', 'pt5m', 'PT1.5M']) {
    assert.doesNotMatch(text, plain);
  }
});
