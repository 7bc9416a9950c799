import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import { createTokenFile, createTokenFunction } from '../../../src/connection/auth/ready-token.ts';
import { requestToken } from '../../../src/connection/auth/token-request.ts';
import { createTokenSource } from '../../../src/connection/auth/token-source.ts';
import { type ConnectionInput, createConnection } from '../../../src/connection/index.ts';
import type { Connection, ConnectionFault } from '../../../src/connection/port.ts';
import { createAuthority } from '../support/certificates.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import {
  type Request,
  refusal,
  startTestGateway,
  status,
  type TestGateway,
  topologyAnswer,
} from '../support/gateway.ts';
import { type Answer, json, silence, startTokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();
const never = new AbortController().signal;

type SeenHeaders = Readonly<Record<string, unknown>>;

/** A gateway that keeps the headers of its calls and accepts them if `isGood` says so. */
const startGateway = async (
  isGood: (headers: SeenHeaders) => boolean = () => true,
): Promise<TestGateway & { readonly seen: SeenHeaders[] }> => {
  const seen: SeenHeaders[] = [];
  const gateway = await startTestGateway({
    Topology: (call: ServerUnaryCall<Request, object>, callback: (error: unknown, answer?: object) => void) => {
      const headers = call.metadata.getMap();
      seen.push(headers);
      if (isGood(headers)) callback(null, topologyAnswer);
      else callback(refusal(status.UNAUTHENTICATED, `not good: ${JSON.stringify(headers)}`));
    },
  });
  cleanUps.push(gateway.stop);
  return { ...gateway, seen };
};

const connect = (gateway: TestGateway, settings: object): Connection => {
  const input = { grpcAddress: `grpc://127.0.0.1:${gateway.port}`, ...settings } as ConnectionInput;
  const connection = createConnection(input, { timeout: 5_000 });
  cleanUps.push(connection.close);
  return connection;
};

const faultOf = async (work: Promise<unknown>): Promise<ConnectionFault> => {
  const fault = await work.then(
    () => assert.fail('There was no fault.'),
    (error) => error as ConnectionFault,
  );
  assert.doesNotMatch(inspect(fault, { depth: 10, showHidden: true }), /s3cret|czNjcmV0/);
  assert.equal(fault.kind, 'connection');
  return fault;
};

describe('a connection proves who it is', () => {
  test('A20: with basic authentication, in UTF-8', async () => {
    const gateway = await startGateway();
    const connection = connect(gateway, { authStrategy: 'BASIC', username: 'dämo', password: ' s3cret' });
    await connection.topology();
    const value = `Basic ${Buffer.from('dämo: s3cret').toString('base64')}`;
    assert.deepEqual(
      gateway.seen.map(({ authorization }) => authorization),
      [value],
    );
  });

  test('once, if the gateway rejects the password, and without showing it', async () => {
    const gateway = await startGateway(() => false);
    const fault = await faultOf(connect(gateway, { username: 'demo', password: 's3cret' }).topology());
    assert.equal(fault.reason, 'credentials');
    assert.match(fault.message, /\[hidden\]/);
    assert.equal(gateway.seen.length, 1);
  });

  test('A26: with a ready token', async () => {
    const gateway = await startGateway();
    await connect(gateway, { token: 'abc' }).topology();
    assert.equal(gateway.seen[0]!.authorization, 'Bearer abc');
  });

  test('with the tokens of a function, which is asked again when one is rejected', async () => {
    const gateway = await startGateway(({ authorization }) => authorization === 'Bearer second');
    const tokens = ['first', 'second'];
    await connect(gateway, { token: async () => tokens.shift() }).topology();
    assert.deepEqual(
      gateway.seen.map(({ authorization }) => authorization),
      ['Bearer first', 'Bearer second'],
    );
  });

  test('with the token of a file, which is read again when it is rejected', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'token');
    await writeFile(path, 'first\n');
    const gateway = await startGateway(({ authorization }) => authorization === 'Bearer second');
    const connection = connect(gateway, { tokenFile: path });
    assert.equal((await faultOf(connection.topology())).reason, 'credentials');
    await writeFile(path, 'second!');
    const other = connect(await startGateway(({ authorization }) => authorization === 'Bearer second!'), {
      tokenFile: path,
    });
    await other.topology();
  });

  test('with the headers of a function, beside those of its strategy', async () => {
    const gateway = await startGateway();
    let calls = 0;
    const headers = async (): Promise<object> => {
      calls += 1;
      return { 'X-Api-Key': `key-${calls}` };
    };
    const connection = connect(gateway, { headers, username: 'demo', password: 's3cret' });
    await connection.topology();
    await connection.topology();
    assert.deepEqual(
      gateway.seen.map((seen) => [seen['x-api-key'], String(seen.authorization).slice(0, 5)]),
      [
        ['key-1', 'Basic'],
        ['key-2', 'Basic'],
      ],
    );
  });

  for (const [title, headers, reason, message] of [
    [
      'fails',
      () => {
        throw new TypeError('s3cret');
      },
      'transient',
      /The function for headers failed \(TypeError\)/,
    ],
    ['returns text', () => 's3cret', 'credentials', /did not return an object/],
    ['returns a line break', () => ({ 'x-api-key': 's3cret\n' }), 'credentials', /a value for x-api-key/],
    [
      'returns a header of the transport',
      () => ({ 'grpc-timeout': 's3cret' }),
      'credentials',
      /a name that is not allowed/,
    ],
  ] as const) {
    test(`and sends nothing if the function for headers ${title}`, async () => {
      const gateway = await startGateway();
      const fault = await faultOf(connect(gateway, { headers }).topology());
      assert.equal(fault.reason, reason);
      assert.match(fault.message, message);
      assert.deepEqual(gateway.seen, []);
    });
  }

  test('within the time limit of the call, although the function never returns', async () => {
    const gateway = await startGateway();
    const connection = connect(gateway, { headers: () => new Promise(() => undefined) });
    const fault = await faultOf(connection.topology({ timeout: 50 }));
    assert.deepEqual([fault.reason, fault.status], ['transient', 'DEADLINE_EXCEEDED']);
    assert.deepEqual(gateway.seen, []);
  });

  test('with OAuth at a gateway of its own, of which the tenant is that of the settings', async () => {
    const tokens = await startTokenServer(() => token());
    cleanUps.push(tokens.stop);
    const gateway = await startGateway();
    const settings = { clientId: 'me', clientSecret: 's3cret', oauthUrl: tokens.url, scope: 'a b' };
    await connect(gateway, settings).topology();
    assert.equal(gateway.seen[0]!.authorization, 'Bearer token-1');
    assert.deepEqual(tokens.requests[0]!.form, {
      grant_type: 'client_credentials',
      client_id: 'me',
      client_secret: 's3cret',
      scope: 'a b',
    });
  });

  test('B60: or makes no call at all: a failing token server never leads to one without a token', async () => {
    let answer: Answer = json(503, {});
    const tokens = await startTokenServer(() => answer);
    cleanUps.push(tokens.stop);
    const gateway = await startGateway();
    const connection = connect(gateway, { clientId: 'me', clientSecret: 's3cret', oauthUrl: tokens.url });
    for (const next of [json(503, {}), json(401, {}), json(200, {}), json(200, 'html')]) {
      answer = next;
      await faultOf(connection.topology());
    }
    assert.deepEqual(gateway.seen, []);
  });
});

