import { isObjectSchema, isSchema } from '../schema.ts';
import { describeValue, inTurn, isFunction, isText, listOf, type Rule, when } from './rule-engine.ts';

/** Rules that several kinds of objects share. */

export const text: Rule = when(isText, 'text that is not empty');

export const anyText: Rule = when((value) => typeof value === 'string', 'text');

export const flag: Rule = when((value) => typeof value === 'boolean', 'true or false');

export const callback: Rule = when(isFunction, 'a function');

export const callbacks: Rule = listOf(callback, 'a list of functions');

export const positiveCount: Rule = when(
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
  'a positive whole number',
);

export const count: Rule = when(
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'a whole number, 0 or more',
);

export const wholeNumber: Rule = when(Number.isSafeInteger, 'a whole number');

/** Makes a rule for a finite number of at least `least`, e.g. `a number of seconds, 0 or more`. */
export const numberFrom = (least: number, noun: string): Rule =>
  when((value) => Number.isFinite(value) && (value as number) >= least, `${noun}, ${least} or more`);

/** Makes a rule for a finite number above 0, e.g. `a positive number of seconds`. */
export const positiveNumber = (noun: string): Rule =>
  when((value) => Number.isFinite(value) && (value as number) > 0, noun);

export const webAddress: Rule = when(
  (value) => typeof value === 'string' && /^https?:\/\/\S+$/.test(value),
  'an address that starts with http:// or https://',
);

/** A job type of users. */
export const jobType: Rule = inTurn(text, (value) =>
  (value as string).startsWith('_')
    ? 'must not start with "_", which is reserved for the job types of the runtime'
    : undefined,
);

const describeSchema = (value: unknown): string =>
  isSchema(value) ? `a schema of type "${value.type}"` : describeValue(value);

export const anySchema: Rule = when(isSchema, 'a valibot schema');

export const objectSchema: Rule = when(
  isObjectSchema,
  'a valibot schema of an object (object, strictObject, looseObject, variant, …)',
  describeSchema,
);
