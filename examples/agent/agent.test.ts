/** An agent and a listener, in a process test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProcessTest } from 'camunda-connectors/testing';
import { agent, checkApproval, weather } from './agent.ts';

// #region test
test('the agent asks its tool for each city, and the listener wants an approval', async (t) => {
  const connectors = { outbound: [agent, weather, checkApproval] };
  const processes = await createProcessTest(t, { resources: 'examples/agent/weather.bpmn', connectors });
  const report = await processes.start('weather', { cities: ['Oslo', 'Rome'] });

  const approval = await report.userTask();
  await assert.rejects(approval.complete(), /Set approved to true/);
  await approval.complete({ approved: true });
  await report.completed({ variables: { answer: ['Oslo: cloudy', 'Rome: sunny'] } });
});
// #endregion
