/** Decisions with the official client, unchanged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, end, other, process, start } from '../../engine/support/bpmn.ts';
import { decision, dmn, table } from '../../engine/support/dmn.ts';
import { startWithSdk } from './support.ts';

const dish = dmn(
  decision('dish', table({ inputs: ['season'], outputs: ['dish'], rules: [['"Winter"', '"Stew"']] }), { name: 'Dish' }),
);

const asking = process(
  'p',
  ...chain(
    start(),
    other('businessRuleTask', 'rule', {
      extensions: '<zeebe:calledDecision decisionId="dish" resultVariable="dish"/>',
    }),
    end(),
  ),
);

test('a process, a decision and a form deploy together, with one entry each and one for the requirements', async (t) => {
  const { client } = await startWithSdk(t);
  const { deployments } = await client.deployResources([
    { process: Buffer.from(asking), name: 'p.bpmn' },
    { decision: Buffer.from(dish), name: 'dish.dmn' },
    { form: Buffer.from('{"id":"f"}'), name: 'f.form' },
  ]);
  assert.deepEqual(
    deployments.map((entry) => Object.keys(entry as object).find((name) => name !== 'Metadata')),
    ['process', 'decision', 'decisionRequirements', 'form'],
  );
});

test('a decision is evaluated alone, and by a process', async (t) => {
  const { client } = await startWithSdk(t);
  const deployed = await client.deployResource({ decision: Buffer.from(dish), name: 'dish.dmn' });
  assert.equal(deployed.deployments[0]!.decision.dmnDecisionId, 'dish');
  const winter = await client.evaluateDecision({ decisionId: 'dish', variables: { season: 'Winter' } });
  assert.equal(winter.decisionOutput, '"Stew"');
  assert.equal(winter.evaluatedDecisions[0]?.matchedRules[0]?.ruleIndex, 1);
  const other = await client.evaluateDecision({ decisionId: 'dish', variables: { season: 'winter' } });
  assert.equal(other.decisionOutput, 'null');
  assert.equal(other.evaluatedDecisions.length, 1);
  const { decisionKey } = deployed.deployments[0]!.decision;
  const byKey = await client.evaluateDecision({ decisionKey, variables: { season: 'Winter' } });
  assert.equal(byKey.decisionName, 'Dish');
  await client.deployResource({ process: Buffer.from(asking), name: 'p.bpmn' });
  const { variables } = await client.createProcessInstanceWithResult({
    bpmnProcessId: 'p',
    variables: { season: 'Winter' },
  });
  assert.deepEqual(variables, { season: 'Winter', dish: 'Stew' });
});
