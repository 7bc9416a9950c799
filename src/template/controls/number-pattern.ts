import type { Limits } from '../schema/limits.ts';
import { type Bound, rangePattern } from './digit-ranges.ts';
import type { Pattern } from './text-pattern.ts';

/** A bound that only says that the number is a safe integer, as every number of a process is. */
const isUnsafe = (value: number | undefined): boolean =>
  value !== undefined && Math.abs(value) >= Number.MAX_SAFE_INTEGER;

/** The strictest lower bound. That of whole numbers is a whole number, and part of the range. */
const lowest = ({ integer, minimum, exclusiveMinimum }: Limits): Bound | undefined => {
  const bounds = [
    ...(minimum === undefined || isUnsafe(minimum) ? [] : [{ value: minimum, exclusive: false }]),
    ...(exclusiveMinimum === undefined || isUnsafe(exclusiveMinimum)
      ? []
      : [{ value: exclusiveMinimum, exclusive: true }]),
  ];
  const [first, second] = integer
    ? bounds.map(({ value, exclusive }) => ({
        value: exclusive ? Math.floor(value) + 1 : Math.ceil(value),
        exclusive: false,
      }))
    : bounds;
  if (first === undefined || second === undefined) return first;
  return second.value >= first.value ? second : first;
};

const highest = (limits: Limits): Bound | undefined => {
  const { integer, maximum, exclusiveMaximum } = limits;
  const mirrored = lowest({
    integer,
    ...(maximum === undefined ? {} : { minimum: -maximum }),
    ...(exclusiveMaximum === undefined ? {} : { exclusiveMinimum: -exclusiveMaximum }),
  });
  return mirrored === undefined ? undefined : { ...mirrored, value: 0 - mirrored.value };
};

const isEmpty = (low: Bound | undefined, high: Bound | undefined): boolean => {
  if (low === undefined || high === undefined) return false;
  return low.value > high.value || (low.value === high.value && (low.exclusive || high.exclusive));
};

const sourceOf = (integer: boolean, low: Bound | undefined, high: Bound | undefined): string | undefined => {
  if (low === undefined && high === undefined) return integer ? '^-?\\d+$' : undefined;
  // The same numbers in a short form, in which a number may begin with zeros.
  if (integer && low?.value === 0 && high === undefined) return '^\\d+$';
  return rangePattern(integer, low, high);
};

/** Describes the allowed numbers for a person, e.g. `a whole number from 1 to 5`; `undefined`: all are allowed. */
export const describeNumber = (limits: Limits): string | undefined => {
  const { integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = limits;
  const low = isUnsafe(minimum) ? undefined : minimum;
  const high = isUnsafe(maximum) ? undefined : maximum;
  const parts = [
    low !== undefined && high !== undefined ? `from ${low} to ${high}` : '',
    low !== undefined && high === undefined ? `of at least ${low}` : '',
    low === undefined && high !== undefined ? `of at most ${high}` : '',
    exclusiveMinimum === undefined ? '' : `greater than ${exclusiveMinimum}`,
    exclusiveMaximum === undefined ? '' : `less than ${exclusiveMaximum}`,
    multipleOf === undefined ? '' : `that is a multiple of ${multipleOf}`,
  ].filter((part) => part !== '');
  if (parts.length === 0 && !integer) return undefined;
  return [integer ? 'a whole number' : 'a number', ...parts].join(' ');
};

/** Whether no number is within the limits. */
export const hasNoNumbers = (limits: Limits): boolean => isEmpty(lowest(limits), highest(limits));

/**
 * Makes a pattern for the text of a number: whole or not, and its range. The Modeler has no other check for numbers. The
 * pattern ignores multiples.
 *
 * @param mayBeEmpty also match an empty field, which the Modeler tests as the text `undefined`
 */
export const numberPattern = (limits: Limits, mayBeEmpty: boolean): Pattern | undefined => {
  if (hasNoNumbers(limits)) return undefined;
  const source = sourceOf(limits.integer, lowest(limits), highest(limits));
  if (source === undefined) return undefined;
  return {
    source: mayBeEmpty ? `^(?:undefined)?$|${source}` : source,
    message: `must be ${describeNumber(limits)}`,
  };
};