describe('a request for a token', () => {
  const client = { clientId: 'me', clientSecret: 's3cret' };

  test('B49: has only what is set, and encodes it', async () => {
    const server = await startTokenServer(() => token());
    cleanUps.push(server.stop);
    await requestToken({ url: server.url, ...client, clientSecret: 'a b&c=ä' }, never);
    assert.deepEqual(server.bodies, ['grant_type=client_credentials&client_id=me&client_secret=a+b%26c%3D%C3%A4']);
    await requestToken({ url: server.url, ...client, audience: 'a', scope: 's', resource: 'r' }, never);
    assert.match(server.bodies[1]!, /&audience=a&scope=s&resource=r$/);
  });

  test('B51: without the scope that the server requires fails with the name of the setting', async () => {
    const answer: Answer = (response, count) =>
      server.requests[count - 1]!.form.scope === undefined
        ? json(400, { error: 'invalid_scope', error_description: 's3cret' })(response, count)
        : token()(response, count);
    const server = await startTokenServer(() => answer);
    cleanUps.push(server.stop);
    const fault = await faultOf(requestToken({ url: server.url, ...client }, never));
    assert.match(fault.message, /HTTP 400, invalid_scope\)[\s\S]*CAMUNDA_TOKEN_SCOPE/);
    assert.equal((await requestToken({ url: server.url, ...client, scope: 'x/.default' }, never)).value, 'token-2');
  });

  test('B52: without the audience that the server requires fails with the name of the setting', async () => {
    const server = await startTokenServer(() => json(403, { error: 'access_denied' }));
    cleanUps.push(server.stop);
    const fault = await faultOf(requestToken({ url: server.url, ...client }, never));
    assert.match(fault.message, /CAMUNDA_TOKEN_AUDIENCE/);
    const other = await faultOf(requestToken({ url: server.url, ...client, audience: 'a' }, never));
    assert.doesNotMatch(other.message, /CAMUNDA_TOKEN_AUDIENCE/);
  });

  test('B57: is one, however many calls need it', async () => {
    const server = await startTokenServer(() => token());
    cleanUps.push(server.stop);
    const source = createTokenSource({ url: server.url, ...client });
    cleanUps.push(source.close);
    await Promise.all(Array.from({ length: 50 }, () => source.get()));
    assert.equal(server.requests.length, 1);
  });

  test('B56: is seldom repeated for short-lived tokens: 100 calls in 10 seconds make at most 2', async () => {
    const server = await startTokenServer(() => token(30));
    cleanUps.push(server.stop);
    let time = 0;
    const source = createTokenSource({ url: server.url, ...client, now: () => time });
    cleanUps.push(source.close);
    for (let call = 0; call < 100; call += 1) {
      await source.get();
      time += 100;
    }
    assert.ok(server.requests.length <= 2, String(server.requests.length));
  });

  test('B63: is not repeated for as long as the server asks for', async () => {
    let answer: Answer = (response) => response.writeHead(429, { 'retry-after': '50' }).end();
    const server = await startTokenServer(() => answer);
    cleanUps.push(server.stop);
    let time = 0;
    const source = createTokenSource({ url: server.url, ...client, now: () => time, random: () => 1 });
    cleanUps.push(source.close);
    await faultOf(Promise.resolve(source.get()));
    answer = token();
    time = 49_999;
    await faultOf(Promise.resolve(source.get()));
    assert.equal(server.requests.length, 1);
    time = 50_000;
    assert.equal(await source.get(), 'token-2');
  });

  test('B64: is not sent to another server by a redirect', async () => {
    const other = await startTokenServer(() => token());
    const server = await startTokenServer(() => (response) => response.writeHead(307, { location: other.url }).end());
    cleanUps.push(server.stop, other.stop);
    await faultOf(requestToken({ url: server.url, ...client }, never));
    assert.deepEqual(other.requests, []);
  });

  test('B68: is not repeated in a storm when the clock is set back', async () => {
    const server = await startTokenServer(() => token(300));
    cleanUps.push(server.stop);
    let time = 10_000_000;
    const source = createTokenSource({ url: server.url, ...client, now: () => time });
    cleanUps.push(source.close);
    await source.get();
    time -= 3_600_000;
    for (let call = 0; call < 50; call += 1) await source.get();
    assert.equal(server.requests.length, 1);
  });

  test('an answer that never ends growing is refused', async () => {
    const server = await startTokenServer(() => (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = Buffer.alloc(256 * 1024, 'x');
      const send = (): void => {
        if (!response.destroyed) response.write(part, send);
      };
      send();
    });
    cleanUps.push(server.stop);
    const fault = await faultOf(requestToken({ url: server.url, ...client }, never));
    assert.match(fault.message, /sent more than 1048576 bytes/);
  });

  test('an endless answer is refused, also of a few bytes at a time, and of an issuer', async () => {
    const endless = (part: Buffer) => () => (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const send = (): void => {
        if (response.destroyed) return;
        // A packet has many parts, which arrive one by one all the same.
        response.cork();
        for (let sent = part.length; sent < 16_384; sent += part.length) response.write(part);
        response.write(part, send);
        response.uncork();
      };
      send();
    };
    for (const size of [16, 64 * 1024]) {
      const server = await startTokenServer(endless(Buffer.alloc(size, 'x')));
      cleanUps.push(server.stop);
      const fault = await faultOf(requestToken({ url: server.url, ...client }, never));
      assert.match(fault.message, /sent more than 1048576 bytes/);
      const request = { discoveryUrl: server.url, ...client };
      assert.match((await faultOf(requestToken(request, never))).message, /sent more than 1048576 bytes/);
    }
  });

  test('a compressed answer is not expanded, whatever it would become', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
    const server = await startTokenServer(() => (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
    });
    cleanUps.push(server.stop);
    const fault = await faultOf(requestToken({ url: server.url, ...client }, never));
    assert.match(fault.message, /without an access token/);
  });

  test('B70: goes to the server that the issuer names, which is asked once', async () => {
    const server = await startTokenServer((path) =>
      path.endsWith('openid-configuration') ? json(200, { token_endpoint: server.url }) : token(),
    );
    cleanUps.push(server.stop);
    const discoveryUrl = `http://127.0.0.1:${server.port}/realm/.well-known/openid-configuration`;
    const discovered = {};
    await requestToken({ discoveryUrl, ...client }, never, discovered);
    await requestToken({ discoveryUrl, ...client }, never, discovered);
    assert.deepEqual(server.paths, ['/realm/.well-known/openid-configuration', '/oauth/token', '/oauth/token']);
  });

  for (const [title, answer, reason, message] of [
    ['no description', json(404, {}), 'credentials', /did not describe itself \(HTTP 404\)/],
    ['no token server', json(200, {}), 'transient', /did not name its token server/],
    [
      'a token server without TLS',
      json(200, { token_endpoint: 'http://keycloak.test/token' }),
      'credentials',
      /without TLS[\s\S]*CAMUNDA_ALLOW_PLAINTEXT_CREDENTIALS/,
    ],
  ] as const) {
    test(`B70: is not made if the issuer offers ${title}`, async () => {
      const server = await startTokenServer(() => answer);
      cleanUps.push(server.stop);
      const fault = await faultOf(requestToken({ discoveryUrl: server.url, ...client }, never));
      assert.equal(fault.reason, reason);
      assert.match(fault.message, message);
      assert.equal(server.requests.length, 1);
    });
  }

  test('B61, B69: ends at the time limit of the call, and when the connection closes', async () => {
    const server = await startTokenServer(() => silence);
    cleanUps.push(server.stop);
    const gateway = await startGateway();
    const connection = connect(gateway, { ...client, oauthUrl: server.url });
    assert.equal((await faultOf(connection.topology({ timeout: 50 }))).status, 'DEADLINE_EXCEEDED');
    const closing = new AbortController();
    const arrived = server.nextRequest();
    const waiting = faultOf(requestToken({ url: server.url, ...client }, closing.signal));
    await arrived;
    closing.abort();
    assert.equal((await waiting).reason, 'aborted');
  });
});

