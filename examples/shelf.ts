/**
 * One connector with two operations, whose errors have codes that a process can distinguish. The process decides which
 * of them are business errors: see the error expressions in examples/bpmn/lend-book.bpmn.
 *
 * Try it without an engine: npx tsx examples/shelf.ts
 */
import { defineOutbound, executeOutbound, jobError } from 'camunda-connectors';
import * as v from 'valibot';
import { isStarted } from './support/try.ts';

// #region shelf
/** A book and the readers who have borrowed a copy. */
export interface Book {
  readonly title: string;
  readonly copies: number;
  readonly readers: string[];
}

/** The books of a library by ISBN. A real library would be a service. */
export type Library = Map<string, Book>;

const isbn = v.pipe(v.string(), v.regex(/^[\d-]{10,17}$/));

/** The process sees the `code` of any error as `error.code`. */
const find = (library: Library, isbn: string): Book => {
  const book = library.get(isbn);
  if (book === undefined) throw Object.assign(new Error(`No book ${isbn}`), { code: 'UNKNOWN_BOOK' });
  return book;
};

export const shelfOf = (library: Library) =>
  defineOutbound({
    name: 'Shelf',
    type: 'shelf',
    retryBackoff: { initial: 5, factor: 2, max: 60 },
    operations: {
      find: {
        name: 'Find a book',
        input: v.object({ isbn }),
        output: v.object({ title: v.string(), copies: v.number(), lent: v.number() }),
        run: (input) => {
          const { title, copies, readers } = find(library, input.isbn);
          return { title, copies, lent: readers.length };
        },
      },
      lend: {
        name: 'Lend a book',
        input: v.object({ isbn, reader: v.string() }),
        output: v.object({ title: v.string(), reader: v.string() }),
        run: (input) => {
          const { title, copies, readers } = find(library, input.isbn);
          if (readers.length >= copies) {
            const variables = { waiting: readers.length };
            throw jobError(`All copies of "${title}" are lent`, { code: 'ALL_LENT', variables });
          }
          readers.push(input.reader);
          return { title, reader: input.reader };
        },
      },
    },
  });
// #endregion

/** A library of one book. */
export const smallLibrary = (): Library =>
  new Map([['0-330-25864-8', { title: 'Hitchhiker', copies: 1, readers: [] }]]);

if (isStarted(import.meta.url)) {
  const shelf = shelfOf(smallLibrary());
  const lend = { operation: 'lend', resultVariable: 'loan' };
  for (const reader of ['Ada', 'Bob']) {
    const job = { variables: { isbn: '0-330-25864-8', reader }, customHeaders: lend };
    console.log(await executeOutbound(shelf, job));
  }
}
