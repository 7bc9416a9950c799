import { isObject } from '../../../../common/is-object.ts';
import { invalidArgument } from '../../call-status.ts';
import { insteadOf, readFields } from '../fields.ts';
import { readField, type SearchField, wantedValues } from './filter.ts';
import { createFirst } from './first.ts';
import { type PageRequest, readPage, toCursor } from './page.ts';
import { type Order, readOrder } from './sort.ts';

/** What can be searched for: a record with its place among the others of its kind. */
interface Ordered {
  readonly order: number;
}

type Test<Item> = (item: Item) => boolean;

/** How records of one kind are searched. */
export interface Searchable<Item extends Ordered> {
  /** For the text of a refusal. */
  readonly operation: string;
  readonly fields: Readonly<Record<string, SearchField<Item>>>;
  /** Finds records by the value of a field faster than a look at all of them. */
  readonly lookups?: Readonly<Record<string, (value: string) => Iterable<Item>>>;
  /** Finds the records in some states faster than a look at all of them. */
  readonly inStates?: {
    readonly field: string;
    readonly states: readonly string[];
    readonly find: () => Iterable<Item>;
  };
  /** Properties of the filter that are not fields, and the test that they are together. */
  readonly conditions?: {
    readonly names: readonly string[];
    readonly read: (filter: Readonly<Record<string, unknown>>) => Test<Item>;
  };
  /** The filter has `$or`: a list of filters of which one must hold. */
  readonly hasAlternatives?: true;
  /** The record as the API shows it. */
  readonly toItem: (item: Item) => object;
}

/** A page of items. */
export interface Page {
  readonly items: readonly object[];
  readonly page: {
    readonly totalItems: number;
    readonly hasMoreTotalItems: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

type Filter = Readonly<Record<string, unknown>>;

const withoutNulls = (filter: Filter): Filter =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== null));

/** The test that all tests are together. It runs for every record. */
export const allOf = <Item>(tests: readonly Test<Item>[]): Test<Item> => {
  const [first = () => true, ...others] = tests;
  if (others.length === 0) return first;
  return (item) => {
    for (const test of tests) if (!test(item)) return false;
    return true;
  };
};

/** Each alternative is tried with each record, and nothing else happens meanwhile. */
const mostAlternatives = 100;

/**
 * The test that a filter is.
 *
 * @param where the path of the filter, for the text of a refusal
 * @throws a `rejection` (INVALID_ARGUMENT) if it names something that the records do not have
 */
export const readFilter = <Item extends Ordered>(
  searchable: Searchable<Item>,
  given: Filter,
  where: string = 'filter',
): Test<Item> => {
  const { operation, fields, conditions, hasAlternatives } = searchable;
  const filter = withoutNulls(given);
  const tests: Test<Item>[] = [];
  for (const [name, property] of Object.entries(filter)) {
    if (conditions?.names.includes(name)) continue;
    if (name === '$or' && hasAlternatives) {
      if (!Array.isArray(property) || !property.every(isObject)) {
        throw invalidArgument(`${where}.$or must be a list of filters.`);
      }
      if (property.length > mostAlternatives) {
        throw invalidArgument(
          `${where}.$or must have at most ${mostAlternatives} filters, but has ${property.length}.`,
        );
      }
      // As on a cluster, the alternatives have no alternatives of their own.
      const { hasAlternatives: _, ...inner } = searchable;
      const alternatives = property.map((each, index) => readFilter(inner, each, `${where}.$or[${index}]`));
      if (alternatives.length > 0) tests.push((item) => alternatives.some((test) => test(item)));
      continue;
    }
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      const known = [...Object.keys(fields), ...(conditions?.names ?? []), ...(hasAlternatives ? ['$or'] : [])];
      throw invalidArgument(`${operation} has no filter ${name} (${insteadOf(name, known)}).`);
    }
    tests.push(readField(field, property, `${where}.${name}`));
  }
  if (conditions?.names.some((name) => Object.hasOwn(filter, name))) tests.push(conditions.read(filter));
  return allOf(tests);
};

/** The records that can pass a filter: found by a field, or all. */
const candidates = <Item extends Ordered>(
  { lookups = {}, inStates }: Searchable<Item>,
  filter: Filter,
  all: Iterable<Item>,
): Iterable<Item> => {
  for (const [name, lookUp] of Object.entries(lookups)) {
    const values = wantedValues(filter[name]);
    // A record can be found by several values.
    if (values !== undefined) return new Set(values.flatMap((value) => [...lookUp(value)]));
  }
  if (inStates !== undefined) {
    const states = wantedValues(filter[inStates.field])?.map((state) => state.toUpperCase());
    if (states?.every((state) => inStates.states.includes(state))) return inStates.find();
  }
  return all;
};

