/** How much clients of the REST port can take: connections, requests without an answer, answers that nobody reads. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { compileBpmn } from '../../../../src/engine/model/index.ts';
import { closed } from '../../../support/closed.ts';
import { bytes, chain, end, process, serviceTask, start } from '../../support/bpmn.ts';
import { startManualRestGateway } from '../../support/manual-gateway.ts';

const limits = { connections: 2, requests: 3, readTime: 12_345 };

const open = async (t: TestContext, port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

const message = (method: string, path: string, body = ''): string =>
  `${method} /v2${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const poll = message(
  'POST',
  '/jobs/activation',
  '{"type":"a","timeout":1000,"maxJobsToActivate":1,"requestTimeout":60000}',
);

/** Resolves with the first line of the next answer, or with `closed`: a connection can also end with an error. */
const answered = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let received = '';
    const finish = (line: string): void => {
      socket.off('data', read).off('close', close);
      resolve(line);
    };
    const read = (part: Buffer): void => {
      received += part.toString('utf8');
      const end = received.indexOf('\r\n');
      if (end !== -1) finish(received.slice(0, end));
    };
    const close = (): void => finish('closed');
    socket.on('data', read).on('close', close);
  });

test('a connection that is too many ends at once, and the others are served', async (t) => {
  const { port } = await startManualRestGateway(t, limits);
  const first = await open(t, port);
  const second = await open(t, port);
  const third = await open(t, port);
  await closed(third);
  for (const socket of [first, second]) {
    const status = answered(socket);
    socket.write(message('GET', '/status'));
    assert.equal(await status, 'HTTP/1.1 204 No Content');
  }
  first.destroy();
  await closed(first);
  // Its place is free when the server has noticed; until then, a connection ends without an answer.
  for (;;) {
    const next = await open(t, port);
    next.write(message('GET', '/status'));
    const result = await answered(next);
    if (result === 'closed') continue;
    assert.equal(result, 'HTTP/1.1 204 No Content');
    return;
  }
});

test('a client that sends many requests without awaiting answers loses its connection, and its polls end', async (t) => {
  const { port, waits } = await startManualRestGateway(t, limits);
  const socket = await open(t, port);
  socket.write(poll.repeat(3));
  await waits(3);
  socket.write(poll);
  await closed(socket);
  await waits(0);
});

test('a client may send as many requests one after the other as it likes', async (t) => {
  const { port } = await startManualRestGateway(t, limits);
  const socket = await open(t, port);
  for (let index = 0; index < 10; index++) {
    const status = answered(socket);
    socket.write(message('GET', '/status'));
    assert.equal(await status, 'HTTP/1.1 204 No Content');
  }
});

test('a client that does not read its answer loses its connection after a while', async (t) => {
  const { port, host, waits } = await startManualRestGateway(t, limits);
  const content = bytes(process('p', ...chain(start(), serviceTask('work', { type: 'a' }), end())));
  const compiled = await compileBpmn('p.bpmn', content);
  const resource = { name: 'p.bpmn', content, processes: compiled.ok ? compiled.processes : [] };
  host.run((machine) => machine.deploy([resource]));
  // More than the buffers of a connection take.
  const variables = { text: 'x'.repeat(1_000_000) };
  for (let index = 0; index < 30; index++)
    host.run((machine) => machine.createInstance({ bpmnProcessId: 'p', variables }));
  const socket = await open(t, port);
  socket.pause();
  socket.write(message('POST', '/variables/search?truncateValues=false'));
  const [wait] = await waits(1);
  assert.equal(wait!.milliseconds, 12_345);
  wait!.act();
  socket.resume();
  await closed(socket);
  await waits(0);
});
