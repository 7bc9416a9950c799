import { refuse } from '../faults.ts';
import { divide, isNumeric, multiply, type Numeric, power, subtract } from '../values/decimal.ts';
import { refuseHuge } from '../values/json.ts';
import type { FeelFunction } from '../values/kinds.ts';
import { and, identical, or, order, type Truth } from '../values/operators.ts';
import { toInt } from '../values/temporal/arithmetic.ts';
import { type Builtin, builtin } from './builtin.ts';
import { extremeOf, sumOf } from './numbers.ts';

type List = readonly unknown[];

/** A function of a list. */
const onList = (compute: (list: List) => unknown): readonly Builtin[] => builtin('list: list', compute);

/** A function of a list, or of its items as arguments. */
const onItems = (compute: (items: List) => unknown): readonly Builtin[] => builtin('...list', compute);

const onNumbers = (compute: (numbers: readonly Numeric[]) => unknown): readonly Builtin[] =>
  onItems((items) => (items.every(isNumeric) ? compute(items as readonly Numeric[]) : null));

const contains = (list: List, item: unknown): boolean => list.some((other) => identical(item, other));

/**
 * Values that a map can find by themselves. Integers beyond 2^53 are not among them: they can be of two types, which only
 * `equals` treats alike.
 */
const isPlainScalar = (value: unknown): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && (!Number.isInteger(value) || Number.isSafeInteger(value)));

interface Group {
  readonly first: unknown;
  count: number;
}

/** Groups equal items, in the order of their first occurrence. */
const groupsOf = (list: List): readonly Group[] => {
  const groups: Group[] = [];
  const byScalar = new Map<unknown, Group>();
  const others: Group[] = [];
  for (const item of list) {
    const isScalar = isPlainScalar(item);
    const known = isScalar ? byScalar.get(item) : others.find(({ first }) => identical(first, item));
    if (known !== undefined) {
      known.count++;
      continue;
    }
    const group = { first: item, count: 1 };
    groups.push(group);
    if (isScalar) byScalar.set(item, group);
    else others.push(group);
  }
  return groups;
};

const distinct = (list: List): List => groupsOf(list).map(({ first }) => first);

const duplicates = (list: List): List =>
  groupsOf(list)
    .filter(({ count }) => count > 1)
    .map(({ first }) => first);

/** The array index of a FEEL position, which counts from 1, or from the end if it is negative. */
const indexOf = (list: List, position: number): number => (position > 0 ? position - 1 : list.length + position);

/** Only 0 itself is no position. A fraction is cut off, and then the position 0 is behind the list. */
const isNoPosition = (position: Numeric): boolean => Number(position) === 0;

const sublist = (list: List, position: Numeric, length?: Numeric): unknown => {
  if (isNoPosition(position)) return null;
  const start = toInt(position);
  const from = indexOf(list, start);
  const to = length === undefined ? list.length : from + toInt(length);
  return list.slice(Math.max(0, from), Math.max(0, from, to));
};

const insertBefore = (list: List, position: Numeric, item: unknown): unknown => {
  if (isNoPosition(position)) return null;
  const index = Math.max(0, indexOf(list, toInt(position)));
  return [...list.slice(0, index), item, ...list.slice(index)];
};

const remove = (list: List, position: Numeric): unknown => {
  if (isNoPosition(position)) return null;
  const start = toInt(position);
  return [...list.slice(0, Math.max(0, indexOf(list, start))), ...list.slice(Math.max(0, indexOf(list, start + 1)))];
};

/** Thrown when an order does not give a truth value. */
const noOrder: unique symbol = Symbol('no order');

const sort = (list: List, { parameters, call }: FeelFunction): unknown => {
  if (parameters.length !== 2) return null;
  const first = (a: unknown, b: unknown): boolean => {
    const found = call([a, b]);
    if (typeof found !== 'boolean') throw noOrder;
    return found;
  };
  try {
    return list.toSorted((a, b) => (first(a, b) ? -1 : first(b, a) ? 1 : 0));
  } catch (error) {
    if (error === noOrder) return null;
    throw error;
  }
};

