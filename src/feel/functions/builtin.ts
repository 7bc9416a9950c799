import { evaluate } from 'feelin';
import { settle } from '../values/kinds.ts';

/** What a function can use of the evaluation that calls it. */
export interface Services {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A random number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** A built-in function. */
export interface Builtin {
  /** Parameter names in order. With `rest`, the last one receives all remaining arguments as a list. */
  readonly parameters: readonly string[];
  readonly required: number;
  readonly rest: boolean;
  readonly call: (args: readonly unknown[], services: Services) => unknown;
}

/**
 * Defines a function by its parameters: `list, position?, ...items`. `?` marks an optional parameter, `...` collects the
 * remaining arguments in a list. The function receives its arguments in this order, null for missing ones.
 *
 * @example
 * builtin('list, ...items', (list, items) => [...list, ...items]);
 */
export const builtin = (
  signature: string,
  // biome-ignore lint/suspicious/noExplicitAny: each function checks the kinds of its own arguments
  call: (...args: any[]) => unknown,
): Builtin => {
  const parts = signature === '' ? [] : signature.split(', ');
  const rest = parts[parts.length - 1]?.startsWith('...') ?? false;
  return {
    parameters: parts.map((part) => part.replace(/^\.\.\.|\?$/g, '')),
    required: parts.filter((part) => !part.startsWith('...') && !part.endsWith('?')).length,
    rest,
    call: (args, services) => call(...args, services),
  };
};

/** The function of feelin with this name. It checks its own arguments. */
export const borrowed = (name: string): Builtin => {
  const found = evaluate(name, {}).value as ((...args: unknown[]) => unknown) & { readonly $args: readonly string[] };
  const parameters = found.$args.map((parameter) => parameter.replace(/^\.\.\./, ''));
  return {
    parameters,
    required: 0,
    rest: false,
    call: (args) => {
      // feelin represents an omitted argument by undefined and rejects null.
      const given = args.slice(0, parameters.length).map((value) => (value === null ? undefined : value));
      return settle(found(...given));
    },
  };
};

/** Orders positional arguments by the parameters of a function; `undefined` if they do not match. */
export const bindPositional = (fn: Builtin, args: readonly unknown[]): readonly unknown[] | undefined => {
  const fixed = fn.rest ? fn.parameters.length - 1 : fn.parameters.length;
  if (args.length < fn.required || (!fn.rest && args.length > fixed)) return undefined;
  const bound: unknown[] = [];
  for (let index = 0; index < fixed; index++) bound.push(args[index] ?? null);
  if (fn.rest) bound.push(args.slice(fixed));
  return bound;
};

/** As {@link bindPositional}, for named arguments. A rest parameter accepts a list or a single value. */
export const bindNamed = (fn: Builtin, args: ReadonlyMap<string, unknown>): readonly unknown[] | undefined => {
  for (const name of args.keys()) if (!fn.parameters.includes(name)) return undefined;
  for (const name of fn.parameters.slice(0, fn.required)) if (!args.has(name)) return undefined;
  return fn.parameters.map((name, index) => {
    const value = args.get(name) ?? null;
    const isRest = fn.rest && index === fn.parameters.length - 1;
    return isRest && !Array.isArray(value) ? (args.has(name) ? [value] : []) : value;
  });
};

/** Converts a value to a list as FEEL does: a single value becomes a list of one item; null stays null. */
export const listOf = (value: unknown): readonly unknown[] | null => {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? null : [value];
};

/** The items of `f(list)` or `f(a, b, c)`, which are equivalent. */
export const itemsOf = (args: readonly unknown[]): readonly unknown[] =>
  args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
