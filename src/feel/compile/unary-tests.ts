import { and, comparisons, equals, or, passes, rangeOf, type Truth, within } from '../values/operators.ts';
import { binding, type Code, type Compiler, type Scope } from './compiler.ts';
import { bind, resolve } from './evaluation.ts';
import { childOf, mentions, type Syntax } from './parse.ts';

interface CompiledBounds {
  readonly start: Code;
  readonly end: Code;
  readonly startIncluded: boolean;
  readonly endIncluded: boolean;
}

const compileBounds = (node: Syntax, compiler: Compiler, scope: Scope): CompiledBounds => {
  const [open, start, , end, close] = node.children as [Syntax, Syntax, Syntax, Syntax, Syntax];
  return {
    start: compiler.compile(start, scope),
    end: compiler.compile(end, scope),
    startIncluded: open.name === '[',
    endIncluded: close.name === ']',
  };
};

/** `[1..10]` as a value. */
export const compileRange = (node: Syntax, compiler: Compiler): Code => {
  const bounds = compileBounds(node, compiler, compiler.scope);
  return (evaluation, frame) =>
    rangeOf({ ...bounds, start: bounds.start(evaluation, frame), end: bounds.end(evaluation, frame) });
};

/** `> 5` or `[1..10]`, applied to the value of `?`. */
const compileSimpleTest = (node: Syntax, compiler: Compiler, scope: Scope): Code => {
  const interval = childOf(node, 'Interval');
  if (interval !== undefined) {
    const bounds = compileBounds(interval, compiler, scope);
    return (evaluation, frame) =>
      within(resolve('?', evaluation, frame), {
        ...bounds,
        start: bounds.start(evaluation, frame),
        end: bounds.end(evaluation, frame),
      });
  }
  const [operator, operand] = node.children as [Syntax, Syntax];
  const compare = comparisons[operator.text]!;
  const code = compiler.compile(operand, scope);
  return (evaluation, frame) => compare(resolve('?', evaluation, frame), code(evaluation, frame));
};

/** A test of the value of `?`: `> 5`, `[1..10]`, a value, a list, or a condition that contains `?`. */
export const compileTest = (node: Syntax, compiler: Compiler, scope: Scope): Code => {
  if (node.name === 'PositiveUnaryTest') return compileTest(node.children[0]!, compiler, scope);
  // The grammar parses the parentheses of a single test, `x in (> 5)`, as those of an expression.
  if (node.name === 'ParenthesizedExpression' && node.children[1]!.name === 'SimplePositiveUnaryTest') {
    return compileTest(node.children[1]!, compiler, scope);
  }
  if (node.name === 'SimplePositiveUnaryTest') return compileSimpleTest(node, compiler, scope);
  const code = compiler.compile(node, scope);
  return mentions(node, '?')
    ? code
    : (evaluation, frame) => passes(resolve('?', evaluation, frame), code(evaluation, frame));
};

/** `x in test` and `x in (test, test)`. */
const compileIn = (node: Syntax, compiler: Compiler): Code => {
  const scope = binding(compiler.scope, ['?']);
  const value = compiler.compile(node.children[0]!);
  const tests = (childOf(node, 'PositiveUnaryTests') ?? node).children
    .filter(({ name }) => name === 'PositiveUnaryTest')
    .map((test) => compileTest(test, compiler, scope));
  return (evaluation, frame) => {
    const inner = bind('?', value(evaluation, frame), frame);
    return tests.reduce<Truth>((result, test) => (result === true ? true : or(result, test(evaluation, inner))), false);
  };
};

const compileBetween = (node: Syntax, compiler: Compiler): Code => {
  const [value, , low, , high] = node.children.map((child) =>
    child.name === 'between' || child.name === 'and' ? undefined : compiler.compile(child),
  );
  return (evaluation, frame) => {
    const tested = value!(evaluation, frame);
    return and(
      comparisons['>=']!(tested, low!(evaluation, frame)),
      comparisons['<=']!(tested, high!(evaluation, frame)),
    );
  };
};

/** `a < b`, `a between b and c`, `a in test`. */
export const compileComparison = (node: Syntax, compiler: Compiler): Code => {
  const [leftNode, operator, rightNode] = node.children as [Syntax, Syntax, Syntax];
  if (operator.name === 'in') return compileIn(node, compiler);
  if (operator.name === 'between') return compileBetween(node, compiler);
  const left = compiler.compile(leftNode);
  const right = compiler.compile(rightNode);
  const compare = operator.text === '=' ? equals : comparisons[operator.text]!;
  return (evaluation, frame) => compare(left(evaluation, frame), right(evaluation, frame));
};
