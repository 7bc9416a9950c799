/** The HTTP server on its own: strict, limited, and closed gracefully. Raw sockets send what no client would send. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../../src/common/clock.ts';
import type { RawRequest } from '../../../src/connector/webhooks/auth-types.ts';
import type { CallEnd } from '../../../src/runtime/inbound/call-end.ts';
import { httpAnswer } from '../../../src/runtime/inbound/http-answer.ts';
import { defaultLimits, type ServerLimits } from '../../../src/runtime/inbound/server/limits.ts';
import {
  type Endpoint,
  type HttpServer,
  type RequestEnd,
  startServer,
} from '../../../src/runtime/inbound/server/server.ts';
import { call, sendRaw } from './support/http.ts';

interface Served {
  readonly server: HttpServer;
  readonly url: string;
  readonly requests: readonly RawRequest[];
  readonly ends: readonly RequestEnd[];
  /** Resolves when at least that many requests have ended. */
  ended(count: number): Promise<void>;
  /** Resolves when at least that many requests have reached the endpoint. */
  reached(count: number): Promise<void>;
  /** Resolves when at least that many answers have a time limit. */
  limited(count: number): Promise<void>;
  /** Lets the time of all answers run out. */
  expire(): void;
}

const ok: CallEnd = { answer: httpAnswer(200, {}, 'ok'), result: 'answered' };

