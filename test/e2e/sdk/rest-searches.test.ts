/** Case 179: the searches and reads of the official REST client, unchanged, whose schemas check every answer of the engine. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Engine } from '../../../src/engine/index.ts';
import { chain, end, file, other, processPart, receiveTask, serviceTask, start } from '../../engine/support/bpmn.ts';
import { startEngine } from '../../engine/support/client.ts';
import { decision, dmn, table } from '../../engine/support/dmn.ts';

type Item = Readonly<Record<string, unknown>>;
type Operation = (request: object, options?: object) => Promise<{ readonly items: readonly Item[] } & Item>;

/** At once: the engine does not lag behind. */
const now = { consistency: { waitUpToMs: 0 } };

const xml = file(
  processPart(
    'p',
    {},
    ...chain(
      start('start', { extensions: '<zeebe:formDefinition formId="f"/>' }),
      serviceTask('work', { type: 'a' }),
      other('userTask', 'ask', { extensions: '<zeebe:userTask/><zeebe:formDefinition formId="f"/>' }),
      receiveTask('wait', { message: { name: 'm', correlationKey: '="k"' } }),
      end(),
    ),
  ),
);
const menu = dmn(decision('season', table({ inputs: ['month'], rules: [['12', '"Winter"']] })));
const form = '{"id":"f","type":"default","components":[]}';

/**
 * The schemas of this client do not accept null: they were made for clusters that leave out what has no value. Newer ones
 * answer with null, as the engine does.
 */
const withoutNulls: typeof fetch = async (...request) => {
  const answer = await fetch(...request);
  if (!answer.headers.get('content-type')?.includes('json')) return answer;
  const { status, headers } = answer;
  const shorter = JSON.stringify(await answer.json(), (_name, value: unknown) => (value === null ? undefined : value));
  return new Response(shorter, { status, headers: { 'content-type': headers.get('content-type')! } });
};

const only = async (answer: Promise<{ readonly items: readonly Item[] }>): Promise<Item> => {
  const { items } = await answer;
  assert.equal(items.length, 1);
  return items[0]!;
};

type Client = Readonly<Record<string, Operation>>;

const connectTo = (engine: Engine, validation: string): Client => {
  const require = createRequire(createRequire(import.meta.url).resolve('@camunda8/sdk'));
  const { createCamundaClient } = require('@camunda8/orchestration-cluster-api') as {
    createCamundaClient(options: object): Client;
  };
  return createCamundaClient({
    config: {
      CAMUNDA_REST_ADDRESS: engine.restAddress,
      CAMUNDA_SDK_LOG_LEVEL: 'error',
      CAMUNDA_SDK_VALIDATION: validation,
    },
    fetch: withoutNulls,
  });
};

test('166. @camunda8/orchestration-cluster-api waits for what lags behind', async (t) => {
  const engine = await startEngine(t, { restPort: 0, searchDelay: 400 });
  const client = connectTo(engine, 'none');
  await client.createDeployment!({ resources: [new File([xml], 'p.bpmn')] });
  const { processInstanceKey } = await client.createProcessInstance!({ processDefinitionId: 'p' });
  const patient = { consistency: { waitUpToMs: 60_000, pollIntervalMs: 20 } };
  const { items } = await client.searchProcessInstances!({ filter: { processInstanceKey } }, patient);
  assert.equal(items[0]?.state, 'ACTIVE');
  assert.equal((await client.getProcessInstance!({ processInstanceKey }, patient)).state, 'ACTIVE');
});

