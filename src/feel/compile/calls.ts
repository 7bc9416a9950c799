import { refuse } from '../faults.ts';
import { type Builtin, bindNamed, bindPositional, names, takes } from '../functions/builtin.ts';
import { builtins } from '../functions/index.ts';
import { textSteps } from '../limits/steps.ts';
import type { Call, FunctionLiteral } from '../syntax/tree.ts';
import type { SuppliedFunction } from '../types.ts';
import { functionsNamed } from '../values/context-functions.ts';
import { errorOf, type FeelFunction, functionOf, isContext, isError, settle } from '../values/kinds.ts';
import { firstError, unexpectedKind } from '../values/member.ts';
import { binding, type Code, type Compiler } from './compiler.ts';
import { isCheapComparison, isCheapSearch } from './cost.ts';
import { bind, countSteps, type Evaluation, endTrial, type Frame, resolveFunction } from './evaluation.ts';
import { compileReference } from './names.ts';

/** Arguments by position, or by name. */
type Arguments = readonly unknown[] | ReadonlyMap<string, unknown>;

type CompiledArguments = (evaluation: Evaluation, frame: Frame | undefined) => Arguments;

const isList = (args: Arguments): args is readonly unknown[] => Array.isArray(args);

const compileArguments = ({ name, arguments: args }: Call, compiler: Compiler): CompiledArguments => {
  if (args.kind === 'named') {
    const entries = args.values.map(([name, value]) => [name, compiler.compile(value)] as const);
    return (evaluation, frame) => new Map(entries.map(([name, code]) => [name, code(evaluation, frame) ?? null]));
  }
  const isSort = name === 'sort' && !compiler.scope.open && !compiler.scope.bound.has(name);
  // What `sort` calls only compares two items: it makes no values that grow.
  const codes = args.values.map((value) =>
    isSort && value.kind === 'function' ? compileDefinition(value, compiler, 'trial') : compiler.compile(value),
  );
  return (evaluation, frame) => codes.map((code) => code(evaluation, frame) ?? null);
};

/** The built-in function that accepts the arguments of a call, by their number or names. */
const builtinOf = ({ name, arguments: args }: Call): Builtin | undefined =>
  builtins
    .get(name)
    ?.find((fn) => (args.kind === 'positional' ? takes(fn, args.values.length) : names(fn, args.values.map(keyOf))));

const keyOf = ([key]: readonly [string, unknown]): string => key;

const callBuiltin = (name: string, fn: Builtin, args: Arguments, evaluation: Evaluation): unknown => {
  const bound = isList(args) ? bindPositional(fn, args) : bindNamed(fn, args);
  const error = bound.find(isError);
  // Whatever is wrong with its arguments, an assertion does not hold.
  if (error !== undefined && name === 'assert') throw refuse(error.reason);
  if (error !== undefined) return null;
  const value = fn.call(bound, evaluation) ?? null;
  if (Array.isArray(value)) countSteps(evaluation, value.length);
  else if (typeof value === 'string') countSteps(evaluation, textSteps(value));
  return isError(value) ? null : value;
};

/** Tells whether a function that an expression defines accepts the arguments of a call. Named ones may be fewer. */
const accepts = ({ arguments: args }: Call): ((fn: FeelFunction) => boolean) => {
  if (args.kind === 'positional') return ({ parameters }) => parameters.length === args.values.length;
  return ({ parameters }) => args.values.every(([name]) => parameters.includes(name));
};

const callDefined = ({ call, parameters }: FeelFunction, args: Arguments): unknown => {
  const values = isList(args) ? args : parameters.map((name) => args.get(name) ?? null);
  return firstError(values) ?? call(values);
};

/** Orders named arguments by a supplied function's parameters, up to the last given one; missing ones become null. */
const namedArguments = (
  parameters: readonly string[] | undefined,
  args: ReadonlyMap<string, unknown>,
): readonly unknown[] | undefined => {
  if (parameters === undefined || ![...args.keys()].every((name) => parameters.includes(name))) return undefined;
  const given = parameters.findLastIndex((parameter) => args.has(parameter)) + 1;
  return parameters.slice(0, given).map((parameter) => args.get(parameter) ?? null);
};

