import { isPlain } from '../../common/is-object.ts';
import type { FeelFunction } from '../types.ts';

export type { FeelFunction } from '../types.ts';

/** The kinds of values, by FEEL's names. Integers beyond 2^53 are `bigint`; their kind is `number`, too. */
export type Kind =
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'list'
  | 'context'
  | 'date'
  | 'time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration'
  | 'range'
  | 'function'
  | 'error';

/** A FEEL context: a plain object, with or without a prototype. */
export type Context = Readonly<Record<string, unknown>>;

/** Under this key, the prototype of a value that is not JSON has the kind of the value. */
export const kindKey: unique symbol = Symbol('kind');

/** A value whose kind is known from its prototype. */
interface Tagged {
  readonly [kindKey]: Kind;
}

/**
 * Creates the objects of one kind. They share a prototype with the kind, and with `toString` if there is one.
 *
 * @returns a function that gives an object with these fields the prototype
 */
export const createKind = <Fields extends object>(
  kind: Kind,
  text?: (value: Fields) => string,
): ((fields: Fields) => Fields) => {
  const prototype = Object.create(Object.prototype, {
    [kindKey]: { value: kind },
    ...(text === undefined
      ? {}
      : {
          toString: {
            value(this: Fields) {
              return text(this);
            },
          },
        }),
  });
  return (fields) => Object.freeze(Object.setPrototypeOf(fields, prototype));
};

/** A range of ordered values. */
export interface FeelRange {
  readonly start: unknown;
  readonly end: unknown;
  readonly startIncluded: boolean;
  readonly endIncluded: boolean;
}

/**
 * The value of an operation that failed. It spreads through comparisons, lists and contexts, arithmetic turns it into
 * null, and a whole expression with this value fails.
 */
export interface FeelError {
  readonly reason: string;
}

export const functionOf: (fields: FeelFunction) => FeelFunction = createKind<FeelFunction>('function');

export const rangeValue: (fields: FeelRange) => FeelRange = createKind<FeelRange>('range');

const createError = createKind<FeelError>('error');

export const errorOf = (reason: string): FeelError => createError({ reason });

/** Tells whether a value is an object whose prototype has this kind. */
const hasKind = (value: unknown, kind: Kind): boolean =>
  typeof value === 'object' && value !== null && (value as Partial<Tagged>)[kindKey] === kind;

export const isFunction = (value: unknown): value is FeelFunction => hasKind(value, 'function');

export const isRange = (value: unknown): value is FeelRange => hasKind(value, 'range');

export const isError = (value: unknown): value is FeelError => hasKind(value, 'error');

export const isContext = (value: unknown): value is Context =>
  typeof value === 'object' && value !== null && isPlain(value);

const objectKind = (value: object): Kind | undefined => {
  if (Array.isArray(value)) return 'list';
  return isContext(value) ? 'context' : (value as Partial<Tagged>)[kindKey];
};

/** The kind of a value, or `undefined` if FEEL has no such values. A missing value is null. */
export const kindOf = (value: unknown): Kind | undefined => {
  switch (typeof value) {
    case 'undefined':
      return 'null';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'number';
    case 'object':
      return value === null ? 'null' : objectKind(value);
    default:
      return undefined;
  }
};

/** Converts the result of a supplied function to a FEEL value. Values that FEEL does not have become null. */
export const settle = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return kindOf(value) === undefined ? null : (value ?? null);
};

export type TemporalKind = Extract<
  Kind,
  'date' | 'time' | 'date and time' | 'days and time duration' | 'years and months duration'
>;

/**
 * The kind of a temporal value that a supplied function received.
 *
 * @returns `undefined` for any other value, including text
 */
export const temporalKind = (value: unknown): TemporalKind | undefined => {
  const kind = kindOf(value);
  return kind === 'date' || kind === 'time' || kind === 'date and time' || kind?.endsWith('duration')
    ? (kind as TemporalKind)
    : undefined;
};
