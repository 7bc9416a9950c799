import { isObject } from '../../../../common/is-object.ts';
import { invalidArgument } from '../../call-status.ts';
import { insteadOf, readFields } from '../fields.ts';
import { readField, type SearchField, wantedValues } from './filter.ts';
import { type PageRequest, readPage, toCursor } from './page.ts';
import { type Position, readOrder } from './sort.ts';

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
  return (item) => tests.every((test) => test(item));
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

interface Placed<Item> {
  readonly item: Item;
  readonly position: Position;
}

/** Sorts by creation. The records of a table have this order already, or almost. */
const sortByCreation = (items: Ordered[]): void => {
  const isSorted = items.every((item, index) => index === 0 || items[index - 1]!.order <= item.order);
  if (!isSorted) items.sort((left, right) => left.order - right.order);
};

/** Sorts by positions, each of which is made once. */
const sortBy = <Item>(
  items: Item[],
  positionOf: (item: Item) => Position,
  compare: (left: Position, right: Position) => number,
): void => {
  const placed = items.map((item): Placed<Item> => ({ item, position: positionOf(item) }));
  placed.sort((left, right) => compare(left.position, right.position));
  placed.forEach(({ item }, index) => {
    items[index] = item;
  });
};

/** Where a page begins and ends. */
const limitsOf = (
  wanted: PageRequest,
  count: number,
  placeOf: (index: number, cursor: Position) => number,
): readonly [start: number, end: number] => {
  const { limit } = wanted;
  if (wanted.kind === 'offset') return [wanted.from, wanted.from + limit];
  const { kind, cursor } = wanted;
  // The first record that is not before the cursor, or is after it.
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const place = placeOf(middle, cursor);
    if (kind === 'after' ? place > 0 : place >= 0) high = middle;
    else low = middle + 1;
  }
  return kind === 'after' ? [low, low + limit] : [Math.max(0, low - limit), low];
};

/**
 * Searches records: filter, then sort, then one page.
 *
 * @param request the body of the request
 * @param all the records of the kind
 * @throws a `rejection` (INVALID_ARGUMENT) if the request asks for something that the search does not have
 */
export const search = <Item extends Ordered>(
  searchable: Searchable<Item>,
  request: object,
  all: Iterable<Item>,
): Page => {
  const { operation, fields, toItem } = searchable;
  const {
    filter = {},
    sort = [],
    page = {},
  } = readFields(operation, request, {
    ...({ filter: 'object', sort: 'objects', page: 'object' } as const),
  });
  const { compare, positionOf } = readOrder(operation, sort, fields);
  const wanted = readPage(operation, page, sort.length + 1);
  const found = findAll(searchable, filter, all);
  if (sort.length === 0) sortByCreation(found);
  else sortBy(found, positionOf, compare);
  const [start, end] = limitsOf(wanted, found.length, (index, cursor) => compare(positionOf(found[index]!), cursor));
  const part = found.slice(start, end);
  const cursorOf = (item: Item | undefined): string | null => (item === undefined ? null : toCursor(positionOf(item)));
  return {
    items: part.map(toItem),
    page: {
      ...{ totalItems: found.length, hasMoreTotalItems: false },
      ...{ startCursor: cursorOf(part[0]), endCursor: cursorOf(part.at(-1)) },
    },
  };
};
