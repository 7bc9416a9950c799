/**
 * The processes of the benchmark of webhooks, by their first argument: `engine`; `ours`, a runtime with a webhook; `bare`, a server of
 * node:http that publishes the same message. Each answers with its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { createEngine } from '../../src/engine/index.ts';
import { createConnection, createRuntime, defineWebhook } from '../../src/index.ts';

const [role, enginePort] = process.argv.slice(2);
const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: Number(enginePort) } as const;

/** Milliseconds for which the cluster recognises a repetition. */
const timeToLive = 60_000;

const startOurs = async (): Promise<number> => {
  const webhook = defineWebhook({
    name: 'bench',
    path: '/hook',
    auth: 'none',
    messageTimeToLive: timeToLive / 1000,
    body: v.object({ id: v.string(), amount: v.number() }),
    run: ({ body }) => ({ publish: { messageName: 'bench', correlationKey: body.id, variables: body } }),
  });
  const quiet = (): void => {};
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const runtime = createRuntime({ inbound: [webhook], connection, server: { port: 0 }, logger });
  const listening = new Promise<string>((resolve) => runtime.on('server:listening', ({ url }) => resolve(url)));
  await runtime.start();
  return Number(new URL(await listening).port);
};

const startBare = async (): Promise<number> => {
  const cluster = createConnection(connection);
  await cluster.topology();
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { id: string };
    await cluster.send({
      kind: 'publishMessage',
      name: 'bench',
      correlationKey: body.id,
      messageId: String(request.headers['idempotency-key']),
      timeToLive,
      variables: JSON.stringify(body),
    });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const start = async (): Promise<number> => {
  if (role === 'engine') return (await createEngine()).port;
  return role === 'ours' ? startOurs() : startBare();
};

process.send?.({ answer: await start() });
process.once('disconnect', () => process.exit(0));
