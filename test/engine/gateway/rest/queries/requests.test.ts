/** What searches and reads refuse, and which values they name instead. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startEngine } from '../../../support/client.ts';
import { form, formType, restClient } from '../../../support/rest-client.ts';

/** The enumerated fields of each search, with a value that a cluster has. */
const enumerated: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'process-instances': { state: 'SUSPENDED', elementInstanceState: 'TERMINATED' },
  'process-definitions': { state: 'DRAINING' },
  'element-instances': { state: 'COMPLETED', type: 'CALL_ACTIVITY' },
  incidents: { state: 'PENDING', errorType: 'FORM_NOT_FOUND' },
  jobs: { state: 'MIGRATED', kind: 'TASK_LISTENER', listenerEventType: 'UNSPECIFIED' },
  'user-tasks': { state: 'FAILED' },
  'message-subscriptions': { messageSubscriptionState: 'DELETED', messageSubscriptionType: 'START_EVENT' },
  'decision-instances': { state: 'EVALUATED', decisionDefinitionType: 'LITERAL_EXPRESSION' },
};

test('every search refuses a value that its enumerated fields do not have, and takes those of a cluster', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0 }));
  for (const [what, fields] of Object.entries(enumerated)) {
    for (const [field, value] of Object.entries(fields)) {
      const search = (property: unknown) => client.post(`/${what}/search`, { filter: { [field]: property } });
      const operand = field === 'type' ? 'NOPE' : { $eq: 'NOPE' };
      const { status, json } = await search(operand);
      assert.deepEqual([status, json.title], [400, 'INVALID_ARGUMENT'], `${what} ${field}`);
      assert.match(json.detail, new RegExp(`^filter\\.${field}.* cannot be "NOPE"`), what);
      assert.match(json.detail, new RegExp(`Fix: use one of .*\\b${value}\\b`), what);
      assert.equal((await search(value.toLowerCase())).status, 200, `${what} ${field} ${value}`);
    }
  }
});

describe('a path', () => {
  for (const [method, path, status, detail] of [
    [
      'GET',
      '/process-instances/search',
      405,
      /^\/v2\/process-instances\/search takes POST\.\nFix: send it with POST instead of GET\.$/,
    ],
    ['GET', '/jobs/search', 405, /takes POST\.\nFix: send it with POST instead of GET\.$/],
    [
      'GET',
      '/process-instances/abc',
      400,
      /^The key "abc" in the path is not valid\. A key consists of digits\.\nFix: pass a key from an answer, as it is there\.$/,
    ],
    ['GET', `/incidents/${'x'.repeat(100)}`, 400, /^The key "x{60}" in the path/],
    ['POST', '/jobs/abc/completion', 400, /"abc"/],
    ['PUT', '/process-instances/abc', 400, /"abc"/],
    ['GET', '/decision-instances/1-x', 400, /"1-x"/],
    ['GET', '/decision-instances/1-1', 404, /'1-1' not found/],
    ['GET', '/process-instances/1', 404, /'1' not found/],
    ['GET', '/tenants/abc', 404, /'abc' not found/],
    ['GET', '/documents/abc', 404, /no document/],
    ['GET', '/nothing/abc', 501, /does not support GET/],
  ] as const) {
    test(`${method} ${path.slice(0, 40)} is answered with ${status}`, async (t) => {
      const client = restClient(t, await startEngine(t, { restPort: 0 }));
      const answer = await client.send(method, path);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json.detail, detail);
    });
  }
});

describe('a name that does not exist is refused with the nearest one, or with all', () => {
  for (const [what, path, body, detail] of [
    ['a field', '/jobs/search', { filtre: {} }, /filtre is not a field of it \(did you mean filter\?\)/],
    ['a field far from all', '/jobs/search', { zzz: 1 }, /zzz is not a field of it \(known: filter, sort, page\)/],
    ['a filter', '/jobs/search', { filter: { stat: 'X' } }, /has no filter stat \(did you mean state\?\)/],
    [
      'a filter far from all',
      '/process-instances/search',
      { filter: { zzz: 1 } },
      /\(known: .*businessId.*tags.*\$or\)/,
    ],
    ['a sort', '/jobs/search', { sort: [{ field: 'retires' }] }, /cannot sort by retires \(did you mean retries\?\)/],
    ['a page', '/jobs/search', { page: { limits: 1 } }, /limits is not a field of it \(did you mean limit\?\)/],
    [
      'a command',
      '/signals/broadcast',
      { signalNam: 'x' },
      /signalNam is not a field of it \(did you mean signalName\?\)/,
    ],
  ] as const) {
    test(what, async (t) => {
      const client = restClient(t, await startEngine(t, { restPort: 0 }));
      const answer = await client.post(path, body);
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.json.detail, detail);
    });
  }
});

test('a part of a deployment that does not exist is refused with the nearest one', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0 }));
  const options = { headers: { 'content-type': formType } };
  const answer = await client.send('POST', '/deployments', form({}, { tenant: 'a' }), options);
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.json.detail, 'tenant is not a part of a deployment (did you mean tenantId?).');
});
