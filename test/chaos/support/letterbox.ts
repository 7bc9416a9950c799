/**
 * A process with a runtime, for tests that kill it: holds subscriptions that wait for a letter, a file named as their order
 * in the folder given. Tells each subscription that it takes on, and each message that it publishes, by a line.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { createRuntime, defineInbound } from '../../../src/index.ts';

const [port, folder = '', name = '', lease] = process.argv.slice(2);

const box = defineInbound({
  name: 'box',
  cycle: 0.02,
  input: v.object({ order: v.string() }),
  loop: ({ order }) => (existsSync(join(folder, order)) ? { by: name } : undefined),
});

const runtime = createRuntime({
  inbound: [box],
  connection: { type: 'INSECURE', hostname: '127.0.0.1', port: Number(port) },
  workerName: name,
  lease: Number(lease),
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
});
runtime.on('subscription:opened', ({ subscription }) =>
  console.log(`opened ${subscription.activation.correlationKey}`),
);
runtime.on('message:published', ({ activation, duplicate }) =>
  console.log(`${duplicate ? 'repeated' : 'published'} ${activation.correlationKey}`),
);
await runtime.start();
console.log('started');
