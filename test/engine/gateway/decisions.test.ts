import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { type Answer, connect, deployXml, startEngine, status } from '../support/client.ts';
import { decision, dmn, literal, model, table } from '../support/dmn.ts';

const menu = dmn(
  model('spice', 'spice', ['level'], literal('level * 2')),
  decision(
    'season',
    table({
      inputs: ['month'],
      outputs: ['season'],
      rules: [
        ['[1..2], 12', '"Winter"'],
        ['-', '"Summer"'],
      ],
      hitPolicy: 'FIRST',
    }),
  ),
  decision(
    'dish',
    table({
      prefix: 'dish-',
      inputs: ['season'],
      outputs: ['name', 'heat'],
      rules: [
        ['"Winter"', '"Stew"', 'spice(3)'],
        ['"Summer"', 'assert(name, name != null)', '1'],
      ],
    }),
    { requires: ['season'], knows: ['spice'], name: 'Dish' },
  ),
);

const keysOf = (answer: Answer): readonly string[] =>
  Object.entries(answer).flatMap(([name, value]) => (name.endsWith('Key') ? [String(value)] : []));

test('case 430: a deployment answers with processes, decisions, requirements and forms, in this order', async (t) => {
  const engine = await startEngine(t);
  const files = {
    'f.form': '{"id":"f"}',
    'menu.dmn': menu,
    'p.bpmn': process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end())),
  };
  const answer = await deployXml(connect(t, engine.address), files);
  const deployments = answer.deployments as readonly Answer[];
  const kinds = deployments.map((entry) => Object.keys(entry).find((key) => key !== 'Metadata' && entry[key] !== null));
  assert.deepEqual(kinds, ['process', 'decision', 'decision', 'decisionRequirements', 'form']);
  const { decisionKey, decisionRequirementsKey, ...rest } = deployments[2]!.decision as Answer;
  assert.deepEqual(rest, {
    dmnDecisionId: 'dish',
    dmnDecisionName: 'Dish',
    version: 1,
    dmnDecisionRequirementsId: 'drg',
    tenantId: '<default>',
  });
  assert.deepEqual(deployments[3]?.decisionRequirements, {
    dmnDecisionRequirementsId: 'drg',
    dmnDecisionRequirementsName: 'DRG',
    version: 1,
    decisionRequirementsKey,
    resourceName: 'menu.dmn',
    tenantId: '<default>',
  });
  assert.match(String(decisionKey), /^\d{16}$/);
});

test('case 125: EvaluateDecision answers with the output and everything that was evaluated', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  await deployXml(client, { 'menu.dmn': menu });
  const answer = await client.call('EvaluateDecision', { decisionId: 'dish', variables: '{"month":12}' });
  const { evaluatedDecisions, ...rest } = answer;
  const keys = keysOf(rest);
  assert.ok(
    keys.every((key) => /^\d{16}$/.test(key)),
    keys.join(),
  );
  assert.deepEqual(Object.fromEntries(Object.entries(rest).filter(([name]) => !name.endsWith('Key'))), {
    decisionId: 'dish',
    decisionName: 'Dish',
    decisionVersion: 1,
    decisionRequirementsId: 'drg',
    decisionOutput: '{"name":"Stew","heat":6}',
    failedDecisionId: '',
    failureMessage: '',
    tenantId: '<default>',
  });
  const [season, spice, dish] = evaluatedDecisions as readonly Answer[];
  const { decisionKey: _, ...first } = season!;
  assert.deepEqual(first, {
    decisionId: 'season',
    decisionName: 'Decision season',
    decisionVersion: 1,
    decisionType: 'DECISION_TABLE',
    decisionOutput: '"Winter"',
    matchedRules: [
      {
        ruleId: 'rule1',
        ruleIndex: 1,
        evaluatedOutputs: [{ outputId: 'out1', outputName: 'season', outputValue: '"Winter"' }],
      },
    ],
    evaluatedInputs: [{ inputId: 'in1', inputName: 'Input 1', inputValue: '12' }],
    tenantId: '<default>',
    decisionEvaluationInstanceKey: `${rest.decisionEvaluationKey}-1`,
  });
  assert.equal(spice?.decisionId, 'spice');
  assert.equal(spice.decisionOutput, '6');
  assert.equal(dish?.decisionOutput, rest.decisionOutput);
  assert.equal((evaluatedDecisions as readonly Answer[]).length, 3);
});

test('case 290: a decision that fails is an answer with the failure', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  await deployXml(client, { 'menu.dmn': menu });
  const answer = await client.call('EvaluateDecision', { decisionId: 'dish', variables: '{"month":7}' });
  assert.equal(answer.decisionOutput, 'null');
  assert.equal(answer.failedDecisionId, 'dish');
  assert.match(String(answer.failureMessage), /^Expected to evaluate decision 'dish', but failed to evaluate/);
  const evaluated = answer.evaluatedDecisions as readonly Answer[];
  assert.deepEqual(
    evaluated.map(({ decisionId, decisionOutput }) => [decisionId, decisionOutput]),
    [
      ['season', '"Summer"'],
      ['dish', 'null'],
    ],
  );
});

test('case 125: no matching rule gives null and one evaluated decision; an unknown id and no id are refused', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  await deployXml(client, { 'd.dmn': dmn(decision('d', table({ rules: [['"Winter"', '1']] }))) });
  const answer = await client.call('EvaluateDecision', { decisionId: 'd', variables: '{"x":"winter"}' });
  assert.equal(answer.decisionOutput, 'null');
  assert.equal((answer.evaluatedDecisions as readonly Answer[]).length, 1);
  const evaluate = (request: object): Promise<Answer> => client.call('EvaluateDecision', request);
  await assert.rejects(evaluate({ decisionId: 'x' }), status(5, /but no decision found for id 'x'/));
  await assert.rejects(evaluate({ decisionId: 'x', decisionKey: 1 }), status(5, /but no decision found for id 'x'/));
  await assert.rejects(evaluate({ decisionKey: 1 }), status(5, /but no decision found for key '1'/));
  await assert.rejects(evaluate({}), status(3, /Expected either a decision id or a valid decision key/));
  await assert.rejects(evaluate({ decisionId: 'd', variables: '[1]' }), status(3, /expected a JSON object/));
  await assert.rejects(evaluate({ decisionId: 'd', tenantId: 'other' }), status(3, /other/));
});

test('large integers keep their digits on the way in and out', async (t) => {
  const client = connect(t, (await startEngine(t)).address);
  await deployXml(client, { 'd.dmn': dmn(decision('d', literal('x'))) });
  const answer = await client.call('EvaluateDecision', { decisionId: 'd', variables: '{"x":9007199254740993}' });
  assert.equal(answer.decisionOutput, '9007199254740993');
});
