import { invalidArgument } from '../../call-status.ts';
import { insteadOf, readFields } from '../fields.ts';
import type { Scalar, SearchField } from './filter.ts';

/** The values by which a record is sorted, and its place in the order of creation at the end, which differs for all. */
export type Position = readonly (Scalar | null)[];

/** The order of the records of a search. */
export interface Order<Item> {
  compare(left: Item, right: Item): number;
  /** Negative if a record is before a position, 0 if it is there. */
  compareTo(item: Item, position: Position): number;
  positionOf(item: Item): Position;
  /** Whether it begins with the largest value. */
  readonly isDescending: boolean;
}

const isScalar = (value: unknown): value is Scalar => typeof value !== 'object' && value !== undefined;

const isDigits = /^\d+$/;

/** Keys are numbers of different lengths. What is absent is at the end. */
const compareValues = (left: Scalar | null, right: Scalar | null, sign: number): number => {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
  const [a, b] = [String(left), String(right)];
  if (a.length !== b.length && isDigits.test(a) && isDigits.test(b)) return sign * (a.length - b.length);
  return sign * (a < b ? -1 : 1);
};

/** More than any search has. */
const mostFields = 20;

/**
 * Reads how a search sorts: by the given fields, then by creation.
 *
 * @throws a `rejection` (INVALID_ARGUMENT) if there is no such field
 */
export const readOrder = <Item extends { readonly order: number }>(
  operation: string,
  sort: readonly object[],
  fields: Readonly<Record<string, SearchField<Item>>>,
): Order<Item> => {
  if (sort.length > mostFields) {
    throw invalidArgument(`${operation} sorts by at most ${mostFields} fields, but got ${sort.length}.`);
  }
  const orders = sort.map((entry) => {
    const { field, order = 'ASC' } = readFields(operation, entry, { 'field!': 'text', order: 'text' });
    const found = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (found === undefined) {
      throw invalidArgument(`${operation} cannot sort by ${field} (${insteadOf(field, Object.keys(fields))}).`);
    }
    const direction = order.toUpperCase();
    if (direction !== 'ASC' && direction !== 'DESC') {
      throw invalidArgument(`The order of ${operation} must be ASC or DESC.`);
    }
    return { of: found.of, sign: direction === 'ASC' ? 1 : -1 };
  });
  const valueAt = (index: number, item: Item): Scalar | null => {
    const value = orders[index]!.of(item);
    return isScalar(value) ? value : null;
  };
  // Loops without an iterator, because they run very often.
  return {
    compare: (left, right) => {
      for (let index = 0; index < orders.length; index += 1) {
        const difference = compareValues(valueAt(index, left), valueAt(index, right), orders[index]!.sign);
        if (difference !== 0) return difference;
      }
      return left.order - right.order;
    },
    compareTo: (item, position) => {
      for (let index = 0; index < orders.length; index += 1) {
        const difference = compareValues(valueAt(index, item), position[index] ?? null, orders[index]!.sign);
        if (difference !== 0) return difference;
      }
      return compareValues(item.order, position[orders.length] ?? null, 1);
    },
    isDescending: orders[0]?.sign === -1,
    positionOf: (item) => [...orders.map((_, index) => valueAt(index, item)), item.order],
  };
};
