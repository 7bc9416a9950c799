/**
 * Servers that misbehave, as section 4 of cluster-access.md lists: cases 107 to 141.
 *
 * Elsewhere: 109 and 110 in raw-members.test.ts, 131 in poll-turns.test.ts, 133 with the engine's REST gateway, 137 and 138 among
 * the chaos scenarios, 141 also in fuzz.test.ts. Without a test: 134, which `npm run bench` measures; and 135, because the
 * requests to token servers load node:https in any case, and the rest of this code is small.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createFixedHeaders } from '../../../src/connection/auth/authenticator.ts';
import type { Command, Connection } from '../../../src/connection/port.ts';
import { createRestConnection, type RestConnectionSettings } from '../../../src/connection/rest/connection.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { failure } from '../support/failure.ts';
import { onRequests } from '../support/requests.ts';
import {
  type Answer,
  page,
  problem,
  type Respond,
  type RestGateway,
  startRestGateway,
} from '../support/rest-gateway.ts';

const cleanUps = cleanUpsAfterEach();

// 141. Nothing of all this may end in an unhandled rejection.
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
before(() => process.on('unhandledRejection', note));
after(() => {
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});

const connect = (base: string, settings: Partial<RestConnectionSettings> = {}): Connection => {
  const connection = createRestConnection({ base, ...settings });
  cleanUps.push(() => connection.close());
  return connection;
};

const start = async (respond: Respond, options: Parameters<typeof startRestGateway>[1] = {}): Promise<RestGateway> => {
  const gateway = await startRestGateway(respond, options);
  cleanUps.push(() => gateway.stop());
  return gateway;
};

/** Resolves when the client has closed its sockets. An error of a socket is one way to close. */
const closed = async ({ open }: RestGateway['sockets']): Promise<void> => {
  for (const socket of open) await new Promise((resolve) => socket.once('close', resolve));
};

const poll = { type: 'log', worker: 'w', timeout: 1000, maxJobs: 1, requestTimeout: -1 };
const complete: Command = { kind: 'completeJob', jobKey: '1', variables: '{}' };
const create = { bpmnProcessId: 'p' };

/** Each way to call, which a bad answer must fail. */
const callsOf = (connection: Connection): Readonly<Record<string, () => Promise<unknown>>> => ({
  topology: () => connection.topology(),
  activateJobs: () => connection.activateJobs(poll),
  complete: () => connection.send(complete),
  publish: () =>
    connection.send({
      kind: 'publishMessage',
      ...{ name: 'm', correlationKey: '', messageId: 'i', timeToLive: 0, variables: '{}' },
    }),
  deploy: () => connection.deploy([{ name: 'a.bpmn', content: new Uint8Array() }]),
  createInstance: () => connection.createInstance(create),
  createInstanceWithResult: () => connection.createInstanceWithResult(create),
});

