import { isContext, isFunction, isRange, kindOf } from '../values/kinds.ts';

/** What a function can use of the evaluation that calls it. */
export interface Services {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A random number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** A built-in function, or one of several with the same name and other parameters. */
export interface Builtin {
  /** Parameter names in order. */
  readonly parameters: readonly string[];
  /** Whether the last parameter receives all remaining arguments as a list. */
  readonly rest: boolean;
  readonly call: (args: readonly unknown[], services: Services) => unknown;
}

const checks: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' || typeof value === 'bigint',
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  context: isContext,
  function: isFunction,
  range: isRange,
};

const check = (kind: string): ((value: unknown) => boolean) => checks[kind] ?? ((value) => kindOf(value) === kind);

const parse = (
  signature: string,
): {
  readonly names: readonly string[];
  readonly kinds: readonly ((value: unknown) => boolean)[];
  readonly rest: boolean;
} => {
  const parts = signature === '' ? [] : signature.split(', ').map((part) => part.split(': '));
  const rest = parts.some(([name]) => name!.startsWith('...'));
  return {
    names: parts.map(([name]) => name!.replace(/^\.\.\./, '')),
    kinds: parts.map(([name, kind]) => check(name!.startsWith('...') ? 'list' : (kind ?? 'any'))),
    rest,
  };
};

/**
 * Defines a function by its parameters and their kinds: `list: list, element`, `...items`. `...` collects the remaining
 * arguments in a list. Several signatures, separated by `; `, are alternatives by the number or the names of the
 * arguments. The function receives its arguments in this order; those of other signatures are missing. Arguments of
 * another kind give null.
 *
 * @example
 * builtin('list: list, start: number; list: list, start: number, length: number', sublist);
 */
export const builtin = (
  signatures: string,
  // biome-ignore lint/suspicious/noExplicitAny: the kinds of the arguments are checked by the signature
  call: (...args: any[]) => unknown,
): readonly Builtin[] =>
  signatures.split('; ').map((signature) => {
    const { names, kinds, rest } = parse(signature);
    return {
      parameters: names,
      rest,
      call: (args) => (args.every((value, index) => kinds[index]!(value)) ? call(...args) : null),
    };
  });

/** As {@link builtin}, for a function without parameters that uses the clock or random numbers. */
export const serviceFunction = (call: (services: Services) => unknown): readonly Builtin[] => [
  { parameters: [], rest: false, call: (_args, services) => call(services) },
];

/** Tells whether a function takes so many arguments. */
export const takes = ({ parameters, rest }: Builtin, count: number): boolean =>
  rest ? count >= parameters.length : count === parameters.length;

/** Tells whether the names are parameters of a function. */
export const names = ({ parameters }: Builtin, given: readonly string[]): boolean =>
  given.every((name) => parameters.includes(name));

/** Orders positional arguments, which the function {@link takes}, by its parameters. */
export const bindPositional = ({ parameters, rest }: Builtin, args: readonly unknown[]): readonly unknown[] => {
  if (!rest) return args;
  const fixed = parameters.length - 1;
  const more = args.slice(fixed);
  // `f(list)` and `f(a, b, c)` are equivalent.
  const items = fixed === 0 && more.length === 1 && Array.isArray(more[0]) ? more[0] : more;
  return [...args.slice(0, fixed), items];
};

/** As {@link bindPositional}, for named arguments. Missing ones are null. */
export const bindNamed = ({ parameters }: Builtin, args: ReadonlyMap<string, unknown>): readonly unknown[] =>
  parameters.map((name) => args.get(name) ?? null);
