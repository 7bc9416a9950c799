import type { Key } from '../machine/types.ts';

/** Records of one kind by key. */
export interface Table<Row> {
  get(key: Key): Row | undefined;
  has(key: Key): boolean;
  /** All records, first those to which nothing will happen any more. */
  values(): Iterable<Row>;
  /** The records to which something can happen, oldest first. There can be far fewer of them. */
  open(): Iterable<Row>;
  readonly size: number;
}

/** A table, and how it changes. */
export interface WritableTable<Row> extends Table<Row> {
  add(row: Row): void;
  /** Nothing will happen to the record any more. */
  end(row: Row): void;
  delete(key: Key): void;
}

/** Creates an empty table. */
export const createTable = <Row extends { readonly key: Key }>(): WritableTable<Row> => {
  const open = new Map<Key, Row>();
  const ended = new Map<Key, Row>();
  return {
    get: (key) => open.get(key) ?? ended.get(key),
    has: (key) => open.has(key) || ended.has(key),
    values: function* () {
      yield* ended.values();
      yield* open.values();
    },
    open: () => open.values(),
    get size() {
      return open.size + ended.size;
    },
    add: (row) => void open.set(row.key, row),
    end: (row) => {
      if (open.delete(row.key)) ended.set(row.key, row);
    },
    delete: (key) => {
      if (!open.delete(key)) ended.delete(key);
    },
  };
};
