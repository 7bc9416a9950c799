/** The transport of gRPC against a server of HTTP/2 that does what the test says, right or wrong. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';
import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type CallResult, startCall } from '../../../src/connection/grpc/calls.ts';
import { createAddresses } from '../../../src/connection/grpc/transport/addresses.ts';
import {
  type ClientSettings,
  createClient,
  type GatewayClient,
} from '../../../src/connection/grpc/transport/client.ts';
import { startExchange } from '../../../src/connection/grpc/transport/exchange.ts';
import { frameOf } from '../../../src/grpc/frames.ts';
import { statusCodes } from '../../../src/grpc/status-codes.ts';
import { freePort } from '../../support/free-port.ts';

type Answer = (stream: ServerHttp2Stream, session: ServerHttp2Session) => void;

interface Result {
  readonly messages: readonly string[];
  readonly code: number;
  readonly details: string;
}

const listen = async (t: TestContext, server: Server | Http2Server, port = 0, host = '127.0.0.1'): Promise<number> => {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(port, host);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
};

const clientOf = (
  t: TestContext,
  port: number,
  times: Pick<ClientSettings, 'connectTimeout' | 'closeTimeout'> = {},
): GatewayClient => {
  const client = createClient({ address: { tls: false, host: '127.0.0.1', port }, ...times });
  t.after(() => client.close());
  return client;
};

/** A server whose streams are answered by the function, and a client. */
const start = async (t: TestContext, answer: Answer, settings = {}, closeTimeout = 5_000) => {
  const sessions: ServerHttp2Session[] = [];
  const server = createServer({ settings });
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    answer(stream, stream.session as ServerHttp2Session);
  });
  const port = await listen(t, server);
  return { client: clientOf(t, port, { closeTimeout }), server, sessions, port };
};

const call = (client: GatewayClient, options: { timeout?: number; longestMessage?: number } = {}): Promise<Result> =>
  new Promise((resolve) => {
    const messages: string[] = [];
    startExchange(
      client,
      { path: '/test/Call', frame: frameOf(Buffer.from('request')), headers: {}, longestMessage: 10_000, ...options },
      {
        message: (bytes) => messages.push(bytes.toString()),
        ended: ({ code, details }) => resolve({ messages, code, details }),
      },
    );
  });

/** Calls until a connection serves a call. While there is none, and between attempts, calls fail at once. */
const callUntilAvailable = async (client: GatewayClient): Promise<Result> => {
  const most = 200_000;
  for (let attempts = 0; attempts < most; attempts += 1) {
    const result = await call(client);
    if (result.code !== statusCodes.UNAVAILABLE) return result;
  }
  return assert.fail(`No connection serves a call after ${most} attempts.`);
};

const grpc = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers with messages and a status, as gRPC does. */
const reply =
  (messages: readonly Buffer[], trailers: Record<string, string> = { 'grpc-status': '0' }, headers = {}): Answer =>
  (stream) => {
    stream.respond({ ...grpc, ...headers }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const message of messages) stream.write(message);
    stream.end();
  };

const hello = frameOf(Buffer.from('hello'));

const compressed = (text: string): Buffer => {
  const frame = frameOf(gzipSync(Buffer.from(text)));
  frame[0] = 1;
  return frame;
};

