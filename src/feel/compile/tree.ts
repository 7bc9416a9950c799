import { syntaxFault } from '../faults.ts';
import { and, or } from '../values/operators.ts';
import { type Code, type Compiler, outermost, type Scope } from './compiler.ts';
import type { TimeGuard } from './evaluation.ts';
import { compileCall, compileDefinition, compileTemporal } from './function-calls.ts';
import { compileContext, compileList, literalOf } from './literals.ts';
import { compileFilter, compileFor, compileQuantified } from './loops.ts';
import { compileInput, compilePath, compileVariable } from './names.ts';
import { compileArithmetic, compileIf, compileInstanceOf, compileLogic, compileLoneTest } from './operators.ts';
import type { Syntax } from './parse.ts';
import { compileComparison, compileRange } from './unary-tests.ts';

type Rule = (node: Syntax, compiler: Compiler) => Code;

/** What compiles each kind of node, by the grammar's name. Literals of numbers, strings, booleans and null are constants. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['VariableName', compileVariable],
  ['?', compileInput],
  ['PathExpression', compilePath],
  ['ParenthesizedExpression', (node, compiler) => compiler.compile(node.children[1]!)],
  ['ArithmeticExpression', compileArithmetic],
  ['Comparison', compileComparison],
  ['Conjunction', compileLogic(and, false)],
  ['Disjunction', compileLogic(or, true)],
  ['IfExpression', compileIf],
  ['List', compileList],
  ['Context', compileContext],
  ['FilterExpression', compileFilter],
  ['ForExpression', compileFor],
  ['QuantifiedExpression', compileQuantified],
  ['FunctionInvocation', compileCall],
  ['FunctionDefinition', compileDefinition],
  ['DateTimeLiteral', compileTemporal],
  ['InstanceOfExpression', compileInstanceOf],
  ['Interval', compileRange],
  ['SimplePositiveUnaryTest', compileLoneTest],
]);

/**
 * How far an expression may multiply the size of its variables without a time limit. An expression can use a value that
 * it has bound twice, and use the result twice again, so the size can double with each name.
 */
const mostGrowth = 1000;

/** A compiled expression. */
interface CompiledTree {
  readonly code: Code;
  /** The variables that it reads. */
  readonly names: readonly string[];
  readonly guard: TimeGuard;
}

/**
 * Compiles a syntax tree to nested functions.
 *
 * @param source the text of the expression, for faults
 */
export const compileTree = (tree: Syntax, source: string): CompiledTree => {
  const names = new Set<string>();
  const reads = new Map<string, number>();
  const guards = new Set<TimeGuard>();
  const reject: Compiler['reject'] = (node, what, fix) => syntaxFault(source, node.from, { what, fix });
  const compileIn = (node: Syntax, scope: Scope): Code => {
    const literal = literalOf(node);
    if (literal !== undefined) return () => literal.value;
    const rule = rules.get(node.name);
    if (rule === undefined) {
      throw reject(
        node,
        `\`${node.text.slice(0, 30)}\` is not allowed here`,
        'correct the expression at the marked place.',
      );
    }
    return rule(node, {
      scope,
      reject,
      compile: (part, inner = scope) => compileIn(part, inner),
      readsVariable: (name) => names.add(name),
      readsBoundName: (name) => reads.set(name, (reads.get(name) ?? 0) + 1),
      needs: (guard) => guards.add(guard),
    });
  };
  const code = compileIn(tree, outermost);
  if ([...reads.values()].reduce((growth, count) => growth * count, 1) > mostGrowth) guards.add('limited');
  const guard = (['limited', 'trial'] as const).find((each) => guards.has(each)) ?? 'none';
  return { code, names: [...names], guard };
};
