import { refuse } from '../faults.ts';
import { add, divide, isNumeric, multiply, type Numeric, negate, power, subtract } from './decimal.ts';
import { type Context, errorOf, type FeelRange, isError, type Kind, kindOf, rangeValue } from './kinds.ts';
import {
  addTemporal,
  comparableTemporals,
  divideDuration,
  divideDurations,
  equalTemporals,
  orderTemporal,
  scaleDuration,
  subtractTemporal,
} from './temporal/arithmetic.ts';
import type { Temporal } from './temporal/types.ts';

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

const isTemporal = (value: unknown): value is Temporal => temporalKinds.has(kindOf(value));

const isDuration = (value: unknown): value is Temporal => {
  const kind = kindOf(value);
  return kind === 'days and time duration' || kind === 'years and months duration';
};

const plus: Binary = (a, b) => {
  if (isNumeric(a) && isNumeric(b)) return add(a, b);
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  return isTemporal(a) && isTemporal(b) ? addTemporal(a, b) : null;
};

const minus: Binary = (a, b) => {
  if (isNumeric(a) && isNumeric(b)) return subtract(a, b);
  return isTemporal(a) && isTemporal(b) ? subtractTemporal(a, b) : null;
};

const times: Binary = (a, b) => {
  if (isNumeric(a)) return isNumeric(b) ? multiply(a, b) : isDuration(b) ? scaleDuration(b, a) : null;
  return isDuration(a) && isNumeric(b) ? scaleDuration(a, b) : null;
};

const dividedBy: Binary = (a, b) => {
  if (isNumeric(a)) return isNumeric(b) ? divide(a, b) : null;
  if (!isDuration(a)) return null;
  return isNumeric(b) ? divideDuration(a, b) : isDuration(b) ? divideDurations(a, b) : null;
};

/** A power that does not exist fails the evaluation, as on a cluster; one that is too large for a number gives null. */
const toThePower: Binary = (a, b) => {
  if (!isNumeric(a) || !isNumeric(b)) return null;
  const result = power(a, b);
  const isWhole = typeof b === 'bigint' || Number.isInteger(b);
  if (result === null && (!isWhole || Number(a) === 0)) throw refuse('a power has no finite value');
  return result;
};

/** Arithmetic operators by their symbol. Each gives null for operands that do not fit together. */
export const arithmetic: Readonly<Record<string, Binary>> = {
  '+': plus,
  '-': minus,
  '*': times,
  '/': dividedBy,
  '**': toThePower,
};

/** `-value`; null for anything but a number. */
export const negative = (value: unknown): unknown => (isNumeric(value) ? negate(value) : null);

const equalNumbers = (a: Numeric, b: Numeric): boolean => !(a < b) && !(a > b);

const equalContexts = (a: Context, b: Context): boolean => {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equals(a[key], b[key]) === true)
  );
};

/**
 * `a = b`. Null and missing values equal only each other. Values of different kinds cannot be compared, which gives
 * null. Lists and contexts are equal if all their values are.
 */
export const equals = (a: unknown, b: unknown): Truth => {
  // An error inside a list equals null, as on a cluster.
  if (a === null || a === undefined) return b === null || b === undefined || isError(b);
  if (b === null || b === undefined) return isError(a);
  if (isNumeric(a)) return isNumeric(b) ? equalNumbers(a, b) : null;
  if (typeof a !== 'object') return typeof a === typeof b ? a === b : null;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return null;
  if (kind === 'list') {
    const [x, y] = [a as readonly unknown[], b as readonly unknown[]];
    return x.length === y.length && x.every((item, index) => equals(item, y[index]) === true);
  }
  if (kind === 'context') return equalContexts(a as Context, b as Context);
  if (!temporalKinds.has(kind)) return null;
  return comparableTemporals(a as Temporal, b as Temporal) ? equalTemporals(a as Temporal, b as Temporal) : null;
};

/** `a = b` in an expression: an error stays an error. */
export const checkEqual = (a: unknown, b: unknown): unknown => (isError(a) ? a : isError(b) ? b : equals(a, b));

/** -1, 0 or 1 for two numbers, two strings or two temporal values of the same kind; null for anything else. */
export const order = (a: unknown, b: unknown): number | null => {
  if ((isNumeric(a) && isNumeric(b)) || (typeof a === 'string' && typeof b === 'string')) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const kind = kindOf(a);
  if (!temporalKinds.has(kind) || kind !== kindOf(b)) return null;
  return comparableTemporals(a as Temporal, b as Temporal) ? orderTemporal(a as Temporal, b as Temporal) : null;
};

/** Times and date-times with and without a zone are of different types. */
const isOfSameType = (a: unknown, b: unknown): boolean =>
  kindOf(a) === kindOf(b) && (!isTemporal(a) || comparableTemporals(a, b as Temporal));

/** Values that only look comparable: lists of values of one kind. Comparing them fails the evaluation, as on a cluster. */
export const isOrderedList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => isOfSameType(item, value[0])) &&
  (order(value[0], value[0]) !== null || isOrderedList(value[0]));

const ordered =
  (holds: (order: number) => boolean) =>
  (a: unknown, b: unknown): unknown => {
    const found = order(a, b);
    if (found !== null) return holds(found);
    if (isError(a)) return a;
    if (isError(b)) return b;
    if (isOrderedList(a) && isOrderedList(b)) throw refuse('lists have no order');
    return null;
  };

/** Comparison operators by their symbol. They give true, false, null or an error. */
export const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  '=': checkEqual,
  '!=': (a, b) => not(checkEqual(a, b)),
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

/** Tells whether a value lies within bounds; null if the three cannot be compared. */
export const within = (value: unknown, { start, end, startIncluded, endIncluded }: FeelRange): Truth => {
  const [low, high] = [order(value, start), order(value, end)];
  if (low === null || high === null) {
    if ([value, start, end].every(isOrderedList)) throw refuse('lists have no order');
    return null;
  }
  return (startIncluded ? low >= 0 : low > 0) && (endIncluded ? high <= 0 : high < 0);
};

const rangeKinds: ReadonlySet<Kind | undefined> = new Set<Kind>(['number', ...(temporalKinds as ReadonlySet<Kind>)]);

/** The range value with these bounds; an error unless both are of the same, ordered kind. */
export const rangeOf = (bounds: FeelRange): unknown => {
  const { start, end } = bounds;
  if (isError(start)) return start;
  if (isError(end)) return end;
  if (!rangeKinds.has(kindOf(start)) || order(start, end) === null) {
    return errorOf('the bounds of a range must be of the same kind, and ordered');
  }
  return rangeValue({ ...bounds });
};

/** Tells whether a value passes a test that is itself a value: an equal value, a list that contains it, or a truth. */
export const passes = (value: unknown, test: unknown): unknown => {
  if (test === true) return true;
  if (Array.isArray(test)) {
    return test.some((item) => identical(item, value)) || equals(value, test) === true;
  }
  const same = checkEqual(value, test);
  if (same === true) return true;
  return same === null && test !== false ? null : false;
};

/** Tells whether two values are the same for `list contains` and similar functions: equal, and of one kind. */
export const identical = (a: unknown, b: unknown): boolean => equals(a, b) === true;
