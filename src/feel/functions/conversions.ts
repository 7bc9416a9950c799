import { parse, stringify } from 'lossless-json';
import { refuse } from '../faults.ts';
import { parseNumber } from '../values/decimal.ts';
import { refuseHuge } from '../values/json.ts';
import { type Context, isContext, kindOf } from '../values/kinds.ts';
import { not } from '../values/operators.ts';
import { isoDateTime, isoTime, javaDuration, javaPeriod } from '../values/temporal/format.ts';
import type { DaysDuration, FeelDateTime, FeelTime, MonthsDuration } from '../values/temporal/types.ts';
import { type Builtin, builtin } from './builtin.ts';
import { nestedText, textOf } from './text.ts';

const written = (value: unknown): string | null => {
  refuseHuge(value);
  return textOf(value);
};

const isGrouping = (value: unknown): value is string => value === '.' || value === ',' || value === ' ';

const isDecimal = (value: unknown): value is string => value === '.' || value === ',';

/** Missing separators are undefined; of two given ones, one may be null. */
const numberOf = (from: string, grouping?: string | null, decimal?: string | null): unknown => {
  if (grouping === undefined) return parseNumber(from);
  if (decimal === undefined) return isGrouping(grouping) ? parseNumber(from.replaceAll(grouping, '')) : null;
  if (grouping === null && decimal === null) return null;
  if (grouping !== null && (!isGrouping(grouping) || grouping === decimal)) return null;
  if (decimal !== null && !isDecimal(decimal)) return null;
  const digits = grouping === null ? from : from.replaceAll(grouping, '');
  return parseNumber(decimal === null ? digits : digits.replaceAll(decimal, '.'));
};

/** The value with everything that JSON does not have as a text: temporal values as Java writes them, others as FEEL does. */
const plain = (value: unknown): unknown => {
  switch (kindOf(value)) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return value ?? null;
    case 'list':
      return (value as readonly unknown[]).map(plain);
    case 'context':
      return Object.fromEntries(Object.entries(value as Context).map(([key, item]) => [key, plain(item)]));
    case 'time':
      return isoTime(value as FeelTime);
    case 'date and time':
      return isoDateTime(value as FeelDateTime);
    case 'days and time duration':
      return javaDuration(value as DaysDuration);
    case 'years and months duration':
      return javaPeriod(value as MonthsDuration);
    default:
      return nestedText(value);
  }
};

const asJson = (value: unknown): unknown => {
  refuseHuge(value);
  return stringify(plain(value)) ?? null;
};

const fromJson = (text: string): unknown => {
  try {
    return parse(text, undefined, parseNumber);
  } catch {
    return null;
  }
};

/** Gives the value if the condition is true. Otherwise the evaluation fails with the author's message. */
const assertion = (value: unknown, condition: unknown, cause?: unknown): unknown => {
  if (condition === true) return value;
  throw refuse(typeof cause === 'string' ? `an assertion does not hold: ${cause}` : 'an assertion does not hold');
};

const isNullOr = (holds: (value: unknown) => boolean, ...values: readonly unknown[]): boolean =>
  values.every((value) => value === null || value === undefined || holds(value));

/** Gives the value. The other arguments describe it to an AI agent. */
const fromAi = (value: unknown, description?: unknown, type?: unknown, schema?: unknown, options?: unknown): unknown =>
  isNullOr((text) => typeof text === 'string', description, type) && isNullOr(isContext, schema, options)
    ? value
    : null;

/** Conversion functions, and functions for values of any kind. */
export const conversionFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  string: builtin('from', written),
  number: builtin(
    'from: string; from: string, grouping separator; from: string, grouping separator, decimal separator',
    numberOf,
  ),
  'to json': builtin('value', asJson),
  'from json': builtin('value: string', fromJson),
  not: builtin('negand', not),
  'is defined': builtin('value', (value: unknown) => value !== null),
  'get or else': builtin('value, default', (value: unknown, fallback: unknown) => value ?? fallback),
  assert: builtin('value, condition; value, condition, cause', assertion),
  fromAi: builtin(
    'value; value, description; value, description, type; value, description, type, schema; value, description, type, schema, options',
    fromAi,
  ),
};
