import { parse, stringify } from 'lossless-json';
import { refuse } from '../faults.ts';
import { isNumeric, parseNumber } from '../values/decimal.ts';
import { refuseHuge, toJson } from '../values/json.ts';
import { type Context, kindOf } from '../values/kinds.ts';
import { equals, not } from '../values/operators.ts';
import { temporalText } from '../values/temporal.ts';
import { type Builtin, builtin } from './builtin.ts';

const keyText = (key: string): string => (/^\w+$/.test(key) ? key : JSON.stringify(key));

const nested = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : (textOf(value) ?? 'null');

/** The text of a value in FEEL; null if it has none. */
const textOf = (value: unknown): string | null => {
  switch (kindOf(value)) {
    case undefined:
    case 'null':
    case 'function':
    case 'range':
      return null;
    case 'string':
      return value as string;
    case 'boolean':
    case 'number':
      return String(value);
    case 'list':
      return `[${(value as readonly unknown[]).map(nested).join(', ')}]`;
    case 'context':
      return `{${Object.entries(value as Context)
        .map(([key, item]) => `${keyText(key)}:${nested(item)}`)
        .join(', ')}}`;
    default:
      return temporalText(value as object);
  }
};

const written = (value: unknown): string | null => {
  refuseHuge(value);
  return textOf(value);
};

const isSeparator = (value: unknown): value is string | null =>
  value === null || value === '.' || value === ',' || value === ' ';

const numberOf = (from: unknown, grouping: unknown, decimal: unknown): unknown => {
  if (isNumeric(from)) return from;
  if (typeof from !== 'string' || !isSeparator(grouping) || !isSeparator(decimal) || decimal === ' ') return null;
  if (grouping !== null && grouping === decimal) return null;
  const digits = grouping === null ? from : from.replaceAll(grouping, '');
  return parseNumber(decimal === null ? digits : digits.replaceAll(decimal, '.'));
};

const asJson = (value: unknown): unknown => {
  const kind = kindOf(value);
  return kind === 'range' || kind === 'function' ? null : (stringify(toJson(value)) ?? null);
};

const fromJson = (text: unknown): unknown => {
  if (typeof text !== 'string') return null;
  try {
    return parse(text, undefined, parseNumber);
  } catch {
    return null;
  }
};

/** Gives the value if the condition is true. Otherwise the evaluation fails with the author's message. */
const assertion = (value: unknown, condition: unknown, cause: unknown): unknown => {
  if (condition === true) return value;
  throw refuse(typeof cause === 'string' ? `an assertion does not hold: ${cause}` : 'an assertion does not hold');
};

/** Conversion functions, and functions for values of any kind. */
export const conversionFunctions: Readonly<Record<string, Builtin>> = {
  string: builtin('from', written),
  number: builtin('from, grouping separator?, decimal separator?', numberOf),
  'to json': builtin('value', asJson),
  'from json': builtin('value', fromJson),
  not: builtin('negand', not),
  is: builtin('value1, value2', (a: unknown, b: unknown) => kindOf(a) === kindOf(b) && equals(a, b) === true),
  'get or else': builtin('value, default', (value: unknown, fallback: unknown) => value ?? fallback),
  assert: builtin('value, condition, cause?', assertion),
};
