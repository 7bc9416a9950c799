import { FeelFunction } from 'feelin';
import { refuse } from '../faults.ts';
import { type Builtin, bindNamed, bindPositional } from '../functions/builtin.ts';
import { builtins } from '../functions/index.ts';
import { textSteps } from '../limits/steps.ts';
import { settle } from '../values/kinds.ts';
import { binding, type Code, type Compiler } from './compiler.ts';
import { bind, countSteps, type Evaluation, type Frame } from './evaluation.ts';
import { childOf, nameOf, type Syntax } from './parse.ts';

/** Arguments by position, or by name. */
type Arguments = readonly unknown[] | ReadonlyMap<string, unknown>;

type CompiledArguments = (evaluation: Evaluation, frame: Frame | undefined) => Arguments;

const isList = (args: Arguments): args is readonly unknown[] => Array.isArray(args);

const compileNamed = (node: Syntax, compiler: Compiler): CompiledArguments => {
  const entries = node.children
    .filter(({ name }) => name === 'NamedParameter')
    .map(
      (child) => [nameOf(child.children[0]!), compiler.compile(child.children[child.children.length - 1]!)] as const,
    );
  return (evaluation, frame) => new Map(entries.map(([name, code]) => [name, code(evaluation, frame) ?? null]));
};

const compileArguments = (node: Syntax, compiler: Compiler): CompiledArguments => {
  const named = childOf(node, 'NamedParameters');
  if (named !== undefined) return compileNamed(named, compiler);
  const codes = (childOf(node, 'PositionalParameters')?.children ?? []).map((child) => compiler.compile(child));
  return (evaluation, frame) => codes.map((code) => code(evaluation, frame) ?? null);
};

const callBuiltin = (fn: Builtin, args: Arguments, evaluation: Evaluation): unknown => {
  const bound = isList(args) ? bindPositional(fn, args) : bindNamed(fn, args);
  if (bound === undefined) return null;
  const value = settle(fn.call(bound, evaluation));
  if (Array.isArray(value)) countSteps(evaluation, value.length);
  else if (typeof value === 'string') countSteps(evaluation, textSteps(value));
  return value;
};

/** Calls a function that the expression defines. */
const callDefined = (fn: FeelFunction, args: Arguments): unknown => {
  const names = fn.parameterNames;
  if (isList(args)) return args.length === names.length ? fn.fn(...args) : null;
  const fits = args.size === names.length && names.every((name) => args.has(name));
  return fits ? fn.fn(...names.map((name) => args.get(name))) : null;
};

/**
 * Orders named arguments by the parameters. Omitted arguments become null, except those at the end, which stay omitted as
 * in a positional call. `undefined` if the names do not match.
 */
const namedArguments = (
  parameters: readonly string[] | undefined,
  args: ReadonlyMap<string, unknown>,
): readonly unknown[] | undefined => {
  if (parameters === undefined || [...args.keys()].some((key) => !parameters.includes(key))) return undefined;
  const given = parameters.findLastIndex((parameter) => args.has(parameter)) + 1;
  return parameters.slice(0, given).map((parameter) => args.get(parameter) ?? null);
};

const callSupplied = (name: string, fn: NonNullable<Evaluation['functions'][string]>, args: Arguments): unknown => {
  const bound = isList(args) ? args : namedArguments(fn.parameters, args);
  if (bound === undefined) return null;
  try {
    return settle(fn(...bound));
  } catch (error) {
    throw refuse(
      `${name}() failed: ${error instanceof Error ? error.message : 'it threw something that is not an Error'}`,
      error,
    );
  }
};

/** `is defined(x)` tells whether x exists, which its value does not show. */
const compileIsDefined = (node: Syntax, compiler: Compiler): Code | undefined => {
  const [argument, ...more] = childOf(node, 'PositionalParameters')?.children ?? [];
  if (argument === undefined || more.length > 0) return undefined;
  const code = compiler.compile(argument);
  return (evaluation, frame) => code(evaluation, frame) !== undefined;
};

/** Functions that compare each item of a list with all other items. */
const quadratic: ReadonlySet<string> = new Set(['distinct values', 'duplicate values', 'union']);

/** Functions with a regular expression. */
const searching: ReadonlySet<string> = new Set(['matches', 'replace', 'split', 'extract']);

