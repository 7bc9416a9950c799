import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SearchField } from '../../../../src/engine/gateway/rest/search/filter.ts';
import { type Searchable, search } from '../../../../src/engine/gateway/rest/search/search.ts';

interface Item {
  readonly order: number;
  readonly jobKey: string;
  readonly type: string;
  readonly state: string;
  readonly retries: number;
  readonly note?: string | null;
  readonly due?: number;
  readonly tags?: readonly string[];
}

const items: readonly Item[] = [
  {
    order: 9,
    jobKey: '9',
    type: 'a',
    state: 'CREATED',
    retries: 3,
    note: null,
    due: Date.parse('2026-01-01T10:00:00Z'),
  },
  { order: 10, jobKey: '10', type: 'b*', state: 'FAILED', retries: 0, note: 'x?y', tags: ['t', 'u'] },
  { order: 11, jobKey: '11', type: 'abc', state: 'CREATED', retries: 1, due: Date.parse('2026-01-01T12:00:00Z') },
];

const field = (type: SearchField<Item>['type'], name: keyof Item): SearchField<Item> => ({
  type,
  of: (item) => item[name],
});

const searchable: Searchable<Item> = {
  operation: 'searchJobs',
  fields: {
    jobKey: field('key', 'jobKey'),
    type: field('text', 'type'),
    state: { ...field('enum', 'state'), values: ['CREATED', 'COMPLETED', 'FAILED'] },
    retries: field('number', 'retries'),
    note: field('text', 'note'),
    due: field('time', 'due'),
    tags: field('text', 'tags'),
    exact: { ...field('text', 'type'), isExact: true },
    isDone: { type: 'flag', of: ({ retries }) => retries === 0 },
  },
  inStates: { field: 'state', states: ['CREATED'], find: () => items.filter(({ state }) => state === 'CREATED') },
  lookups: { jobKey: (wanted) => items.filter(({ jobKey }) => jobKey === wanted) },
  hasAlternatives: true,
  toItem: (item) => item,
};

const find = (request: object): unknown[] =>
  search(searchable, request, items).items.map((item) => (item as Item).jobKey);

describe('156. a filter', () => {
  for (const [what, filter, expected] of [
    ['without a condition', {}, ['9', '10', '11']],
    ['by a value', { type: 'a' }, ['9']],
    ['by several', { state: 'CREATED', retries: 1 }, ['11']],
    ['by an enumerated value in any case', { state: 'created' }, ['9', '11']],
    ['by states of which one is fast to find', { state: { $in: ['created', 'FAILED'] } }, ['9', '10', '11']],
    ['by an empty list, which is no condition', { state: { $in: [] }, type: { $eq: 'a', $notIn: [] } }, ['9']],
    ['by an empty list of keys', { jobKey: { $in: [], $notIn: [] } }, ['9', '10', '11']],
    ['by a flag', { isDone: true }, ['10']],
    ['by one of several values of a record', { tags: 'u' }, ['10']],
    ['by a key as a number', { jobKey: 10 }, ['10']],
    ['$eq, $neq', { type: { $neq: 'a' }, retries: { $eq: 0 } }, ['10']],
    ['$in', { type: { $in: ['a', 'b*', 'z'] } }, ['9', '10']],
    ['$in of keys, in the order of creation', { jobKey: { $in: ['11', '9', '11', '7'] } }, ['9', '11']],
    ['an enumerated value that no record has', { state: 'COMPLETED' }, []],
    ['$like of an enumerated value', { state: { $like: 'fa*' } }, ['10']],
    ['$in of enumerated values', { state: { $in: ['failed'] } }, ['10']],
    ['$notIn', { type: { $notIn: ['a'] } }, ['10', '11']],
    ['$notIn of keys', { jobKey: { $notIn: ['10'] } }, ['9', '11']],
    ['$gt and $lte', { retries: { $gt: 0, $lte: 3 } }, ['9', '11']],
    ['$lt', { retries: { $lt: 1 } }, ['10']],
    ['$gte of times with different offsets', { due: { $gte: '2026-01-01T13:00:00+01:00' } }, ['11']],
    ['$lt of times', { due: { $lt: '2026-01-01T12:00:00.000Z' } }, ['9']],
    ['$exists', { note: { $exists: true } }, ['10']],
    ['$exists: false', { note: { $exists: false } }, ['9', '11']],
    ['$like with any text', { type: { $like: 'a*' } }, ['9', '11']],
    ['$like with one character', { type: { $like: 'a?c' } }, ['11']],
    ['$like with escapes', { type: { $like: 'b\\*' }, note: { $like: 'x\\?y' } }, ['10']],
    ['$like is exact without *', { type: { $like: 'ab' } }, []],
    ['$like with several *', { type: { $like: '*a*c*' } }, ['11']],
    ['$like with * that has to give back', { type: { $like: '*b?' } }, ['10', '11']],
    ['$like with a \\ at the end', { type: { $like: 'a\\' } }, []],
    ['$gt passes over what is absent', { due: { $gt: '2020-01-01T00:00:00Z' } }, ['9', '11']],
    ['$lte passes over what is absent', { due: { $lte: '2030-01-01T00:00:00Z' } }, ['9', '11']],
    ['$or', { $or: [{ type: 'a' }, { retries: 0 }], state: 'CREATED' }, ['9']],
    ['an empty $or', { $or: [] }, ['9', '10', '11']],
    ['null counts as absent', { type: null, retries: { $eq: null, $gt: 1 } }, ['9']],
  ] as const) {
    test(what, () => assert.deepEqual(find({ filter }), expected));
  }
});

