/** Searches and reads of what is deployed: processes, forms, decisions, and evaluations of decisions. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createTestClock, type Engine } from '../../../../../src/engine/index.ts';
import { chain, end, file, other, process, processPart, serviceTask, start } from '../../../support/bpmn.ts';
import { startEngine } from '../../../support/client.ts';
import { decision, dmn, literal, table } from '../../../support/dmn.ts';
import { type RestAnswer, type RestClient, restClient } from '../../../support/rest-client.ts';

const startForm = '<zeebe:formDefinition formId="f"/>';
const form = '{"id":"f","type":"default","components":[]}';
const simple = process('simple', ...chain(start(), serviceTask('task', { type: 'a' }), end()));
const withForm = file(
  processPart(
    'asked',
    {},
    ...chain(start('begin', { extensions: startForm }), serviceTask('task', { type: 'a' }), end()),
  ),
);
const menu = dmn(
  decision('season', table({ inputs: ['month'], rules: [['12', '"Winter"']] })),
  decision('dish', literal('season'), { requires: ['season'], name: 'Dish' }),
);

const setUp = async (t: TestContext): Promise<{ engine: Engine; client: RestClient }> => {
  const engine = await startEngine(t, { restPort: 0, clock: createTestClock(Date.UTC(2026, 0, 14)) });
  return { engine, client: restClient(t, engine) };
};

const items = async (client: RestClient, what: string, request: object = {}): Promise<RestAnswer['json'][]> => {
  const { status, json } = await client.post(`/${what}/search`, request);
  assert.equal(status, 200, JSON.stringify(json));
  return json.items;
};

describe('158. process definitions', () => {
  test('are found by what they are, in all versions or the latest', async (t) => {
    const { client } = await setUp(t);
    await client.deploy({ 'simple.bpmn': simple });
    await client.deploy({ 'simple.bpmn': `${simple}<!-- 2 -->`, 'asked.bpmn': withForm, 'f.form': form });
    const found = async (filter: object) =>
      (await items(client, 'process-definitions', { filter })).map(({ processDefinitionId, version }) => [
        processDefinitionId,
        version,
      ]);
    assert.deepEqual(await found({}), [
      ['simple', 1],
      ['simple', 2],
      ['asked', 1],
    ]);
    assert.deepEqual(await found({ isLatestVersion: true }), [
      ['simple', 2],
      ['asked', 1],
    ]);
    assert.deepEqual(await found({ hasStartForm: true }), [['asked', 1]]);
    assert.deepEqual(await found({ processDefinitionId: { $like: 's*' }, version: 1 }), [['simple', 1]]);
    const [first] = await items(client, 'process-definitions', { filter: { version: 1, resourceName: 'simple.bpmn' } });
    const { processDefinitionKey, ...rest } = first;
    assert.deepEqual(rest, {
      processDefinitionId: 'simple',
      name: 'simple',
      resourceName: 'simple.bpmn',
      version: 1,
      versionTag: null,
      tenantId: '<default>',
      hasStartForm: false,
      state: 'ACTIVE',
    });
    assert.deepEqual((await client.send('GET', `/process-definitions/${processDefinitionKey}`)).json, first);
  });

  test('158, 159. have their XML, and a start form or none', async (t) => {
    const { client } = await setUp(t);
    const { json } = await client.deploy({ 'simple.bpmn': simple, 'asked.bpmn': withForm, 'f.form': form });
    const [plain, asked] = json.deployments.map(
      ({ processDefinition }: RestAnswer['json']) => processDefinition?.processDefinitionKey,
    );
    const xml = await client.send('GET', `/process-definitions/${plain}/xml`, undefined, { isText: true });
    assert.deepEqual([xml.status, xml.headers['content-type'], xml.text], [200, 'text/xml; charset=utf-8', simple]);
    assert.equal((await client.send('GET', `/process-definitions/${plain}/form`)).status, 204);
    const answer = (await client.send('GET', `/process-definitions/${asked}/form`)).json;
    assert.deepEqual([answer.formId, answer.schema, answer.version, answer.tenantId], ['f', form, 1, '<default>']);
    for (const below of ['', '/xml', '/form']) {
      assert.equal((await client.send('GET', `/process-definitions/1${below}`)).status, 404, below);
    }
  });

  test('that are deleted are draining while an instance runs', async (t) => {
    const { client, engine } = await setUp(t);
    const [{ processDefinitionKey }] = (await client.deploy({ 'simple.bpmn': simple })).json.deployments.map(
      ({ processDefinition }: RestAnswer['json']) => processDefinition,
    );
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'simple' });
    const state = async () => (await client.send('GET', `/process-definitions/${processDefinitionKey}`)).json.state;
    assert.equal((await client.post(`/resources/${processDefinitionKey}/deletion`)).status, 200);
    assert.equal(await state(), 'DRAINING');
    assert.deepEqual(await items(client, 'process-definitions', { filter: { isLatestVersion: true } }), []);
    engine.cancelInstance(processInstanceKey);
    assert.equal(await state(), 'DELETED');
  });
});

test('the form of a user task is there, or there is none', async (t) => {
  const { client, engine } = await setUp(t);
  const asks = (id: string, extensions: string) =>
    process(id, ...chain(start(), other('userTask', 'ask', { extensions: `<zeebe:userTask/>${extensions}` }), end()));
  await client.deploy({ 'a.bpmn': asks('a', startForm), 'b.bpmn': asks('b', ''), 'f.form': form });
  engine.createInstance({ bpmnProcessId: 'a' });
  engine.createInstance({ bpmnProcessId: 'b' });
  const [withOne, without] = await items(client, 'user-tasks');
  const answer = await client.send('GET', `/user-tasks/${withOne.userTaskKey}/form`);
  assert.deepEqual([answer.json.formKey, answer.json.schema], [withOne.formKey, form]);
  assert.equal((await client.send('GET', `/user-tasks/${without.userTaskKey}/form`)).status, 204);
  assert.equal((await client.send('GET', '/user-tasks/1/form')).status, 404);
});

test('decisions are found with their requirements', async (t) => {
  const { client } = await setUp(t);
  await client.deploy({ 'menu.dmn': menu });
  await client.deploy({ 'menu.dmn': `${menu}<!-- 2 -->` });
  const latest = await items(client, 'decision-definitions', { filter: { isLatestVersion: true } });
  assert.deepEqual(
    latest.map(({ decisionDefinitionId, version }) => [decisionDefinitionId, version]),
    [
      ['season', 2],
      ['dish', 2],
    ],
  );
  const [dish] = await items(client, 'decision-definitions', { filter: { name: 'Dish', version: 1 } });
  const { decisionDefinitionKey, decisionRequirementsKey, ...rest } = dish;
  assert.deepEqual(rest, {
    decisionDefinitionId: 'dish',
    name: 'Dish',
    version: 1,
    decisionRequirementsId: 'drg',
    decisionRequirementsName: 'DRG',
    decisionRequirementsVersion: 1,
    tenantId: '<default>',
  });
  assert.deepEqual((await client.send('GET', `/decision-definitions/${decisionDefinitionKey}`)).json, dish);
  const [requirements] = await items(client, 'decision-requirements', { filter: { decisionRequirementsKey } });
  assert.equal(requirements.resourceName, 'menu.dmn');
  assert.deepEqual((await client.send('GET', `/decision-requirements/${decisionRequirementsKey}`)).json, requirements);
  for (const path of [
    `/decision-definitions/${decisionDefinitionKey}/xml`,
    `/decision-requirements/${decisionRequirementsKey}/xml`,
  ]) {
    assert.equal((await client.send('GET', path, undefined, { isText: true })).text, menu);
  }
  assert.equal((await client.post(`/resources/${decisionRequirementsKey}/deletion`)).status, 200);
  assert.equal((await items(client, 'decision-definitions', { filter: { decisionRequirementsKey } })).length, 0);
  for (const path of ['/decision-definitions/1', '/decision-requirements/1', '/decision-instances/1-1']) {
    assert.equal((await client.send('GET', path)).status, 404, path);
  }
});

test('162. evaluations of decisions are found, each decision for itself', async (t) => {
  const { client } = await setUp(t);
  await client.deploy({ 'menu.dmn': menu });
  await client.post('/decision-definitions/evaluation', { decisionDefinitionId: 'dish', variables: { month: 12 } });
  const [season, dish] = await items(client, 'decision-instances');
  assert.deepEqual(
    [
      season.decisionDefinitionId,
      season.state,
      season.result,
      season.decisionDefinitionType,
      season.processInstanceKey,
      season.processDefinitionKey,
      season.elementInstanceKey,
    ],
    // No process has asked for it.
    ['season', 'EVALUATED', '"Winter"', 'DECISION_TABLE', '-1', '-1', '-1'],
  );
  assert.deepEqual(
    [season.rootDecisionDefinitionKey, dish.rootDecisionDefinitionKey],
    [dish.decisionDefinitionKey, dish.decisionDefinitionKey],
  );
  assert.deepEqual([dish.decisionDefinitionId, dish.result], ['dish', '"Winter"']);
  assert.equal(season.decisionEvaluationKey, dish.decisionEvaluationKey);
  const whole = (await client.send('GET', `/decision-instances/${season.decisionEvaluationInstanceKey}`)).json;
  assert.deepEqual([whole.evaluatedInputs[0].inputValue, whole.matchedRules[0].ruleIndex], ['12', 1]);
  const [output] = whole.matchedRules[0].evaluatedOutputs;
  assert.deepEqual([output.ruleId, output.ruleIndex], [whole.matchedRules[0].ruleId, 1]);
  const filter = { evaluationDate: { $gte: '2026-01-14T00:00:00Z' }, decisionDefinitionType: 'literal_expression' };
  assert.deepEqual(await items(client, 'decision-instances', { filter }), [dish]);
});

test('resources are found, read and deleted', async (t) => {
  const { client } = await setUp(t);
  await client.deploy({ 'simple.bpmn': simple, 'menu.dmn': menu, 'f.form': form });
  const all = await items(client, 'resources', { sort: [{ field: 'resourceName' }] });
  assert.deepEqual(
    all.map(({ resourceName, resourceId, version }) => [resourceName, resourceId, version]),
    [
      ['f.form', 'f', 1],
      ['menu.dmn', 'drg', 1],
      ['simple.bpmn', 'simple', 1],
    ],
  );
  const [first] = all;
  const path = `/resources/${first.resourceKey}`;
  assert.deepEqual((await client.send('GET', path)).json, first);
  const binary = await client.send('GET', `${path}/content/binary`, undefined, { isText: true });
  assert.deepEqual([binary.headers['content-type'], binary.text], ['application/octet-stream', form]);
  const deletion = await client.post(`${path}/deletion`, { operationReference: 1 });
  assert.deepEqual([deletion.status, deletion.json], [200, { resourceKey: first.resourceKey, batchOperation: null }]);
  assert.equal((await client.send('GET', path)).status, 404);
  assert.equal((await client.send('GET', `${path}/content/binary`)).status, 404);
  assert.equal((await client.post(`${path}/deletion`)).status, 404);
});
