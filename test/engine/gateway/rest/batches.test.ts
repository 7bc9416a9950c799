/** Batch operations: one command for all process instances that a filter finds. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createTestClock, type Engine } from '../../../../src/engine/index.ts';
import { callActivity, chain, end, process, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { type RestAnswer, type RestClient, restClient } from '../../support/rest-client.ts';

const order = process(
  'order',
  ...chain(start(), serviceTask('pack', { type: 'pack' }), serviceTask('send', { type: 'send' }), end()),
);
const caller = process('caller', ...chain(start(), callActivity('call', { processId: 'order' }), end()));

interface Stage {
  readonly engine: Engine;
  readonly client: RestClient;
  readonly keys: readonly string[];
}

/** Three instances wait. */
const setUp = async (t: TestContext): Promise<Stage> => {
  const engine = await startEngine(t, { restPort: 0, clock: createTestClock(Date.parse('2026-01-14T09:00:00Z')) });
  await engine.deploy({ name: 'order.bpmn', content: order });
  const keys = [1, 2, 3].map((n) => engine.createInstance({ bpmnProcessId: 'order', variables: { n } }));
  return { engine, client: restClient(t, engine), keys: keys.map(({ processInstanceKey }) => processInstanceKey) };
};

const byN = (...values: readonly number[]): object => ({
  variables: [{ name: 'n', value: { $in: values.map(String) } }],
});

/** The batch that an answer names, when it is over: on a busy machine it may go on after the answer. */
const batchOf = async (client: RestClient, { status, json }: RestAnswer) => {
  assert.equal(status, 200, JSON.stringify(json));
  for (let looks = 1; ; looks += 1) {
    const batch = (await client.send('GET', `/batch-operations/${json.batchOperationKey}`)).json;
    assert.equal(batch.batchOperationType, json.batchOperationType);
    if (batch.state !== 'ACTIVE') return batch;
    assert.ok(looks < 10_000, `The batch is over, and not ${JSON.stringify(batch)}.`);
  }
};

const itemsOf = async (client: RestClient, batchOperationKey: string) =>
  (await client.post('/batch-operation-items/search', { filter: { batchOperationKey } })).json.items;

const states = ({ engine, keys }: Stage): readonly (string | undefined)[] =>
  keys.map((key) => engine.instance(key)?.state);