/** A server with one endpoint, `POST /hooks/x`. */
const serve = async (
  t: TestContext,
  handle: (request: RawRequest) => Promise<CallEnd> = async () => ok,
  limits: Partial<ServerLimits> = {},
): Promise<Served> => {
  const requests: RawRequest[] = [];
  const ends: RequestEnd[] = [];
  const deadlines: (() => void)[] = [];
  const watchers = new Set<() => void>();
  const told = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const atLeast = (list: readonly unknown[], count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (list.length < count) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  const endpoint: Endpoint = {
    methods: ['POST'],
    maxBody: () => 1000,
    handle: async (request) => {
      requests.push(request);
      told();
      return handle(request);
    },
    ended: (end) => {
      ends.push(end);
      told();
    },
  };
  const server = await startServer({
    limits: { ...defaultLimits, checkingInterval: 50, ...limits },
    port: 0,
    host: '127.0.0.1',
    find: (path) => (path === '/hooks/x' ? endpoint : undefined),
    isOpen: () => true,
    clock: {
      now: systemClock.now,
      timer: (_milliseconds, callback) => {
        deadlines.push(callback);
        told();
        return () => {};
      },
    },
  });
  t.after(() => server.close(AbortSignal.abort()));
  const { url } = server;
  return {
    ...{ server, url, requests, ends },
    ended: (count) => atLeast(ends, count),
    reached: (count) => atLeast(requests, count),
    limited: (count) => atLeast(deadlines, count),
    expire: () => deadlines.forEach((callback) => void callback()),
  };
};

const statusesIn = (text: string): readonly number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

const post = (headers: string, body = '', target = '/hooks/x', version = 'HTTP/1.1'): string =>
  `POST ${target} ${version}\r\nHost: a\r\n${headers}\r\n${body}`;

/** What one connection gets that sends these bytes and then a second, proper request. */
const smuggled = post('Content-Length: 0\r\n');

/** More than the operating system keeps for a caller that does not read. */
const longBody = Buffer.alloc(32 * 1024 * 1024, 'x');

const long: CallEnd = { answer: httpAnswer(200, {}, longBody), result: 'answered' };

interface SlowReader {
  /** Reads nothing until it is resumed. */
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  /** Bytes so far. */
  received(): number;
}

/** A caller that sends a request and does not read the answer. */
const slowReader = async (t: TestContext, url: string): Promise<SlowReader> => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  let size = 0;
  socket.on('data', (data) => {
    size += data.length;
  });
  socket.on('error', () => {});
  socket.pause();
  t.after(() => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(post('Content-Length: 0\r\n', '', '/hooks/x?long'));
  return { socket, closed, received: () => size };
};

const refused: readonly (readonly [title: string, bytes: string, status: number])[] = [
  [
    'Content-Length and Transfer-Encoding',
    post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    400,
  ],
  ['two Content-Length', post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'), 400],
  ['Transfer-Encoding: gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 501],
  ['HTTP/1.0 with chunks', post('Transfer-Encoding: chunked\r\n', '0\r\n\r\n', '/hooks/x', 'HTTP/1.0'), 400],
  ['two Host headers', post('Host: b\r\nContent-Length: 0\r\n'), 400],
  ['HTTP/2.0', post('Content-Length: 0\r\n', '', '/hooks/x', 'HTTP/2.0'), 505],
  ['HTTP/0.9', post('Content-Length: 0\r\n', '', '/hooks/x', 'HTTP/0.9'), 505],
  ['a folded header', post('X-A: b\r\n c\r\nContent-Length: 0\r\n'), 400],
  ['a bare line feed', 'POST /hooks/x HTTP/1.1\nHost: a\n\n', 400],
  ['a header name with a blank', post('X A: b\r\nContent-Length: 0\r\n'), 400],
  ['a broken chunk', post('Transfer-Encoding: chunked\r\n', 'zz\r\n'), 400],
];

for (const [title, bytes, status] of refused) {
  test(`case 107: ${title} is refused, the connection is closed, and no second request is seen`, async (t) => {
    const { url, requests } = await serve(t);
    const text = await sendRaw(url, bytes + smuggled);
    const [first] = statusesIn(text);
    assert.equal(first, status, text);
    assert.equal(statusesIn(text).length, 1, text);
    assert.match(text, /^connection: close/im);
    assert.deepEqual(requests, []);
  });
}

for (const target of [
  '//hooks/x',
  '/hooks//x',
  '/hooks/./x',
  '/hooks/../hooks/x',
  '/hooks/%78',
  '/HOOKS/x',
  '/hooks/x/',
  'http://evil/hooks/x',
  '/hooks/x#y',
  '/hooks/x;a=1',
  '/hooks\\x',
  '*',
]) {
  test(`case 106: ${target} is answered with 404 and never with a redirect`, async (t) => {
    const { url, requests } = await serve(t);
    const text = await sendRaw(url, post('Content-Length: 0\r\nConnection: close\r\n', '', target));
    assert.ok([400, 404].includes(statusesIn(text)[0]!), text);
    assert.doesNotMatch(text, /^location:/im);
    assert.deepEqual(requests, []);
  });
}

test('the query is passed on as it arrived', async (t) => {
  const { url, requests } = await serve(t);
  await sendRaw(url, post('Content-Length: 0\r\nConnection: close\r\n', '', '/hooks/x?a=%2F&b=//c?d'));
  assert.deepEqual([requests[0]!.path, requests[0]!.query], ['/hooks/x', 'a=%2F&b=//c?d']);
});

test('case 108: 1,100 small headers are answered with 431, and no header is lost in silence', async (t) => {
  const { url, requests } = await serve(t, undefined, { maxHeaderSize: 65_536 });
  const headers = Array.from({ length: 1_100 }, (_, index) => `X-${index}: 1\r\n`).join('');
  assert.deepEqual(statusesIn(await sendRaw(url, post(`${headers}Content-Length: 0\r\n`))), [431]);
  assert.deepEqual(requests, []);
});

test('case 109: a header of 17 kB is answered with 431', async (t) => {
  const { url } = await serve(t);
  assert.deepEqual(statusesIn(await sendRaw(url, post(`X-A: ${'a'.repeat(17_000)}\r\nContent-Length: 0\r\n`))), [431]);
});

test('case 110: a body of the limit and one byte more is answered with 413 and Connection: close, with and without Content-Length', async (t) => {
  const { url, requests } = await serve(t);
  const fits = await call(`${url}/hooks/x`, { body: 'a'.repeat(1000) });
  assert.equal(fits.status, 200);
  const announced = await sendRaw(url, post('Content-Length: 1001\r\n'));
  assert.deepEqual(statusesIn(announced), [413]);
  assert.match(announced, /^connection: close/im);
  const chunked = await sendRaw(url, post('Transfer-Encoding: chunked\r\n', `3e9\r\n${'a'.repeat(1001)}\r\n`));
  assert.deepEqual(statusesIn(chunked), [413]);
  assert.equal(requests.length, 1);
});

test('case 111: with Expect: 100-continue, a refusal comes without 100', async (t) => {
  const { url } = await serve(t);
  const expect = 'Expect: 100-continue\r\n';
  assert.deepEqual(statusesIn(await sendRaw(url, post(`${expect}Content-Length: 5000\r\n`))), [413]);
  assert.deepEqual(statusesIn(await sendRaw(url, post(`${expect}Content-Length: 2\r\n`, '', '/unknown'))), [404]);
  const accepted = await sendRaw(url, post(`${expect}Connection: close\r\nContent-Length: 2\r\n`, 'ab'));
  assert.deepEqual(statusesIn(accepted), [100, 200]);
});

test('case 112: a compressed body is answered with 415, whatever it contains', async (t) => {
  const { url, requests } = await serve(t);
  const bomb = gzipSync(Buffer.alloc(100_000));
  for (const coding of ['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip']) {
    const answer = await call(`${url}/hooks/x`, { headers: { 'content-encoding': coding }, body: bomb });
    assert.deepEqual([answer.status, answer.headers['accept-encoding']], [415, 'identity']);
  }
  assert.deepEqual(requests, []);
});

test('case 113: headers and bodies that drip, and silent connections, are cut', async (t) => {
  const { url, requests } = await serve(t, undefined, { headersTimeout: 300, requestTimeout: 500 });
  const cut = await Promise.all([
    sendRaw(url, 'POST /hooks/x HTTP/1.1\r\nHost: a\r\nX-A'),
    sendRaw(url, post('Content-Length: 10\r\n', 'abc')),
    sendRaw(url, ''),
  ]);
  assert.deepEqual(cut.map((text) => statusesIn(text)[0] ?? 'closed').slice(0, 2), [408, 408]);
  assert.deepEqual(requests, []);
});

test('case 114: connections beyond the limit are closed, and the others are served', async (t) => {
  const { url } = await serve(t, undefined, { maxConnections: 3 });
  const port = Number(new URL(url).port);
  const sockets: Socket[] = [];
  for (let count = 0; count < 3; count++) {
    const socket = connect({ host: '127.0.0.1', port });
    await new Promise((resolve) => socket.once('connect', resolve));
    sockets.push(socket);
  }
  t.after(() => sockets.forEach((socket) => void socket.destroy()));
  assert.equal(await sendRaw(url, post('Content-Length: 0\r\n')), '', 'closed without a byte');
  const answered = new Promise<string>((resolve) => sockets[0]!.once('data', (data) => resolve(data.toString())));
  sockets[0]!.write(post('Content-Length: 0\r\n'));
  assert.match(await answered, /^HTTP\/1\.1 200/);
});

test('case 115: of 50 pipelined requests, one is handled and answered, and the connection is closed', async (t) => {
  const { server, url, requests, ended } = await serve(t, async () => {
    await new Promise(setImmediate);
    assert.equal(server.active(), 1, 'a connection takes one place');
    return ok;
  });
  const text = await sendRaw(url, post('Content-Length: 0\r\n').repeat(50));
  await ended(1);
  assert.deepEqual(statusesIn(text), [200]);
  assert.match(text, /^connection: close/im);
  assert.equal(requests.length, 1);
});

for (const [title, bytes] of [
  ['bytes that are not HTTP', '\0\x01 garbage\r\n\r\n'],
  ['a request with two lengths', post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab')],
  ['a second request', post('Content-Length: 0\r\n')],
] as const) {
  test(`a request that was received whole gets its own answer, although ${title} came after it`, async (t) => {
    let finish = (): void => {};
    const waiting = new Promise<CallEnd>((resolve) => {
      finish = () => resolve(ok);
    });
    const { url, requests, ends, reached, ended } = await serve(t, () => waiting);
    const text = sendRaw(url, post('Content-Length: 2\r\n', 'hi') + bytes);
    await reached(1);
    // A request on a new connection is answered after the server has read what the first connection sent.
    await call(`${url}/unknown`);
    finish();
    await ended(1);
    assert.deepEqual(statusesIn(await text), [200]);
    assert.match(await text, /^connection: close/im);
    assert.deepEqual(
      ends.map(({ status }) => status),
      [200],
    );
    assert.equal(requests.length, 1);
  });
}

test('a request that begins while a long answer is being read is not handled, and the answer is complete', async (t) => {
  const { url, requests, limited, ended } = await serve(t, async () => long);
  const reader = await slowReader(t, url);
  await limited(1);
  reader.socket.write(post('Content-Length: 0\r\n'));
  await call(`${url}/unknown`);
  reader.socket.resume();
  await ended(1);
  await reader.closed;
  assert.ok(reader.received() > longBody.length, 'the whole answer');
  assert.equal(requests.length, 1);
});

test('a caller that does not read its answer loses its connection and its place when the time of the answer is over', async (t) => {
  const { url, ends, limited, ended, expire } = await serve(t, async ({ query }) => (query === 'long' ? long : ok), {
    maxRequests: 1,
  });
  const reader = await slowReader(t, url);
  await limited(1);
  assert.equal((await call(`${url}/hooks/x`)).status, 503, 'the only place is taken');
  await ended(1);
  expire();
  await ended(2);
  assert.equal(ends[1]!.status, undefined, 'the answer was not written');
  assert.equal((await call(`${url}/hooks/x`)).status, 200);
  reader.socket.resume();
  await reader.closed;
});

test('case 116: a caller that resets in the middle of its body is counted, and nothing is handled', async (t) => {
  const { url, requests, ends, ended } = await serve(t);
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  await new Promise((resolve) => socket.once('connect', resolve));
  await new Promise<void>((resolve) => socket.write(post('Content-Length: 100\r\n', 'abc'), () => resolve()));
  socket.on('error', () => {});
  socket.resetAndDestroy();
  // The server may not have read anything before the reset, so a second request shows that it works.
  assert.equal((await call(`${url}/hooks/x`, { body: 'a' })).status, 200);
  await ended(1);
  assert.equal(requests.length, 1);
  assert.deepEqual(
    ends.filter(({ status }) => status !== undefined).map(({ status }) => status),
    [200],
  );
});

test('case 117: a caller that is gone after its body is handled all the same, and its end has no status', async (t) => {
  let finish = (): void => {};
  const waiting = new Promise<CallEnd>((resolve) => {
    finish = () => resolve(ok);
  });
  const { url, ends, reached, ended } = await serve(t, () => waiting);
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(post('Content-Length: 3\r\n', 'abc'));
  await reached(1);
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.resetAndDestroy();
  await gone;
  // The server learns of it from the operating system, which takes a moment.
  await call(`${url}/unknown`, {});
  finish();
  await ended(1);
  assert.equal(ends[0]!.bodySize, 3);
  assert.equal(ends[0]!.call.result, 'answered');
});

test('case 126: a stop answers what is under way with Connection: close, and cuts half-sent bodies and silent connections', async (t) => {
  const finishers: (() => void)[] = [];
  const { server, url, reached } = await serve(t, () => new Promise((resolve) => finishers.push(() => resolve(ok))));
  const calls = Array.from({ length: 20 }, () =>
    call(`${url}/hooks/x`, { headers: { connection: 'keep-alive' }, body: 'a' }),
  );
  await reached(20);
  const silent = sendRaw(url, '');
  const half = sendRaw(url, post('Content-Length: 10\r\n', 'abc'));
  // Both are connected when a further request on a new connection was answered.
  await call(`${url}/unknown`, {});
  const force = new AbortController();
  const closed = server.close(force.signal);
  await assert.rejects(call(`${url}/hooks/x`, { body: 'a' }), /ECONNREFUSED|ECONNRESET|socket hang up/);
  for (const finish of finishers) finish();
  for (const { status, headers } of await Promise.all(calls))
    assert.deepEqual([status, headers.connection], [200, 'close']);
  force.abort();
  await closed;
  assert.equal(await silent, '');
  assert.doesNotMatch(await half, /^HTTP\/1\.1 200/);
});

test('a stop closes idle connections at once, and waits until a slow caller has its whole answer', async (t) => {
  const { server, url, ends, limited, ended } = await serve(t, async ({ query }) => (query === 'long' ? long : ok));
  const idle = connect({ host: '127.0.0.1', port: server.port });
  const isIdle = new Promise((resolve) => idle.once('data', resolve));
  idle.write(post('Content-Length: 0\r\n'));
  await isIdle;
  await ended(1);
  const idleClosed = new Promise((resolve) => idle.once('close', resolve));
  const reader = await slowReader(t, url);
  await limited(2);
  const closed = server.close(new AbortController().signal);
  await idleClosed;
  reader.socket.resume();
  await reader.closed;
  assert.ok(reader.received() > longBody.length, 'the whole answer');
  await closed;
  assert.deepEqual(
    ends.map(({ status }) => status),
    [200, 200],
  );
});

test('a stop that is forced cuts an answer that is being read, and does not report it as written', async (t) => {
  const { server, url, ends, limited } = await serve(t, async () => long);
  const reader = await slowReader(t, url);
  await limited(1);
  const force = new AbortController();
  const closed = server.close(force.signal);
  force.abort();
  await closed;
  reader.socket.resume();
  await reader.closed;
  assert.ok(reader.received() < longBody.length, 'a part of the answer');
  assert.deepEqual(
    ends.map(({ status }) => status),
    [undefined],
  );
});

test('case 127: a request on a connection that was open before the stop is not handled, and the connection is closed', async (t) => {
  let finish = (): void => {};
  const first = new Promise<CallEnd>((resolve) => {
    finish = () => resolve(ok);
  });
  const { server, url, requests, reached } = await serve(t, () => first);
  const port = Number(new URL(url).port);
  const chunks: string[] = [];
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('data', (data) => chunks.push(data.toString()));
  const gone = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(post('Content-Length: 0\r\n'));
  await reached(1);
  const closed = server.close(new AbortController().signal);
  socket.write(post('Content-Length: 0\r\n'));
  finish();
  await gone;
  await closed;
  assert.deepEqual(statusesIn(chunks.join('')), [200]);
  assert.equal(requests.length, 1);
});
