import { FeelRange } from 'feelin';
import { refuse } from '../failure.ts';
import { stepLimit } from '../limits/size.ts';
import { isNumeric } from '../values/decimal.ts';
import { and, boundsOf, or, type Truth } from '../values/operators.ts';
import { bind, bindItem, binding, type Code, type Compiler, type Evaluation, type Frame, type Scope } from './scope.ts';
import { childOf, mentions, nameOf, type Syntax } from './syntax.ts';
import { compileTest } from './unary-tests.ts';

/** Thrown where a trial has not come to an end; see {@link Care}. */
export const trialOver: Error = new Error('The trial is over.');

/** Counts steps of a loop or a call, and what it makes. */
export const step = (evaluation: Evaluation, count = 1): void => {
  evaluation.steps -= count;
  if (evaluation.until !== Number.POSITIVE_INFINITY) {
    if (evaluation.steps < 0 || performance.now() > evaluation.until) throw trialOver;
  } else if (evaluation.steps < 0) throw refuse(`it takes more than ${stepLimit} steps`);
};

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** The whole numbers from one bound to the other, both included, upward or downward. */
const countFrom = (evaluation: Evaluation, start: unknown, end: unknown): readonly number[] | null => {
  if (!isWhole(start) || !isWhole(end)) return null;
  const length = Math.abs(end - start) + 1;
  step(evaluation, length);
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

/** `x in list, y in x`: a later iteration sees the variables of the earlier ones. */
const compileIterations = (
  node: Syntax,
  compiler: Compiler,
): { readonly iterations: readonly Iteration[]; readonly scope: Scope } => {
  compiler.ask('trial');
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

/** Visits the product of all iterations; false where a list is missing or the visitor wants no more. */
const iterate = (
  iterations: readonly Iteration[],
  evaluation: Evaluation,
  frame: Frame | undefined,
  visit: (frame: Frame | undefined) => boolean,
): 'done' | 'stopped' | 'no list' => {
  const [iteration, ...inner] = iterations;
  if (iteration === undefined) {
    step(evaluation);
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

/** `for x in list return y`; the body may read its results so far as `partial`. */
export const compileFor = (node: Syntax, compiler: Compiler): Code => {
  const { iterations, scope } = compileIterations(childOf(node, 'InExpressions')!, compiler);
  const bodyNode = node.children[node.children.length - 1]!;
  const readsPartial = mentions(bodyNode, 'partial');
  // Each round can make twice what the one before has made.
  if (readsPartial) compiler.ask('watched');
  const body = compiler.compile(bodyNode, binding(scope, ['partial']));
  return (evaluation, frame) => {
    const results: unknown[] = [];
    const ended = iterate(iterations, evaluation, frame, (inner) => {
      // A copy, because the body may keep it.
      const scoped = readsPartial ? bind('partial', results.slice(), inner) : inner;
      if (readsPartial) step(evaluation, results.length);
      results.push(body(evaluation, scoped) ?? null);
      return true;
    });
    return ended === 'no list' ? null : results;
  };
};

/** `some x in list satisfies condition`, `every ...`: three-valued. */
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
 * `list[3]`, `list[-1]`, `list[price > 5]`. A number picks an item, anything else keeps the items for which it is
 * true. A single value counts as a list of one.
 */
export const compileFilter = (node: Syntax, compiler: Compiler): Code => {
  compiler.ask('trial');
  const [targetNode, , filterNode] = node.children as [Syntax, Syntax, Syntax];
  const target = compiler.compile(targetNode);
  const isTest = filterNode.name === 'SimplePositiveUnaryTest';
  const inner: Scope = { ...binding(compiler.scope, isTest ? ['item', '?'] : ['item']), open: true };
  const filter = isTest ? compileTest(filterNode, compiler, inner) : compiler.compile(filterNode, inner);
  // A comparison is never an index; for the rest, the value outside of the items decides.
  const mayBeIndex = !neverIndex.has(filterNode.name) && !mentions(filterNode, 'item');
  return (evaluation, frame) => {
    const value = target(evaluation, frame) ?? null;
    if (value === null) return null;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (mayBeIndex) {
      const index = filter(evaluation, frame);
      if (isNumeric(index)) return at(list, Number(index));
    }
    step(evaluation, list.length);
    return list.filter((item) => {
      const scoped = bindItem(item, frame);
      return filter(evaluation, isTest ? bind('?', item, scoped) : scoped) === true;
    });
  };
};