const cases: readonly (readonly [title: string, answer: Answer, result: Result])[] = [
  ['messages and OK', reply([hello, hello]), { messages: ['hello', 'hello'], code: 0, details: '' }],
  [
    'a message compressed with gzip',
    reply([compressed('packed')], { 'grpc-status': '0' }, { 'grpc-encoding': 'gzip' }),
    { messages: ['packed'], code: 0, details: '' },
  ],
  [
    'a status with an encoded text',
    reply([], { 'grpc-status': '5', 'grpc-message': 'no such job: %C3%A4' }),
    { messages: [], code: statusCodes.NOT_FOUND, details: 'no such job: ä' },
  ],
  [
    'a text that is not encoded well',
    reply([], { 'grpc-status': '5', 'grpc-message': '100%' }),
    { messages: [], code: statusCodes.NOT_FOUND, details: '100%' },
  ],
  [
    'a status in the headers alone',
    (stream) => stream.respond({ ...grpc, 'grpc-status': '12', 'grpc-message': 'unknown' }, { endStream: true }),
    { messages: [], code: statusCodes.UNIMPLEMENTED, details: 'unknown' },
  ],
  [
    'a status that is not a number',
    reply([], { 'grpc-status': 'fine' }),
    { messages: [], code: statusCodes.UNKNOWN, details: '' },
  ],
  ...['', '0x0', '-1', '1.0', '0, 0'].map(
    (status) =>
      [
        `the status '${status}'`,
        reply([hello], { 'grpc-status': status }),
        { messages: ['hello'], code: statusCodes.UNKNOWN, details: '' },
      ] as const,
  ),
  [
    'trailers without a status',
    reply([hello], { other: 'x' }),
    { messages: ['hello'], code: statusCodes.UNKNOWN, details: 'No status received' },
  ],
  [
    'no trailers',
    (stream) => {
      stream.respond(grpc);
      stream.end(hello);
    },
    { messages: ['hello'], code: statusCodes.INTERNAL, details: 'Received RST_STREAM with code 0' },
  ],
  [
    'half a message',
    reply([hello.subarray(0, 7)]),
    { messages: [], code: statusCodes.INTERNAL, details: 'The answer ends in the middle of a message' },
  ],
  [
    'a message that is too large',
    reply([frameOf(Buffer.alloc(10_001))]),
    {
      messages: [],
      code: statusCodes.RESOURCE_EXHAUSTED,
      details: 'Received message larger than max (10001 vs 10000)',
    },
  ],
  [
    'a message in an unknown encoding',
    reply([compressed('packed')], { 'grpc-status': '0' }, { 'grpc-encoding': 'br' }),
    {
      messages: [],
      code: statusCodes.UNIMPLEMENTED,
      details: 'Received a message compressed with br, which is not supported',
    },
  ],
  [
    'a page',
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' });
      stream.end('<html>');
    },
    {
      messages: [],
      code: statusCodes.UNKNOWN,
      details: "Received an answer of the type 'text/html', which is not gRPC",
    },
  ],
  ...(
    [
      [400, statusCodes.INTERNAL],
      [401, statusCodes.UNAUTHENTICATED],
      [403, statusCodes.PERMISSION_DENIED],
      [404, statusCodes.UNIMPLEMENTED],
      [418, statusCodes.UNKNOWN],
      [429, statusCodes.UNAVAILABLE],
      [502, statusCodes.UNAVAILABLE],
      [503, statusCodes.UNAVAILABLE],
      [504, statusCodes.UNAVAILABLE],
    ] as const
  ).map(
    ([status, code]) =>
      [
        `the HTTP status ${status}`,
        (stream: ServerHttp2Stream) => stream.respond({ ':status': status }, { endStream: true }),
        { messages: [], code, details: `Received HTTP status code ${status}` },
      ] as const,
  ),
  ...(
    [
      [constants.NGHTTP2_REFUSED_STREAM, statusCodes.UNAVAILABLE, 'Stream refused by server'],
      [constants.NGHTTP2_CANCEL, statusCodes.CANCELLED, 'Call cancelled'],
      [
        constants.NGHTTP2_ENHANCE_YOUR_CALM,
        statusCodes.RESOURCE_EXHAUSTED,
        'Bandwidth exhausted or memory limit exceeded',
      ],
      [constants.NGHTTP2_INADEQUATE_SECURITY, statusCodes.PERMISSION_DENIED, 'Protocol not secure enough'],
      [constants.NGHTTP2_INTERNAL_ERROR, statusCodes.INTERNAL, 'Received RST_STREAM with code 2'],
    ] as const
  ).map(
    ([reset, code, details]) =>
      [
        `RST_STREAM with code ${reset}`,
        (stream: ServerHttp2Stream) => stream.close(reset),
        { messages: [], code, details },
      ] as const,
  ),
  [
    'the end of the connection',
    (_stream, session) => session.destroy(),
    { messages: [], code: statusCodes.UNAVAILABLE, details: 'Connection dropped' },
  ],
];

describe('a call whose answer is', () => {
  for (const [title, answer, result] of cases) {
    test(title, async (t) => {
      const { client } = await start(t, answer);
      assert.deepEqual(await call(client), result);
    });
  }
});

