/** Secrets of the cluster in the REST API, which are new in 8.10. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEngine } from '../../support/client.ts';
import { restClient } from '../../support/rest-client.ts';

const clusterSecrets = { B: 'b', A: 'a', 'not.listed': 'x' };

test('165. references are resolved, each with its own code where that is not possible', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0, clusterSecrets }));
  const references = [
    'camunda.secrets.A',
    'camunda.secrets.C',
    'A',
    'camunda.secrets.not.listed',
    'camunda.secrets.constructor',
  ];
  const { status, json } = await client.post('/secrets/resolve', { references });
  assert.equal(status, 200);
  assert.deepEqual(json.resolved, [{ reference: 'camunda.secrets.A', value: 'a' }]);
  assert.deepEqual(
    json.errors.map(({ reference, code }: Record<string, string>) => [reference, code]),
    [
      ['camunda.secrets.C', 'NOT_FOUND'],
      ['A', 'INVALID_REFERENCE'],
      ['camunda.secrets.not.listed', 'INVALID_REFERENCE'],
      ['camunda.secrets.constructor', 'NOT_FOUND'],
    ],
  );
});

test('165. at most 20 references are resolved at once, and a request without any is not valid', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0, clusterSecrets }));
  const references = Array.from({ length: 21 }, () => 'camunda.secrets.A');
  assert.equal((await client.post('/secrets/resolve', { references })).status, 400);
  assert.equal((await client.post('/secrets/resolve', { references: references.slice(1) })).status, 200);
  assert.equal((await client.post('/secrets/resolve', {})).status, 400);
});

test('165. the list has the names that can be resolved', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0, clusterSecrets }));
  const { json } = await client.post('/secrets/list', {});
  assert.deepEqual(json, { references: ['camunda.secrets.A', 'camunda.secrets.B'] });
});

test('165. a gateway before 8.10 has no such operations', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0, clusterSecrets, version: '8.9' }));
  for (const path of ['/secrets/resolve', '/secrets/list']) assert.equal((await client.post(path, {})).status, 404);
});
