import type { Syntax } from '../syntax/tree.ts';
import { compileCall, compileDefinition } from './calls.ts';
import { type Code, type Compiler, outermost, type Scope } from './compiler.ts';
import type { TimeGuard } from './evaluation.ts';
import { compileCounting, compileFilter, compileFor, compileQuantified } from './loops.ts';
import { compilePath, compileReference, compileTestedValue } from './names.ts';
import {
  compileArithmetic,
  compileBetween,
  compileComparison,
  compileIf,
  compileInstanceOf,
  compileLogic,
  compileNegative,
  compileRange,
} from './operators.ts';
import { compileContext, compileList } from './structures.ts';
import {
  compileAlternatives,
  compileComparisonTest,
  compileExpressionTest,
  compileIn,
  compileNegatedTest,
  compileRangeTest,
} from './unary-tests.ts';

/** What compiles each kind of node. */
const rules: {
  readonly [Kind in Syntax['kind']]: (node: Extract<Syntax, { kind: Kind }>, compiler: Compiler) => Code;
} = {
  literal:
    ({ value }) =>
    () =>
      value,
  reference: compileReference,
  'tested value': compileTestedValue,
  path: compilePath,
  filter: compileFilter,
  list: compileList,
  context: compileContext,
  if: compileIf,
  for: compileFor,
  some: compileQuantified,
  every: compileQuantified,
  counting: compileCounting,
  and: compileLogic,
  or: compileLogic,
  arithmetic: compileArithmetic,
  comparison: compileComparison,
  between: compileBetween,
  negative: compileNegative,
  'instance of': compileInstanceOf,
  in: compileIn,
  range: compileRange,
  call: compileCall,
  function: compileDefinition,
  'comparison test': compileComparisonTest,
  'range test': compileRangeTest,
  'expression test': compileExpressionTest,
  alternatives: compileAlternatives,
  'negated test': compileNegatedTest,
};

/**
 * How far an expression may multiply the size of its variables without a time limit. An expression can use a value that
 * it has bound twice, and use the result twice again, so the size can double with each name.
 */
const maxGrowth = 1000;

/** A compiled expression. */
interface CompiledTree {
  readonly code: Code;
  /** The variables that it reads. */
  readonly names: readonly string[];
  readonly guard: TimeGuard;
}

/** Compiles a syntax tree to nested functions. */
export const compileTree = (tree: Syntax): CompiledTree => {
  const names = new Set<string>();
  const reads = new Map<string, number>();
  const guards = new Set<TimeGuard>();
  const compileIn = (node: Syntax, scope: Scope): Code =>
    (rules[node.kind] as (node: Syntax, compiler: Compiler) => Code)(node, {
      scope,
      compile: (part, inner = scope) => compileIn(part, inner),
      readsVariable: (name) => names.add(name),
      readsBoundName: (name) => reads.set(name, (reads.get(name) ?? 0) + 1),
      needs: (guard) => guards.add(guard),
    });
  const code = compileIn(tree, outermost);
  if ([...reads.values()].reduce((growth, count) => growth * count, 1) > maxGrowth) guards.add('limited');
  const guard = (['limited', 'trial'] as const).find((each) => guards.has(each)) ?? 'none';
  return { code, names: [...names], guard };
};