describe('the messages of a call', () => {
  const collect = (client: GatewayClient, responseStream: boolean): Promise<CallResult> => {
    const method = {
      ...{ path: '/test/Call', responseStream },
      requestSerialize: () => Buffer.alloc(0),
      responseDeserialize: (bytes: Buffer) => bytes,
    };
    return new Promise((resolve) => {
      startCall(client, { method, request: {}, headers: {}, timeout: undefined }, resolve);
    });
  };

  test('are one unless it streams them', async (t) => {
    const { client } = await start(t, reply([hello, hello]));
    const details = 'The answer has more than one message';
    assert.deepEqual(await collect(client, false), { status: { code: statusCodes.UNIMPLEMENTED, details } });
    const both = await collect(client, true);
    assert.ok('messages' in both, 'A stream has any number.');
    assert.equal(both.messages.length, 2);
  });

  test('are no more than 131,072, even if each is empty', async (t) => {
    const some = Buffer.concat(Array.from({ length: 5_000 }, () => frameOf(Buffer.alloc(0))));
    const { client } = await start(t, (stream) => {
      stream.respond(grpc);
      const write = (): void => {
        if (stream.destroyed) return;
        if (stream.write(some)) setImmediate(write);
        else stream.once('drain', write);
      };
      write();
    });
    const result = await collect(client, true);
    assert.ok('messages' in result, 'What has arrived is the result.');
    assert.equal(result.messages.length, 131_072);
  });
});

test('the request has the headers of gRPC and a framed message', async (t) => {
  const requests: Record<string, unknown>[] = [];
  const parts: Buffer[] = [];
  const { client, port, server } = await start(t, (stream, session) => {
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => reply([])(stream, session));
  });
  server.on('stream', (_stream, headers) => requests.push(headers));
  assert.equal((await call(client, { timeout: 5_000 })).code, 0);
  assert.deepEqual(Object.fromEntries(Object.entries(requests[0] ?? {})), {
    ':method': 'POST',
    ':path': '/test/Call',
    ':authority': `127.0.0.1:${port}`,
    ':scheme': 'http',
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-accept-encoding': 'identity,gzip,deflate',
    'grpc-timeout': '5000m',
  });
  assert.deepEqual(Buffer.concat(parts), frameOf(Buffer.from('request')));
});

