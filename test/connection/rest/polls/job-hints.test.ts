/** What a search for jobs says about the job types to ask for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHints } from '../../../../src/connection/rest/polls/job-hints.ts';

const found = (type: string, jobKey: string, tenantId?: string): object => ({
  ...{ type, jobKey, state: 'CREATED', retries: 3 },
  ...(tenantId === undefined ? {} : { tenantId }),
});
const page = (...items: readonly object[]): string => JSON.stringify({ items, page: {} });

test('the newest job of each type counts', () => {
  assert.deepEqual(readHints(page(found('a', '3'), found('b', '2'), found('a', '1'))), [
    { type: 'a', job: '3 CREATED 3' },
    { type: 'b', job: '2 CREATED 3' },
  ]);
});

test('a newer job of another tenant does not hide one of the tenants whose jobs are requested', () => {
  const body = page(found('a', '3', 'west'), found('a', '2', 'north'), found('b', '1', 'west'), found('c', '1'));
  assert.deepEqual(readHints(body, new Set(['north', 'south'])), [
    { type: 'a', job: '2 CREATED 3' },
    { type: 'c', job: '1 CREATED 3' },
  ]);
  assert.deepEqual(
    readHints(body).map(({ type }) => type),
    ['a', 'b', 'c'],
  );
});

test('what is not a page of jobs is refused', () => {
  for (const body of ['{}', '[]', '7', '{"items":{}}']) assert.throws(() => readHints(body), TypeError, body);
});