describe('a batch', () => {
  test('cancels what a filter finds, and is found itself', async (t) => {
    const stage = await setUp(t);
    const { client, keys } = stage;
    const answer = await client.post('/process-instances/cancellation', { filter: byN(1, 3) });
    const batch = await batchOf(client, answer);
    assert.deepEqual(states(stage), ['TERMINATED', 'ACTIVE', 'TERMINATED']);
    const { batchOperationKey } = batch;
    assert.deepEqual(batch, {
      ...{ batchOperationKey, batchOperationType: 'CANCEL_PROCESS_INSTANCE', state: 'COMPLETED' },
      ...{ startDate: '2026-01-14T09:00:00.000Z', endDate: '2026-01-14T09:00:00.000Z' },
      ...{ operationsTotalCount: 2, operationsFailedCount: 0, operationsCompletedCount: 2 },
      ...{ actorType: null, actorId: null, errors: [] },
    });
    const items = await itemsOf(client, batchOperationKey);
    assert.deepEqual(items[1], {
      ...{ operationType: 'CANCEL_PROCESS_INSTANCE', batchOperationKey, itemKey: keys[2], state: 'COMPLETED' },
      ...{ processInstanceKey: keys[2], rootProcessInstanceKey: keys[2] },
      ...{ processedDate: '2026-01-14T09:00:00.000Z', errorMessage: null },
    });
    const found = await client.post('/process-instances/search', { filter: { batchOperationKey } });
    assert.deepEqual(
      found.json.items.map((each: { processInstanceKey: string }) => each.processInstanceKey),
      [keys[0], keys[2]],
    );
  });

  test('cancels no called instance for itself, and nothing that has ended', async (t) => {
    const { client, engine, keys } = await setUp(t);
    await engine.deploy({ name: 'caller.bpmn', content: caller });
    engine.createInstance({ bpmnProcessId: 'caller' });
    engine.cancelInstance(keys[0]!);
    const batch = await batchOf(client, await client.post('/process-instances/cancellation', { filter: {} }));
    assert.equal(batch.operationsTotalCount, 3);
    assert.equal(engine.instances().filter(({ state }) => state === 'ACTIVE').length, 0);
  });

  test('moves tokens; where an item fails, the others do not', async (t) => {
    const { client, engine, keys } = await setUp(t);
    const [job] = (await client.poll('pack')).json.jobs;
    await client.post(`/jobs/${job.jobKey}/completion`);
    const moveInstructions = [{ sourceElementId: 'pack', targetElementId: 'send' }];
    const filter = { processDefinitionId: 'order' };
    const answer = await client.post('/process-instances/modification', { filter, moveInstructions });
    const batch = await batchOf(client, answer);
    assert.deepEqual([batch.state, batch.operationsCompletedCount, batch.operationsFailedCount], ['COMPLETED', 2, 1]);
    const failed = (await itemsOf(client, batch.batchOperationKey)).filter(
      ({ state }: { state: string }) => state === 'FAILED',
    );
    assert.equal(failed[0].processInstanceKey, job.processInstanceKey);
    assert.match(failed[0].errorMessage, /pack/);
    for (const key of keys) {
      assert.deepEqual(
        engine.elements(key).map(({ elementId }) => elementId),
        ['send'],
      );
    }
  });

  test('migrates', async (t) => {
    const { client, engine, keys } = await setUp(t);
    const next = await engine.deploy({ name: 'order.bpmn', content: order.replaceAll('"send"', '"post"') });
    const { processDefinitionKey: targetProcessDefinitionKey } = next.processes[0]!;
    const mappingInstructions = [{ sourceElementId: 'pack', targetElementId: 'pack' }];
    const request = { filter: byN(2, 3), migrationPlan: { targetProcessDefinitionKey, mappingInstructions } };
    const batch = await batchOf(client, await client.post('/process-instances/migration', request));
    assert.deepEqual([batch.batchOperationType, batch.operationsCompletedCount], ['MIGRATE_PROCESS_INSTANCE', 2]);
    assert.deepEqual(
      keys.map((key) => engine.instance(key)?.version),
      [1, 2, 2],
    );
  });

  test('resolves the incidents of many instances, or of one', async (t) => {
    const { client, engine, keys } = await setUp(t);
    for (const { jobKey } of (await client.poll('pack', { maxJobsToActivate: 3 })).json.jobs) {
      await client.post(`/jobs/${jobKey}/failure`, { retries: 0 });
      engine.updateJobRetries(jobKey, 1);
    }
    const one = await client.post(`/process-instances/${keys[0]}/incident-resolution`);
    assert.equal((await batchOf(client, one)).operationsCompletedCount, 1);
    assert.equal(engine.incidents().length, 2);
    const all = await client.post('/process-instances/incident-resolution', { filter: { hasIncident: true } });
    const batch = await batchOf(client, all);
    assert.deepEqual([batch.batchOperationType, batch.operationsCompletedCount], ['RESOLVE_INCIDENT', 2]);
    assert.equal(engine.incidents().length, 0);
  });

  test('deletes instances that have ended', async (t) => {
    const { client, engine, keys } = await setUp(t);
    engine.cancelInstance(keys[1]!);
    const batch = await batchOf(client, await client.post('/process-instances/deletion', { filter: {} }));
    assert.deepEqual([batch.batchOperationType, batch.operationsTotalCount], ['DELETE_PROCESS_INSTANCE', 1]);
    const { items } = (await client.post('/process-instances/search')).json;
    assert.equal(items.length, 2);
  });

  for (const [what, path, body, detail] of [
    ['without a filter', 'cancellation', {}, /filter is missing/],
    [
      'with an unknown filter',
      'cancellation',
      { filter: { stat: 'ACTIVE' } },
      /no filter stat \(did you mean state\?\)/,
    ],
    ['without moves', 'modification', { filter: {} }, /moveInstructions is missing/],
    ['without a plan', 'migration', { filter: {} }, /migrationPlan is missing/],
    ['with half a plan', 'migration', { filter: {}, migrationPlan: {} }, /mappingInstructions is missing/],
  ] as const) {
    test(`is refused ${what}`, async (t) => {
      const stage = await setUp(t);
      const { status, json } = await stage.client.post(`/process-instances/${path}`, body);
      assert.equal(status, 400);
      assert.match(json.detail, detail);
      assert.deepEqual(states(stage), ['ACTIVE', 'ACTIVE', 'ACTIVE']);
    });
  }

  for (const path of ['cancellation', 'suspension', 'resumption']) {
    test(`that is over has no ${path}`, async (t) => {
      const { client } = await setUp(t);
      const batch = await batchOf(client, await client.post('/process-instances/cancellation', { filter: byN(1) }));
      const answer = await client.post(`/batch-operations/${batch.batchOperationKey}/${path}`);
      assert.equal(answer.status, 404);
      assert.match(answer.json.detail, /no such batch operation runs/);
    });
  }
});

test('batches are searched by type and state, and sorted', async (t) => {
  const { client } = await setUp(t);
  for (const path of ['incident-resolution', 'cancellation']) {
    await batchOf(client, await client.post(`/process-instances/${path}`, { filter: {} }));
  }
  const types = async (request: object): Promise<readonly string[]> =>
    (await client.post('/batch-operations/search', request)).json.items.map(
      (batch: { batchOperationType: string }) => batch.batchOperationType,
    );
  assert.deepEqual(await types({ filter: { state: 'COMPLETED' }, sort: [{ field: 'operationType' }] }), [
    'CANCEL_PROCESS_INSTANCE',
    'RESOLVE_INCIDENT',
  ]);
  assert.deepEqual(await types({ filter: { operationType: 'RESOLVE_INCIDENT' } }), ['RESOLVE_INCIDENT']);
  const items = await client.post('/batch-operation-items/search', { filter: { state: 'FAILED' } });
  assert.deepEqual(items.json.items, []);
});
