/** Damaged answers, byte by byte: no crash, no hang, no unhandled rejection, no secret in any text. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { createFixedHeaders } from '../../../src/connection/auth/authenticator.ts';
import { isConnectionFault } from '../../../src/connection/faults.ts';
import { createRestConnection } from '../../../src/connection/rest/connection.ts';
import { randomNumbers } from '../../support/random.ts';

const job =
  '{"jobKey":"1","type":"t","processInstanceKey":"2","processDefinitionId":"p","processDefinitionVersion":1,"processDefinitionKey":"3","elementId":"e","elementInstanceKey":"4","customHeaders":{"h":"x"},"worker":"w","retries":1,"deadline":5,"variables":{"n":9007199254740993},"tenantId":"t"}';

const whole = (status: string, type: string, body: string): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const chunked = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const reference =
  '{"camunda.document.type":"camunda","storeId":"s","documentId":"d","contentHash":null,"metadata":{"size":3}}';

const answers: readonly string[] = [
  whole('200 OK', 'application/octet-stream', 'the content of a document'),
  whole('201 Created', 'application/json', reference),
  whole('200 OK', 'application/json', `{"jobs":[${job},${job}]}`),
  chunked(`{"jobs":[${job}]}`),
  'HTTP/1.1 204 No Content\r\n\r\n',
  whole(
    '404 Not Found',
    'application/problem+json',
    '{"title":"NOT_FOUND","status":404,"detail":"Bearer s3cret-token"}',
  ),
  whole(
    '503 Service Unavailable',
    'application/problem+json',
    '{"title":"RESOURCE_EXHAUSTED","detail":"s3cret-token"}',
  ),
  whole('302 Found', 'text/html', '<html>s3cret-token</html>'),
];

const pieces = [
  '',
  '\r\n',
  ':',
  ' ',
  '0',
  'ffffffff',
  '{',
  '}',
  '"',
  '\u0000',
  '\u00ff',
  'HTTP/1.1 200 OK\r\n\r\n',
  '-1',
  'gzip',
];

/** A server that answers every request with the text that is due, and then ends the connection. */
const startServer = async (t: TestContext, next: () => string): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', () => {
      socket.write(Buffer.from(next(), 'latin1'));
      // What is not complete now never will be.
      socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
};

test('141. a damaged answer gives jobs or a fault, in time', async (t) => {
  const random = randomNumbers(141);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  let current = '';
  const port = await startServer(t, () => current);
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  t.after(() => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
  });
  const connection = createRestConnection({
    base: `http://127.0.0.1:${port}/v2`,
    authenticator: createFixedHeaders({ authorization: 'Bearer s3cret-token' }),
  });
  t.after(() => connection.close());
  const poll = { type: 't', worker: 'w', timeout: 1, maxJobs: 1, requestTimeout: -1 };
  const limits = { timeout: 150 };
  const { documents } = connection;
  const activate = () => connection.activateJobs(poll, limits);
  const calls: readonly (() => Promise<unknown>)[] = [
    ...[activate, activate, activate, activate],
    () => connection.topology(limits),
    () => documents.create({ content: 'a' }, limits),
    async () => {
      const parts: Uint8Array[] = [];
      for await (const part of await documents.read({ documentId: 'd' }, limits)) parts.push(part);
      return Buffer.concat(parts);
    },
  ];
  for (let round = 0; round < 1_500; round += 1) {
    const answer = pick(answers);
    const at = Math.floor(random() * (answer.length + 1));
    current = answer.slice(0, at) + pick(pieces) + answer.slice(at + Math.floor(random() * 4));
    const began = performance.now();
    try {
      const result = await pick(calls)();
      if (Array.isArray(result)) for (const { variables } of result) assert.ok(variables.startsWith('{'), current);
    } catch (error) {
      assert.ok(isConnectionFault(error), `${inspect(error)} for ${JSON.stringify(current)}`);
      assert.doesNotMatch(inspect(error, { depth: 5, showHidden: true }), /s3cret-token/, JSON.stringify(current));
      assert.ok(error.message.length < 4_000, `${error.message.length} characters`);
    }
    // A busy machine may be late, but not by seconds.
    assert.ok(performance.now() - began < 5_000, JSON.stringify(current));
  }
  assert.deepEqual(unhandled, []);
});
