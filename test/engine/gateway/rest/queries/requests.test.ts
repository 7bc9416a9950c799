/** What searches and reads refuse, and which values they name instead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEngine } from '../../../support/client.ts';
import { restClient } from '../../../support/rest-client.ts';

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