describe('the asynchronous resource that Node.js makes for a request', () => {
  const { prototype } = AsyncResource;
  const { bind } = prototype;

  test('binds as before when the request has been started, or could not be', async (t) => {
    const { client, sessions } = await start(t, reply([hello]));
    assert.equal((await call(client)).code, 0);
    assert.equal(prototype.bind, bind);
    const failed = new Promise<unknown>((resolve) => {
      client.withSession(
        (session) => {
          session.abandon('The test');
          try {
            // Node.js 24 does not throw.
            session.request({ ':path': '/' }).once('error', resolve);
          } catch (error) {
            resolve(error);
          }
          assert.equal(prototype.bind, bind);
        },
        () => assert.fail('There is a connection.'),
      );
    });
    assert.equal(((await failed) as NodeJS.ErrnoException).code, 'ERR_HTTP2_INVALID_SESSION');
    assert.equal(prototype.bind, bind);
    assert.equal(sessions.length, 1);
  });

  /** The contexts in which the callbacks of two calls over one connection run. */
  const contexts = async (t: TestContext): Promise<readonly (string | undefined)[]> => {
    const { client } = await start(t, reply([hello]));
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const note = (): void => void seen.push(storage.getStore());
    const makeCall = (): Promise<void> =>
      new Promise((resolve) => {
        startExchange(
          client,
          { path: '/test/Call', frame: hello, headers: {}, longestMessage: 100 },
          { opened: note, message: note, ended: () => resolve(note()) },
        );
      });
    for (const name of ['one', 'two']) await storage.run(name, makeCall);
    return seen;
  };

  test('binds as somebody else has decided, and the callbacks of calls then run in the same contexts', async (t) => {
    const own = await contexts(t);
    let count = 0;
    prototype.bind = function replaced(this: AsyncResource, ...given: Parameters<typeof bind>) {
      count += 1;
      return Reflect.apply(bind, this, given) as ReturnType<typeof bind>;
    } as typeof bind;
    try {
      assert.deepEqual(await contexts(t), own);
    } finally {
      prototype.bind = bind;
    }
    assert.ok(count >= 2, 'Node.js binds to a resource for each request.');
    assert.deepEqual(own.slice(0, 5), ['one', 'one', 'one', 'two', 'two']);
  });

  /** The code of the error. An asynchronous hook must not throw. */
  const codeOf = (act: () => unknown): string | undefined => {
    try {
      act();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
    return undefined;
  };

  /** What somebody who binds sees, and can rely on. */
  const observe = (): unknown => {
    const resource = new AsyncResource('Test');
    // Returns what it is called with.
    const act = function (this: unknown, first: unknown, ...others: unknown[]): unknown {
      return [this, first, ...others];
    };
    const self = { name: 'self' };
    return [
      ...[undefined, null, { name: 'given' }].map((thisArg) => {
        const bound = Reflect.apply(resource.bind, resource, [act, thisArg] as never) as typeof act;
        return [Object.getOwnPropertyDescriptors(bound).length, bound.name, bound.call(self, 1, 2)];
      }),
      Object.hasOwn(resource.bind(act), 'asyncResource'),
      Object.getOwnPropertyDescriptor(
        resource.bind((...args: unknown[]) => args),
        'length',
      ),
      codeOf(() => resource.bind('no function' as never)),
    ];
  };

  /** Runs code while Node.js starts a request. Returns a function that ends that. */
  const occasions: readonly (readonly [title: string, run: (act: () => void) => () => void])[] = [
    [
      'an asynchronous hook',
      (act) => {
        const hook = createHook({
          init: (_id, type) => {
            if (type === 'PendingRequest') act();
          },
        }).enable();
        return () => hook.disable();
      },
    ],
    [
      'a subscriber of a diagnostics channel',
      (act) => {
        diagnostics.subscribe('http2.client.stream.start', act);
        return () => diagnostics.unsubscribe('http2.client.stream.start', act);
      },
    ],
  ];
  for (const [title, run] of occasions) {
    test(`binds as always for ${title}`, async (t) => {
      const { client } = await start(t, reply([hello]));
      const seen: unknown[] = [];
      const end = run(() => seen.push(observe()));
      try {
        await call(client);
      } finally {
        end();
      }
      // The channel is newer than Node.js 20.12.
      if (seen.length === 0) return t.skip('This version of Node.js does not run it.');
      assert.deepEqual(seen[0], observe());
    });
  }

  test('stays as it has been replaced while a request was started', async (t) => {
    const { client } = await start(t, reply([hello]));
    const replaced = function replaced(this: AsyncResource, ...given: Parameters<typeof bind>) {
      return Reflect.apply(bind, this, given) as ReturnType<typeof bind>;
    } as typeof bind;
    const hook = createHook({
      init: (_id, type) => {
        if (type === 'PendingRequest') prototype.bind = replaced;
      },
    }).enable();
    try {
      assert.equal((await call(client)).code, 0);
      assert.equal(prototype.bind, replaced);
    } finally {
      hook.disable();
      prototype.bind = bind;
    }
  });

  test('is that of a function whose name is known', async (t) => {
    const { client } = await start(t, reply([hello]));
    const names: string[] = [];
    prototype.bind = function replaced(this: AsyncResource, ...given: Parameters<typeof bind>) {
      names.push(given[0].name);
      return Reflect.apply(bind, this, given) as ReturnType<typeof bind>;
    } as typeof bind;
    try {
      await call(client);
    } finally {
      prototype.bind = bind;
    }
    assert.ok(names.includes('bound requestOnConnect'), `Otherwise requests are slow: ${names}`);
  });
});

test('a call has a deadline, which counts the time to connect', async (t) => {
  const { client } = await start(t, () => {});
  assert.deepEqual(await call(client, { timeout: 50 }), {
    messages: [],
    code: statusCodes.DEADLINE_EXCEEDED,
    details: 'Deadline exceeded',
  });
  const silent = createTcpServer(() => {});
  const port = await listen(t, silent);
  assert.equal((await call(clientOf(t, port), { timeout: 50 })).code, statusCodes.DEADLINE_EXCEEDED);
});

test('a server that accepts connections and then says nothing is given up after the time to connect', async (t) => {
  const silent = createTcpServer(() => {});
  const { code, details } = await call(clientOf(t, await listen(t, silent), { connectTimeout: 50 }));
  assert.deepEqual(
    [code, details],
    [statusCodes.UNAVAILABLE, 'No connection established. Last error: No connection within 50 ms'],
  );
});

test('a server that does not speak HTTP/2 is named so', async (t) => {
  const web = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const { code, details } = await call(clientOf(t, await listen(t, web)));
  assert.equal(code, statusCodes.UNAVAILABLE);
  assert.match(details, /Protocol error/);
});

describe('a host name with several addresses', () => {
  /** What listens at the first address, which is not a gateway that works. */
  const others: readonly (readonly [title: string, greet: (socket: Socket) => void])[] = [
    ['says nothing', () => {}],
    ['closes each connection', (socket) => socket.destroy()],
    ['does not speak HTTP/2', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ];

  for (const [title, greet] of others) {
    test(`leads to the second one if the first one ${title}`, { skip: process.platform !== 'linux' }, async (t) => {
      const gateway = createServer();
      gateway.on('stream', reply([hello]));
      const port = await listen(t, gateway);
      const other = createTcpServer((socket) => {
        socket.on('error', () => {});
        greet(socket);
      });
      await listen(t, other, port, '127.0.0.2');
      const addresses = ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }));
      t.mock.method(dns, 'lookup', (_host: string, _options: object, done: (error: null, found: object) => void) =>
        process.nextTick(done, null, addresses),
      );
      const client = createClient({ address: { tls: false, host: 'gateway.test', port }, connectTimeout: 300 });
      t.after(() => client.close());
      assert.equal((await call(client)).code, statusCodes.UNAVAILABLE);
      // The pause after an attempt that has failed.
      const second = await callUntilAvailable(client);
      assert.deepEqual(second.messages, ['hello']);
    });
  }
});