test('@camunda8/orchestration-cluster-api finds everything, and accepts every answer', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const connect = (validation: string): Client => connectTo(engine, validation);
  const client = connect('req:strict,res:strict');
  const call = (operation: string, request: object): ReturnType<Operation> => client[operation]!(request, now);
  // The schemas of this version take the text of a form for an object, and the key of a decision instance for a number.
  const unchecked = connect('none');
  const month = { decisionDefinitionId: 'season', variables: { month: 12 } };
  await client.createDeployment!({
    resources: [new File([xml], 'p.bpmn'), new File([menu], 'menu.dmn'), new File([form], 'f.form')],
  });
  const { processInstanceKey } = await client.createProcessInstance!({ processDefinitionId: 'p', variables: { x: 1 } });

  await unchecked.evaluateDecision!(month);

  const definition = await only(call('searchProcessDefinitions', { filter: { isLatestVersion: true } }));
  const { processDefinitionKey } = definition;
  assert.deepEqual(await call('getProcessDefinition', { processDefinitionKey }), definition);
  assert.equal(String(await call('getProcessDefinitionXml', { processDefinitionKey })), xml);
  assert.equal((await unchecked.getStartProcessForm!({ processDefinitionKey }, now)).schema, form);

  const job = { type: 'a', timeout: 60_000, maxJobsToActivate: 1, worker: 'w' };
  const { jobs } = (await client.activateJobs!(job)) as unknown as { readonly jobs: readonly { jobKey: string }[] };
  const [{ jobKey }] = jobs as readonly [{ jobKey: string }];
  await client.failJob!({ jobKey, retries: 0, errorMessage: 'broken' });
  const instance = await only(call('searchProcessInstances', { filter: { hasIncident: true } }));
  assert.equal(instance.processInstanceKey, processInstanceKey);
  assert.deepEqual(await call('getProcessInstance', { processInstanceKey }), instance);
  const incident = await only(call('searchIncidents', { filter: { state: 'ACTIVE' } }));
  assert.deepEqual(await call('getIncident', { incidentKey: incident.incidentKey }), incident);
  assert.deepEqual(await only(call('searchProcessInstanceIncidents', { processInstanceKey })), incident);
  assert.equal((await only(call('searchJobs', { filter: { jobKey: { $eq: jobKey } } }))).state, 'FAILED');
  await client.updateJob!({ jobKey, changeset: { retries: 1 } });
  await client.resolveIncident!({ incidentKey: incident.incidentKey });
  await client.activateJobs!(job);
  await client.completeJob!({ jobKey });

  const task = await only(call('searchUserTasks', { filter: { state: 'CREATED' } }));
  const { userTaskKey } = task;
  assert.deepEqual(await call('getUserTask', { userTaskKey }), task);
  assert.equal((await unchecked.getUserTaskForm!({ userTaskKey }, now)).schema, form);
  assert.equal((await only(call('searchUserTaskVariables', { userTaskKey }))).name, 'x');
  await client.assignUserTask!({ userTaskKey, assignee: 'ada' });
  await client.completeUserTask!({ userTaskKey });

  const subscription = await only(call('searchMessageSubscriptions', { filter: { messageName: 'm' } }));
  assert.equal(subscription.messageSubscriptionState, 'CREATED');
  await client.publishMessage!({ name: 'm', correlationKey: 'k' });
  assert.equal((await only(call('searchCorrelatedMessageSubscriptions', {}))).messageName, 'm');
  assert.equal((await only(call('searchProcessInstances', { filter: { state: 'COMPLETED' } }))).hasIncident, false);

  const elements = await call('searchElementInstances', { filter: { processInstanceKey }, page: { limit: 2 } });
  assert.equal(elements.items.length, 2);
  const { elementInstanceKey } = elements.items[0]!;
  assert.deepEqual(await call('getElementInstance', { elementInstanceKey }), elements.items[0]);
  const variable = await only(call('searchVariables', { filter: { name: 'x' } }));
  assert.equal((await call('getVariable', { variableKey: variable.variableKey })).value, '1');
  assert.equal((await call('getProcessInstanceStatistics', { processInstanceKey })).items.length, 5);
  assert.equal((await call('getProcessInstanceSequenceFlows', { processInstanceKey })).items.length, 4);
  await call('getProcessInstanceCallHierarchy', { processInstanceKey });

  const season = await only(call('searchDecisionDefinitions', {}));
  const { decisionDefinitionKey } = season;
  assert.deepEqual(await call('getDecisionDefinition', { decisionDefinitionKey }), season);
  assert.equal(String(await call('getDecisionDefinitionXml', { decisionDefinitionKey })), menu);
  const requirements = await only(call('searchDecisionRequirements', {}));
  const { decisionRequirementsKey } = requirements;
  assert.deepEqual(await call('getDecisionRequirements', { decisionRequirementsKey }), requirements);
  assert.equal(String(await call('getDecisionRequirementsXml', { decisionRequirementsKey })), menu);
  const evaluated = await only(unchecked.searchDecisionInstances!({ filter: { state: 'EVALUATED' } }, now));
  const { decisionEvaluationInstanceKey } = evaluated;
  assert.equal((await unchecked.getDecisionInstance!({ decisionEvaluationInstanceKey }, now)).result, '"Winter"');
  await call('getResource', { resourceKey: processDefinitionKey });
  await client.deleteResource!({ resourceKey: processDefinitionKey });
});