describe('what goes out', () => {
  test('107. has the method, the path below the prefix, and no more headers than needed', async () => {
    const { base, requests } = await start(() => ({ status: 204 }));
    const connection = connect(base.replace('/v2', '/cluster-a/v2'), {
      authenticator: createFixedHeaders({ authorization: 'Bearer abc' }),
    });
    await connection.send(complete);
    const [{ method, body, headers, raw }] = requests as [RestGateway['requests'][number]];
    assert.equal(`${method} ${raw.request.url}`, 'POST /cluster-a/v2/jobs/1/completion');
    assert.equal(body, '{"variables":{}}');
    assert.deepEqual(headers, {
      accept: 'application/json',
      authorization: 'Bearer abc',
      connection: 'keep-alive',
      'content-length': '16',
      'content-type': 'application/json',
      host: base.replace(/^http:\/\/|\/v2$/g, ''),
      'user-agent': 'camunda-connectors',
    });
  });

  test('a key cannot change the path', async () => {
    const { base, requests } = await start(() => ({ status: 204 }));
    await connect(base).send({ ...complete, jobKey: '../7?a=#' });
    assert.equal(requests[0]?.path, '/jobs/..%2F7%3Fa%3D%23/completion');
  });

  test('129. 100 calls in a row use one socket, and 300 at once at most 64', async () => {
    const { base, sockets } = await start(() => ({ status: 204 }));
    const connection = connect(base);
    for (let count = 0; count < 100; count += 1) await connection.send(complete);
    assert.equal(sockets.opened, 1);
    await Promise.all(Array.from({ length: 300 }, () => connection.send(complete)));
    assert.equal(sockets.opened, 64);
  });

  test('140. 1,000 completions at once are all done, while every place for polls is taken', async () => {
    let done = 0;
    const { base, arrived, sockets } = await start(({ path }) => {
      if (path === '/jobs/activation') return undefined;
      if (path === '/jobs/search') return { body: { items: [] } };
      done += 1;
      return { status: 204 };
    });
    const connection = connect(base);
    const polls = Array.from({ length: 60 }, () =>
      failure(connection.activateJobs({ ...poll, requestTimeout: 40_000 })),
    );
    await arrived(40);
    await Promise.all(Array.from({ length: 1_000 }, () => connection.send(complete)));
    assert.equal(done, 1_000);
    assert.equal(sockets.opened, 64);
    await connection.close();
    for (const fault of await Promise.all(polls)) assert.equal(fault.reason, 'aborted');
  });
});

describe('an answer that is not from a gateway', () => {
  const strange: readonly (readonly [string, Answer])[] = [
    ['120. a login page', page(200)],
    ['a login page with the status 201', page(201)],
    ['an empty success', { status: 200 }],
    ['JSON of another type', { headers: { 'content-type': 'text/plain' }, body: '{"jobs":[]}' }],
    ['121. an empty object', { body: {} }],
    ['a list', { body: [] }],
    ['null', { body: 'null' }],
    ['half an object', { body: '{"jobs":[' }],
    ['keys as numbers', { body: { jobs: [{ jobKey: 1 }], messageKey: 1, processInstanceKey: 1, brokers: 1 } }],
  ];
  for (const [what, answer] of strange) {
    test(`${what} is never a success`, async () => {
      const { base } = await start(() => answer);
      for (const [name, call] of Object.entries(callsOf(connect(base)))) {
        const fault = await failure(call());
        assert.equal(fault.kind, 'connection', `${name}: ${inspect(fault)}`);
        assert.equal(fault.reason, 'transient', name);
        assert.match(fault.message, /not that of a Camunda gateway/, name);
        assert.doesNotMatch(fault.message, /log in/, name);
      }
    });
  }

  test('121. no jobs are no jobs', async () => {
    const { base } = await start(() => ({ body: { jobs: [] } }));
    assert.deepEqual(await connect(base).activateJobs(poll), []);
  });

  for (const code of [301, 302, 303, 307, 308]) {
    test(`123. the redirect ${code} is not followed`, async () => {
      const { base, requests } = await start(({ path }) =>
        path === '/topology' ? { status: code, headers: { location: `${base}/elsewhere` } } : undefined,
      );
      const fault = await failure(connect(base, { authenticator: createFixedHeaders({ a: 'b' }) }).topology());
      assert.equal(fault.reason, 'rejected');
      assert.match(fault.message, /leads elsewhere \(HTTP 30\d\)/);
      assert.equal(requests.length, 1);
    });
  }

  test('122. an answer that is cut at any byte fails, and the process lives', async () => {
    const whole = JSON.stringify({ processInstanceKey: '1', processDefinitionKey: '2', variables: { a: 'ü' } });
    const bytes = Buffer.from(whole);
    for (let end = 0; end < bytes.length; end += 7) {
      const { base, stop } = await start(({ raw: { response } }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
        response.write(bytes.subarray(0, end), () => response.destroy());
        return undefined;
      });
      const connection = connect(base);
      const fault = await failure(connection.createInstance(create));
      assert.equal(fault.status, 'UNAVAILABLE');
      assert.match(fault.message, /connection was lost before the answer was complete/);
      await connection.close();
      stop();
    }
  });

  test('127. an answer that announces too much, or never ends, is refused', async () => {
    const announced = await start(({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 200_000_000 });
      response.write('{');
      return undefined;
    });
    const fault = await failure(connect(announced.base).activateJobs(poll));
    assert.equal(fault.status, 'OUT_OF_RANGE');
    assert.match(fault.message, /longer than 134217728 bytes/);
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let sent = 0;
    const endless = await start(({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      // A response whose socket has gone calls back at once, with an error or without one.
      const more = (error?: Error | null): void => {
        if (error != null || response.destroyed || response.socket === null || response.socket.destroyed) return;
        sent += chunk.length;
        response.write(chunk, more);
      };
      more();
      return undefined;
    });
    assert.equal((await failure(connect(endless.base).activateJobs(poll))).status, 'OUT_OF_RANGE');
    assert.ok(sent < 140 * 1024 * 1024, `${sent} bytes were taken`);
  });

  test('128. a compressed answer, which nobody asked for, is not expanded', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const { base, requests } = await start(({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(bomb);
      return undefined;
    });
    const fault = await failure(connect(base).topology());
    assert.match(fault.message, /answer is compressed/);
    assert.equal(requests[0]?.headers['accept-encoding'], undefined);
  });
});