describe('the addresses of a host name', () => {
  const found = ['a', 'b', 'c'].map((address) => ({ address, family: 4 }));
  const startLookup = (t: TestContext, error: Error | null = null) => {
    t.mock.method(dns, 'lookup', (_host: string, _options: object, done: (error: Error | null, list: object) => void) =>
      done(error, found),
    );
    const { lookup, failed } = createAddresses();
    const chosen = (): string => {
      let text = '';
      lookup('gateway.test', { all: true }, (_error, list) => {
        text = (list as LookupAddress[]).map(({ address }) => address).join('');
      });
      return text;
    };
    return { lookup, failed, chosen };
  };

  test('are left out after they have failed, until all have', (t) => {
    const { failed, chosen } = startLookup(t);
    assert.equal(chosen(), 'abc');
    failed('b');
    assert.equal(chosen(), 'ac');
    failed('a');
    assert.equal(chosen(), 'c');
    failed('c');
    assert.equal(chosen(), 'abc');
  });

  test('all count again if none of the others accepts a connection', (t) => {
    const { failed, chosen } = startLookup(t);
    failed('a');
    failed(undefined);
    assert.equal(chosen(), 'abc');
  });

  test('are one where one is asked for', (t) => {
    const { lookup, failed } = startLookup(t);
    failed('a');
    lookup('gateway.test', {}, (error, address, family) => assert.deepEqual([error, address, family], [null, 'b', 4]));
  });

  test('are none for an unknown name, which is an error', (t) => {
    const missing = Object.assign(new Error('getaddrinfo ENOTFOUND gateway.test'), { code: 'ENOTFOUND' });
    const { lookup } = startLookup(t, missing);
    lookup('gateway.test', { all: true }, (error) => assert.equal(error, missing));
  });
});

test('after GOAWAY, calls under way are answered, and the next one opens another connection', async (t) => {
  const held: ServerHttp2Stream[] = [];
  const { client, sessions } = await start(t, (stream, session) => {
    if (sessions.length > 1) {
      reply([hello])(stream, session);
      return;
    }
    held.push(stream);
    session.goaway();
  });
  const first = call(client);
  const [session] = await new Promise<ServerHttp2Session[]>((resolve) => {
    const look = (): void => void (held.length > 0 ? resolve(sessions) : setImmediate(look));
    look();
  });
  assert.ok(session !== undefined, 'There is a connection.');
  // The frame can arrive after the call has been started; then the old connection refuses it.
  const second = await callUntilAvailable(client);
  assert.deepEqual(second.messages, ['hello']);
  assert.equal(sessions.length, 2);
  reply([hello])(held[0]!, session);
  assert.deepEqual((await first).messages, ['hello']);
});

test('more calls than the server allows at once wait for their turn', async (t) => {
  let open = 0;
  let most = 0;
  const { client } = await start(
    t,
    (stream, session) => {
      open += 1;
      most = Math.max(most, open);
      stream.once('close', () => {
        open -= 1;
      });
      setImmediate(() => reply([hello])(stream, session));
    },
    { maxConcurrentStreams: 2 },
  );
  const results = await Promise.all(Array.from({ length: 20 }, () => call(client)));
  assert.ok(
    results.every(({ code }) => code === 0),
    'Each call is answered.',
  );
  assert.ok(most <= 2, `${most} calls were open at once.`);
});