/** A literal pattern without repetition is fast: it does not backtrack. */
const isPlainPattern = (node: Syntax): boolean => {
  const pattern = childOf(node, 'PositionalParameters')?.children[1];
  return pattern?.name === 'StringLiteral' && !/[*+?{]/.test(pattern.text);
};

const isSlow = (name: string, node: Syntax): boolean =>
  quadratic.has(name) || (searching.has(name) && !isPlainPattern(node));

const compileCallByName = (name: string, node: Syntax, compiler: Compiler): Code => {
  if (name === 'is defined') return compileIsDefined(node, compiler) ?? (() => null);
  if (isSlow(name, node)) compiler.needs('limited');
  const args = compileArguments(node, compiler);
  const fn = builtins.get(name);
  return (evaluation, frame) => {
    countSteps(evaluation);
    const supplied = Object.hasOwn(evaluation.functions, name) ? evaluation.functions[name] : undefined;
    if (supplied !== undefined) return callSupplied(name, supplied, args(evaluation, frame));
    return fn === undefined ? null : callBuiltin(fn, args(evaluation, frame), evaluation);
  };
};

/**
 * `name(...)`. Functions and variables have separate names, so a variable `count` does not hide `count()`. Only functions
 * that the expression defines take precedence. Unknown functions and arguments that do not match give null.
 */
export const compileCall = (node: Syntax, compiler: Compiler): Code => {
  const targetNode = node.children[0]!;
  const name = nameOf(targetNode);
  const isName = targetNode.name === 'VariableName' || targetNode.name === 'SpecialFunctionName';
  if (isName && !compiler.scope.bound.has(name)) return compileCallByName(name, node, compiler);
  const target = compiler.compile(targetNode);
  const args = compileArguments(node, compiler);
  return (evaluation, frame) => {
    countSteps(evaluation);
    const fn = target(evaluation, frame);
    return fn instanceof FeelFunction ? callDefined(fn, args(evaluation, frame)) : null;
  };
};

/** `date("2026-01-02")` and similar calls, and `@"2026-01-02"`. Literal arguments are evaluated only once. */
export const compileTemporal = (node: Syntax, compiler: Compiler): Code => {
  const literal = childOf(node, 'AtLiteral');
  const maker = literal === undefined ? childOf(node, 'DateTimeConstructor')! : undefined;
  const name = maker === undefined ? '@' : nameOf(maker);
  const fn = builtins.get(name)!;
  const argumentNodes = literal?.children ?? childOf(node, 'PositionalParameters')?.children;
  const args: CompiledArguments =
    literal === undefined
      ? compileArguments(node, compiler)
      : compileArguments({ ...node, children: [{ ...literal, name: 'PositionalParameters' }] }, compiler);
  const code: Code = (evaluation, frame) => callBuiltin(fn, args(evaluation, frame), evaluation);
  if (argumentNodes === undefined || !argumentNodes.every(({ name }) => /^(?:String|Numeric)Literal$/.test(name))) {
    return code;
  }
  let constant: { readonly value: unknown } | undefined;
  return (evaluation, frame) => {
    constant ??= { value: code(evaluation, frame) };
    return constant.value;
  };
};

/** `function(a, b) a + b` */
export const compileDefinition = (node: Syntax, compiler: Compiler): Code => {
  if (childOf(node, 'external') !== undefined) {
    throw compiler.reject(node, 'external functions are not supported', 'write the body in FEEL.');
  }
  // A function can receive itself as an argument and recurse.
  compiler.needs('limited');
  const parameters = (childOf(node, 'FormalParameters')?.children ?? [])
    .filter(({ name }) => name === 'FormalParameter')
    .map((child) => nameOf(child.children[0]!));
  const bodyNode = childOf(node, 'FunctionBody')!.children[0]!;
  const body = compiler.compile(bodyNode, binding(compiler.scope, parameters));
  return (evaluation, frame) =>
    new FeelFunction((...args: readonly unknown[]) => {
      countSteps(evaluation);
      const scoped = parameters.reduce<Frame | undefined>(
        (outer, name, index) => bind(name, args[index] ?? null, outer),
        frame,
      );
      return body(evaluation, scoped) ?? null;
    }, parameters);
};