describe('a refusal', () => {
  const cases: readonly (readonly [string, Answer, string, string, RegExp])[] = [
    ['117. 429', { status: 429 }, 'RESOURCE_EXHAUSTED', 'transient', /no capacity/],
    [
      '118. 503 with its title',
      problem(503, 'RESOURCE_EXHAUSTED', 'x'),
      'RESOURCE_EXHAUSTED',
      'transient',
      /no capacity/,
    ],
    [
      '118. 500 with it in the text',
      problem(500, 'Internal Server Error', 'Expected … code RESOURCE_EXHAUSTED'),
      ...(['RESOURCE_EXHAUSTED', 'transient', /no capacity/] as const),
    ],
    ['503', problem(503, 'Service Unavailable', 'x'), 'UNAVAILABLE', 'transient', /cannot serve the call now/],
    ['119. 502 of a proxy', page(502), 'UNAVAILABLE', 'transient', /HTTP 502/],
    ['119. 504 of a proxy', page(504), 'DEADLINE_EXCEEDED', 'transient', /may have been done/],
    ['119. an empty 500', { status: 500 }, 'INTERNAL', 'transient', /HTTP 500/],
    ['124. 404 of the gateway', problem(404, 'NOT_FOUND', 'no such job'), 'NOT_FOUND', 'rejected', /no such job/],
    [
      '124. 404 of a web server for the path',
      problem(404, 'Not Found', 'No static resource v1/v2/topology.'),
      ...(['UNIMPLEMENTED', 'rejected', /no such REST endpoint[\s\S]*Fix: check CAMUNDA_REST_ADDRESS/] as const),
    ],
    [
      '124. 404 of the embedded engine for the path',
      problem(404, 'Not Found', 'The REST API is below /v2.'),
      ...(['UNIMPLEMENTED', 'rejected', /no such REST endpoint[\s\S]*Fix: check CAMUNDA_REST_ADDRESS/] as const),
    ],
    ['124. 404 of a page', page(404), 'UNIMPLEMENTED', 'rejected', /no such REST endpoint[\s\S]*CAMUNDA_REST_ADDRESS/],
    ['125. 409', problem(409, 'INVALID_STATE', 'x'), 'FAILED_PRECONDITION', 'rejected', /rejected the call/],
    ['409 of a duplicate', problem(409, 'ALREADY_EXISTS', 'x'), 'ALREADY_EXISTS', 'rejected', /rejected the call/],
    ['126. 413', page(413), 'INVALID_ARGUMENT', 'rejected', /request of 16 bytes is larger/],
    ['403', problem(403, 'FORBIDDEN', 'x'), 'PERMISSION_DENIED', 'rejected', /does not allow/],
    ['401 of a page', page(401), 'UNAUTHENTICATED', 'credentials', /rejected the credentials/],
    ['405', { status: 405 }, 'UNIMPLEMENTED', 'rejected', /no such REST endpoint/],
    ['415', { status: 415 }, 'UNIMPLEMENTED', 'rejected', /no such REST endpoint/],
    ['418', { status: 418 }, 'INVALID_ARGUMENT', 'rejected', /HTTP 418/],
    ['599', { status: 599 }, 'UNAVAILABLE', 'transient', /HTTP 599/],
    ['a problem that is none', { status: 400, body: '{"title":' }, 'INVALID_ARGUMENT', 'rejected', /HTTP 400/],
    [
      'a problem of wrong types',
      { status: 400, body: { title: 1, detail: {} } },
      'INVALID_ARGUMENT',
      'rejected',
      /HTTP 400/,
    ],
  ];
  for (const [what, answer, status, reason, text] of cases) {
    test(`${what} is ${status}, sent once, without a page in its text`, async () => {
      const { base, requests } = await start(() => answer);
      const fault = await failure(connect(base).send(complete));
      assert.deepEqual([fault.status, fault.reason], [status, reason]);
      assert.match(fault.message, text);
      assert.doesNotMatch(fault.message, /<html>|log in/);
      assert.equal(requests.length, 1);
    });
  }

  test('117. Retry-After is on the error, in seconds or as a date', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    for (const [value, least, most] of [
      ['7', 7_000, 7_000],
      [date, 50_000, 60_000],
      ['soon', undefined, undefined],
      ['-1', undefined, undefined],
    ] as const) {
      const { base } = await start(() => ({ status: 429, headers: { 'retry-after': value } }));
      const { retryAfter } = await failure(connect(base).topology());
      if (least === undefined) assert.equal(retryAfter, undefined);
      else assert.ok(retryAfter! >= least && retryAfter! <= most, `${value}: ${retryAfter}`);
    }
  });

  test('a text of the other side is bounded, and shows no credentials', async () => {
    const { base } = await start(({ headers }) =>
      problem(400, 'INVALID_ARGUMENT', `${headers.authorization} ${'x'.repeat(50_000)}`),
    );
    const authenticator = createFixedHeaders({ authorization: 'Bearer secret-token' });
    const fault = await failure(connect(base, { authenticator }).send(complete));
    assert.ok(fault.message.length < 3_000, String(fault.message.length));
    assert.doesNotMatch(inspect(fault), /secret-token/);
  });
});