/**
 * All records that pass a filter, in no certain order.
 *
 * @throws a `rejection` (INVALID_ARGUMENT) if the filter names something that the records do not have
 */
export const findAll = <Item extends Ordered>(
  searchable: Searchable<Item>,
  filter: Filter,
  all: Iterable<Item>,
): Item[] => {
  const test = readFilter(searchable, filter);
  const found: Item[] = [];
  for (const item of candidates(searchable, filter, all)) if (test(item)) found.push(item);
  return found;
};

/** A search that has begun. */
export interface Scan {
  /**
   * Looks at records until all have been seen, or for so many milliseconds.
   *
   * @returns whether all have been seen
   */
  run(milliseconds: number): boolean;
  /** The page, when all records have been seen. */
  page(): Page;
}

/** Records that are looked at before the time is looked at. */
const stride = 256;

/** Whether a page begins with what comes late in an ascending order. */
const isDescending = <Item>({ kind }: PageRequest, { isDescending: isReversed }: Order<Item>): boolean =>
  (kind === 'before') !== isReversed;

/** Which records a page can contain, in which order they are kept, and how many. */
const wantedBy = <Item>(wanted: PageRequest, { compare, compareTo }: Order<Item>) => {
  if (wanted.kind === 'offset') return { compare, size: wanted.from + wanted.limit, canContain: () => true };
  const { kind, cursor, limit } = wanted;
  if (kind === 'after') return { compare, size: limit, canContain: (item: Item) => compareTo(item, cursor) > 0 };
  // The last ones before the cursor.
  const reversed = (left: Item, right: Item): number => compare(right, left);
  return { compare: reversed, size: limit, canContain: (item: Item) => compareTo(item, cursor) < 0 };
};

/**
 * Begins a search: filter, then sort, then one page. Only what the page needs is kept and sorted.
 *
 * @param request the body of the request
 * @param all the records of the kind
 * @throws a `rejection` (INVALID_ARGUMENT) if the request asks for something that the search does not have
 */
export const beginSearch = <Item extends Ordered>(
  searchable: Searchable<Item>,
  request: object,
  all: Iterable<Item>,
): Scan => {
  const { operation, fields, toItem } = searchable;
  const {
    filter = {},
    sort = [],
    page = {},
  } = readFields(operation, request, {
    ...({ filter: 'object', sort: 'objects', page: 'object' } as const),
  });
  const test = readFilter(searchable, filter);
  const order = readOrder(operation, sort, fields);
  const wanted = readPage(operation, page, sort.length + 1);
  const { compare, size, canContain } = wantedBy(wanted, order);
  const first = createFirst(size, compare);
  // The records can change while others work, but none is missed or seen twice.
  const items = [...candidates(searchable, filter, all)];
  // Most are in the order of their creation: the last ones are then the first ones of a descending order.
  if (isDescending(wanted, order)) items.reverse();
  let next = 0;
  let totalItems = 0;

  const look = (item: Item): void => {
    if (!test(item)) return;
    totalItems += 1;
    if (canContain(item)) first.add(item);
  };

  return {
    run: (milliseconds) => {
      const begun = performance.now();
      while (next < items.length) {
        const end = Math.min(next + stride, items.length);
        for (; next < end; next += 1) look(items[next]!);
        if (performance.now() - begun > milliseconds) break;
      }
      return next === items.length;
    },
    page: () => {
      const found = first.items();
      const part = wanted.kind === 'offset' ? found.slice(wanted.from) : found;
      if (wanted.kind === 'before') part.reverse();
      const cursorOf = (item: Item | undefined): string | null =>
        item === undefined ? null : toCursor(order.positionOf(item));
      return {
        items: part.map(toItem),
        page: {
          ...{ totalItems, hasMoreTotalItems: false },
          ...{ startCursor: cursorOf(part[0]), endCursor: cursorOf(part.at(-1)) },
        },
      };
    },
  };
};

/** Searches records at once; see {@link beginSearch}. */
export const search = <Item extends Ordered>(
  searchable: Searchable<Item>,
  request: object,
  all: Iterable<Item>,
): Page => {
  const scan = beginSearch(searchable, request, all);
  scan.run(Number.POSITIVE_INFINITY);
  return scan.page();
};
