import { FeelFunction } from 'feelin';
import { divide, isNumeric, multiply, type Numeric, power, subtract } from '../values/decimal.ts';
import { refuseHuge } from '../values/json.ts';
import { and, equals, or, order, type Truth } from '../values/operators.ts';
import { type Builtin, builtin, itemsOf, listOf } from './builtin.ts';
import { extremeOf, sumOf } from './numbers.ts';

type List = readonly unknown[];

/** A function whose first parameter is a list; it gives null without one. */
// biome-ignore lint/suspicious/noExplicitAny: each function checks the kinds of its further arguments
const onList = (signature: string, compute: (list: List, ...args: any[]) => unknown): Builtin =>
  builtin(signature, (first: unknown, ...more: unknown[]) => {
    const list = listOf(first);
    return list === null ? null : compute(list, ...more);
  });

/** A function of a list, or of its items as arguments. */
const onItems = (compute: (items: List) => unknown): Builtin =>
  builtin('...list', (args: List) => (args.length === 0 ? null : compute(itemsOf(args))));

const onNumbers = (compute: (numbers: readonly Numeric[]) => unknown): Builtin =>
  onItems((items) => (items.every(isNumeric) ? compute(items as readonly Numeric[]) : null));

const contains = (list: List, item: unknown): boolean => list.some((other) => equals(item, other) === true);

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
    const known = isScalar ? byScalar.get(item) : others.find(({ first }) => equals(first, item) === true);
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

const isPosition = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);

const sublist = (list: List, start: unknown, length: unknown): unknown => {
  if (!isPosition(start) || !(length === null || isPosition(length))) return null;
  const from = Math.max(0, indexOf(list, start));
  return list.slice(from, length === null ? undefined : from + Math.max(0, length));
};

const insertBefore = (list: List, position: unknown, item: unknown): unknown => {
  if (!isPosition(position)) return null;
  const index = Math.max(0, indexOf(list, position));
  return [...list.slice(0, index), item, ...list.slice(index)];
};

const remove = (list: List, position: unknown): unknown =>
  isPosition(position) ? list.filter((_, index) => index !== indexOf(list, position)) : null;

const replace = (list: List, where: unknown, newItem: unknown): unknown => {
  if (where instanceof FeelFunction) {
    return list.map((item) => (where.fn(item, newItem) === true ? newItem : item));
  }
  return isPosition(where) ? list.map((item, index) => (index === indexOf(list, where) ? newItem : item)) : null;
};

const sort = (list: List, precedes: unknown): unknown => {
  if (!(precedes instanceof FeelFunction) || precedes.parameterNames.length !== 2) return null;
  const first = (a: unknown, b: unknown): boolean => precedes.fn(a, b) === true;
  return list.toSorted((a, b) => (first(a, b) ? -1 : first(b, a) ? 1 : 0));
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
  if (mean === null || numbers.length < 2) return null;
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

const fold = (combine: (a: unknown, b: unknown) => Truth, start: boolean): Builtin =>
  onItems((items) => items.reduce<Truth>((result, item) => combine(result, item), start));

const join = (list: List, delimiter: unknown, prefix: unknown, suffix: unknown): unknown => {
  const texts = list.filter((item) => item !== null);
  if (!texts.every((item) => typeof item === 'string')) return null;
  if (![delimiter, prefix, suffix].every((part) => part === null || typeof part === 'string')) return null;
  return `${prefix ?? ''}${texts.join((delimiter as string | null) ?? '')}${suffix ?? ''}`;
};

const partition = (list: List, size: unknown): unknown => {
  if (!isPosition(size) || size < 1) return null;
  const parts: List[] = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
};

const flatten = (list: List): List => {
  refuseHuge(list);
  return list.flat(Number.POSITIVE_INFINITY);
};

const concatenate = (lists: List): List => lists.flatMap((list) => (Array.isArray(list) ? list : [list]));

/** Functions on lists. */
export const listFunctions: Readonly<Record<string, Builtin>> = {
  'list contains': onList('list, element', contains),
  count: onList('list', (list) => list.length),
  min: onItems((items) => extremeOf(items, -1)),
  max: onItems((items) => extremeOf(items, 1)),
  sum: onItems(sumOf),
  product: onNumbers(product),
  mean: onNumbers(meanOf),
  median: onNumbers(median),
  stddev: onNumbers(deviation),
  mode: onNumbers(mode),
  all: fold(and, true),
  any: fold(or, false),
  sublist: onList('list, start, length?', sublist),
  append: onList('list, ...items', (list, items: List) => [...list, ...items]),
  concatenate: builtin('...lists', concatenate),
  'insert before': onList('list, position, newItem', insertBefore),
  remove: onList('list, position', remove),
  'list replace': onList('list, position, newItem', replace),
  reverse: onList('list', (list) => list.toReversed()),
  'index of': onList('list, match', (list, match: unknown) =>
    list.flatMap((item, index) => (equals(item, match) === true ? [index + 1] : [])),
  ),
  union: builtin('...lists', (lists: List) => distinct(concatenate(lists))),
  'distinct values': onList('list', distinct),
  'duplicate values': onList('list', duplicates),
  flatten: onList('list', flatten),
  sort: onList('list, precedes', sort),
  'string join': onList('list, delimiter?, prefix?, suffix?', join),
  'is empty': onList('list', (list) => list.length === 0),
  partition: onList('list, size', partition),
};
