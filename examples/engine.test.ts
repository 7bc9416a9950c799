/** A process test: the real BPMN file and the real connector on an engine of its own, without sleeping. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRuntime } from 'camunda-connectors';
import { createEngine } from 'camunda-connectors/engine';
import { log } from './log.ts';

// #region test
test('the process greets Ada', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  await using runtime = createRuntime({ outbound: [log], connection, signals: false });
  await engine.deploy('examples/bpmn/hello.bpmn');
  await runtime.start();

  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'hello', variables: { name: 'Ada' } });
  const { state, variables } = await engine.ended(processInstanceKey);

  assert.equal(state, 'COMPLETED');
  assert.deepEqual(variables, { name: 'Ada', status: 'ok' });
});
// #endregion
