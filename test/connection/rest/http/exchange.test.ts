/** Sockets that are kept, and when one must not be used again. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  createExchanges,
  type ExchangeFailure,
  type RestAnswer,
} from '../../../../src/connection/rest/http/exchange.ts';
import { createRequestWriter } from '../../../../src/connection/rest/http/request-text.ts';
import { onRequests } from '../../support/requests.ts';

const answer = (body: string, headers = ''): string =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

/** A server whose sockets the test controls: each request that has arrived is passed on with the number of its socket. */
const startServer = async (
  t: TestContext,
  onRequest: (socket: Socket, index: number, text: string) => void,
  listen = onRequests,
) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const index = sockets.push(socket) - 1;
    socket.on('error', () => undefined);
    listen(socket, (text) => onRequest(socket, index, text));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`);
  const exchanges = createExchanges({ url, connectTimeout: 5_000 });
  t.after(async () => {
    exchanges.close();
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const write = createRequestWriter(url.host, '/v2', {});
  const call = (body: string | Buffer = '{}'): Promise<RestAnswer | ExchangeFailure> =>
    new Promise((resolve) => {
      let result: RestAnswer | ExchangeFailure;
      const request = write({ method: 'POST', path: '/a', body }, {});
      exchanges.start(request, false, {
        answered: (answered) => {
          result = answered;
        },
        failed: (failure) => {
          result = failure;
        },
        closed: () => resolve(result),
      });
    });
  return { call, sockets, exchanges, write };
};

test('a socket serves one request after the other', async (t) => {
  const { call, sockets } = await startServer(t, (socket) => socket.write(answer('a')));
  for (let count = 0; count < 5; count += 1) assert.equal(((await call()) as RestAnswer).body, 'a');
  assert.equal(sockets.length, 1);
});

for (const [what, headers] of [
  ['that the server closes', 'Connection: close\r\n'],
  ['that the server is about to close', 'Keep-Alive: timeout=1\r\n'],
] as const) {
  test(`a socket ${what} is not used again`, async (t) => {
    const { call, sockets } = await startServer(t, (socket) => socket.write(answer('a', headers)));
    await call();
    await call();
    assert.equal(sockets.length, 2);
  });
}

test('a socket on which something comes without a request is not used again', async (t) => {
  const { call, sockets } = await startServer(t, (socket, index) => socket.write(answer(`of ${index}`)));
  await call();
  const [first] = sockets as [Socket];
  first.write(answer('smuggled'));
  await once(first, 'close');
  assert.equal(((await call()) as RestAnswer).body, 'of 1');
});

test('what comes behind an answer in the same packet fails it, since its end is in doubt', async (t) => {
  const { call, sockets } = await startServer(t, (socket) => socket.write(answer('a') + answer('smuggled')));
  const failure = (await call()) as ExchangeFailure;
  assert.deepEqual([failure.kind, failure.sent, failure.stale], ['malformed', true, false]);
  await call();
  assert.equal(sockets.length, 2);
});

test('a socket whose request was answered before it was complete is not used again', async (t) => {
  let isAnswered = false;
  const refuse = (socket: Socket): void => {
    if (isAnswered) return;
    isAnswered = true;
    // The rest is never read.
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
  };
  const { call, sockets } = await startServer(t, refuse, (socket, act) => socket.on('data', () => act('')));
  const result = (await call(Buffer.alloc(50_000_000))) as RestAnswer;
  assert.equal(result.status, 413);
  isAnswered = false;
  assert.equal(((await call()) as RestAnswer).status, 413);
  assert.equal(sockets.length, 2);
});

test('a kept socket that the server closes before any byte is stale; one with a byte of an answer is not', async (t) => {
  let requests = 0;
  const { call } = await startServer(t, (socket) => {
    requests += 1;
    if (requests === 1 || requests === 3) socket.write(answer('a'));
    else if (requests === 2) socket.destroy();
    else socket.end('HTTP/1.1 20');
  });
  await call();
  const closed = (await call()) as ExchangeFailure;
  assert.deepEqual([closed.kind, closed.sent, closed.stale], ['network', true, true]);
  await call();
  const cut = (await call()) as ExchangeFailure;
  assert.deepEqual([cut.kind, cut.sent, cut.stale], ['network', true, false]);
});

test('an idle socket is closed before the server closes it', async (t) => {
  const { call, sockets } = await startServer(t, (socket) => socket.write(answer('a', 'Keep-Alive: timeout=2\r\n')));
  await call();
  await once(sockets[0]!, 'close');
  await call();
  assert.equal(sockets.length, 2);
});

test('a connection that could be made while the process was busy is made', async (t) => {
  const { call } = await startServer(t, (socket) => socket.write(answer('a')));
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const called = call();
  t.mock.timers.tick(5_000);
  assert.equal(((await called) as RestAnswer).body, 'a');
});

test('an exchange that is given up closes its socket, and only its own', async (t) => {
  const { exchanges, write, call, sockets } = await startServer(t, (socket, index) => {
    if (index > 0) socket.write(answer('a'));
  });
  const request = write({ method: 'POST', path: '/a', body: '{}' }, {});
  let closed = 0;
  const callbacks = {
    answered: () => assert.fail('an answer came'),
    failed: () => assert.fail('a failure came'),
    closed: () => {
      closed += 1;
    },
  };
  const giveUp = exchanges.start(request, false, callbacks);
  while (sockets.length === 0) await new Promise(setImmediate);
  const [first] = sockets as [Socket];
  const isClosed = once(first, 'close');
  giveUp();
  giveUp();
  await isClosed;
  assert.equal(closed, 1);
  assert.equal(((await call()) as RestAnswer).body, 'a');
  assert.equal(sockets.length, 2);
});

test('a stream is read as slowly as its reader, and its socket is used again behind its end', async (t) => {
  const part = 'x'.repeat(1_000_000);
  const { exchanges, write, call, sockets } = await startServer(t, (socket, _index, text) => {
    if (!text.includes('GET')) socket.write(answer('a'));
    else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${20 * part.length}\r\n\r\n${part.repeat(20)}`);
  });
  const { stream } = await new Promise<RestAnswer>((resolve) => {
    const request = write({ method: 'GET', path: '/a' }, {});
    exchanges.start(request, true, {
      answered: resolve,
      failed: ({ error }) => assert.fail(error),
      closed: () => undefined,
    });
  });
  let size = 0;
  let most = 0;
  for await (const bytes of stream!) {
    size += (bytes as Buffer).length;
    most = Math.max(most, stream!.readableLength);
  }
  assert.equal(size, 20 * part.length);
  assert.ok(most < 1_000_000, `${most} bytes were kept`);
  await call();
  assert.equal(sockets.length, 1);
});
