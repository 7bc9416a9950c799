import { errorOf, isContext, isError, kindOf } from './kinds.ts';
import { propertyOf } from './temporal/properties.ts';

/**
 * Reads `target.key`: a key of a context, a property of a temporal value, or the list of these for a list.
 *
 * @returns null if there is no such key
 */
export const member = (target: unknown, key: string): unknown => {
  if (typeof target !== 'object' || target === null) return null;
  if (Array.isArray(target)) return target.map((item) => (isError(item) ? null : member(item, key)));
  if (isContext(target)) return Object.hasOwn(target, key) ? (target[key] ?? null) : null;
  if (isError(target)) return target;
  return kindOf(target) === undefined ? null : (propertyOf(target, key) ?? null);
};

/** The first error among values; `undefined` if there is none. */
export const firstError = (values: readonly unknown[]): unknown => values.find(isError);

/** The error of a value that has another kind than expected. */
export const unexpectedKind = (expected: string, value: unknown): unknown =>
  isError(value) ? value : errorOf(`a ${expected} is expected, but there is a ${kindOf(value) ?? 'value'}`);
