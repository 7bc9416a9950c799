/** Secrets of the cluster over REST: case 165 of cluster-access.md. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ConnectionFault } from '../../../src/connection/port.ts';
import { createRestConnection } from '../../../src/connection/rest/connection.ts';
import { type Answer, problem, startRestGateway } from '../support/rest-gateway.ts';

const setUp = async (t: TestContext, answer: (references: readonly string[]) => Answer, version = '8.10.0') => {
  const seen: (readonly string[])[] = [];
  const gateway = await startRestGateway(async ({ path, body }) => {
    if (path === '/topology') {
      return { body: { gatewayVersion: version, clusterSize: 1, partitionsCount: 1, brokers: [] } };
    }
    const { references } = JSON.parse(body) as { references: readonly string[] };
    seen.push(references);
    return answer(references);
  });
  const connection = createRestConnection({ base: gateway.base });
  t.after(async () => {
    await connection.close();
    await gateway.stop();
  });
  return { connection, seen };
};

const found = (references: readonly string[]): Answer => ({
  body: { resolved: references.map((reference) => ({ reference, value: `value of ${reference}` })), errors: [] },
});

test('165. 21 references take two calls', async (t) => {
  const { connection, seen } = await setUp(t, found);
  const references = Array.from({ length: 21 }, (_, index) => `camunda.secrets.S${index}`);
  const { values, refused } = await connection.resolveSecrets(references);
  assert.deepEqual(seen.map(({ length }) => length).sort(), [1, 20]);
  assert.deepEqual([...values.keys()].sort(), [...references].sort());
  assert.equal(values.get('camunda.secrets.S20'), 'value of camunda.secrets.S20');
  assert.equal(refused.size, 0);
});

test('165. no references take none', async (t) => {
  const { connection, seen } = await setUp(t, found);
  assert.equal((await connection.resolveSecrets([])).values.size, 0);
  assert.deepEqual(seen, []);
});

test('165. a mixed answer has values, and the code of each refusal; an unknown code counts as unreadable', async (t) => {
  const errors = ['NOT_FOUND', 'ACCESS_DENIED', 'INVALID_REFERENCE', 'UNREADABLE', 'NEW_CODE'];
  const { connection } = await setUp(t, () => ({
    body: {
      resolved: [{ reference: 'camunda.secrets.A', value: 'a' }],
      errors: errors.map((code, index) => ({ reference: `camunda.secrets.E${index}`, code, message: 'text' })),
    },
  }));
  const { values, refused } = await connection.resolveSecrets(['camunda.secrets.A']);
  assert.deepEqual([...values], [['camunda.secrets.A', 'a']]);
  assert.deepEqual(
    [...refused.values()],
    ['NOT_FOUND', 'ACCESS_DENIED', 'INVALID_REFERENCE', 'UNREADABLE', 'UNREADABLE'],
  );
});

test('165. a cluster before 8.10 is not asked, and the fault names the version', async (t) => {
  const { connection, seen } = await setUp(t, found, '8.9.2');
  await assert.rejects(connection.resolveSecrets(['camunda.secrets.A']), {
    reason: 'rejected',
    message: /A secret of the cluster needs Camunda 8\.10, but the gateway has the version 8\.9\.2/,
  });
  assert.deepEqual(seen, []);
});

const strange: readonly [what: string, answer: Answer][] = [
  ['no JSON', { body: 's3cret' }],
  ['no object', { body: '["s3cret"]' }],
  ['no list', { body: { resolved: 's3cret', errors: [] } }],
  ['no list of errors', { body: { resolved: [{ reference: 'r', value: 's3cret' }] } }],
  ['no object in the list', { body: { resolved: ['s3cret'], errors: [] } }],
  ['no text', { body: { resolved: [{ reference: 's3cret', value: 7 }], errors: [] } }],
  ['a refusal', problem(403, 'FORBIDDEN', 'no permission')],
];

for (const [what, answer] of strange) {
  test(`165. an answer with ${what} is a failure that shows no value`, async (t) => {
    const { connection } = await setUp(t, () => answer);
    await assert.rejects(connection.resolveSecrets(['camunda.secrets.A']), (error: ConnectionFault) => {
      assert.equal(error.kind, 'connection');
      assert.ok(!error.message.includes('s3cret'), error.message);
      return true;
    });
  });
}
