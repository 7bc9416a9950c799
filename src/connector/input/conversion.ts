import type { Schema } from '../types.ts';
import { type Coerce, toOption, withoutBigints } from './convert-value.ts';

/**
 * What to do with a value before its schema sees it. Made once per schema. A plan never changes what it is given:
 * it copies what it has to change and gives back the rest as it is.
 */
export interface Plan {
  /** Values of this `typeof` need nothing; tested by the containers, to save the call. */
  readonly quick?: string;
  /** Converts a value that is not null. */
  prepare(value: unknown): unknown;
  /** Tells whether a value is of the kind that the schema takes, whatever its further checks say. */
  fits(value: unknown): boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A single value of one kind. Also takes the only element of a list for it, where that element then fits. */
export const scalarPlan = (fits: (value: unknown) => boolean, coerce: Coerce, quick?: string): Plan => ({
  ...(quick === undefined ? {} : { quick }),
  fits,
  prepare: (value) => {
    if (fits(value)) return value;
    if (!Array.isArray(value)) {
      const single = coerce(value);
      return fits(single) ? single : withoutBigints(single);
    }
    const only = value.length === 1 ? coerce(value[0]) : undefined;
    return only !== undefined && fits(only) ? only : withoutBigints(value);
  },
});

export const typePlan = (type: string, coerce: Coerce): Plan =>
  scalarPlan((value) => typeof value === type, coerce, type);

export const optionPlan = (options: readonly unknown[]): Plan =>
  scalarPlan((value) => options.includes(value), toOption(options));

export const untouched: Plan = { fits: () => true, prepare: withoutBigints };

/** A schema whose inside we do not know. Only what it takes itself stays a bigint. */
export const opaquePlan = (schema: Schema): Plan => {
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
    prepare: (value) => (typeof value === 'bigint' && !schema.async && fits(value) ? value : withoutBigints(value)),
  };
};
