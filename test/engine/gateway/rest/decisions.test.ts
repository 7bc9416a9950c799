/** Decisions over REST: their deployment and evaluation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEngine } from '../../support/client.ts';
import { decision, dmn, literal, table } from '../../support/dmn.ts';
import { restClient } from '../../support/rest-client.ts';

const file = dmn(
  decision('season', table({ inputs: ['month'], rules: [['12', '"Winter"']] })),
  decision('dish', literal('assert(season, season != null)'), { requires: ['season'], name: 'Dish' }),
);

test('a deployment describes the decisions and their requirements (cases 291 and 430)', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0 }));
  const { status, json } = await client.deploy({ 'menu.dmn': file });
  assert.equal(status, 200);
  const [season, dish, requirements] = json.deployments;
  assert.equal(json.deployments.length, 3);
  assert.equal(season.decisionDefinition.decisionDefinitionId, 'season');
  const { decisionDefinitionKey, decisionRequirementsKey, ...rest } = dish.decisionDefinition;
  assert.deepEqual(rest, {
    decisionDefinitionId: 'dish',
    name: 'Dish',
    version: 1,
    decisionRequirementsId: 'drg',
    tenantId: '<default>',
  });
  assert.match(decisionDefinitionKey, /^\d{16}$/);
  const nothing = { processDefinition: null, form: null, resource: null };
  assert.deepEqual(requirements, {
    ...nothing,
    decisionDefinition: null,
    decisionRequirements: {
      decisionRequirementsId: 'drg',
      decisionRequirementsName: 'DRG',
      version: 1,
      decisionRequirementsKey,
      resourceName: 'menu.dmn',
      tenantId: '<default>',
    },
  });
});

test('an evaluation answers with everything that was evaluated', async (t) => {
  const engine = await startEngine(t, { restPort: 0 });
  const client = restClient(t, engine);
  const [, dish] = (await client.deploy({ 'menu.dmn': file })).json.deployments;
  const variables = { month: 12 };
  const { decisionDefinitionKey } = dish.decisionDefinition;
  for (const request of [{ decisionDefinitionId: 'dish' }, { decisionDefinitionKey }]) {
    const { status, json } = await client.post('/decision-definitions/evaluation', { ...request, variables });
    assert.equal(status, 200);
    const { evaluatedDecisions, ...rest } = json;
    const keys = Object.keys(rest).filter((name) => name.endsWith('Key'));
    for (const name of keys) {
      assert.match(rest[name], /^\d{16}$/);
      delete rest[name];
    }
    assert.deepEqual(keys.sort(), [
      'decisionDefinitionKey',
      'decisionEvaluationKey',
      'decisionInstanceKey',
      'decisionRequirementsKey',
    ]);
    assert.deepEqual(rest, {
      decisionDefinitionId: 'dish',
      decisionDefinitionName: 'Dish',
      decisionDefinitionVersion: 1,
      decisionRequirementsId: 'drg',
      output: '"Winter"',
      failedDecisionDefinitionId: null,
      failureMessage: null,
      tenantId: '<default>',
    });
    const { decisionDefinitionKey: _, decisionEvaluationInstanceKey, ...season } = evaluatedDecisions[0];
    assert.match(decisionEvaluationInstanceKey, /^\d{16}-1$/);
    assert.deepEqual(season, {
      decisionDefinitionId: 'season',
      decisionDefinitionName: 'Decision season',
      decisionDefinitionVersion: 1,
      decisionDefinitionType: 'DECISION_TABLE',
      output: '"Winter"',
      tenantId: '<default>',
      matchedRules: [
        {
          ruleId: 'rule1',
          ruleIndex: 1,
          evaluatedOutputs: [
            { outputId: 'out1', outputName: 'out', outputValue: '"Winter"', ruleId: 'rule1', ruleIndex: 1 },
          ],
        },
      ],
      evaluatedInputs: [{ inputId: 'in1', inputName: 'Input 1', inputValue: '12' }],
    });
  }
});

test('a decision that fails is an answer, too (case 290)', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0 }));
  await client.deploy({ 'menu.dmn': file });
  const { status, json } = await client.post('/decision-definitions/evaluation', { decisionDefinitionId: 'dish' });
  assert.equal(status, 200);
  assert.equal(json.output, 'null');
  assert.equal(json.failedDecisionDefinitionId, 'dish');
  assert.match(json.failureMessage, /^Expected to evaluate decision 'dish', but failed/);
  assert.equal(json.evaluatedDecisions.length, 2);
});

test('an evaluation needs one known decision', async (t) => {
  const client = restClient(t, await startEngine(t, { restPort: 0 }));
  const evaluate = async (request: object): Promise<readonly [number, string]> => {
    const { status, json } = await client.post('/decision-definitions/evaluation', request);
    return [status, json.detail];
  };
  for (const [request, code, detail] of [
    [{}, 400, /Exactly one of decisionDefinitionId and decisionDefinitionKey/],
    [{ decisionDefinitionId: 'd', decisionDefinitionKey: '1' }, 400, /Exactly one/],
    [{ decisionDefinitionId: 'd' }, 404, /no decision found for id 'd'/],
    [{ decisionDefinitionKey: '1' }, 404, /no decision found for key '1'/],
    [{ decisionDefinitionId: 'd', variables: [] }, 400, /variables must be/],
    [{ decisionDefinitionId: 'd', version: 1 }, 400, /version is not a field/],
  ] as const) {
    const [status, text] = await evaluate(request);
    assert.equal(status, code, text);
    assert.match(text, detail);
  }
});
