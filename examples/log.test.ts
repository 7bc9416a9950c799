import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outboundContext, recordingLogger } from 'camunda-connectors/testing';
import { log } from './log.ts';

// #region test
test('the log connector logs its message and returns ok', async () => {
  const logger = recordingLogger();

  const result = await log.run({ message: 'Hello' }, outboundContext({ logger }));

  assert.deepEqual(result, { status: 'ok' });
  assert.deepEqual(logger.lines, ['LogConnector: Hello']);
});
// #endregion
