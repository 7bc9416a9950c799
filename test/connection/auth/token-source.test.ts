import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { requestToken } from '../../../src/connection/auth/token-request.ts';
import {
  createTokenSource,
  pauseAfter,
  type TokenSettings,
  type TokenSource,
} from '../../../src/connection/auth/token-source.ts';
import type { ConnectionFault } from '../../../src/connection/port.ts';
import { freePort } from '../../support/free-port.ts';
import { createAuthority } from '../support/certificates.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Answer, json, silence, startTokenServer, type TokenServer, token } from '../support/token-server.ts';

const secret = 's3cret-of-the-client';
const client = { clientId: 'me', clientSecret: secret, audience: 'zeebe.camunda.io' };

const cleanUps = cleanUpsAfterEach();

/** A token server with a changeable answer, a manual clock, and a token source that uses both. */
const start = async (
  first: Answer,
  settings: Partial<TokenSettings> = {},
): Promise<{
  server: TokenServer;
  source: TokenSource;
  answer(next: Answer): void;
  pass(milliseconds: number): void;
}> => {
  let current = first;
  let time = 1_000_000;
  const server = await startTokenServer(() => current);
  const source = createTokenSource({ url: server.url, ...client, now: () => time, random: () => 1, ...settings });
  cleanUps.push(server.stop, source.close);
  return {
    server,
    source,
    answer: (next) => {
      current = next;
    },
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
};

const faultOf = async (work: string | Promise<unknown>): Promise<ConnectionFault> => {
  const fault = await Promise.resolve(work).then(
    () => assert.fail('There was no fault.'),
    (error) => error as ConnectionFault,
  );
  const text = inspect(fault, { depth: 10, showHidden: true });
  assert.ok(!text.includes(secret) && !/token-\d/.test(text), text);
  assert.equal(fault.kind, 'connection');
  return fault;
};

describe('a token', () => {
  test('is requested with the client credentials', async () => {
    const { source, server } = await start(token());
    assert.equal(await source.get(), 'token-1');
    assert.deepEqual(server.requests, [
      {
        method: 'POST',
        form: {
          grant_type: 'client_credentials',
          client_id: 'me',
          client_secret: secret,
          audience: 'zeebe.camunda.io',
        },
      },
    ]);
  });

  test('is requested once for concurrent callers', async () => {
    const { source, server } = await start(token());
    assert.deepEqual(await Promise.all([source.get(), source.get(), source.get()]), Array(3).fill('token-1'));
    assert.equal(server.requests.length, 1);
  });

  test('is used until shortly before it expires, and renewed before that', async () => {
    const { source, server, pass } = await start(token(3600));
    await source.get();
    pass(3_539_000);
    assert.equal(await source.get(), 'token-1');
    assert.equal(server.requests.length, 1);
    pass(1_000);
    const renewed = server.nextRequest();
    assert.equal(await source.get(), 'token-1');
    await renewed;
    while ((await source.get()) === 'token-1') await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await source.get(), 'token-2');
    assert.equal(server.requests.length, 2);
  });

  test('is still used after a failed renewal, which is followed by a pause without requests', async () => {
    const { source, server, pass, answer } = await start(token(3600));
    await source.get();
    answer(json(503, {}));
    pass(3_545_000);
    const renewal = server.nextRequest();
    await source.get();
    await renewal;
    for (let turn = 0; turn < 200; turn += 1) {
      assert.equal(await source.get(), 'token-1');
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(server.requests.length, 2);
    const again = server.nextRequest();
    pass(1_000);
    assert.equal(await source.get(), 'token-1');
    await again;
    assert.equal(server.requests.length, 3);
  });

  test('is not used after it expires', async () => {
    const { source, pass } = await start(token(3600));
    await source.get();
    pass(3_570_000);
    assert.equal(await source.get(), 'token-2');
  });

  for (const [expiresIn, lifetime] of [
    ['120', 120_000],
    [null, 300_000],
    ['soon', 300_000],
    [-5, 300_000],
  ] as const) {
    test(`B55: with expires_in ${expiresIn} is kept for ${lifetime / 1000} seconds`, async () => {
      const { server } = await start(token(expiresIn));
      const issued = await requestToken({ url: server.url, ...client }, new AbortController().signal);
      assert.equal(issued.lifetime, lifetime);
    });
  }
});

describe('a token server that', () => {
  const cases: readonly (readonly [string, Answer, ConnectionFault['reason'], string, RegExp])[] = [
    [
      'rejects the client (B59)',
      json(401, { error: 'access_denied', error_description: secret }),
      'credentials',
      'UNAUTHENTICATED',
      /HTTP 401, access_denied\)[\s\S]*CAMUNDA_CLIENT_ID/,
    ],
    [
      'rejects the client with an unknown error code',
      json(401, { error: secret }),
      'credentials',
      'UNAUTHENTICATED',
      /\(HTTP 401\)/,
    ],
    [
      'reports an invalid client',
      json(400, { error: 'invalid_client' }),
      'credentials',
      'UNAUTHENTICATED',
      /HTTP 400, invalid_client/,
    ],
    ['forbids the request', json(403, {}), 'credentials', 'UNAUTHENTICATED', /HTTP 403/],
    ['is broken', json(500, { error: secret }), 'transient', 'UNAVAILABLE', /The token server failed \(HTTP 500\)/],
    ['is overloaded', json(429, {}), 'transient', 'UNAVAILABLE', /HTTP 429/],
    ['is in maintenance', json(503, {}), 'transient', 'UNAVAILABLE', /HTTP 503/],
    [
      'is another kind of server',
      json(404, {}),
      'credentials',
      'UNAUTHENTICATED',
      /not that of a token server \(HTTP 404\)[\s\S]*CAMUNDA_OAUTH_URL/,
    ],
    [
      'redirects the client',
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'credentials',
      'UNAUTHENTICATED',
      /HTTP 302/,
    ],
    [
      'answers with a web page (B62)',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${secret}</p>`),
      'transient',
      'UNAVAILABLE',
      /without an access token/,
    ],
    ['answers with other JSON', json(200, ['token-9']), 'transient', 'UNAVAILABLE', /without an access token/],
    ['answers with null', json(200, null), 'transient', 'UNAVAILABLE', /without an access token/],
    [
      'issues a token that cannot be sent',
      json(200, { access_token: 'token-ü\n' }),
      'transient',
      'UNAVAILABLE',
      /without an access token/,
    ],
    ['closes the connection', (response) => response.destroy(), 'transient', 'UNAVAILABLE', /cannot be reached/],
  ];
  for (const [title, answer, reason, status, message] of cases) {
    test(`${title} causes an error with the reason ${reason}`, async () => {
      const { source, server } = await start(answer);
      const fault = await faultOf(source.get());
      assert.equal(fault.reason, reason);
      assert.equal(fault.status, status);
      assert.match(fault.message, message);
      assert.ok(fault.message.includes(`Where: ${server.url}`));
      assert.equal(server.requests.length, 1);
    });
  }

  for (const [title, answer] of [
    ['never answers', silence],
    ['never completes its answer', (response) => void response.writeHead(200).write('{')],
  ] as const satisfies readonly (readonly [string, Answer])[]) {
    test(`${title} causes an error at the time limit`, async () => {
      const { source } = await start(answer, { timeout: 50 });
      const fault = await faultOf(source.get());
      assert.deepEqual([fault.reason, fault.status], ['transient', 'DEADLINE_EXCEEDED']);
      assert.match(fault.message, /did not answer within 50 ms/);
    });
  }

  test('does not run causes a transient error', async () => {
    const port = await freePort();
    const source = createTokenSource({ url: `http://127.0.0.1:${port}/token?key=${secret}`, ...client });
    const fault = await faultOf(source.get());
    assert.equal(fault.reason, 'transient');
    assert.match(fault.message, new RegExp(`ECONNREFUSED[\\s\\S]*Where: http://127\\.0\\.0\\.1:${port}/token\n`));
  });

  test('has an untrusted certificate causes an error with that reason', async () => {
    const server = createAuthority('private.test').issue({ name: 'token server', dns: ['localhost'] });
    const listener = createTlsServer({ key: server.privateKey, cert: server.certificate }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const url = `https://localhost:${(listener.address() as AddressInfo).port}/token`;
    const fault = await faultOf(createTokenSource({ url, ...client }).get());
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /authority that is not trusted[\s\S]*NODE_EXTRA_CA_CERTS/);
    listener.close();
    await once(listener, 'close');
  });
});