describe('a call has a deadline over everything', () => {
  const silent: Readonly<Record<string, Respond>> = {
    '111. no answer': () => undefined,
    '112. headers and no body': ({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      return undefined;
    },
    '112. half a body': ({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"jobs":');
      return undefined;
    },
    '112. a dripping body': ({ raw: { response } }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
      return undefined;
    },
  };
  for (const [what, respond] of Object.entries(silent)) {
    test(`${what}: the call ends, its socket too, and nothing is repeated`, async () => {
      const { base, requests, sockets } = await start(respond);
      // Long enough for the request to arrive on a busy machine.
      const fault = await failure(connect(base).activateJobs(poll, { timeout: 400 }));
      assert.deepEqual([fault.status, fault.reason], ['DEADLINE_EXCEEDED', 'transient']);
      await closed(sockets);
      assert.equal(requests.length, 1);
    });

    test(`113. ${what}: the signal aborts, also at the server`, async () => {
      const { base, arrived, sockets } = await start(respond);
      const controller = new AbortController();
      const call = failure(connect(base).createInstance(create, { signal: controller.signal }));
      await arrived(1);
      controller.abort();
      assert.equal((await call).reason, 'aborted');
      await closed(sockets);
    });
  }

  test('113. the signal aborts a call that is still connecting', async () => {
    const controller = new AbortController();
    // Nobody answers at an address of documentation, or the network refuses it at once.
    const call = failure(connect('http://192.0.2.1:9/v2').topology({ signal: controller.signal }));
    controller.abort();
    assert.equal((await call).reason, 'aborted');
  });

  test("132. a wait of 0 is the gateway's own, a negative one is none, and a fraction is whole", async () => {
    const { base, requests } = await start(() => ({ body: { jobs: [] } }));
    const connection = connect(base);
    for (const requestTimeout of [0, -1, -5, 1.6, 70_000]) await connection.activateJobs({ ...poll, requestTimeout });
    assert.deepEqual(
      requests.map(({ body }) => (JSON.parse(body) as { requestTimeout: number }).requestTimeout),
      [10_000, -1, -1, 2, 20_000],
    );
  });

  test('114. an abort after the end has no effect', async () => {
    const { base } = await start(() => ({ status: 204 }));
    const controller = new AbortController();
    const connection = connect(base);
    await connection.send(complete, { signal: controller.signal });
    controller.abort();
    await connection.send(complete);
  });

  test('waiting for a place counts', async () => {
    const { base, requests, arrived } = await start(() => undefined);
    const connection = connect(base);
    const before = Array.from({ length: 64 }, () => failure(connection.send(complete, { timeout: 60_000 })));
    await arrived(64);
    assert.equal((await failure(connection.send(complete, { timeout: 50 }))).status, 'DEADLINE_EXCEEDED');
    assert.equal(requests.length, 64);
    await connection.close();
    for (const fault of await Promise.all(before)) assert.equal(fault.reason, 'aborted');
  });
});

describe('a lost connection', () => {
  test('115. after a creation was read leaves one creation, and says that the outcome is unknown', async () => {
    const { base, requests } = await start(({ raw: { request } }) => {
      request.socket.destroy();
      return undefined;
    });
    const fault = await failure(connect(base).createInstance(create));
    assert.deepEqual([fault.status, fault.reason], ['UNAVAILABLE', 'transient']);
    assert.match(fault.message, /Whether the call had an effect is unknown/);
    assert.equal(requests.length, 1);
  });

  /** A server that answers one request on each socket, and closes the socket when the next one arrives. */
  const startStale = async (): Promise<{ base: string; seen: string[] }> => {
    const seen: string[] = [];
    const answer = '{"gatewayVersion":"8.8.0","clusterSize":1,"partitionsCount":1,"brokers":[]}';
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      let requests = 0;
      socket.on('error', () => undefined);
      onRequests(socket, (text) => {
        requests += 1;
        seen.push(text.split(' ', 2).join(' '));
        if (requests > 1) socket.destroy();
        else {
          socket.write(
            `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
          );
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, seen };
  };

  test('116. on a kept socket repeats a GET once, on a new socket', async () => {
    const { base, seen } = await startStale();
    const connection = connect(base);
    await connection.topology();
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
    assert.equal(seen.length, 3);
  });

  test('116. on a kept socket repeats no POST', async () => {
    const { base, seen } = await startStale();
    const connection = connect(base);
    await connection.topology();
    assert.equal((await failure(connection.createInstance(create))).reason, 'transient');
    assert.deepEqual(seen, ['GET /v2/topology', 'POST /v2/process-instances']);
  });

  test('a server that is not HTTP says so', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      socket.end('\u0000\u0000\u0004gRPC\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUps.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const fault = await failure(connect(`http://127.0.0.1:${port}/v2`).topology());
    assert.match(fault.message, /does not speak HTTP[\s\S]*gRPC on 26500/);
  });

  test('139. a host that does not exist is named', async () => {
    const fault = await failure(connect('http://nowhere.invalid/v2').topology({ timeout: 20_000 }));
    assert.equal(fault.reason, 'transient');
    assert.match(fault.message, /nowhere\.invalid/);
  });
});
