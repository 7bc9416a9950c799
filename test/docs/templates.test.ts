/** docs/templates.md: each row of its tables against what the generator does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  defineOutbound,
  document,
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
  hints,
} from 'camunda-connectors';
import { createTemplate, type OutboundTemplateOptions, type TemplateProperty } from 'camunda-connectors/template';
import * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { hintNames } from '../../src/connector/rules/hints.ts';
import { templateSettings } from '../../src/connector/rules/template-settings.ts';
import { describeFields } from './support/field.ts';

const page = readFileSync('docs/templates.md', 'utf8');

/** The rows of every table with these headings. */
const rowsOf = (...headings: readonly [string, string]): readonly (readonly [string, string])[] => {
  const lines = page.split('\n');
  const heading = `| ${headings.join(' | ')} |`;
  return lines.flatMap((line, start) => {
    if (line !== heading) return [];
    const end = lines.indexOf('', start);
    return lines.slice(start + 2, end < 0 ? lines.length : end).map((row): readonly [string, string] => {
      const [, first = '', second = ''] = /^\| (.*?) \| (.*) \|$/.exec(row) ?? [];
      return [first, second];
    });
  });
};

const inCode = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);

const words = {
  v,
  hints,
  document,
  feelDate,
  feelDateTime,
  feelDaysTimeDuration,
  feelTime,
  feelYearsMonthsDuration,
  isPalindrome: (text: string) => text === [...text].reverse().join(''),
};

/** Evaluates code of our own page. */
const dataOf = (text: string): unknown =>
  new Function(...Object.keys(words), `return (${text});`)(...Object.values(words)) as unknown;

const evaluate = (cell: string): v.GenericSchema => dataOf(cell.slice(1, -1)) as v.GenericSchema;

const templateOf = (input: v.ObjectEntries, settings: OutboundTemplateOptions = {}) =>
  createTemplate(defineOutbound({ name: 'Any', type: 'any', input: v.object(input), run: () => ({}) }), settings);

/** What every template has besides the fields of its input. */
const standard = new Set(templateOf({}).properties.map(({ id }) => id));

const ownFields = (schema: v.GenericSchema): readonly TemplateProperty[] =>
  templateOf({ x: schema }).properties.filter(({ id }) => !standard.has(id));

const refusalOf = (schema: v.GenericSchema): string => {
  try {
    templateOf({ x: schema });
  } catch (error) {
    if (!isFault(error, 'definition')) throw error;
    return error.message
      .split('\n')
      .filter((line) => line.startsWith('- '))
      .map((line) => line.slice(2))
      .join('<br>');
  }
  return 'nothing';
};

describe('docs/templates.md: from schema to field', () => {
  const rows = rowsOf('schema of `x`', 'field');
  test('has rows', () => assert.ok(rows.length > 50, `${rows.length} rows`));
  for (const [schema, field] of rows) {
    test(schema, () => assert.equal(field, describeFields(ownFields(evaluate(schema)))));
  }
});

describe('docs/templates.md: what is rejected', () => {
  const rows = rowsOf('schema of `x`', 'error message');
  test('has rows', () => assert.ok(rows.length > 15, `${rows.length} rows`));
  for (const [schema, message] of rows) {
    test(schema, () => assert.equal(message, refusalOf(evaluate(schema))));
  }
});

describe('docs/templates.md: element types', () => {
  const rows = rowsOf('settings', 'offered for | the element becomes');
  test('has rows', () => assert.equal(rows.length, 7));
  for (const [set, result] of rows) {
    test(set, () => {
      const settings = set === 'none' ? {} : dataOf(`{ ${set.slice(1, -1)} }`);
      const { appliesTo, elementType } = templateOf({}, settings as object);
      const cells = inCode(result);
      assert.deepEqual(appliesTo, cells.slice(0, -1));
      assert.deepEqual(elementType, dataOf(cells.at(-1)!));
    });
  }
});

test('docs/templates.md: tools of agents', () => {
  const [, code = ''] =
    /export const forecast = [\s\S]*? {2}input: (v\.object\(\{\n[\s\S]*?\n {2}\}\)),/.exec(page) ?? [];
  const input = dataOf(code) as v.GenericSchema;
  const connector = defineOutbound({ name: 'Any', type: 'any', input, run: () => ({}) });
  const { properties } = createTemplate(connector, { part: 'tool' });
  const rows = rowsOf('entry', 'field of the tool');
  assert.equal(rows.length, 5);
  for (const [entry, field] of rows) {
    const { value, placeholder } = properties.find(({ id }) => id === inCode(entry)[0]) ?? {};
    assert.equal(/^empty, with the placeholder /.test(field ?? ''), value === undefined, entry);
    assert.equal(inCode(field)[0], value ?? placeholder, entry);
  }
});

test('docs/templates.md names every reserved word of FEEL', () => {
  const sentence = /The reserved words of FEEL are ([^.]*)\./.exec(page)?.[1] ?? '';
  const named = inCode(sentence);
  assert.equal(named.length, 19);
  for (const word of named) assert.match(refusalOf(v.object({ [word]: v.string() })), /FEEL reserves this word/, word);
});

test('docs/templates.md names exactly the hints that exist', () => {
  const named = rowsOf('hint', 'meaning').flatMap(([name]) => inCode(name));
  assert.deepEqual(named.toSorted(), [...hintNames].sort());
});

test('docs/templates.md names exactly the settings of a template', () => {
  const named = rowsOf('setting', 'meaning').flatMap(([names]) => inCode(names));
  const { outbound, inbound } = templateSettings;
  const known = [...Object.keys(outbound.rules), ...Object.keys(inbound.rules)];
  assert.deepEqual(named.toSorted(), [...new Set(known)].sort());
});
