/** A process test: the real BPMN file and the real connector on an engine of their own. */
import { test } from 'node:test';
import { createProcessTest } from 'camunda-connectors/testing';
import { log } from './log.ts';

// #region test
test('the process greets Ada', async (t) => {
  const resources = 'examples/bpmn/hello.bpmn';
  const processes = await createProcessTest(t, { resources, connectors: { outbound: [log] } });

  const greeting = await processes.start('hello', { name: 'Ada' });
  await greeting.completed({ variables: { name: 'Ada', status: 'ok' } });
});
// #endregion
