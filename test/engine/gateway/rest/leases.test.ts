/** Leases and priorities of jobs in the REST API, which are new in 8.10. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ClusterVersion } from '../../../../src/engine/model/cluster-version.ts';
import { boundary, chain, end, path, process, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { restClient } from '../../support/rest-client.ts';

const xml = process(
  'p',
  ...chain(start(), serviceTask('task', { type: 'a' }), end()),
  boundary('caught', 'task', { error: 'E' }),
  end('other'),
  ...path('caught', 'other'),
);

const setUp = async (t: TestContext, version: ClusterVersion = '8.10') => {
  const engine = await startEngine(t, { restPort: 0, version });
  await engine.deploy({ name: 'p.bpmn', content: xml });
  engine.createInstance({ bpmnProcessId: 'p' });
  const client = restClient(t, engine);
  const status = async (method: 'POST' | 'PATCH', address: string, body: object): Promise<number> =>
    (await client.send(method, address, body)).status;
  /** Activates the job with a lease. */
  const lease = async (): Promise<{ readonly key: string; readonly token: string }> => {
    const { json } = await client.poll('a', { withLease: true, requestTimeout: 10_000 });
    return { key: json.jobs[0].jobKey, token: json.jobs[0].jobLeaseToken };
  };
  return { engine, client, status, lease };
};

const ends = [
  ['completion', {}],
  ['failure', { retries: 1 }],
  ['error', { errorCode: 'E' }],
] as const;

for (const [operation, body] of ends) {
  test(`98. ${operation} needs the token of the lease`, async (t) => {
    const { status, lease } = await setUp(t);
    const { key, token } = await lease();
    const address = `/jobs/${key}/${operation}`;
    assert.equal(await status('POST', address, body), 409);
    assert.equal(await status('POST', address, { ...body, jobLeaseToken: `${token}x` }), 409);
    assert.equal(await status('POST', address, { ...body, jobLeaseToken: token }), 204);
  });
}

test('98. a change needs no token, but a valid one if there is one', async (t) => {
  const { engine, status, lease } = await setUp(t);
  const { key, token } = await lease();
  const address = `/jobs/${key}`;
  for (const changeset of [{ retries: 7 }, { timeout: 600_000 }, { priority: 3 }]) {
    assert.equal(await status('PATCH', address, { changeset }), 204);
    assert.equal(await status('PATCH', address, { changeset, jobLeaseToken: token }), 204);
    assert.equal(await status('PATCH', address, { changeset, jobLeaseToken: `${token}x` }), 409);
  }
  assert.deepEqual([engine.jobs()[0]!.retries, engine.jobs()[0]!.priority], [7, 3]);
});

test('a job that was activated without a lease has no token, and needs none', async (t) => {
  const { client, status } = await setUp(t);
  const { json } = await client.poll('a');
  assert.equal(json.jobs[0].jobLeaseToken, null);
  assert.equal(await status('POST', `/jobs/${json.jobs[0].jobKey}/completion`, {}), 204);
});

test('100. another activation has another token, and the first one is refused', async (t) => {
  const { status, lease } = await setUp(t);
  const first = await lease();
  await status('PATCH', `/jobs/${first.key}`, { changeset: { timeout: 1 } });
  const second = await lease();
  assert.equal(second.key, first.key);
  const address = `/jobs/${first.key}/completion`;
  assert.equal(await status('POST', address, { jobLeaseToken: first.token }), 409);
  assert.equal(await status('POST', address, { jobLeaseToken: second.token }), 204);
});

test('jobs with a higher priority are activated first', async (t) => {
  const { engine, client, status } = await setUp(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  const [first, second] = engine.jobs();
  assert.equal(await status('PATCH', `/jobs/${second!.key}`, { changeset: { priority: 5 } }), 204);
  const { json } = await client.poll('a', { maxJobsToActivate: 2 });
  assert.deepEqual(
    json.jobs.map(({ jobKey }: { jobKey: string }) => jobKey),
    [second!.key, first!.key],
  );
});

test('168. before 8.10, each of these fields is refused', async (t) => {
  const { engine, client, status } = await setUp(t, '8.9');
  assert.equal((await client.poll('a', { withLease: true, requestTimeout: 10_000 })).status, 400);
  const { json } = await client.poll('a');
  const key: string = json.jobs[0].jobKey;
  for (const [operation, body] of ends) {
    assert.equal(await status('POST', `/jobs/${key}/${operation}`, { ...body, jobLeaseToken: 'x' }), 400);
  }
  assert.equal(await status('PATCH', `/jobs/${key}`, { changeset: { retries: 2 }, jobLeaseToken: 'x' }), 400);
  assert.equal(await status('PATCH', `/jobs/${key}`, { changeset: { priority: 2 } }), 400);
  assert.equal(engine.jobs()[0]!.retries, 3);
});
