import { setKey } from '../../common/set-key.ts';
import { type Context, type FeelFunction, isFunction } from './kinds.ts';

/*
 * The functions of a context are apart from its values, as on a cluster: they can be called, but they are not among its
 * entries, and nothing that copies or compares contexts looks at them.
 */

const functionsKey: unique symbol = Symbol('functions');

interface WithFunctions {
  readonly [functionsKey]?: ReadonlyMap<string, readonly FeelFunction[]>;
}

const none: readonly FeelFunction[] = [];

/** The functions that a context has under a name, first defined first. */
export const functionsNamed = (context: Context, name: string): readonly FeelFunction[] =>
  (context as WithFunctions)[functionsKey]?.get(name) ?? none;

/** Tells whether a context has functions. */
export const hasFunctions = (context: Context): boolean => Object.hasOwn(context, functionsKey);

/** Adds an entry to a context that is being built: a value, or a function beside the values. */
export const setEntry = (context: Record<string, unknown>, key: string, value: unknown): void => {
  if (!isFunction(value)) {
    setKey(context, key, value);
    return;
  }
  const known = (context as WithFunctions)[functionsKey] ?? new Map<string, readonly FeelFunction[]>();
  const functions = new Map(known).set(key, [...(known.get(key) ?? none), value]);
  Object.defineProperty(context, functionsKey, { value: functions, configurable: true });
};