describe('a client assertion', () => {
  const authority = createAuthority('authority.test');
  const parts = (jwt: string): readonly Readonly<Record<string, unknown>>[] =>
    jwt
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));

  test('takes the place of the secret, and is signed with the key of its certificate', async () => {
    const pair = authority.issue({ name: 'client' });
    const server = await startTokenServer(() => token());
    cleanUps.push(server.stop);
    const gateway = await startGateway();
    await connect(gateway, {
      ...{ clientId: 'me', oauthUrl: server.url, assertionKey: pair.privateKey },
      ...{ assertionCertificate: pair.certificate, assertionKeyId: 'key-1' },
    }).topology();
    const { client_assertion: jwt, client_assertion_type: kind, client_secret: secret } = server.requests[0]!.form;
    assert.equal(secret, undefined);
    assert.equal(kind, 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const [head, claims] = parts(jwt!);
    const certificate = new X509Certificate(pair.certificate);
    assert.deepEqual(head, {
      alg: 'RS256',
      typ: 'JWT',
      kid: 'key-1',
      x5t: createHash('sha1').update(certificate.raw).digest('base64url'),
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    });
    assert.deepEqual([claims!.iss, claims!.sub, claims!.aud], ['me', 'me', server.url]);
    assert.equal(Number(claims!.exp) - Number(claims!.iat), 60);
    const [content, signature] = [jwt!.slice(0, jwt!.lastIndexOf('.')), jwt!.split('.')[2]!];
    assert.ok(verify('sha256', Buffer.from(content), certificate.publicKey, Buffer.from(signature, 'base64url')));
  });

  test('may be signed with an elliptic curve', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = await startTokenServer(() => token());
    cleanUps.push(server.stop);
    await requestToken({ url: server.url, clientId: 'me', assertion: { key } }, never);
    const jwt = server.requests[0]!.form.client_assertion!;
    assert.equal(parts(jwt)[0]!.alg, 'ES256');
    const content = Buffer.from(jwt.slice(0, jwt.lastIndexOf('.')));
    const signature = Buffer.from(jwt.split('.')[2]!, 'base64url');
    assert.ok(verify('sha256', content, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature));
  });
});

