/** A test of a decision alone, without a process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from 'camunda-connectors/engine';

// #region decision
test('many guests in winter get stew', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  await engine.deploy('examples/dmn/dish.dmn');

  const variables = { day: '2026-01-15', guests: 12 };
  const { output } = engine.evaluateDecision({ decisionId: 'dish', variables });
  assert.equal(output, 'Stew');

  const [season, dish] = engine.decisionInstances();
  assert.equal(season?.output, 'Winter');
  const [rule] = dish?.matchedRules ?? [];
  assert.equal(rule?.ruleIndex, 2);
});
// #endregion
