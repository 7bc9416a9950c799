import { evaluate } from 'feelin';
import { settle } from '../values/values.ts';

/** What a function may ask of the evaluation that calls it. */
export interface Services {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** A function that expressions call by name. */
export interface Builtin {
  /** Parameter names, in order; the last may be a rest, which takes all remaining arguments as one list. */
  readonly parameters: readonly string[];
  readonly required: number;
  readonly rest: boolean;
  readonly call: (args: readonly unknown[], services: Services) => unknown;
}

/**
 * Describes a function by its parameters: `list, position?, ...items`. `?` marks what may be left out, `...` takes
 * the remaining arguments. Arguments arrive in that order, null where missing; the rest arrives as one list.
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

/** A function of feelin's, found under its name. Its own checks decide which arguments it takes. */
export const borrowed = (name: string): Builtin => {
  const found = evaluate(name, {}).value as ((...args: unknown[]) => unknown) & { readonly $args: readonly string[] };
  const parameters = found.$args.map((parameter) => parameter.replace(/^\.\.\./, ''));
  return {
    parameters,
    required: 0,
    rest: false,
    call: (args) => {
      // To feelin an argument that was left out is undefined, and a null that was given is a wrong argument.
      const given = args.slice(0, parameters.length).map((value) => (value === null ? undefined : value));
      return settle(found(...given));
    },
  };
};

/** The arguments of a function in the order of its parameters; `undefined` where they do not fit. */
export const bindPositional = (fn: Builtin, args: readonly unknown[]): readonly unknown[] | undefined => {
  const fixed = fn.rest ? fn.parameters.length - 1 : fn.parameters.length;
  if (args.length < fn.required || (!fn.rest && args.length > fixed)) return undefined;
  const bound: unknown[] = [];
  for (let index = 0; index < fixed; index++) bound.push(args[index] ?? null);
  if (fn.rest) bound.push(args.slice(fixed));
  return bound;
};

/** As {@link bindPositional}, for arguments by name; a rest takes a list or one value. */
export const bindNamed = (fn: Builtin, args: ReadonlyMap<string, unknown>): readonly unknown[] | undefined => {
  for (const name of args.keys()) if (!fn.parameters.includes(name)) return undefined;
  for (const name of fn.parameters.slice(0, fn.required)) if (!args.has(name)) return undefined;
  return fn.parameters.map((name, index) => {
    const value = args.get(name) ?? null;
    const isRest = fn.rest && index === fn.parameters.length - 1;
    return isRest && !Array.isArray(value) ? (args.has(name) ? [value] : []) : value;
  });
};

/** A list as it is, a single value as a list of one, as FEEL converts it; null for null. */
export const listOf = (value: unknown): readonly unknown[] | null => {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? null : [value];
};

/** `f(list)` and `f(a, b, c)` mean the same. */
export const itemsOf = (args: readonly unknown[]): readonly unknown[] =>
  args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
