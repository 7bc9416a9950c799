// Runs alone: it measures the heap.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../src/common/clock.ts';
import { defineWebhook } from '../../src/connector/definitions/define-webhook.ts';
import { openInbound } from '../../src/runtime/inbound/open-inbound.ts';
import { prepareWebhooks } from '../../src/runtime/inbound/prepare-webhooks.ts';
import { readBody } from '../../src/runtime/inbound/server/read-body.ts';
import { serverSettings } from '../../src/runtime/inbound/server/settings.ts';
import { createConnectionState } from '../../src/runtime/send/connection-state.ts';
import { createSender } from '../../src/runtime/send/sender.ts';
import { silentLogger } from '../../src/runtime/shared/logger.ts';
import { notSelected, size } from './support/size.ts';

const hook = defineWebhook({
  name: 'hook',
  path: '/hook',
  auth: { type: 'github', secret: 'a secret of both sides' },
  run: () => undefined,
});

const open = defineWebhook({
  name: 'open',
  path: '/open',
  auth: 'none',
  run: ({ body }) => ({ publish: { messageName: 'm', correlationKey: '', variables: body as object } }),
});

/** The size of the heap after all garbage is collected. */
const heapSize = (): number => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round++) collect();
  return process.memoryUsage().heapUsed;
};

test(
  'case 140: the heap after many requests with random ids, paths and headers is hardly larger than after few',
  notSelected,
  async (t) => {
    const emit = (): void => {};
    const settings = serverSettings({ port: 0 }, {});
    const services = { logger: silentLogger, clock: systemClock, signal: new AbortController().signal };
    const webhooks = await prepareWebhooks({ webhooks: [hook, open], secrets: {} }, undefined, services);
    const server = await openInbound({
      webhooks: [hook, open],
      callbacks: new Map(),
      secrets: {},
      settings,
      clock: systemClock,
      logger: silentLogger,
      emit,
    });
    const link = createConnectionState('grpc://test', systemClock, emit);
    const connection = { send: async (): Promise<void> => {} };
    server.accept({ webhooks, connection, link, sender: createSender(connection, systemClock, link, emit) });
    t.after(() => server.close(AbortSignal.abort()));
    const { hostname, port } = new URL(server.url);
    const statuses = new Set<string>();
    /** Sends one request after the other on a connection. The client of Node.js would take longer for them than the server. */
    const createClient = () => {
      let socket: Socket | undefined;
      let ended = (): void => {};
      const open = (): Socket => {
        const opened = connectSocket(Number(port), hostname).setEncoding('latin1');
        let text = '';
        opened.on('data', (part: string) => {
          text += part;
          const head = text.indexOf('\r\n\r\n');
          const length = Number(/^content-length: (\d+)\r$/im.exec(text.slice(0, head + 1))?.[1] ?? 0);
          if (head === -1 || text.length < head + 4 + length) return;
          statuses.add(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
          text = '';
          ended();
        });
        opened.on('error', () => {});
        opened.on('close', () => {
          if (socket === opened) socket = undefined;
          ended();
        });
        return opened;
      };
      const send = (path: string): Promise<void> =>
        new Promise((resolve) => {
          ended = resolve;
          socket ??= open();
          socket.write(
            `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 7\r\n` +
              `idempotency-key: ${randomUUID()}\r\nx-${randomUUID()}: 1\r\n\r\n{"a":1}`,
          );
        });
      return { send, close: () => socket?.destroy() };
    };
    const sendMany = async (count: number): Promise<void> => {
      let left = count;
      const worker = async (): Promise<void> => {
        const client = createClient();
        while (left-- > 0) await client.send(['/open', '/open', '/hook', `/${randomUUID()}`][left % 4]!);
        client.close();
      };
      await Promise.all(Array.from({ length: 32 }, worker));
    };
    await sendMany(size.long ? 10_000 : 2_000);
    const before = heapSize();
    await sendMany(size.long ? 90_000 : 6_000);
    const grown = (heapSize() - before) / 1_048_576;
    assert.deepEqual([...statuses].sort(), ['200', '401', '404'], 'all requests were answered');
    assert.ok(grown <= 5, `the heap has grown by ${grown.toFixed(1)} MB`);
  },
);

test('a body in pieces of one byte takes hardly more memory than its bytes while it arrives', async () => {
  const request = new EventEmitter();
  const before = heapSize();
  const reading = Promise.all(
    Array.from({ length: 4 }, () => readBody(request as unknown as IncomingMessage, 1_000_000)),
  );
  const slab = Buffer.alloc(65_536, 'a');
  for (let at = 0; at < 60_000; at++) request.emit('data', slab.subarray(at, at + 1));
  const grown = (heapSize() - before) / 1_048_576;
  request.emit('end');
  for (const body of await reading) assert.equal(body.kind === 'whole' && body.bytes.length, 60_000);
  assert.ok(grown <= 2, `the heap has grown by ${grown.toFixed(1)} MB`);
});
