import type { Schema } from '../types.ts';
import { type Convert, toOption, withoutBigints } from './convert-value.ts';

/**
 * Converts a value before its schema sees it. Made once for each schema. A conversion never changes the given value: it
 * copies what it has to change, and returns everything else as it is.
 */
export interface Conversion {
  /** Values with this `typeof` need no conversion. Containers test it themselves, which saves a call. */
  readonly quick?: string;
  /** Converts a value that is not null. */
  convert(value: unknown): unknown;
  /** Tells whether the schema accepts this kind of value, before its further checks. */
  fits(value: unknown): boolean;
}

/** For a single value of one kind. If the value is a list with one element that fits, that element is used. */
export const scalarConversion = (fits: (value: unknown) => boolean, convert: Convert, quick?: string): Conversion => ({
  ...(quick === undefined ? {} : { quick }),
  fits,
  convert: (value) => {
    if (fits(value)) return value;
    if (!Array.isArray(value)) {
      const single = convert(value);
      return fits(single) ? single : withoutBigints(single);
    }
    const only = value.length === 1 ? convert(value[0]) : undefined;
    return only !== undefined && fits(only) ? only : withoutBigints(value);
  },
});

/** For values with one `typeof`. */
export const typeConversion = (type: string, convert: Convert): Conversion =>
  scalarConversion((value) => typeof value === type, convert, type);

/** For a list of fixed values. */
export const optionConversion = (options: readonly unknown[]): Conversion =>
  scalarConversion((value) => options.includes(value), toOption(options));

/** For a schema that accepts anything. */
export const anyConversion: Conversion = { fits: () => true, convert: withoutBigints };

/** For a schema of an unknown kind. A bigint remains one only if the schema itself accepts it. */
export const unknownConversion = (schema: Schema): Conversion => {
  const fits = (value: unknown): boolean => {
    if (schema.async) return true;
    try {
      return schema['~run']({ value }, {}).issues === undefined;
    } catch {
      return false;
    }
  };
  return {
    fits,
    convert: (value) => (typeof value === 'bigint' && !schema.async && fits(value) ? value : withoutBigints(value)),
  };
};