const callSupplied = (name: string, fn: SuppliedFunction, args: Arguments): unknown => {
  const bound = isList(args) ? args : namedArguments(fn.parameters, args);
  if (bound === undefined || firstError(bound) !== undefined) return null;
  try {
    return settle(fn(...bound));
  } catch (error) {
    if (!(error instanceof Error)) throw refuse(`${name}() failed: it threw something that is not an Error`, error);
    const { fix } = error as { readonly fix?: unknown };
    throw refuse(`${name}() failed: ${error.message}`, error, typeof fix === 'string' ? fix : undefined);
  }
};

/** Functions that compare each item of a list with all other items. */
const quadratic: ReadonlySet<string> = new Set(['distinct values', 'duplicate values', 'union']);

/** Functions with a regular expression. */
const searching: ReadonlySet<string> = new Set(['matches', 'replace', 'split', 'extract']);

/** A literal pattern without repetition is fast: it does not backtrack. */
const isPlainPattern = ({ arguments: args }: Call): boolean => {
  const pattern = args.kind === 'positional' ? args.values[1] : undefined;
  return pattern?.kind === 'literal' && typeof pattern.value === 'string' && !/[*+?{]/.test(pattern.value);
};

const mayBeSlow = (node: Call): boolean =>
  quadratic.has(node.name) || (searching.has(node.name) && !isPlainPattern(node));

const isCheap = (name: string, args: Arguments): boolean =>
  isList(args) && (quadratic.has(name) ? isCheapComparison(args) : isCheapSearch(args[0], args[1], name !== 'matches'));

/** `context.name(...)`: the function is an entry of the context. */
const compileQualified = (node: Call, compiler: Compiler): Code => {
  const path = compileReference(node.path!, compiler);
  const args = compileArguments(node, compiler);
  const isAccepting = accepts(node);
  const { name } = node;
  return (evaluation, frame) => {
    countSteps(evaluation);
    const context = path(evaluation, frame);
    if (!isContext(context)) return unexpectedKind('context', context);
    const entry = functionsNamed(context, name).find(isAccepting);
    return entry !== undefined
      ? callDefined(entry, args(evaluation, frame))
      : errorOf(`the context has no function ${name}() with these parameters`);
  };
};

/**
 * `name(...)`. Functions and variables have separate names, so a variable `count` does not hide `count()`. Functions that
 * the expression defines in a context take precedence. Unknown functions and arguments that do not match give null; the
 * arguments are not even evaluated then.
 */
export const compileCall = (node: Call, compiler: Compiler): Code => {
  if (node.path !== undefined) return compileQualified(node, compiler);
  const { name } = node;
  const isSuspect = mayBeSlow(node);
  if (isSuspect) compiler.needs('trial');
  const compiledArguments = compileArguments(node, compiler);
  const args: CompiledArguments = isSuspect
    ? (evaluation, frame) => {
        const given = compiledArguments(evaluation, frame);
        if (!isCheap(name, given)) endTrial(evaluation);
        return given;
      }
    : compiledArguments;
  const isAccepting = accepts(node);
  const fn = builtinOf(node);
  const mayBeDefined = compiler.scope.open || compiler.scope.bound.has(name);
  return (evaluation, frame) => {
    countSteps(evaluation);
    const supplied = Object.hasOwn(evaluation.functions, name) ? evaluation.functions[name] : undefined;
    const defined = mayBeDefined ? resolveFunction(name, frame, isAccepting) : undefined;
    if (defined === undefined && typeof supplied === 'function') {
      return callSupplied(name, supplied, args(evaluation, frame));
    }
    const found = defined ?? (typeof supplied === 'object' && isAccepting(supplied) ? supplied : undefined);
    if (found === undefined)
      return fn === undefined ? null : callBuiltin(name, fn, args(evaluation, frame), evaluation);
    const value = callDefined(found, args(evaluation, frame));
    return isError(value) ? null : value;
  };
};

/** `function(a, b) a + b` */
export const compileDefinition = (
  { parameters, body: bodyNode }: FunctionLiteral,
  compiler: Compiler,
  guard: 'trial' | 'limited' = 'limited',
): Code => {
  compiler.needs(guard);
  const body = compiler.compile(bodyNode, binding(compiler.scope, parameters));
  return (evaluation, frame) =>
    functionOf({
      parameters,
      call: (args) => {
        countSteps(evaluation);
        const scoped = parameters.reduce<Frame | undefined>(
          (outer, name, index) => bind(name, args[index] ?? null, outer),
          frame,
        );
        return body(evaluation, scoped) ?? null;
      },
    });
};
