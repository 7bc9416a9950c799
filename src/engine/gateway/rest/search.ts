import { isObject } from '../../../common/is-object.ts';
import { invalidArgument } from '../call-status.ts';
import { readFields } from './fields.ts';

/** A value that can be searched for. */
type Scalar = string | number | boolean;

/** An item as the API shows it. */
export type Item = Readonly<Record<string, unknown>>;

/** A page of items. */
export interface Page {
  readonly items: readonly Item[];
  readonly page: { readonly totalItems: number; readonly hasMoreTotalItems: boolean };
}

const longestPage = 10_000;
const usualPage = 100;

type Test = (value: unknown) => boolean;

const compare = (left: unknown, right: unknown): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [String(left), String(right)];
  // Keys are numbers of different lengths.
  if (/^\d+$/.test(a) && /^\d+$/.test(b) && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
};

const anyText = Symbol('any text');
const anyCharacter = Symbol('any character');

/** A pattern in parts: `*` is any text, `?` one character, and `\` makes both ordinary. */
const partsOf = (pattern: string): readonly (string | symbol)[] =>
  [...pattern.matchAll(/\\(.)|./gsu)].map(([part, escaped]) => {
    if (escaped !== undefined) return escaped;
    if (part === '*') return anyText;
    return part === '?' ? anyCharacter : part;
  });

/**
 * Whether a text has the form of a pattern. Written by hand, because a regular expression tries every way to divide the text
 * among several `*`. Here only the last `*` that was met is tried again, so the time is at most the product of both lengths.
 */
const isLike = (parts: readonly (string | symbol)[], text: string): boolean => {
  const characters = [...text];
  let part = 0;
  let at = 0;
  let afterAnyText = -1;
  let resumeAt = 0;
  while (at < characters.length) {
    if (parts[part] === anyCharacter || parts[part] === characters[at]) {
      part += 1;
      at += 1;
    } else if (parts[part] === anyText) {
      part += 1;
      afterAnyText = part;
      resumeAt = at;
    } else if (afterAnyText >= 0) {
      part = afterAnyText;
      resumeAt += 1;
      at = resumeAt;
    } else return false;
  }
  while (parts[part] === anyText) part += 1;
  return part === parts.length;
};

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const scalarIn = (value: unknown, where: string): Scalar => {
  if (isScalar(value)) return value;
  throw invalidArgument(`${where} must be a text, a number or a boolean.`);
};

const listIn = (value: unknown, where: string): readonly Scalar[] => {
  if (!Array.isArray(value)) throw invalidArgument(`${where} must be a list.`);
  return value.map((item) => scalarIn(item, where));
};

const isSame = (left: unknown, right: Scalar): boolean =>
  left !== undefined && left !== null && String(left) === String(right);

/** Compares a value with the operand. A value that is absent is neither before nor after it. */
const ordered =
  (holds: (difference: number) => boolean) =>
  (operand: unknown, where: string): Test => {
    const limit = scalarIn(operand, where);
    return (value) => isScalar(value) && holds(compare(value, limit));
  };

const operators: Readonly<Record<string, (operand: unknown, where: string) => Test>> = {
  $eq: (operand, where) => {
    const wanted = scalarIn(operand, where);
    return (value) => isSame(value, wanted);
  },
  $neq: (operand, where) => {
    const unwanted = scalarIn(operand, where);
    return (value) => !isSame(value, unwanted);
  },
  $exists: (operand, where) => {
    if (typeof operand !== 'boolean') throw invalidArgument(`${where} must be true or false.`);
    return (value) => (value !== undefined && value !== null) === operand;
  },
  $in: (operand, where) => {
    const wanted = new Set(listIn(operand, where).map(String));
    return (value) => value !== undefined && value !== null && wanted.has(String(value));
  },
  $notIn: (operand, where) => {
    const unwanted = new Set(listIn(operand, where).map(String));
    return (value) => !unwanted.has(String(value));
  },
  $gt: ordered((difference) => difference > 0),
  $gte: ordered((difference) => difference >= 0),
  $lt: ordered((difference) => difference < 0),
  $lte: ordered((difference) => difference <= 0),
  $like: (operand, where) => {
    const parts = partsOf(String(scalarIn(operand, where)));
    return (value) => typeof value === 'string' && isLike(parts, value);
  },
};

const testOf = (property: unknown, where: string): Test => {
  if (!isObject(property)) {
    const wanted = scalarIn(property, where);
    return (value) => isSame(value, wanted);
  }
  const tests = Object.entries(property).map(([name, operand]) => {
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (operator === undefined) throw invalidArgument(`${where}.${name} is not an operator.`);
    return operator(operand, `${where}.${name}`);
  });
  return (value) => tests.every((test) => test(value));
};

/** Writes enumerated values of a filter in upper case, as the items have them. */
const upperCase = (property: unknown): unknown => {
  if (typeof property === 'string') return property.toUpperCase();
  if (Array.isArray(property)) return property.map(upperCase);
  if (!isObject(property)) return property;
  return Object.fromEntries(Object.entries(property).map(([name, operand]) => [name, upperCase(operand)]));
};

/**
 * Searches items: filter, then sort, then one page.
 *
 * @param operation for the text of a refusal
 * @param fields the names that may be filtered and sorted by, with those whose values are enumerated
 * @throws a `rejection` (INVALID_ARGUMENT) if the request asks for something else
 */
export const search = (
  operation: string,
  request: object,
  items: readonly Item[],
  fields: { readonly all: readonly string[]; readonly enumerated: readonly string[] },
): Page => {
  const {
    filter = {},
    sort = [],
    page = {},
  } = readFields(operation, request, {
    ...({ filter: 'object', sort: 'objects', page: 'object' } as const),
  });
  const tests = Object.entries(filter)
    .filter(([, property]) => property !== undefined && property !== null)
    .map(([name, property]) => {
      if (!fields.all.includes(name)) throw invalidArgument(`${operation} has no filter ${name}.`);
      const test = testOf(fields.enumerated.includes(name) ? upperCase(property) : property, `filter.${name}`);
      return (item: Item) => {
        const value = item[name];
        return Array.isArray(value) ? value.some(test) : test(value);
      };
    });
  const orders = sort.map((entry) => {
    const { field, order = 'ASC' } = readFields(operation, entry, { 'field!': 'text', order: 'text' });
    if (!fields.all.includes(field)) throw invalidArgument(`${operation} cannot sort by ${field}.`);
    const sign = order.toUpperCase() === 'DESC' ? -1 : 1;
    return (left: Item, right: Item) => sign * compare(left[field], right[field]);
  });
  const { from = 0, limit = usualPage } = readFields(operation, page, { from: 'integer', limit: 'integer' });
  if (limit < 1 || limit > longestPage) throw invalidArgument(`page.limit must be from 1 to ${longestPage}.`);
  if (from < 0) throw invalidArgument('page.from must not be negative.');
  const found = items.filter((item) => tests.every((test) => test(item)));
  const sorted = [...found].sort((left, right) => {
    for (const order of orders) {
      const difference = order(left, right);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return {
    items: sorted.slice(from, from + limit),
    page: { totalItems: found.length, hasMoreTotalItems: false },
  };
};
