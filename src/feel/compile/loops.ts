import { FeelRange } from 'feelin';
import { isNumeric } from '../values/decimal.ts';
import { and, boundsOf, or, type Truth } from '../values/operators.ts';
import { binding, type Code, type Compiler, type Scope } from './compiler.ts';
import { bind, bindItem, countSteps, type Evaluation, type Frame } from './evaluation.ts';
import { childOf, mentions, nameOf, type Syntax } from './parse.ts';
import { compileTest } from './unary-tests.ts';

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** The integers from one bound to the other, both included, ascending or descending. */
const countFrom = (evaluation: Evaluation, start: unknown, end: unknown): readonly number[] | null => {
  if (!isWhole(start) || !isWhole(end)) return null;
  const length = Math.abs(end - start) + 1;
  countSteps(evaluation, length);
  return Array.from({ length }, (_, index) => (start <= end ? start + index : start - index));
};

const enumerate = (evaluation: Evaluation, value: unknown): readonly unknown[] | null => {
  if (Array.isArray(value)) return value;
  if (!(value instanceof FeelRange)) return null;
  const { start, end, startIncluded, endIncluded } = boundsOf(value);
  return (
    (countFrom(evaluation, start, end) ?? null)?.filter(
      (number) => (startIncluded || number !== start) && (endIncluded || number !== end),
    ) ?? null
  );
};

interface Iteration {
  readonly name: string;
  readonly list: (evaluation: Evaluation, frame: Frame | undefined) => readonly unknown[] | null;
}

/** `x in list, y in x`; an iteration can use the variables of the iterations before it. */
const compileIterations = (
  node: Syntax,
  compiler: Compiler,
): { readonly iterations: readonly Iteration[]; readonly scope: Scope } => {
  compiler.needs('trial');
  let scope = compiler.scope;
  const iterations: Iteration[] = [];
  for (const child of node.children.filter(({ name }) => name === 'InExpression')) {
    const name = nameOf(childOf(child, 'Name')!);
    const [first, , last] = childOf(child, 'IterationContext')!.children.map((bound) =>
      bound.name === '..' ? undefined : compiler.compile(bound, scope),
    );
    iterations.push({
      name,
      list: (evaluation, frame) =>
        last === undefined
          ? enumerate(evaluation, first!(evaluation, frame))
          : countFrom(evaluation, first!(evaluation, frame), last(evaluation, frame)),
    });
    scope = binding(scope, [name]);
  }
  return { iterations, scope };
};

/** Visits all combinations of the iterations, until one has no list or the visitor returns false. */
const iterate = (
  iterations: readonly Iteration[],
  evaluation: Evaluation,
  frame: Frame | undefined,
  visit: (frame: Frame | undefined) => boolean,
): 'done' | 'stopped' | 'no list' => {
  const [iteration, ...inner] = iterations;
  if (iteration === undefined) {
    countSteps(evaluation);
    return visit(frame) ? 'done' : 'stopped';
  }
  const list = iteration.list(evaluation, frame);
  if (list === null) return 'no list';
  for (const item of list) {
    const ended = iterate(inner, evaluation, bind(iteration.name, item, frame), visit);
    if (ended !== 'done') return ended;
  }
  return 'done';
};

/** `for x in list return y`; the body can read the results so far as `partial`. */
export const compileFor = (node: Syntax, compiler: Compiler): Code => {
  const { iterations, scope } = compileIterations(childOf(node, 'InExpressions')!, compiler);
  const bodyNode = node.children[node.children.length - 1]!;
  const readsPartial = mentions(bodyNode, 'partial');
  // Each round can double the size of the result.
  if (readsPartial) compiler.needs('limited');
  const body = compiler.compile(bodyNode, binding(scope, ['partial']));
  return (evaluation, frame) => {
    const results: unknown[] = [];
    const ended = iterate(iterations, evaluation, frame, (inner) => {
      // A copy, because the body may include it in its result.
      const scoped = readsPartial ? bind('partial', results.slice(), inner) : inner;
      if (readsPartial) countSteps(evaluation, results.length);
      results.push(body(evaluation, scoped) ?? null);
      return true;
    });
    return ended === 'no list' ? null : results;
  };
};

/** `some x in list satisfies condition`, `every ...`, with three-valued logic. */
export const compileQuantified = (node: Syntax, compiler: Compiler): Code => {
  const { iterations, scope } = compileIterations(childOf(node, 'InExpressions')!, compiler);
  const condition = compiler.compile(node.children[node.children.length - 1]!, scope);
  const [combine, start] = node.children[0]!.name === 'some' ? ([or, false] as const) : ([and, true] as const);
  return (evaluation, frame) => {
    let result: Truth = start;
    const ended = iterate(iterations, evaluation, frame, (inner) => {
      result = combine(result, condition(evaluation, inner));
      return result !== !start;
    });
    return ended === 'no list' ? null : result;
  };
};

const at = (list: readonly unknown[], index: number): unknown =>
  (index > 0 ? list[index - 1] : index < 0 ? list[list.length + index] : undefined) ?? null;

const neverIndex: ReadonlySet<string> = new Set([
  'Comparison',
  'Conjunction',
  'Disjunction',
  'SimplePositiveUnaryTest',
  'BooleanLiteral',
]);

/**
 * `list[3]`, `list[-1]`, `list[price > 5]`. A number selects one item; any other filter keeps the items for which it is
 * true. A single value is treated as a list of one item.
 */
export const compileFilter = (node: Syntax, compiler: Compiler): Code => {
  compiler.needs('trial');
  const [targetNode, , filterNode] = node.children as [Syntax, Syntax, Syntax];
  const target = compiler.compile(targetNode);
  const isTest = filterNode.name === 'SimplePositiveUnaryTest';
  const inner: Scope = { ...binding(compiler.scope, isTest ? ['item', '?'] : ['item']), open: true };
  const filter = isTest ? compileTest(filterNode, compiler, inner) : compiler.compile(filterNode, inner);
  // A comparison is never an index. Any other filter is one if it gives a number without the item.
  const mayBeIndex = !neverIndex.has(filterNode.name) && !mentions(filterNode, 'item');
  return (evaluation, frame) => {
    const value = target(evaluation, frame) ?? null;
    if (value === null) return null;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (mayBeIndex) {
      const index = filter(evaluation, frame);
      if (isNumeric(index)) return at(list, Number(index));
    }
    countSteps(evaluation, list.length);
    return list.filter((item) => {
      const scoped = bindItem(item, frame);
      return filter(evaluation, isTest ? bind('?', item, scoped) : scoped) === true;
    });
  };
};
