import type { Limits } from '../schema/limits.ts';
import type { Pattern } from './text-pattern.ts';

/** Maximum number of whole numbers that a pattern lists one by one. */
const maxListed = 50;

interface Range {
  readonly low?: number;
  readonly high?: number;
}

const lowest = ({ integer, minimum, exclusiveMinimum }: Limits): number | undefined => {
  const exclusive =
    exclusiveMinimum === undefined ? undefined : integer ? Math.floor(exclusiveMinimum) + 1 : exclusiveMinimum;
  const inclusive = minimum === undefined ? undefined : integer ? Math.ceil(minimum) : minimum;
  const both = [inclusive, exclusive].filter((value) => value !== undefined);
  return both.length === 0 ? undefined : Math.max(...both);
};

const highest = (limits: Limits): number | undefined => {
  const { integer, maximum, exclusiveMaximum } = limits;
  const mirrored = lowest({
    integer,
    ...(maximum === undefined ? {} : { minimum: -maximum }),
    ...(exclusiveMaximum === undefined ? {} : { exclusiveMinimum: -exclusiveMaximum }),
  });
  return mirrored === undefined ? undefined : 0 - mirrored;
};

const sourceOf = (integer: boolean, { low, high }: Range): string | undefined => {
  if (!integer) return low !== undefined && low >= 0 ? '^(?!-)' : undefined;
  if (low !== undefined && high !== undefined && high >= low && high - low < maxListed) {
    const all = Array.from({ length: high - low + 1 }, (_, index) => low + index);
    return `^(?:${all.join('|')})$`;
  }
  return low !== undefined && low >= 0 ? '^\\d+$' : '^-?\\d+$';
};

const isUnsafe = (value: number | undefined): boolean =>
  value !== undefined && Math.abs(value) >= Number.MAX_SAFE_INTEGER;

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

/**
 * Makes a pattern for the text of a number, as far as a regular expression can express the limits. The Modeler has no
 * other check for numbers.
 *
 * @param mayBeEmpty also match an empty field, which the Modeler tests as the text `undefined`
 */
export const numberPattern = (limits: Limits, mayBeEmpty: boolean): Pattern | undefined => {
  const low = lowest(limits);
  const high = highest(limits);
  const source = sourceOf(limits.integer, {
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
  });
  if (source === undefined) return undefined;
  return {
    source: mayBeEmpty ? `^(?:undefined)?$|${source}` : source,
    message: `must be ${describeNumber(limits)}`,
  };
};