const median = (numbers: readonly Numeric[]): unknown => {
  const sorted = numbers.toSorted((a, b) => order(a, b) ?? 0);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return sorted.length === 0 ? null : meanOf(sorted.slice(middle - 1, middle + 1));
};

const meanOf = (numbers: readonly Numeric[]): Numeric | null => {
  const sum = sumOf(numbers);
  return sum === null ? null : divide(sum, numbers.length);
};

const deviation = (numbers: readonly Numeric[]): unknown => {
  const mean = meanOf(numbers);
  if (mean === null) return null;
  if (numbers.length < 2) throw refuse('stddev() needs at least two numbers');
  const squares = sumOf(numbers.map((number) => power(subtract(number, mean) ?? 0, 2)));
  return squares === null ? null : Math.sqrt(Number(squares) / (numbers.length - 1));
};

const product = (numbers: readonly Numeric[]): Numeric | null =>
  numbers.length === 0
    ? null
    : numbers.reduce<Numeric | null>((result, number) => (result === null ? null : multiply(result, number)), 1);

const mode = (numbers: readonly Numeric[]): unknown => {
  const counts = new Map<Numeric, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const most = [...counts.values()].reduce((highest, count) => Math.max(highest, count), 0);
  return [...counts]
    .filter(([, count]) => count === most)
    .map(([number]) => number)
    .sort((a, b) => order(a, b) ?? 0);
};

const fold = (combine: (a: unknown, b: unknown) => Truth, start: boolean): readonly Builtin[] =>
  onItems((items) => items.reduce<Truth>((result, item) => combine(result, item), start));

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

/** Prefix and suffix are given together, or both are null. */
const join = (list: List, delimiter: unknown = null, prefix: unknown = null, suffix: unknown = null): unknown => {
  if (!list.every(isTextOrNull) || ![delimiter, prefix, suffix].every(isTextOrNull)) return null;
  if ((prefix === null) !== (suffix === null)) return null;
  return `${prefix ?? ''}${list.filter((item) => item !== null).join((delimiter as string | null) ?? '')}${suffix ?? ''}`;
};

const partition = (list: List, size: Numeric): unknown => {
  const length = toInt(size);
  if (length < 1) return null;
  const parts: List[] = [];
  for (let start = 0; start < list.length; start += length) parts.push(list.slice(start, start + length));
  return parts;
};

const flatten = (list: List): List => {
  refuseHuge(list);
  return list.flat(Number.POSITIVE_INFINITY);
};

const concatenate = (lists: List): List => lists.flatMap((list) => (Array.isArray(list) ? list : [list]));

const every = fold(and, true);
const some = fold(or, false);

/** Functions on lists. */
export const listFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  'list contains': builtin('list: list, element', contains),
  count: onList((list) => list.length),
  min: onItems((items) => extremeOf(items, -1)),
  max: onItems((items) => extremeOf(items, 1)),
  sum: onItems(sumOf),
  product: onNumbers(product),
  mean: onNumbers(meanOf),
  median: onNumbers(median),
  stddev: onNumbers(deviation),
  mode: onNumbers(mode),
  all: every,
  and: every,
  any: some,
  or: some,
  sublist: builtin('list: list, start: number; list: list, start: number, length: number', sublist),
  append: builtin('list: list, ...items', (list: List, items: List) => [...list, ...items]),
  concatenate: builtin('...lists', concatenate),
  'insert before': builtin('list: list, position: number, newItem', insertBefore),
  remove: builtin('list: list, position: number', remove),
  reverse: onList((list) => list.toReversed()),
  'index of': builtin('list: list, match', (list: List, match: unknown) =>
    list.flatMap((item, index) => (identical(item, match) ? [index + 1] : [])),
  ),
  union: builtin('...lists', (lists: List) => distinct(concatenate(lists))),
  'distinct values': onList(distinct),
  'duplicate values': onList(duplicates),
  flatten: onList(flatten),
  sort: builtin('list: list, precedes: function', sort),
  'string join': builtin('list: list; list: list, delimiter; list: list, delimiter, prefix, suffix', join),
  'is empty': onList((list) => list.length === 0),
  partition: builtin('list: list, size: number', partition),
};
