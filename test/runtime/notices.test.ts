/** What a connection has to say about its settings reaches the log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { configFromEnv } from '../../src/connection/index.ts';
import { defineOutbound } from '../../src/connector/define.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';

const greet = defineOutbound({ name: 'Greet', type: 'greet', input: v.object({}), run: () => ({}) });

test('the runtime warns once of settings without effect', async () => {
  const warnings: string[] = [];
  const nothing = (): void => undefined;
  const logger = { error: nothing, warn: (text: string) => void warnings.push(text), info: nothing, debug: nothing };
  const config = configFromEnv({ CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_CLIENT_SECRET: 's3cret' });
  const runtime = createRuntime({ connection: config, outbound: [greet], logger });
  await runtime.start();
  await runtime.stop();
  assert.deepEqual(warnings, [
    'CAMUNDA_CLIENT_SECRET has no effect: the connection type EMBEDDED does not use such settings.',
  ]);
});