describe('C72, C73: a token server with its own authority', () => {
  const authority = createAuthority('authority.test');
  const server = authority.issue({ name: 'token server', dns: ['localhost'] });
  const client = authority.issue({ name: 'client' });

  test('is trusted with the certificate of the authority, and gets the certificate of the client', async () => {
    const tls = { server, clientAuthority: authority.certificate };
    const tokens = await startTokenServer(() => token(), { tls });
    cleanUps.push(tokens.stop);
    const gateway = await startGateway();
    const settings = { clientId: 'me', clientSecret: 's3cret', oauthUrl: tokens.url };
    const trusted = { ...settings, rootCa: authority.certificate };
    const pair = { privateKey: client.privateKey, certificateChain: client.certificate };
    await connect(gateway, { ...trusted, ...pair }).topology();
    assert.equal(gateway.seen.length, 1);
    const untrusted = await faultOf(connect(gateway, settings).topology());
    assert.equal(untrusted.reason, 'certificate');
    assert.match(untrusted.message, /authority that is not trusted/);
    const anonymous = await faultOf(connect(gateway, trusted).topology());
    assert.equal(anonymous.reason, 'certificate');
    assert.match(anonymous.message, /SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN/);
    assert.equal(gateway.seen.length, 1);
  });

  test('C74: a gateway whose certificate has another name is reached with that name', async () => {
    const named = authority.issue({ name: 'gateway', dns: ['zeebe.internal'] });
    const gateway = await startTestGateway(
      { Topology: (_call: unknown, callback: (error: null, answer: object) => void) => callback(null, topologyAnswer) },
      { tls: { server: named } },
    );
    cleanUps.push(gateway.stop);
    const address = { grpcAddress: `grpcs://localhost:${gateway.port}`, rootCa: authority.certificate };
    const fault = await faultOf(connect(gateway, address).topology());
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /not for the host name localhost/);
    await connect(gateway, { ...address, serverName: 'zeebe.internal' }).topology();
  });
});

test('a file that has no end is refused as a token', { skip: process.platform === 'win32' }, async () => {
  const fault = await faultOf(Promise.resolve(createTokenFile('/dev/zero').get()));
  assert.match(fault.message, /too large for a token/);
});

test('B54: a token that a header cannot hold is refused and not shown', async () => {
  const fault = await faultOf(Promise.resolve(createTokenFunction(() => 's3cret\nx').get()));
  assert.equal(fault.reason, 'credentials');
  const missing = await faultOf(Promise.resolve(createTokenFile('./no-such-file').get()));
  assert.match(missing.message, /cannot be read \(Error, ENOENT\)/);
});
