import { type Hints, hintNames } from '../../connector/hints.ts';
import type { Report } from './problems.ts';

interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const oneOf = (...values: readonly string[]): Rule => ({
  fits: (value) => values.includes(value as string),
  expected: values.map((value) => JSON.stringify(value)).join(' or '),
});

const text: Rule = { fits: isText, expected: 'text that is not empty' };
const flag: Rule = { fits: (value) => typeof value === 'boolean', expected: 'true or false' };

const isCondition = (value: unknown): boolean => {
  if (!isFields(value) || !isText(value.property)) return false;
  const { equals, oneOf: list, isEmpty, isActive } = value;
  return (
    isScalar(equals) ||
    (Array.isArray(list) && list.length > 0 && list.every((item) => ['string', 'number'].includes(typeof item))) ||
    typeof isEmpty === 'boolean' ||
    typeof isActive === 'boolean'
  );
};

const rules: Readonly<Record<keyof Hints, Rule>> = {
  group: text,
  order: { fits: (value) => typeof value === 'number' && Number.isFinite(value), expected: 'a number' },
  placeholder: { fits: (value) => typeof value === 'string', expected: 'text' },
  tooltip: text,
  documentation: {
    fits: (value) => typeof value === 'string' && /^https?:\/\/\S+$/.test(value),
    expected: 'an address that starts with http:// or https://',
  },
  type: oneOf('String', 'Text', 'Hidden'),
  feel: oneOf('optional', 'required', 'static', 'none'),
  language: oneOf('json'),
  choices: {
    fits: (value) => isFields(value) && Object.values(value).every(isText),
    expected: 'an object of texts by value',
  },
  condition: {
    fits: (value) => [value].flat().length > 0 && [value].flat().every(isCondition),
    expected: '{ property, equals }, or with oneOf, isEmpty or isActive in the place of equals, or a list of them',
  },
  notEmpty: flag,
  default: { fits: () => true, expected: '' },
  hidden: flag,
  secret: flag,
  opaque: flag,
  target: oneOf('input', 'header'),
  binding: text,
  id: text,
  keywords: { fits: (value) => Array.isArray(value) && value.every(isText), expected: 'a list of texts' },
};

const isHint = (name: string): name is keyof Hints => hintNames.has(name);

/** The hints among some metadata; unknown ones, and those with a value that they cannot have, are reported and left out. */
export const checkedHints = (given: unknown, path: string, report: Report): Hints => {
  if (!isFields(given)) {
    report(path, 'its metadata "camunda" is no object', 'write hints({ … })');
    return {};
  }
  const entries = Object.entries(given).filter(([name, value]) => {
    if (value === undefined) return false;
    if (!isHint(name)) {
      report(path, `there is no hint ${JSON.stringify(name)}`, `the hints are ${[...hintNames].join(', ')}`);
      return false;
    }
    const { fits, expected } = rules[name];
    if (!fits(value)) report(path, `the hint "${name}" has a value that it cannot have`, `give it ${expected}`);
    return fits(value);
  });
  return Object.fromEntries(entries);
};
