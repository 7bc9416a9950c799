/** Case 179: the official REST clients, unchanged, on the embedded engine's REST API. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { type TestContext, test } from 'node:test';
import { Camunda8 } from '@camunda8/sdk';
import type { Engine } from '../../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { startEngine } from '../../engine/support/client.ts';

const xml = processFile('p', ...chain(start(), serviceTask('task', { type: 'a', headers: { k: 'v' } }), end()));

/** The client that the SDK brings along, by what these tests call. */
interface OrchestrationClient {
  getTopology(): Promise<{ readonly gatewayVersion: string }>;
  getAuthentication(): Promise<{ readonly username: string }>;
  createDeployment(request: { readonly resources: readonly File[] }): Promise<{
    readonly deployments: readonly { readonly processDefinition: { readonly processDefinitionId: string } }[];
  }>;
  createProcessInstance(request: object): Promise<{ readonly processInstanceKey: string; readonly variables: object }>;
  activateJobs(
    request: object,
  ): Promise<{ readonly jobs: readonly { readonly jobKey: string; readonly variables: object }[] }>;
  completeJob(request: object): Promise<unknown>;
  failJob(request: object): Promise<unknown>;
  throwJobError(request: object): Promise<unknown>;
  updateJob(request: object): Promise<unknown>;
  searchJobs(request: object, options: object): Promise<{ readonly items: readonly { readonly state: string }[] }>;
  publishMessage(request: object): Promise<{ readonly messageKey: string }>;
  broadcastSignal(request: object): Promise<{ readonly signalKey: string }>;
  resolveIncident(request: object): Promise<unknown>;
  cancelProcessInstance(request: object): Promise<unknown>;
}

const connect = (engine: Engine): OrchestrationClient => {
  const require = createRequire(createRequire(import.meta.url).resolve('@camunda8/sdk'));
  const { createCamundaClient } = require('@camunda8/orchestration-cluster-api') as {
    createCamundaClient(options: object): OrchestrationClient;
  };
  return createCamundaClient({ config: { CAMUNDA_REST_ADDRESS: engine.restAddress, CAMUNDA_SDK_LOG_LEVEL: 'error' } });
};

const setUp = async (t: TestContext): Promise<{ readonly engine: Engine; readonly client: OrchestrationClient }> => {
  const engine = await startEngine(t, { restPort: 0 });
  return { engine, client: connect(engine) };
};

const poll = { type: 'a', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 60_000, worker: 'w' };

test('@camunda8/orchestration-cluster-api deploys, creates, activates, completes', async (t) => {
  const { engine, client } = await setUp(t);
  assert.match((await client.getTopology()).gatewayVersion, /^8\.\d+\.\d+$/);
  assert.equal((await client.getAuthentication()).username, 'anonymous');
  const { deployments } = await client.createDeployment({ resources: [new File([xml], 'p.bpmn')] });
  assert.equal(deployments[0]?.processDefinition.processDefinitionId, 'p');
  const created = await client.createProcessInstance({ processDefinitionId: 'p', variables: { a: 1 } });
  const { jobs } = await client.activateJobs(poll);
  assert.deepEqual(jobs[0]?.variables, { a: 1 });
  await client.completeJob({ jobKey: jobs[0]?.jobKey, variables: { b: 2 } });
  assert.deepEqual(engine.instance(created.processInstanceKey)?.variables, { a: 1, b: 2 });
});

test('@camunda8/orchestration-cluster-api fails a job, resolves its incident, and cancels', async (t) => {
  const { engine, client } = await setUp(t);
  await client.createDeployment({ resources: [new File([xml], 'p.bpmn')] });
  const { processInstanceKey } = await client.createProcessInstance({ processDefinitionId: 'p' });
  const jobKey = (await client.activateJobs(poll)).jobs[0]?.jobKey;
  await client.updateJob({ jobKey, changeset: { timeout: 120_000 } });
  await client.failJob({ jobKey, retries: 0, errorMessage: 'broken' });
  const { items } = await client.searchJobs({ filter: { type: 'a' } }, { consistency: { waitUpToMs: 0 } });
  assert.deepEqual(
    items.map(({ state }) => state),
    ['FAILED'],
  );
  const { key: incidentKey } = engine.incidents()[0]!;
  await assert.rejects(client.resolveIncident({ incidentKey }), { status: 409 });
  await client.updateJob({ jobKey, changeset: { retries: 2 } });
  await client.resolveIncident({ incidentKey });
  await client.activateJobs(poll);
  await client.throwJobError({ jobKey, errorCode: 'NOBODY' });
  assert.equal(engine.incidents()[0]?.type, 'UNHANDLED_ERROR_EVENT');
  await client.cancelProcessInstance({ processInstanceKey });
  assert.equal(engine.instance(processInstanceKey)?.state, 'TERMINATED');
});

test('@camunda8/orchestration-cluster-api publishes a message and broadcasts a signal', async (t) => {
  const { client } = await setUp(t);
  const message = { name: 'm', correlationKey: 'k', timeToLive: 60_000, messageId: 'i' };
  assert.match((await client.publishMessage(message)).messageKey, /^\d+$/);
  await assert.rejects(client.publishMessage(message), { status: 409 });
  assert.match((await client.broadcastSignal({ signalName: 's' })).signalKey, /^\d+$/);
});

test('the REST client of @camunda8/sdk deploys, awaits a result, activates and completes', async (t) => {
  const { engine } = await setUp(t);
  const client = new Camunda8({
    ...{ ZEEBE_REST_ADDRESS: engine.restAddress!, CAMUNDA_OAUTH_DISABLED: true, CAMUNDA_LOG_LEVEL: 'none' as const },
  }).getCamundaRestClient();
  assert.match((await client.getTopology()).gatewayVersion, /^8\.\d+\.\d+$/);
  await client.deployResources([{ content: xml, name: 'p.bpmn' }]);
  const ended = client.createProcessInstanceWithResult({ processDefinitionId: 'p', variables: { x: 1 } });
  const [job] = await client.activateJobs({ ...poll, worker: 'w' });
  await client.completeJob({ jobKey: job!.jobKey, variables: { y: 2 } });
  const { variables } = (await ended) as { readonly variables: unknown };
  assert.equal(JSON.stringify(variables), '{"x":1,"y":2}');
  const published = await client.publishMessage({ name: 'm', correlationKey: 'k', timeToLive: 1000, variables: {} });
  assert.match(String(published.messageKey), /^\d+$/);
});
