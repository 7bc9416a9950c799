import {
  type Counting,
  type Entry,
  type Filter,
  type For,
  mentions,
  type Quantified,
  type Syntax,
} from '../syntax/tree.ts';
import { add, isNumeric, type Numeric } from '../values/decimal.ts';
import { isError } from '../values/kinds.ts';
import { and, or, type Truth } from '../values/operators.ts';
import { binding, type Code, type Compiler, type Scope } from './compiler.ts';
import { bind, bindItem, countSteps, type Evaluation, type Frame } from './evaluation.ts';

/** `1..3`: the numbers from one bound on in steps of one, ascending or descending, up to the other bound. */
export const compileCounting = ({ start, end }: Counting, compiler: Compiler): Code => {
  const [from, to] = [compiler.compile(start), compiler.compile(end)];
  return (evaluation, frame) => {
    const [first, last] = [from(evaluation, frame), to(evaluation, frame)];
    if (!isNumeric(first) || !isNumeric(last)) return null;
    const step = first < last ? 1 : -1;
    const length = Math.floor(Math.abs(Number(last) - Number(first))) + 1;
    countSteps(evaluation, length);
    return Array.from({ length }, (_, index) => add(first, index * step));
  };
};

interface Iteration {
  readonly name: string;
  readonly list: Code;
}

/** `x in list, y in list`; an iteration cannot use the variables of the others. */
const compileIterations = (
  entries: readonly Entry[],
  compiler: Compiler,
): { readonly iterations: readonly Iteration[]; readonly scope: Scope } => {
  compiler.needs('trial');
  const iterations = entries.map(([name, items]) => ({ name, list: compiler.compile(items) }));
  return {
    iterations,
    scope: binding(
      compiler.scope,
      entries.map(([name]) => name),
    ),
  };
};

/** The lists of all iterations; `undefined` if one is not a list. */
const listsOf = (
  iterations: readonly Iteration[],
  evaluation: Evaluation,
  frame: Frame | undefined,
): readonly (readonly unknown[])[] | undefined => {
  const lists = iterations.map(({ list }) => list(evaluation, frame));
  return lists.every((list) => Array.isArray(list)) ? lists : undefined;
};

/** Visits all combinations of the items, until the visitor returns false. */
const iterate = (
  iterations: readonly Iteration[],
  lists: readonly (readonly unknown[])[],
  evaluation: Evaluation,
  frame: Frame | undefined,
  visit: (frame: Frame | undefined) => boolean,
  depth = 0,
): boolean => {
  const iteration = iterations[depth];
  if (iteration === undefined) {
    countSteps(evaluation);
    return visit(frame);
  }
  for (const item of lists[depth]!) {
    if (!iterate(iterations, lists, evaluation, bind(iteration.name, item ?? null, frame), visit, depth + 1))
      return false;
  }
  return true;
};

/** `for x in list return y`; the body can read the results so far as `partial`. */
export const compileFor = ({ iterations: entries, body: bodyNode }: For, compiler: Compiler): Code => {
  const { iterations, scope } = compileIterations(entries, compiler);
  const readsPartial = mentions(bodyNode, 'partial');
  // Each round can double the size of the result.
  if (readsPartial) compiler.needs('limited');
  const body = compiler.compile(bodyNode, binding(scope, ['partial']));
  return (evaluation, frame) => {
    const lists = listsOf(iterations, evaluation, frame);
    if (lists === undefined) return null;
    const results: unknown[] = [];
    iterate(iterations, lists, evaluation, frame, (inner) => {
      // A copy, because the body may include it in its result.
      const scoped = readsPartial ? bind('partial', results.slice(), inner) : inner;
      if (readsPartial) countSteps(evaluation, results.length);
      results.push(body(evaluation, scoped) ?? null);
      return true;
    });
    return results;
  };
};

/** `some x in list satisfies condition`, `every ...`, with three-valued logic. */
export const compileQuantified = (
  { kind, iterations: entries, condition: test }: Quantified,
  compiler: Compiler,
): Code => {
  const { iterations, scope } = compileIterations(entries, compiler);
  const condition = compiler.compile(test, scope);
  const [combine, start] = kind === 'some' ? ([or, false] as const) : ([and, true] as const);
  return (evaluation, frame) => {
    const lists = listsOf(iterations, evaluation, frame);
    if (lists === undefined) return null;
    let result: Truth = start;
    iterate(iterations, lists, evaluation, frame, (inner) => {
      result = combine(result, condition(evaluation, inner));
      return result !== !start;
    });
    return result;
  };
};

const at = (list: readonly unknown[], index: Numeric): unknown => {
  const position = Number(index) > 0 ? Number(index) - 1 : list.length + Number(index);
  return position < 0 ? null : (list[Math.trunc(position)] ?? null);
};

/** Filters that are applied to each item first; any other filter is an index if it gives a number without an item. */
const appliedToItems: ReadonlySet<Syntax['kind']> = new Set(['comparison', 'call']);

/**
 * `list[3]`, `list[-1]`, `list[price > 5]`. A number selects one item; any other filter keeps the items for which it is
 * true. A filter that gives a number for the first item is an index, too.
 */
export const compileFilter = ({ target, filter: filterNode }: Filter, compiler: Compiler): Code => {
  compiler.needs('trial');
  const list = compiler.compile(target);
  const mayBeIndex = !appliedToItems.has(filterNode.kind);
  if (mayBeIndex && !compiler.scope.bound.has('item') && mentions(filterNode, 'item')) compiler.readsVariable('item');
  const filter = compiler.compile(filterNode, { ...binding(compiler.scope, ['item']), open: true });
  return (evaluation, frame) => {
    const items = list(evaluation, frame);
    if (!Array.isArray(items)) return null;
    const index = mayBeIndex ? filter(evaluation, frame) : undefined;
    if (isNumeric(index)) return at(items, index);
    countSteps(evaluation, items.length);
    const kept: unknown[] = [];
    for (const [position, item] of items.entries()) {
      const found = filter(evaluation, bindItem(item, frame));
      if (isError(found)) return null;
      if (position === 0 && isNumeric(found)) return at(items, found);
      if (found === true) kept.push(item);
    }
    return kept;
  };
};
