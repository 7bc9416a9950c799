/** An agent and a listener on an engine of their own. */
// #region test
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRuntime } from 'camunda-connectors';
import { createEngine } from 'camunda-connectors/engine';
import { agent, checkApproval, weather } from './agent.ts';

test('the agent asks its tool for each city, and the listener wants an approval', async () => {
  const engine = await createEngine();
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const runtime = createRuntime({ outbound: [agent, weather, checkApproval], connection, signals: false });
  await engine.deploy('examples/agent/weather.bpmn');
  await runtime.start();

  const created = engine.next((event) => event.kind === 'userTask:created');
  const variables = { cities: ['Oslo', 'Rome'] };
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'weather', variables });
  await created;

  const [task] = engine.userTasks();
  assert.ok(task, 'the answer waits for an approval');
  await assert.rejects(engine.completeUserTask(task.key), /Set approved to true/);
  await engine.completeUserTask(task.key, { approved: true });
  const ended = await engine.ended(processInstanceKey);
  assert.deepEqual(ended.variables.answer, ['Oslo: cloudy', 'Rome: sunny']);

  await runtime.stop();
  await engine.stop();
});
// #endregion
