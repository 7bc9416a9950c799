import { evaluate as evaluateByFeelin } from 'feelin';
import { setKey } from '../../common/set-key.ts';
import { syntaxFault } from '../failure.ts';
import { textSteps } from '../limits/size.ts';
import { and, arithmetic, negative, or } from '../values/operators.ts';
import { kindOf, member } from '../values/values.ts';
import { compileCall, compileDefinition, compileTemporal } from './calls.ts';
import { literalOf } from './literals.ts';
import { compileFilter, compileFor, compileQuantified, step } from './loops.ts';
import {
  bind,
  binding,
  type Care,
  type Code,
  type Compiler,
  type Frame,
  outermost,
  resolve,
  type Scope,
} from './scope.ts';
import { childOf, nameOf, type Syntax } from './syntax.ts';
import { compileComparison, compileRange } from './unary-tests.ts';

type Rule = (node: Syntax, compiler: Compiler) => Code;

const compileVariable: Rule = (node, compiler) => {
  const name = nameOf(node);
  const isBound = compiler.scope.bound.has(name);
  if (!isBound) compiler.read(name);
  else if (compiler.scope.shadowing) compiler.ask('watched');
  else compiler.reuse(name);
  return isBound || compiler.scope.open
    ? (evaluation, frame) => resolve(name, evaluation, frame)
    : (evaluation) => evaluation.lookup(name);
};

const compileInput: Rule = (node, compiler) => {
  if (!compiler.scope.bound.has('?')) {
    throw compiler.reject(node, '`?` stands for a tested value', 'use it on the right of `in`, as in `x in (? > 5)`.');
  }
  return (evaluation, frame) => resolve('?', evaluation, frame);
};

const compilePath: Rule = (node, compiler) => {
  const target = compiler.compile(node.children[0]!);
  const key = nameOf(childOf(node, 'PathName')!);
  return (evaluation, frame) => member(target(evaluation, frame), key);
};

const compileArithmetic: Rule = (node, compiler) => {
  if (node.children.length === 2) {
    const operand = compiler.compile(node.children[1]!);
    return (evaluation, frame) => negative(operand(evaluation, frame));
  }
  const [leftNode, operator, rightNode] = node.children as [Syntax, Syntax, Syntax];
  const left = compiler.compile(leftNode);
  const right = compiler.compile(rightNode);
  const compute = arithmetic[operator.text]!;
  return (evaluation, frame) => {
    const value = compute(left(evaluation, frame), right(evaluation, frame));
    if (typeof value === 'string') step(evaluation, textSteps(value));
    return value;
  };
};

/** `and`, `or`: the right side is left out where the left one decides. */
const compileLogic =
  (combine: typeof and, decisive: boolean): Rule =>
  (node, compiler) => {
    const left = compiler.compile(node.children[0]!);
    const right = compiler.compile(node.children[2]!);
    return (evaluation, frame) => {
      const first = left(evaluation, frame);
      return first === decisive ? decisive : combine(first, right(evaluation, frame));
    };
  };

const compileIf: Rule = (node, compiler) => {
  const [, condition, , positive, , otherwise] = node.children.map((child) =>
    /^(?:if|then|else)$/.test(child.name) ? undefined : compiler.compile(child),
  );
  return (evaluation, frame) =>
    condition!(evaluation, frame) === true ? positive!(evaluation, frame) : otherwise!(evaluation, frame);
};

const compileList: Rule = (node, compiler) => {
  const items = node.children.slice(1, -1).map((child) => compiler.compile(child));
  return (evaluation, frame) => {
    step(evaluation, items.length);
    return items.map((item) => item(evaluation, frame) ?? null);
  };
};

const keyOf = (entry: Syntax): string => {
  const key = entry.children[0]!.children[0]!;
  const literal = literalOf(key);
  return literal === undefined ? nameOf(key) : String(literal.value);
};

/** `{a: 1, b: a + 1}`: entries see the ones before them. */
const compileContext: Rule = (node, compiler) => {
  let scope: Scope = compiler.scope;
  const entries = node.children
    .filter(({ name }) => name === 'ContextEntry')
    .map((entry) => {
      const key = keyOf(entry);
      const code = compiler.compile(entry.children[entry.children.length - 1]!, scope);
      scope = binding(scope, [key]);
      return [key, code] as const;
    });
  return (evaluation, frame) => {
    step(evaluation, entries.length);
    const context: Record<string, unknown> = {};
    let inner: Frame | undefined = frame;
    for (const [key, code] of entries) {
      const value = code(evaluation, inner) ?? null;
      setKey(context, key, value);
      inner = bind(key, value, inner);
    }
    return context;
  };
};

/** `x instance of number`; types made of types are left to feelin. */
const compileInstanceOf: Rule = (node, compiler) => {
  const value = compiler.compile(node.children[0]!);
  const type = childOf(node, 'Type')!.text.replace(/\s+/g, ' ');
  if (type === 'Any') return (evaluation, frame) => (value(evaluation, frame) ?? null) !== null;
  if (/^[\w ]+$/.test(type)) {
    const kind = type === 'Null' ? 'null' : type;
    return (evaluation, frame) => {
      const found = kindOf(value(evaluation, frame));
      return found === kind || (kind === 'duration' && (found?.endsWith('duration') ?? false));
    };
  }
  return (evaluation, frame) =>
    evaluateByFeelin(`value instance of ${type}`, { value: value(evaluation, frame) ?? null }).value;
};

const compileLoneTest: Rule = (node, compiler) => {
  const interval = childOf(node, 'Interval');
  if (interval !== undefined) return compileRange(interval, compiler);
  throw compiler.reject(
    node,
    'a comparison lacks its left side',
    'write `a = b` with one sign; a leading `=` marks the expression once.',
  );
};

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
 * How many times as much as its variables hold an expression may make of them without being watched: what it makes it can use twice,
 * and what it makes of that again twice.
 */
const mostGrowth = 1000;

/** An expression ready to run, and the variables that it reads. */
interface Compiled {
  readonly code: Code;
  readonly names: readonly string[];
  readonly care: Care;
}

/**
 * Compiles a syntax tree to nested functions.
 *
 * @param source the text that the tree was made of, for fault texts
 */
export const compileTree = (tree: Syntax, source: string): Compiled => {
  const names = new Set<string>();
  const reads = new Map<string, number>();
  const asked = new Set<Care>();
  const reject: Compiler['reject'] = (node, what, fix) => syntaxFault(source, node.from, { what, fix });
  const compileIn = (node: Syntax, scope: Scope): Code => {
    const literal = literalOf(node);
    if (literal !== undefined) return () => literal.value;
    const rule = rules.get(node.name);
    if (rule === undefined) {
      throw reject(
        node,
        `\`${node.text.slice(0, 30)}\` cannot stand here`,
        'correct the expression at the marked place.',
      );
    }
    return rule(node, {
      scope,
      reject,
      compile: (part, inner = scope) => compileIn(part, inner),
      read: (name) => names.add(name),
      reuse: (name) => reads.set(name, (reads.get(name) ?? 0) + 1),
      ask: (care) => asked.add(care),
    });
  };
  const code = compileIn(tree, outermost);
  if ([...reads.values()].reduce((growth, count) => growth * count, 1) > mostGrowth) asked.add('watched');
  const care = (['watched', 'trial'] as const).find((one) => asked.has(one)) ?? 'calm';
  return { code, names: [...names], care };
};
