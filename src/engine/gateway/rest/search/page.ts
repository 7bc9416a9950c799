import { invalidArgument } from '../../call-status.ts';
import { readFields } from '../fields.ts';
import type { Position } from './sort.ts';

const longestPage = 10_000;
const usualPage = 100;

/** Which part of the result is wanted. */
export type PageRequest =
  | { readonly kind: 'offset'; readonly from: number; readonly limit: number }
  | { readonly kind: 'after' | 'before'; readonly cursor: Position; readonly limit: number };

/** The cursor of a record. Clients pass it on unread. */
export const toCursor = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64');

const isPosition = (value: unknown, length: number): value is Position =>
  Array.isArray(value) &&
  value.length === length &&
  value.every((item) => item === null || ['string', 'number', 'boolean'].includes(typeof item));

const readCursor = (text: string, length: number, where: string): Position => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    value = undefined;
  }
  if (isPosition(value, length)) return value;
  throw invalidArgument(`${where} is not a cursor of this search. Pass on a cursor of a page, with the same sort.`);
};

/**
 * Reads which page is wanted.
 *
 * @param length how many values a position has
 * @throws a `rejection` (INVALID_ARGUMENT) for a length out of range, or for two ways to begin at once
 */
export const readPage = (operation: string, page: object, length: number): PageRequest => {
  const fields = readFields(operation, page, {
    ...({ from: 'integer', limit: 'integer', after: 'text', before: 'text' } as const),
  });
  const { from, limit = usualPage, after, before } = fields;
  if (limit < 1 || limit > longestPage) throw invalidArgument(`page.limit must be from 1 to ${longestPage}.`);
  if (from !== undefined && from < 0) throw invalidArgument('page.from must not be negative.');
  const given = Object.entries({ from, after, before }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    throw invalidArgument(`A page takes only one of ${given.map(([name]) => `page.${name}`).join(' and ')}.`);
  }
  if (after !== undefined) return { kind: 'after', cursor: readCursor(after, length, 'page.after'), limit };
  if (before !== undefined) return { kind: 'before', cursor: readCursor(before, length, 'page.before'), limit };
  return { kind: 'offset', from: from ?? 0, limit };
};