test('a pattern with many * is compared in the time of a short one', () => {
  // A regular expression would try more ways to divide this text than a computer can count.
  const long: readonly Item[] = [{ ...items[0]!, type: 'a'.repeat(2_000) }];
  const like = (pattern: string): number =>
    search(searchable, { filter: { type: { $like: pattern } } }, long).items.length;
  assert.equal(like(`${'*a'.repeat(500)}*b`), 0);
  assert.equal(like(`${'*a'.repeat(500)}*`), 1);
});

test('155. a page begins somewhere, has a length, and knows the total', () => {
  const sort = [{ field: 'jobKey', order: 'desc' }];
  assert.deepEqual(find({ sort }), ['11', '10', '9']);
  assert.deepEqual(find({ sort, page: { limit: 1 } }), ['11']);
  assert.deepEqual(find({ sort, page: { from: 1, limit: 1 } }), ['10']);
  assert.deepEqual(find({ sort: [{ field: 'state' }, { field: 'retries' }] }), ['11', '9', '10']);
  assert.deepEqual(find({ sort: [{ field: 'due' }] }), ['9', '11', '10'], 'what is absent comes last');
  assert.deepEqual(find({ sort: [{ field: 'due', order: 'DESC' }] }), ['11', '9', '10'], 'in both directions');
  const { page } = search(searchable, { page: { limit: 1 } }, items);
  assert.deepEqual([page.totalItems, page.hasMoreTotalItems], [3, false]);
});

for (const [what, sort] of [
  ['by creation', []],
  ['by a field with equal values', [{ field: 'state' }]],
  ['by a field with absent values', [{ field: 'due', order: 'DESC' }]],
] as const) {
  test(`155. cursors walk forward and back, sorted ${what}`, () => {
    const whole = find({ sort });
    const walked: unknown[] = [];
    let request: object = { sort, page: { limit: 2 } };
    let last = '';
    for (;;) {
      const { items: part, page } = search(searchable, request, items);
      if (part.length === 0) break;
      walked.push(...part.map((item) => (item as Item).jobKey));
      last = page.endCursor ?? '';
      request = { sort, page: { after: last, limit: 2 } };
    }
    assert.deepEqual(walked, whole);
    assert.deepEqual(find({ sort, page: { before: last, limit: 1 } }), [whole[1]]);
    assert.deepEqual(find({ sort, page: { before: last, limit: 5 } }), whole.slice(0, 2));
    const empty = search(searchable, { sort, page: { after: last } }, items).page;
    assert.deepEqual(empty, { totalItems: 3, hasMoreTotalItems: false, startCursor: null, endCursor: null });
  });
}

