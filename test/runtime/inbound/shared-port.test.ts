/** The server of a process whose port is shared with other processes of its supervisor. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { httpAnswer } from '../../../src/runtime/inbound/http-answer.ts';
import { defaultLimits } from '../../../src/runtime/inbound/server/limits.ts';
import { type Endpoint, type PortSharing, startServer } from '../../../src/runtime/inbound/server/server.ts';
import { freePort } from '../../support/free-port.ts';
import { createManualClock } from '../support/clock.ts';
import { call } from './support/http.ts';

const endpoint: Endpoint = {
  methods: ['POST'],
  maxBody: () => 1000,
  handle: async () => ({ answer: httpAnswer(200, {}, 'ok'), result: 'answered' }),
  ended: () => {},
};

const serve = async (t: TestContext, port: number, sharing: PortSharing) => {
  const clock = createManualClock();
  const server = await startServer({
    limits: defaultLimits,
    ...{ port, host: '127.0.0.1', sharing, clock },
    find: () => endpoint,
    isOpen: () => true,
  });
  t.after(() => server.close(AbortSignal.abort()));
  return { server, clock };
};

/** A connection that the server has taken, and that has sent nothing. */
const silent = async (t: TestContext, port: number) => {
  const socket = connect({ host: '127.0.0.1', port });
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  // When a later connection has its answer, this one is taken.
  assert.equal((await call(`http://127.0.0.1:${port}/`, { body: 'a' })).status, 200);
  return socket;
};

test('while others serve the port, it has their address and takes no connections before it works', async (t) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { server } = await serve(t, port, { url });
  assert.deepEqual([server.url, server.port], [url, port]);
  await assert.rejects(call(`${url}/`, { body: 'a' }), /ECONNREFUSED/);
  await server.serve();
  assert.equal((await call(`${url}/`, { body: 'a' })).status, 200);
});

test('a server that was closed before it worked does not listen any more', async (t) => {
  const port = await freePort();
  const { server } = await serve(t, port, { url: `http://127.0.0.1:${port}` });
  await server.close(new AbortController().signal);
  await server.serve();
  await assert.rejects(call(`http://127.0.0.1:${port}/`, { body: 'a' }), /ECONNREFUSED/);
});

test('a port that is in use by somebody else is reported when the connections are to be taken', async (t) => {
  const first = await serve(t, 0, {});
  const { port, url } = first.server;
  const second = await serve(t, port, { url });
  await assert.rejects(
    second.server.serve(),
    /The server for webhooks cannot listen on 127\.0\.0\.1, port \d+ \(EADDRINUSE\)\.\nWhere: CAMUNDA_CONNECTORS_PORT and CAMUNDA_CONNECTORS_HOST in the environment, or createRuntime\(\{ server: \{ port, host \} \}\)\nFix: /,
  );
});

test('a stop answers the first request on a connection that was taken before', async (t) => {
  const { server } = await serve(t, 0, {});
  const socket = await silent(t, server.port);
  const closed = server.close(new AbortController().signal);
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na');
  await once(socket, 'close');
  await closed;
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(text, /^connection: close\r$/im);
});

test('a stop waits for that request for a limited time', async (t) => {
  const { server, clock } = await serve(t, 0, {});
  const socket = await silent(t, server.port);
  const closed = server.close(new AbortController().signal);
  const ended = once(socket, 'close');
  clock.advance(2_000);
  await ended;
  await closed;
});

test('a stop that is forced does not wait', async (t) => {
  const { server } = await serve(t, 0, {});
  await silent(t, server.port);
  await server.close(AbortSignal.abort());
});