describe('after a failure', () => {
  test('B59: there are no requests for a growing pause, regardless of the number of calls', async () => {
    const { source, server, pass } = await start(json(503, {}));
    for (const [pause, requests] of [
      [1_000, 1],
      [2_000, 2],
      [4_000, 3],
      [8_000, 4],
      [16_000, 5],
      [30_000, 6],
      [30_000, 7],
    ] as const) {
      for (let call = 0; call < 20; call += 1) await faultOf(source.get());
      assert.equal(server.requests.length, requests);
      pass(pause - 1);
      await faultOf(source.get());
      assert.equal(server.requests.length, requests);
      pass(1);
    }
  });

  test('the next request follows after the pause', async () => {
    const { source, answer, pass } = await start(json(500, {}));
    await faultOf(source.get());
    answer(token());
    pass(1_000);
    assert.equal(await source.get(), 'token-2');
  });

  test('pauses double up to a limit, and are random in their upper half', () => {
    assert.deepEqual(
      [1, 2, 3, 5, 6, 50].map((failures) => pauseAfter(failures, 1)),
      [1_000, 2_000, 4_000, 16_000, 30_000, 30_000],
    );
    assert.equal(pauseAfter(3, 0), 2_000);
  });
});

describe('a token that the gateway rejects', () => {
  test('after it was accepted is replaced at once', async () => {
    const { source, server } = await start(token());
    source.accepted(await source.get());
    source.refused('token-1');
    assert.equal(await source.get(), 'token-2');
    assert.equal(server.requests.length, 2);
  });

  test('B67: by many calls at once is replaced once', async () => {
    const { source, server } = await start(token());
    source.accepted(await source.get());
    source.refused('token-1');
    assert.equal(await source.get(), 'token-2');
    source.refused('token-1');
    assert.equal(await source.get(), 'token-2');
    assert.equal(server.requests.length, 2);
  });

  test('although it is new is replaced only after growing pauses', async () => {
    const { source, server, pass } = await start(token());
    for (const [pause, requests] of [
      [1_000, 1],
      [2_000, 2],
      [4_000, 3],
    ] as const) {
      source.refused(await source.get());
      const fault = await faultOf(source.get());
      assert.equal(fault.reason, 'credentials');
      assert.match(fault.message, /rejected the access token[\s\S]*scope/);
      assert.equal(server.requests.length, requests);
      pass(pause);
    }
  });

  test('B67: but is not the current one changes nothing', async () => {
    const { source } = await start(token());
    await source.get();
    source.refused('token-0');
    source.accepted('token-0');
    assert.equal(await source.get(), 'token-1');
  });
});

test('close aborts a running request, and later ones reject at once', async () => {
  const { source, server } = await start(silence);
  const arrived = server.nextRequest();
  const waiting = faultOf(source.get());
  await arrived;
  source.close();
  assert.equal((await waiting).reason, 'aborted');
  assert.equal((await faultOf(source.get())).reason, 'aborted');
});
