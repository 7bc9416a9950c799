/**
 * A process with a runtime that serves webhooks and a callback, for tests that kill it. Writes the address of its server as a line.
 */
import * as v from 'valibot';
import { createRuntime, defineInbound, defineWebhook } from '../../../src/index.ts';

const [port, keys = ''] = process.argv.slice(2);

const hook = defineWebhook({
  name: 'hook',
  path: '/hook',
  auth: 'none',
  timeout: 20,
  body: v.object({ event: v.string() }),
  run: ({ body }) => ({ publish: { messageName: 'event', correlationKey: '', variables: body } }),
});

const ask = defineWebhook({
  name: 'ask',
  path: '/ask',
  auth: 'none',
  timeout: 5,
  body: v.object({ event: v.string() }),
  waits: { input: v.object({ event: v.string() }), answer: ({ event }) => ({ body: event }) },
  run: ({ body }) => ({ publish: { messageName: 'asked', correlationKey: '', variables: body }, wait: true }),
});

const callback = defineInbound({ name: 'called', webhook: { body: v.object({ value: v.string() }), timeout: 20 } });

const runtime = createRuntime({
  inbound: [hook, ask, callback],
  connection: { type: 'INSECURE', hostname: '127.0.0.1', port: Number(port) },
  server: { port: 0, callbackKeys: keys },
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
});
let address = '';
runtime.on('server:listening', ({ url }) => {
  address = url;
});
await runtime.start();
console.log(`started ${address}`);
