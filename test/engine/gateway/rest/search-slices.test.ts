/** Searches among many records let others work meanwhile. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { searchOperation } from '../../../../src/engine/gateway/rest/queries/shared.ts';
import { beginSearch, type Searchable, search } from '../../../../src/engine/gateway/rest/search/search.ts';
import type { SecondaryStorage } from '../../../../src/engine/secondary-storage/secondary-storage.ts';

interface Item {
  readonly order: number;
  readonly n: number;
}

const many: readonly Item[] = Array.from({ length: 1_000 }, (_, order) => ({ order, n: (order * 7919) % 101 }));

const searchable: Searchable<Item> = {
  operation: 'searchItems',
  fields: { n: { type: 'number', of: ({ n }) => n } },
  toItem: (item) => item,
};

/** The page of a search that looks at as few records as possible at once, and how often it looked. */
const inSlices = (request: object, items: Iterable<Item> = many, between: () => void = () => undefined) => {
  const scan = beginSearch(searchable, request, items);
  let slices = 1;
  // No time is left after the first records.
  while (!scan.run(-1)) {
    slices += 1;
    between();
  }
  return { page: scan.page(), slices };
};

describe('a search in slices finds what a search at once finds', () => {
  const cursors = search(searchable, { sort: [{ field: 'n' }], page: { from: 500, limit: 1 } }, many).page;
  for (const [what, request] of [
    ['without a request', {}],
    ['with a filter', { filter: { n: { $lt: 50 } } }],
    ['sorted', { sort: [{ field: 'n' }] }],
    ['sorted, the largest first', { sort: [{ field: 'n', order: 'DESC' }] }],
    ['of a page in the middle', { sort: [{ field: 'n', order: 'DESC' }], page: { from: 700, limit: 50 } }],
    ['after a cursor', { sort: [{ field: 'n' }], page: { after: cursors.endCursor, limit: 30 } }],
    ['before a cursor', { sort: [{ field: 'n' }], page: { before: cursors.startCursor, limit: 30 } }],
  ] as const) {
    test(what, () => {
      const { page, slices } = inSlices(request);
      assert.deepEqual(page, search(searchable, request, many));
      assert.ok(slices > 1, 'it has slices');
    });
  }
});

test('pages by cursor in both directions are the whole result', () => {
  const sort = [{ field: 'n', order: 'DESC' }];
  const whole = search(searchable, { sort, page: { limit: 10_000 } }, many).items;
  const forward: object[] = [];
  for (let after: string | null | undefined; forward.length < whole.length; ) {
    const { items, page } = search(searchable, { sort, page: { limit: 99, after } }, many);
    forward.push(...items);
    after = page.endCursor;
    assert.equal(page.totalItems, whole.length);
  }
  assert.deepEqual(forward, whole);
  const backward: object[] = [...search(searchable, { sort, page: { from: 990, limit: 10 } }, many).items];
  for (let before = search(searchable, { sort, page: { from: 990, limit: 10 } }, many).page.startCursor; ; ) {
    const { items, page } = search(searchable, { sort, page: { limit: 99, before } }, many);
    if (items.length === 0) break;
    backward.unshift(...items);
    before = page.startCursor;
  }
  assert.deepEqual(backward, whole);
});

test('records that come or go meanwhile are neither missed nor seen twice', () => {
  const records = new Map(many.map((item) => [item.order, item]));
  const { page } = inSlices({ page: { limit: 10_000 } }, records.values(), () => {
    const [[order, item] = [0, many[0]!]] = records;
    records.delete(order);
    records.set(order + 10_000, item);
  });
  assert.deepEqual(page.items, many);
});

test('a search that takes long is answered later, and what fails meanwhile is an error', async () => {
  const storage = { read: () => ({}) } as unknown as SecondaryStorage;
  const slow = (fails: boolean): Searchable<Item> => ({
    ...searchable,
    fields: {
      n: {
        type: 'number',
        of: ({ n, order }) => {
          const begun = performance.now();
          // The first records take longer than a slice.
          while (order === 0 && performance.now() - begun < 15) begun.toFixed();
          if (fails && order === 999) throw new Error('broken');
          return n;
        },
      },
    },
  });
  const request = {
    ...{ keys: [], query: new URLSearchParams(), headers: {} },
    body: Buffer.from('{"filter":{"n":{"$gte":0}}}'),
  };
  const act = (fails: boolean) =>
    searchOperation(
      storage,
      () => many,
      () => slow(fails),
    ).act(request);
  const answer = act(false);
  assert.ok(answer instanceof Promise, 'it lets others work');
  assert.equal(JSON.parse((await answer).json!).page.totalItems, 1_000);
  await assert.rejects(async () => act(true), /broken/);
});