test('cancelled calls that have waited for their turn leave the connection to the others', async (t) => {
  const held: ServerHttp2Stream[] = [];
  const { client, sessions } = await start(t, (stream) => held.push(stream), { maxConcurrentStreams: 1 }, 50);
  const first = call(client);
  await new Promise<void>((resolve) => {
    const look = (): void => void (held.length > 0 ? resolve() : setImmediate(look));
    look();
  });
  assert.equal((await call(client, { timeout: 50 })).code, statusCodes.DEADLINE_EXCEEDED);
  // Longer than the time in which the end of a call must have been sent.
  assert.equal((await call(client, { timeout: 200 })).code, statusCodes.DEADLINE_EXCEEDED);
  reply([hello])(held[0]!, sessions[0]!);
  assert.deepEqual((await first).messages, ['hello']);
  assert.equal(sessions.length, 1);
});

describe('a busy process does not blame the gateway:', () => {
  const limit = 50;
  const block = (milliseconds: number): void => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };

  test('a call that is cancelled after the process has read leaves the connection to the others', async (t) => {
    const held: ServerHttp2Stream[] = [];
    const answer: Answer = (stream, session) => {
      held.push(stream);
      if (held.length === 1) return;
      stream.once('close', () => reply([hello])(held[0]!, session));
      stream.respond(grpc);
      stream.write(hello);
    };
    const { client, sessions } = await start(t, answer, {}, limit);
    const other = call(client);
    const cancelAndBlock = (): void => {
      running.cancel();
      block(3 * limit);
    };
    const running = startExchange(
      client,
      { path: '/test/Call', frame: hello, headers: {}, longestMessage: 100 },
      // Timers come next, before Node.js sends.
      { message: () => setImmediate(cancelAndBlock), ended: () => {} },
    );
    assert.deepEqual(await other, { messages: ['hello'], code: 0, details: '' });
    assert.equal(sessions.length, 1);
  });

  test('a connection that could be made while the process was busy is made', async (t) => {
    const server = createServer().on('stream', (stream) =>
      reply([hello])(stream, stream.session as ServerHttp2Session),
    );
    const called = call(clientOf(t, await listen(t, server), { connectTimeout: 10 * limit }));
    block(12 * limit);
    assert.deepEqual(await called, { messages: ['hello'], code: 0, details: '' });
  });
});

test('a paused call passes no message on until it goes on, and then all of them', async (t) => {
  const { client } = await start(
    t,
    reply(Array.from({ length: 50 }, (_, index) => frameOf(Buffer.from(String(index))))),
  );
  const seen: string[] = [];
  const { promise, resolve } = createDeferred<number>();
  const running = startExchange(
    client,
    { path: '/test/Call', frame: frameOf(Buffer.alloc(0)), headers: {}, longestMessage: 100 },
    {
      message: (bytes) => {
        seen.push(bytes.toString());
        if (seen.length !== 10) return;
        running.pause();
        // Whatever has arrived meanwhile must not have been passed on.
        setImmediate(() => {
          assert.equal(seen.length, 10);
          running.resume();
        });
      },
      ended: ({ code }) => resolve(code),
    },
  );
  assert.equal(await promise, 0);
  assert.deepEqual(
    seen,
    Array.from({ length: 50 }, (_, index) => String(index)),
  );
});

test('a cancelled call ends at once, and the server sees it', async (t) => {
  const closed = createDeferred<number>();
  const opened = createDeferred<void>();
  const { client } = await start(t, (stream) => {
    stream.respond(grpc);
    stream.once('close', () => closed.resolve(stream.rstCode ?? -1));
  });
  const ended = createDeferred<number>();
  const running = startExchange(
    client,
    { path: '/test/Call', frame: frameOf(Buffer.alloc(0)), headers: {}, longestMessage: 100 },
    { opened: () => opened.resolve(), message: () => {}, ended: ({ code }) => ended.resolve(code) },
  );
  await opened.promise;
  running.cancel();
  assert.equal(await ended.promise, statusCodes.CANCELLED);
  assert.equal(await closed.promise, constants.NGHTTP2_CANCEL);
});

test('calls during the pause after a failed attempt fail at once, with the reason', async (t) => {
  const client = clientOf(t, await freePort());
  const first = await call(client);
  assert.match(first.details, /^No connection established\. Last error: connect ECONNREFUSED/);
  assert.deepEqual(await call(client), first);
});

function createDeferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
