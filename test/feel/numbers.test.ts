import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '../../src/common/fault.ts';
import { add, divide, modulo, multiply, parseNumber, round, subtract } from '../../src/feel/values/decimal.ts';
import { evaluate, table } from './support.ts';

const big = 9007199254740993n;

table(
  'integers beyond 2^53 stay exact within 64 bits',
  [
    ['big', big],
    ['order.key', big],
    ['[big]', [big]],
    ['{key: big}', { key: big }],
    ['big + 1', 9007199254740994n],
    ['big - big', 0],
    ['big - 2', 9007199254740991],
    ['-big', -big],
    ['big * 2', 18014398509481986n],
    ['big / 3', 3002399751580331],
    ['big / 2', Number(big) / 2],
    ['9007199254740991 + 2', big],
    ['9007199254740993', big],
    ['-9223372036854775808', -(2n ** 63n)],
    ['3037000500 * 3037000499', 9223372033963249500n],
    ['3 ** 39', 4052555153018976267n],
    // Beyond 64 bits, Camunda also uses the nearest double.
    ['9223372036854775807 + 1', 2 ** 63],
    ['big * big', Number(big * big)],
    ['big = big', true],
    ['big = 9007199254740993', true],
    ['big = 9007199254740992', false],
    ['big > 9007199254740992', true],
    ['big in [1..big]', true],
    ['big + "a"', null],
    ['big instance of number', true],
    ['string(big)', '9007199254740993'],
    ['string([big])', '[9007199254740993]'],
    ['number("9007199254740993")', big],
    ['to json({a: big})', '{"a":9007199254740993}'],
    ['sum([big, 1])', 9007199254740994n],
    ['max(1, big)', big],
    ['abs(-big)', big],
    ['modulo(big, 10)', 3],
    ['odd(big)', true],
    ['even(big)', false],
    ['floor(big)', big],
    ['sqrt(big)', Math.sqrt(Number(big))],
    ['list contains([big], big)', true],
    ['[1, 2][big]', null],
    ['for i in big..big return i', [9_007_199_254_740_993n]],
  ],
  { big, order: { key: big } },
);

table('decimals are exact, as in Camunda', [
  ['0.1 + 0.2', 0.3],
  ['0.1 + 0.2 = 0.3', true],
  ['1.1 * 1.1', 1.21],
  ['110 * 1.1', 121],
  ['0.3 / 0.1', 3],
  ['0.3 - 0.1', 0.2],
  ['1 / 3', 1 / 3],
  ['0.0000001 + 0.0000001', 2e-7],
  ['1000000000000000000000 + 1', 1e21],
  ['10 ** 308 * 10', null],
  ['number("1e-320") / number("1e10")', 0],
]);

test('arithmetic on JSON numbers never gives NaN, infinity or minus zero', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  fc.assert(
    fc.property(number, number, fc.constantFrom('+', '-', '*', '/', '**'), (a, b, sign) => {
      let result: unknown;
      try {
        result = evaluate(`a ${sign} b`, { a, b });
      } catch (error) {
        // A power without a value fails.
        assert.ok(sign === '**' && isFault(error, 'feel'), String(error));
        return;
      }
      assert.ok(
        result === null || typeof result === 'bigint' || (Number.isFinite(result) && !Object.is(result, -0)),
        String(result),
      );
    }),
    { numRuns: 500 },
  );
});

test('integers within 64 bits are computed as BigInt computes them', () => {
  const long = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
  const usual = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
  fc.assert(
    fc.property(long, long, (a, b) => {
      assert.equal(add(usual(a), usual(b)), usual(a + b));
      assert.equal(subtract(usual(a), usual(b)), usual(a - b));
      const small = b % 2n;
      assert.equal(multiply(usual(a), usual(small)), usual(a * small));
      if (b !== 0n && a % b === 0n) assert.equal(divide(usual(a), usual(b)), usual(a / b));
      if (b !== 0n) assert.equal(modulo(usual(a), usual(b)), usual(((a % b) + b) % b));
    }),
  );
});

test('sums of cents are exact', () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      assert.equal(add(a / 100, b / 100), (a + b) / 100);
      assert.equal(round((a + 0.5) / 100, 2, 'floor'), a / 100);
    }),
  );
});

test('a number is parsed from its own text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(Number(parseNumber(String(value))), value === 0 ? 0 : value);
    }),
  );
});
