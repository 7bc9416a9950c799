/** The building blocks of templates. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toJsonSchema } from '@valibot/to-json-schema';
import fc from 'fast-check';
import * as v from 'valibot';
import { compileExpression } from '../../src/feel/index.ts';
import { numberPattern } from '../../src/template/controls/number-pattern.ts';
import { expandCase, wrapPattern } from '../../src/template/controls/text-pattern.ts';
import { allowsLegacy, enginesOf, lowestVersion } from '../../src/template/engine-versions.ts';
import { feelLiteral, isPlainNumber, literalText, literalValue } from '../../src/template/feel-literal.ts';
import { labelOfName, labelOfValue } from '../../src/template/labels.ts';
import { limitsOf } from '../../src/template/schema/limits.ts';
import { collectProblems } from '../../src/template/validation/problems.ts';

const evaluate = (text: string): unknown => compileExpression(text).evaluate(() => undefined);

describe('labels', () => {
  const names: readonly (readonly [name: string, label: string])[] = [
    ['message', 'Message'],
    ['baseURL', 'Base URL'],
    ['URLPath', 'URL path'],
    ['correlation_key', 'Correlation key'],
    ['my-name', 'My name'],
    ['API', 'API'],
    ['oauth2Token', 'Oauth2 token'],
    ['x', 'X'],
    ['__', '__'],
    ['größe', 'Größe'],
  ];
  for (const [name, label] of names) test(`${name} is ${label}`, () => assert.equal(labelOfName(name), label));

  test('values that are not words stay as they are', () => {
    const shown = ['in_progress', 'eu-west-1', 'a/b', 'GET'].map(labelOfValue);
    assert.deepEqual(shown, ['In progress', 'eu-west-1', 'a/b', 'GET']);
  });

  test('there is always a label', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), (name) => labelOfName(name) !== ''));
  });
});

describe('FEEL literals', () => {
  test('evaluate to the value that they were made from', () => {
    // Larger numbers are exact as well, but as a bigint.
    const isExact = (value: unknown): boolean => {
      if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
      return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
    };
    const json = fc.jsonValue({ maxDepth: 3 }).filter(isExact);
    const odd: readonly unknown[] = [
      '\\"',
      'a\\\nb\\\\"',
      '\\n\u0001',
      { '\\"': '"\\' },
      { 'a"b': 1 },
      { 'a\\b': [{ 'c\nd': null }] },
      { '"': { '\\': {} }, plain: 'x' },
    ];
    fc.assert(
      fc.property(json, (value) => {
        const result = JSON.parse(JSON.stringify(value)) as unknown;
        assert.deepEqual(evaluate(`=${feelLiteral(result)}`), result);
      }),
      { examples: odd.map((value) => [value]) },
    );
  });

  test('numbers have no exponent', () => {
    const numbers: readonly (readonly [number, string])[] = [
      [1e21, '1000000000000000000000'],
      [-1.5e-7, '-0.00000015'],
      [1.25e22, '12500000000000000000000'],
      [0.5, '0.5'],
    ];
    for (const [number, text] of numbers) assert.equal(feelLiteral(number), text);
    assert.deepEqual([isPlainNumber(20), isPlainNumber(1e21), isPlainNumber(Number.NaN)], [true, false, false]);
  });

  test('text stays text', () => {
    assert.deepEqual([literalText('a'), literalText('=a'), literalText('')], ['a', '="=a"', '=""']);
    assert.deepEqual([literalValue('a'), literalValue(true), literalValue(1)], ['a', '=true', '=1']);
    const special = fc.string({ unit: fc.constantFrom(...'="\\\n\t\'anu\u0001\u2028') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), special), (text) => {
        const written = literalText(text);
        assert.equal(written.startsWith('=') ? evaluate(written) : written, text);
        assert.equal(evaluate(`=${feelLiteral(text)}`), text);
      }),
    );
  });
});

describe('patterns', () => {
  const sources = [/^[a-f\d]{2}$/i, /^fe80:[^x]*$/i, /^[\da-z+/]+\.?[A-Z]$/i, /^(?:abc|d\w)$/i];
  test('both cases without the flag', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abcdefxzABCDEFXZ0189:+/._') });
    for (const regex of sources) {
      const expanded = new RegExp(expandCase(regex.source));
      fc.assert(fc.property(text, (given) => expanded.test(given) === regex.test(given)));
    }
  });

  test('expressions and secrets match, and so do empty optional fields', () => {
    const [required, optional] = [false, true].map((empty) => new RegExp(wrapPattern('^a$', empty)));
    for (const text of ['a', '=x', '{{secrets.A}}', '{{ secrets.A }}']) assert.match(text, required!);
    for (const text of ['b', '', 'undefined']) assert.doesNotMatch(text, required!);
    for (const text of ['a', '', 'undefined']) assert.match(text, optional!);
  });
});

const checksFor = ({ integer, low, high, exclusive }: NumberLimits) => [
  ...(integer ? [v.integer<number, undefined>(undefined)] : []),
  ...(low === undefined
    ? []
    : [
        exclusive
          ? v.gtValue<number, number, undefined>(low, undefined)
          : v.minValue<number, number, undefined>(low, undefined),
      ]),
  ...(high === undefined
    ? []
    : [
        exclusive
          ? v.ltValue<number, number, undefined>(high, undefined)
          : v.maxValue<number, number, undefined>(high, undefined),
      ]),
];

interface NumberLimits {
  readonly integer: boolean;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly exclusive: boolean;
}

describe('numbers', () => {
  // Bounds with several lengths and signs; the values are close to them, where a pattern can be wrong.
  const bound = fc.oneof(
    fc.integer({ min: -12, max: 120 }),
    fc.constantFrom(0, 1, 9, 10, 99, 100, 8192, 65_535, -20, -1000),
    fc.integer({ min: -3000, max: 3000 }).map((value) => value / 100),
  );
  const limits = fc.record({
    integer: fc.boolean(),
    low: fc.option(bound, { nil: undefined }),
    high: fc.option(bound, { nil: undefined }),
    exclusive: fc.boolean(),
  });
  const near = fc.oneof(
    fc
      .tuple(bound, fc.constantFrom(0, 1, -1, 0.5, -0.5, 0.01, -0.01, 0.001, -0.001))
      .map(([value, step]) => Number((value + step).toFixed(4))),
    fc.integer({ min: -100_000, max: 100_000 }),
  );

  test('91: a pattern matches exactly the whole numbers, or the decimals, of the range', () => {
    fc.assert(
      fc.property(limits, fc.array(near, { minLength: 5, maxLength: 20 }), (given, values) => {
        const checks = checksFor(given);
        const schema = v.pipe(v.number(), ...checks) as unknown as v.GenericSchema<number>;
        const pattern = numberPattern(limitsOf(v.number(), checks as never), false);
        if (pattern === undefined) {
          const bounded = given.low !== undefined || given.high !== undefined;
          assert.ok(
            !bounded || values.every((value) => !v.is(schema, value)),
            'only a range without numbers has no pattern',
          );
          return;
        }
        const regex = new RegExp(pattern.source);
        const bounds = [given.low, given.high].filter((value) => value !== undefined);
        for (const value of [...values, ...bounds]) {
          // The text of 0 is never "-0".
          const text = String(value);
          assert.equal(regex.test(text), v.is(schema, value), `${text} and ${pattern.source}`);
          if (!text.includes('.') && !given.integer) assert.equal(regex.test(`${text}.00`), v.is(schema, value));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('91: every whole number near the ends of official ranges', () => {
    for (const [low, high] of [
      [0, 8192],
      [1, 65_535],
      [-20, 20],
      [0, 100],
      [7, 7],
    ] as const) {
      const { source } = numberPattern({ integer: true, minimum: low, maximum: high }, false)!;
      const regex = new RegExp(source);
      for (let value = low - 120; value <= high + 120; value++) {
        assert.equal(regex.test(String(value)), value >= low && value <= high, `${value} and ${source}`);
      }
      assert.ok(source.length <= 110, `${source} is long`);
      const optional = new RegExp(numberPattern({ integer: true, minimum: low, maximum: high }, true)!.source);
      for (const text of ['undefined', '', String(low)]) assert.match(text, optional);
      assert.doesNotMatch(String(high + 1), optional);
    }
  });

  test('ends that cannot be written do not count; other notations do not match', () => {
    const of = (given: Partial<Parameters<typeof numberPattern>[0]>) =>
      new RegExp(numberPattern({ integer: false, ...given }, false)!.source);
    assert.match('0.5', of({ minimum: 1e-30 }));
    for (const text of ['1e-7', '1e+21', '.5', '5.', '05', '+5', 'undefined', ''])
      assert.doesNotMatch(text, of({ minimum: 0 }));
    assert.deepEqual(
      numberPattern({ integer: true, minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 }, false)?.source,
      '^-?\\d+$',
    );
  });

  test('the strictest of several limits applies', () => {
    const checks = [v.minValue(1), v.minValue(3), v.maxValue(9), v.multipleOf(3), v.integer()];
    assert.deepEqual(limitsOf(v.number(), checks as never), { integer: true, minimum: 3, maximum: 9, multipleOf: 3 });
    // The library throws if JSON Schema cannot express a check, but the limits do not need it.
    assert.throws(() =>
      toJsonSchema(
        v.pipe(
          v.string(),
          v.check(() => true),
        ),
      ),
    );
    assert.deepEqual(limitsOf(v.string(), [v.check(() => true), v.maxLength(3)] as never), {
      integer: false,
      maxLength: 3,
    });
  });
});

describe('engines', () => {
  const ranges: readonly (readonly [range: string, least: readonly number[] | undefined])[] = [
    ['^8.8', [8, 8, 0]],
    ['>=8.6', [8, 6, 0]],
    ['>= 8.6.1 <9', [8, 6, 1]],
    ['~8.7.0', [8, 7, 0]],
    ['8.8.x', [8, 8, 0]],
    ['8', [8, 0, 0]],
    ['^8.6 || ^8.8', [8, 6, 0]],
    ['8.6 - 8.9', [8, 6, 0]],
    ['<9', [0, 0, 0]],
    ['*', [0, 0, 0]],
    ['^8.8.0-alpha1', [8, 8, 0]],
    ['eight', undefined],
    ['^8.8 ^', undefined],
    ['8.8.8.8', undefined],
  ];
  for (const [range, least] of ranges) test(range, () => assert.deepEqual(lowestVersion(range), least));

  test('before 8.8 an input without a value does not deploy', () => {
    const { problems, report } = collectProblems();
    const legacy = ['^8.8', '^8.9', '>=8.7', '^8.7 || ^8.8', '*'].map((range) =>
      allowsLegacy(enginesOf(range, report)),
    );
    assert.deepEqual(legacy, [false, false, true, true, true]);
    assert.deepEqual(enginesOf({ camundaDesktopModeler: '>=5' }, report), {
      camunda: '^8.8',
      camundaDesktopModeler: '>=5',
    });
    assert.deepEqual(problems, []);
  });
});
