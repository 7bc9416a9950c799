import { parse } from '../syntax/parse.ts';
import { type Arguments, type Call, childrenOf, type Syntax } from '../syntax/tree.ts';
import { expressionOf } from './compile-expression.ts';

/** An argument as it is written: the path to a variable, or a constant. */
export type FoundArgument = { readonly path: readonly string[] } | { readonly value: unknown };

/** The arguments of a call by parameter name. Those that are neither a path nor a constant are absent. */
export type FoundCall = Readonly<Record<string, FoundArgument>>;

const callsIn = (node: Syntax, name: string): readonly Call[] => {
  const inner = childrenOf(node).flatMap((child) => callsIn(child, name));
  const isCall = node.kind === 'call' && node.path === undefined && node.name === name;
  return isCall ? [node, ...inner, ...argumentsOf(node.arguments).flatMap(([, value]) => callsIn(value, name))] : inner;
};

const argumentsOf = (given: Arguments, parameters: readonly string[] = []): readonly (readonly [string, Syntax])[] =>
  given.kind === 'named'
    ? given.values
    : given.values.map((value, index) => [parameters[index] ?? String(index), value] as const);

const isConstant = (node: Syntax): boolean =>
  node.kind !== 'reference' && node.kind !== 'call' && childrenOf(node).every(isConstant);

const readArgument = (source: string, node: Syntax): FoundArgument | undefined => {
  if (node.kind === 'reference') return { path: node.names };
  if (!isConstant(node)) return undefined;
  return { value: expressionOf(source, node).evaluate(() => undefined) };
};

/**
 * Finds the calls of a function in an expression, and reads their arguments without evaluating variables.
 *
 * @param source the expression without the leading `=`; it must be valid
 * @param parameters the names of the function's parameters, in order
 * @example
 * findCalls('f(a.b, "text")', 'f', ['value', 'hint']); // [{ value: { path: ['a', 'b'] }, hint: { value: 'text' } }]
 */
export const findCalls = (source: string, name: string, parameters: readonly string[]): readonly FoundCall[] =>
  [...new Set(callsIn(parse(source), name))].map((call) => {
    const entries = argumentsOf(call.arguments, parameters).map(
      ([parameter, node]) => [parameter, readArgument(source, node)] as const,
    );
    return Object.fromEntries(entries.filter((entry): entry is [string, FoundArgument] => entry[1] !== undefined));
  });
