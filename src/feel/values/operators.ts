import { FeelDuration, FeelRange } from 'feelin';
import { add, divide, isNumeric, multiply, type Numeric, negate, power, subtract } from './decimal.ts';
import { type Context, type Kind, kindOf, settle } from './kinds.ts';
import { addTemporal, divideDuration, orderTemporal, scaleDuration, subtractTemporal } from './temporal.ts';

/** FEEL's truth values: true, false, and null for unknown. */
export type Truth = boolean | null;

type Binary = (a: unknown, b: unknown) => unknown;

const temporalKinds: ReadonlySet<Kind | undefined> = new Set<Kind>([
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
]);

const isTemporal = (value: unknown): boolean => temporalKinds.has(kindOf(value));

const plus: Binary = (a, b) => {
  if (isNumeric(a) && isNumeric(b)) return add(a, b);
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  return isTemporal(a) && isTemporal(b) ? settle(addTemporal(a, b)) : null;
};

const minus: Binary = (a, b) => {
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b);
  return isTemporal(a) && isTemporal(b) ? settle(subtractTemporal(a, b)) : null;
};

const times: Binary = (a, b) => {
  if (isNumeric(a)) return isNumeric(b) ? multiply(a, b) : b instanceof FeelDuration ? scaleDuration(b, a) : null;
  return a instanceof FeelDuration && isNumeric(b) ? scaleDuration(a, b) : null;
};

const dividedBy: Binary = (a, b) => {
  if (isNumeric(a)) return isNumeric(b) ? divide(a, b) : null;
  return a instanceof FeelDuration && (isNumeric(b) || b instanceof FeelDuration) ? divideDuration(a, b) : null;
};

const toThePower: Binary = (a, b) => (isNumeric(a) && isNumeric(b) ? power(a, b) : null);

/** Arithmetic operators by their symbol. Each gives null for operands that do not fit together. */
export const arithmetic: Readonly<Record<string, Binary>> = {
  '+': plus,
  '-': minus,
  '*': times,
  '/': dividedBy,
  '**': toThePower,
  '^': toThePower,
};

/** `-value`; null for anything but a number or duration. */
export const negative = (value: unknown): unknown => {
  if (isNumeric(value)) return negate(value);
  return value instanceof FeelDuration ? scaleDuration(value, -1) : null;
};

const equalNumbers = (a: Numeric, b: Numeric): boolean => !(a < b) && !(a > b);

const equalContexts = (a: Context, b: Context): boolean => {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]) === true)
  );
};

const equalRanges = (a: FeelRange, b: FeelRange): boolean =>
  a['start included'] === b['start included'] &&
  a['end included'] === b['end included'] &&
  equals(a.start, b.start) === true &&
  equals(a.end, b.end) === true;

/**
 * `a = b`. Null and missing values equal only each other. Values of different kinds cannot be compared, which gives
 * null. Lists and contexts are equal if all their values are.
 */
export const equals = (a: unknown, b: unknown): Truth => {
  if (a === null || a === undefined) return b === null || b === undefined;
  if (b === null || b === undefined) return false;
  if (isNumeric(a)) return isNumeric(b) ? equalNumbers(a, b) : null;
  if (typeof a !== 'object') return typeof a === typeof b ? a === b : null;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return null;
  if (kind === 'list') {
    const [x, y] = [a as readonly unknown[], b as readonly unknown[]];
    return x.length === y.length && x.every((item, index) => equals(item, y[index]) === true);
  }
  if (kind === 'context') return equalContexts(a as Context, b as Context);
  if (kind === 'range') return equalRanges(a as FeelRange, b as FeelRange);
  if (!temporalKinds.has(kind)) return null;
  const order = orderTemporal(a, b);
  return order === null ? null : order === 0;
};

/** -1, 0 or 1 for two numbers, two strings or two temporal values of the same kind; null for anything else. */
export const order = (a: unknown, b: unknown): number | null => {
  if ((isNumeric(a) && isNumeric(b)) || (typeof a === 'string' && typeof b === 'string')) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const kind = kindOf(a);
  return temporalKinds.has(kind) && kind === kindOf(b) ? orderTemporal(a, b) : null;
};

const ordered =
  (holds: (order: number) => boolean) =>
  (a: unknown, b: unknown): Truth => {
    const found = order(a, b);
    return found === null ? null : holds(found);
  };

/** Comparison operators by their symbol. */
export const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => Truth>> = {
  '=': equals,
  '!=': (a, b) => not(equals(a, b)),
  '<': ordered((found) => found < 0),
  '<=': ordered((found) => found <= 0),
  '>': ordered((found) => found > 0),
  '>=': ordered((found) => found >= 0),
};

/** Three-valued `not`. */
export const not = (value: unknown): Truth => (typeof value === 'boolean' ? !value : null);

/** Three-valued `and`; a value that is not a boolean counts as unknown. */
export const and = (a: unknown, b: unknown): Truth => {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : null;
};

/** Three-valued `or`; a value that is not a boolean counts as unknown. */
export const or = (a: unknown, b: unknown): Truth => {
  if (a === true || b === true) return true;
  return a === false && b === false ? false : null;
};

/** The bounds of a range value or of a range in a test. */
export interface Bounds {
  readonly start: unknown;
  readonly end: unknown;
  readonly startIncluded: boolean;
  readonly endIncluded: boolean;
}

/** The bounds of a range value. */
export const boundsOf = (range: FeelRange): Bounds => ({
  start: range.start,
  end: range.end,
  startIncluded: range['start included'],
  endIncluded: range['end included'],
});

/** Tells whether a value lies within bounds; null if they cannot be compared. */
export const within = (value: unknown, { start, end, startIncluded, endIncluded }: Bounds): Truth =>
  and(comparisons[startIncluded ? '>=' : '>']!(value, start), comparisons[endIncluded ? '<=' : '<']!(value, end));

/** feelin's names of the kinds that a range can have. */
const rangeKinds: Partial<Record<Kind, string>> = {
  number: 'number',
  string: 'string',
  date: 'date',
  time: 'time',
  'date and time': 'date time',
  'days and time duration': 'duration',
  'years and months duration': 'duration',
};

/** The range value with these bounds; null unless both are of the same, ordered kind. */
export const rangeOf = ({ start, end, startIncluded, endIncluded }: Bounds): FeelRange | null => {
  const kind = kindOf(start);
  const valueType = kind === undefined ? undefined : rangeKinds[kind];
  if (valueType === undefined || kind !== kindOf(end)) return null;
  return new FeelRange({ start, end, 'start included': startIncluded, 'end included': endIncluded, valueType });
};

/** Tells whether a value passes a test that is itself a value: a range or list that contains it, or an equal value. */
export const passes = (value: unknown, test: unknown): Truth => {
  if (test instanceof FeelRange) return within(value, boundsOf(test));
  if (!Array.isArray(test)) {
    const same = equals(value, test);
    return same === false && (test === null || test === undefined) ? null : same;
  }
  return equals(value, test) === true || test.some((item) => !Array.isArray(item) && passes(value, item) === true);
};
