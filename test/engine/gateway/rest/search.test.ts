import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { search } from '../../../../src/engine/gateway/rest/search.ts';

const items = [
  { jobKey: '9', type: 'a', state: 'CREATED', retries: 3, note: null },
  { jobKey: '10', type: 'b*', state: 'FAILED', retries: 0, note: 'x?y' },
  { jobKey: '11', type: 'abc', state: 'CREATED', retries: 1 },
];
const fields = { all: ['jobKey', 'type', 'state', 'retries', 'note'], enumerated: ['state'] };
const find = (request: object): unknown[] =>
  search('searchJobs', request, items, fields).items.map(({ jobKey }) => jobKey);

describe('156. a filter', () => {
  for (const [what, filter, expected] of [
    ['without a condition', {}, ['9', '10', '11']],
    ['by a value', { type: 'a' }, ['9']],
    ['by several', { state: 'CREATED', retries: 1 }, ['11']],
    ['by an enumerated value in any case', { state: 'created' }, ['9', '11']],
    ['$eq, $neq', { type: { $neq: 'a' }, retries: { $eq: 0 } }, ['10']],
    ['$in', { type: { $in: ['a', 'b*', 'z'] } }, ['9', '10']],
    ['$in of enumerated values', { state: { $in: ['failed'] } }, ['10']],
    ['$notIn', { type: { $notIn: ['a'] } }, ['10', '11']],
    ['$gt and $lte', { retries: { $gt: 0, $lte: 3 } }, ['9', '11']],
    ['$gte of keys, as numbers', { jobKey: { $gte: '10' } }, ['10', '11']],
    ['$lt', { retries: { $lt: 1 } }, ['10']],
    ['$exists', { note: { $exists: true } }, ['10']],
    ['$exists: false', { note: { $exists: false } }, ['9', '11']],
    ['$like with any text', { type: { $like: 'a*' } }, ['9', '11']],
    ['$like with one character', { type: { $like: 'a?c' } }, ['11']],
    ['$like with escapes', { type: { $like: 'b\\*' }, note: { $like: 'x\\?y' } }, ['10']],
    ['$like is exact without *', { type: { $like: 'ab' } }, []],
    ['$like with several *', { type: { $like: '*a*c*' } }, ['11']],
    ['$like with * that has to give back', { type: { $like: '*b?' } }, ['10', '11']],
    ['$like with a \\ at the end', { type: { $like: 'a\\' } }, []],
    ['$gt passes over what is absent', { note: { $gt: 'a' } }, ['10']],
    ['$lte passes over what is absent', { note: { $lte: 'z' } }, ['10']],
    ['null counts as absent', { type: null }, ['9', '10', '11']],
  ] as const) {
    test(what, () => assert.deepEqual(find({ filter }), expected));
  }
});

test('a pattern with many * is compared in the time of a short one', () => {
  // A regular expression would try more ways to divide this text than a computer can count.
  const long = [{ jobKey: '1', type: 'a'.repeat(2_000) }];
  const like = (pattern: string): number =>
    search('searchJobs', { filter: { type: { $like: pattern } } }, long, fields).items.length;
  assert.equal(like(`${'*a'.repeat(500)}*b`), 0);
  assert.equal(like(`${'*a'.repeat(500)}*`), 1);
});

test('155. a page begins somewhere, has a length, and knows the total', () => {
  const sort = [{ field: 'jobKey', order: 'desc' }];
  assert.deepEqual(find({ sort }), ['11', '10', '9']);
  assert.deepEqual(find({ sort, page: { limit: 1 } }), ['11']);
  assert.deepEqual(find({ sort, page: { from: 1, limit: 1 } }), ['10']);
  assert.deepEqual(find({ sort: [{ field: 'state' }, { field: 'retries' }] }), ['11', '9', '10']);
  const { page } = search('searchJobs', { page: { limit: 1 } }, items, fields);
  assert.deepEqual(page, { totalItems: 3, hasMoreTotalItems: false });
});

for (const [what, request] of [
  ['157. a limit of 0', { page: { limit: 0 } }],
  ['157. a limit of 10,001', { page: { limit: 10_001 } }],
  ['a negative start', { page: { from: -1 } }],
  ['an unknown filter', { filter: { colour: 'red' } }],
  ['an unknown operator', { filter: { type: { $regex: '.*' } } }],
  ['an unknown field to sort by', { sort: [{ field: 'colour' }] }],
  ['a cursor, which the engine does not give', { page: { after: 'x' } }],
  ['an unknown part', { order: [] }],
  ['$exists with a text', { filter: { note: { $exists: 'yes' } } }],
  ['a list without being one', { filter: { type: { $in: 'a' } } }],
] as const) {
  test(`${what} is refused`, () => assert.throws(() => find(request), { kind: 'rejection' }));
}
