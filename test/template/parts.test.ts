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

describe('numbers', () => {
  const bound = fc.option(fc.integer({ min: -60, max: 60 }), { nil: undefined });
  test('a pattern never refuses what the schema accepts, and does not accept a fraction as a whole number', () => {
    fc.assert(
      fc.property(bound, bound, fc.boolean(), fc.integer({ min: -70, max: 70 }), (low, high, integer, value) => {
        const checks = [
          ...(integer ? [v.integer<number, undefined>(undefined)] : []),
          ...(low === undefined ? [] : [v.minValue<number, number, undefined>(low, undefined)]),
          ...(high === undefined ? [] : [v.ltValue<number, number, undefined>(high, undefined)]),
        ];
        const schema = v.pipe(v.number(), ...checks) as unknown as v.GenericSchema<number>;
        const facts = limitsOf(v.number(), checks as never);
        const pattern = numberPattern(facts, false);
        if (pattern === undefined) return;
        const regex = new RegExp(pattern.source);
        if (v.is(schema, value)) assert.match(String(value), regex);
        if (integer) assert.doesNotMatch(`${value}.5`, regex);
        const listed = integer && low !== undefined && high !== undefined && high > low && high - low <= 50;
        if (listed) assert.equal(regex.test(String(value)), v.is(schema, value));
      }),
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
