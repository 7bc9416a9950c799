import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { executeOutbound } from 'camunda-connectors';
import * as v from 'valibot';
import { bindInput } from '../../../src/connector/input/validate-input.ts';
import { parseDocument, stringifyValue } from '../../../src/connector/values/json-text.ts';
import {
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
} from '../../../src/connector/values/temporal.ts';
import { remind } from '../support/remind.ts';

const page = readFileSync('docs/values.md', 'utf8');

/** The rows of the table with the given heading, without the backticks around code. */
const rowsOf = (firstHeading: string): readonly (readonly string[])[] => {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeading} `));
  const end = lines.indexOf('', start);
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

const code = (cell: string): string => cell.replace(/^`|`$/g, '');

/** Evaluates a cell of the page. */
const evaluate = (cell: string): unknown => new Function('v', `return (${code(cell)});`)(v);

describe('docs/values.md: input', () => {
  const rows = rowsOf('process variable');
  test('has rows', () => assert.ok(rows.length > 20));
  for (const [json = '', schema = '', expected = ''] of rows) {
    test(`${json} for ${schema}: ${expected}`, async () => {
      const type = v.object({ a: evaluate(schema) as v.GenericSchema });
      const bound = await bindInput(type, parseDocument(`{"a":${code(json)}}`));
      assert.equal(bound.ok, expected !== 'rejected');
      if (bound.ok) assert.deepEqual(bound.value, expected === 'absent' ? {} : { a: evaluate(expected) });
    });
  }
});

describe('docs/values.md: result', () => {
  const rows = rowsOf('result');
  test('has rows', () => assert.ok(rows.length > 15));
  for (const [value = '', expected = ''] of rows) {
    test(`${value}: ${expected}`, () => {
      if (expected === 'rejected') assert.throws(() => stringifyValue(evaluate(value)));
      else assert.equal(stringifyValue(evaluate(value)), code(expected));
    });
  }
});

const helpers: Readonly<Record<string, () => v.GenericSchema<unknown, object>>> = {
  'feelDate()': feelDate,
  'feelTime()': feelTime,
  'feelDateTime()': feelDateTime,
  'feelDaysTimeDuration()': feelDaysTimeDuration,
  'feelYearsMonthsDuration()': feelYearsMonthsDuration,
};

describe('docs/values.md: temporal values', () => {
  const codesIn = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
  const fieldsOf: Record<string, readonly string[]> = {};
  for (const [schema = '', texts = '', fields = ''] of rowsOf('schema ')) {
    const name = code(schema);
    fieldsOf[name] =
      fields === 'those of a date and a time'
        ? [...fieldsOf['feelDate()']!, ...fieldsOf['feelTime()']!]
        : codesIn(fields);
    test(`${name} accepts its examples and has its fields`, () => {
      const values = codesIn(texts).map((text) => v.parse(helpers[name]!(), text));
      const seen = new Set(values.flatMap((value) => Object.keys(value)));
      assert.deepEqual([...seen].sort(), ['kind', 'text', 'toJSON', 'toString', ...fieldsOf[name]!].sort());
    });
  }

  test('are complete', () => assert.deepEqual(Object.keys(fieldsOf).sort(), Object.keys(helpers).sort()));
});

test('the example yields the result that it states', async () => {
  assert.deepEqual(await executeOutbound(remind, { variables: { due: '2026-01-31', before: 'PT36H' } }), {
    kind: 'complete',
    variables: { due: '2026-01-31', at: '2026-01-29T12:00:00.000Z' },
  });
});