for (const [what, request] of [
  ['157. a limit of 0', { page: { limit: 0 } }],
  ['157. a limit of 10,001', { page: { limit: 10_001 } }],
  ['a negative start', { page: { from: -1 } }],
  ['an unknown filter', { filter: { colour: 'red' } }],
  ['an inherited name as a filter', { filter: { toString: 'x' } }],
  ['an unknown operator', { filter: { type: { $regex: '.*' } } }],
  ['an operator that the field does not have', { filter: { type: { $gt: 'a' } } }],
  ['an operator for a flag', { filter: { isDone: { $eq: true } } }],
  ['an operator for a field that takes a value only', { filter: { exact: { $in: ['a'] } } }],
  ['a number for a text', { filter: { type: 1 } }],
  ['a text for a number', { filter: { retries: '1' } }],
  ['a key with letters', { filter: { jobKey: 'x' } }],
  ['a date without a time', { filter: { due: '2026-01-01' } }],
  ['an unknown field to sort by', { sort: [{ field: 'colour' }] }],
  ['an unknown direction', { sort: [{ field: 'type', order: 'UP' }] }],
  ['a cursor that no page has given', { page: { after: 'x' } }],
  ['a cursor of another sort', { page: { after: Buffer.from('["a",1]').toString('base64') } }],
  ['a cursor and an offset', { page: { after: Buffer.from('[1]').toString('base64'), from: 0 } }],
  ['an unknown part', { order: [] }],
  ['$exists with a text', { filter: { note: { $exists: 'yes' } } }],
  ['a list without being one', { filter: { type: { $in: 'a' } } }],
  ['$or inside $or', { filter: { $or: [{ $or: [] }] } }],
  ['a pattern that is too long', { filter: { type: { $like: '*'.repeat(2_001) } } }],
  ['more than 100 alternatives', { filter: { $or: Array.from({ length: 101 }, () => ({ type: 'a' })) } }],
  ['more than 20 fields to sort by', { sort: Array.from({ length: 21 }, () => ({ field: 'type' })) }],
  ['$or without being a list', { filter: { $or: { type: 'a' } } }],
] as const) {
  test(`${what} is refused`, () => assert.throws(() => find(request), { kind: 'rejection' }));
}

describe('an enumerated value that the field does not have is refused with those that it has', () => {
  const fix = /Fix: use one of CREATED, COMPLETED, FAILED\.$/;
  for (const [what, state, where] of [
    ['as a value', 'RUNNING', 'filter.state cannot be "RUNNING".'],
    ['$eq', { $eq: 'NOPE' }, 'filter.state.$eq cannot be "NOPE".'],
    ['$neq', { $neq: 'nope' }, 'filter.state.$neq cannot be "NOPE".'],
    ['$in', { $in: ['FAILED', 'NOPE'] }, 'filter.state.$in cannot be "NOPE".'],
    ['$notIn', { $notIn: ['NOPE'] }, 'filter.state.$notIn cannot be "NOPE".'],
    ['a slip', 'complete', 'filter.state cannot be "COMPLETE". Did you mean COMPLETED?'],
    ['a long text', 'X'.repeat(10_000), `filter.state cannot be "${'X'.repeat(60)}…".`],
  ] as const) {
    test(what, () =>
      assert.throws(
        () => find({ filter: { state } }),
        (error: Error & { code?: string }) => {
          assert.equal(error.message.split('\n')[0], where);
          assert.match(error.message, fix);
          assert.equal(error.code, 'INVALID_ARGUMENT');
          return true;
        },
      ),
    );
  }
});
