/** Business ids of running process instances in the REST API, which are new in 8.10. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { EngineOptions } from '../../../../src/engine/index.ts';
import { chain, end, process, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { restClient } from '../../support/rest-client.ts';

const xml = process('p', ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' }), end()));

const setUp = async (t: TestContext, options: EngineOptions = {}) => {
  const engine = await startEngine(t, { restPort: 0, ...options });
  await engine.deploy({ name: 'p.bpmn', content: xml });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  const client = restClient(t, engine);
  const assign = async (businessId: unknown, of = key): Promise<number> =>
    (await client.post(`/process-instances/${of}/business-id-assignment`, { businessId } as object)).status;
  const complete = async (businessId: unknown): Promise<number> =>
    (await client.post(`/jobs/${engine.jobs()[0]!.key}/completion`, { businessId } as object)).status;
  /** The keys of the instances that have the id, according to a search. */
  const found = async (businessId: string): Promise<readonly string[]> => {
    const { json } = await client.post('/process-instances/search', { filter: { businessId } });
    return json.items.map(({ processInstanceKey }: { readonly processInstanceKey: string }) => processInstanceKey);
  };
  return { engine, client, key, assign, complete, found };
};

test('a business id is assigned once, and reads and searches have it', async (t) => {
  const { client, key, assign, found } = await setUp(t);
  assert.deepEqual(await found('order 7'), []);
  assert.equal(await assign('order 7'), 204);
  assert.equal((await client.send('GET', `/process-instances/${key}`)).json.businessId, 'order 7');
  assert.deepEqual(await found('order 7'), [key]);
  assert.equal(await assign('order 7'), 204);
  assert.equal(await assign('order 8'), 409);
  assert.equal(await assign('order 7', '1'), 404);
  assert.equal(await assign(''), 400);
  assert.equal(await assign(7), 400);
  assert.equal(await assign(undefined), 400);
  assert.deepEqual(await found('order 7'), [key]);
});

test('the completion of a job assigns a business id, or changes nothing', async (t) => {
  const { engine, key, complete, found } = await setUp(t);
  assert.equal(await complete('order 7'), 204);
  assert.deepEqual(await found('order 7'), [key]);
  const [job] = engine.jobs();
  assert.equal(job?.type, 'b');
  assert.equal(await complete('order 8'), 409);
  assert.equal(engine.jobs()[0]?.key, job.key);
  assert.equal(await complete('order 7'), 204);
  assert.equal(engine.instance(key)?.state, 'COMPLETED');
  assert.deepEqual(await found('order 7'), [key], 'the id remains after the end');
});

test('with uniqueBusinessIds, an id that is in use is refused', async (t) => {
  const { engine, assign, complete } = await setUp(t, { uniqueBusinessIds: true });
  engine.createInstance({ bpmnProcessId: 'p', businessId: 'order 7' });
  assert.equal(await assign('order 7'), 409);
  assert.equal(await complete('order 7'), 409);
  assert.equal(await assign('order 8'), 204);
});

test('a gateway before 8.10 has no business ids of running instances', async (t) => {
  const { assign, complete } = await setUp(t, { version: '8.9' });
  assert.equal(await assign('order 7'), 404);
  assert.equal(await complete('order 7'), 400);
});
