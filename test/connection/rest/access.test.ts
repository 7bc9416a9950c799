/** Which protocol a connection speaks, and authentication, TLS and proxies over REST: cases 9, 15, 20, 60 to 86. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type ConnectionInput, createConnection } from '../../../src/connection/index.ts';
import type { Connection, ConnectionFault } from '../../../src/connection/port.ts';
import { createRestConnection } from '../../../src/connection/rest/connection.ts';
import { createAuthority } from '../support/certificates.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { topologyAnswer } from '../support/gateway.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { problem, type Respond, type RestGateway, startRestGateway } from '../support/rest-gateway.ts';
import { json, startTokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();

const topology = { ...topologyAnswer, brokers: [] };
const up: Respond = () => ({ body: topology });

const start = async (respond: Respond, options: Parameters<typeof startRestGateway>[1] = {}): Promise<RestGateway> => {
  const gateway = await startRestGateway(respond, options);
  cleanUps.push(() => gateway.stop());
  return gateway;
};

const connect = (input: ConnectionInput): Connection => {
  const connection = createConnection(input, { timeout: 5_000 });
  cleanUps.push(() => connection.close());
  return connection;
};

const faultOf = async (work: Promise<unknown>): Promise<ConnectionFault> => {
  const fault = await work.then(
    () => assert.fail('There was no fault.'),
    (error) => error as ConnectionFault,
  );
  assert.doesNotMatch(inspect(fault, { depth: 10, showHidden: true }), /s3cret|czNjcmV0/);
  return fault;
};

describe('the protocol of a connection', () => {
  const common = { hostname: 'localhost', port: 26500, restAddress: 'http://localhost:8080' };
  for (const [what, input, address] of [
    ['2. is REST if only its address is known', { restAddress: 'http://localhost:8080' }, 'http://localhost:8080/v2'],
    ['4. keeps the path of the address', { restAddress: 'https://host/cluster-a' }, 'https://host/cluster-a/v2'],
    ['9. is gRPC if both are known', { type: 'INSECURE', ...common }, 'grpc://localhost:26500'],
    ['9. is REST if that is preferred', { type: 'INSECURE', ...common, preferRest: true }, 'http://localhost:8080/v2'],
    [
      '15. is REST at Camunda 8 SaaS if that is preferred',
      { type: 'CAMUNDA_CLOUD', clusterId: 'abc', clientId: 'i', clientSecret: 's', region: 'syd-1', preferRest: true },
      'https://syd-1.zeebe.camunda.io/abc/v2',
    ],
  ] as const) {
    test(what, () => assert.equal(connect(input).address, address));
  }
});

test('178. a connection over gRPC does not switch to REST, but its errors mention it', async () => {
  const gateway = await start(up);
  const dead = await startRestGateway(up);
  dead.stop();
  const common = { type: 'INSECURE', hostname: '127.0.0.1', port: dead.port } as const;
  const fault = await faultOf(connect({ ...common, restAddress: gateway.base }).topology());
  assert.match(fault.message, /cannot be reached[\s\S]*CAMUNDA_PREFER_REST=true .* uses the REST API at http:\/\/127/);
  assert.equal(gateway.requests.length, 0);
  assert.doesNotMatch((await faultOf(connect(common).topology())).message, /PREFER_REST/);
});

describe('169. whom the cluster takes a client for', () => {
  const me = { username: 'demo', tenants: [{ tenantId: 'finance', name: 'Finance' }], roles: [] };

  for (const preferRest of [true, false]) {
    test(`is asked over REST, also if the connection speaks ${preferRest ? 'REST' : 'gRPC'}`, async () => {
      const gateway = await start(({ path }) => (path === '/authentication/me' ? { body: me } : { status: 500 }));
      const connection = connect({ type: 'INSECURE', hostname: '127.0.0.1', restAddress: gateway.base, preferRest });
      assert.match(connection.address, preferRest ? /^http:/ : /^grpc:/);
      assert.deepEqual(await connection.identity!(), { username: 'demo', tenantIds: ['finance'] });
      await connection.close();
      await assert.rejects(connection.identity!(), { reason: 'aborted' });
    });
  }

  test('is a fault if the credentials are wrong', async () => {
    const gateway = await start(() => problem(401, 'Unauthorized', 'who?'));
    assert.equal((await faultOf(connect({ restAddress: gateway.base }).identity!())).reason, 'credentials');
  });

  test('is not known without the address of the REST API', () => {
    assert.equal(connect({ type: 'INSECURE', hostname: '127.0.0.1' }).identity, undefined);
  });
});

describe('authentication over REST', () => {
  test('20. with a name and a password', async () => {
    const { base, requests } = await start(up);
    const restAddress = base;
    await connect({ restAddress, authStrategy: 'BASIC', username: 'demo', password: 's3cret' }).topology();
    assert.equal(requests[0]?.headers.authorization, `Basic ${Buffer.from('demo:s3cret').toString('base64')}`);
  });

  test('66. a token that was refused is fetched again once, and the call repeated once', async () => {
    const server = await startTokenServer(() => token());
    cleanUps.push(() => server.stop());
    let good = 'Bearer token-1';
    const gateway = await start(({ headers }) =>
      headers.authorization === good ? { body: topology } : problem(401, 'Unauthorized', 'expired'),
    );
    const settings = { clientId: 'i', clientSecret: 's3cret', oauthUrl: server.url } as const;
    const connection = connect({ restAddress: gateway.base, ...settings });
    await connection.topology();
    good = 'Bearer token-2';
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
    assert.deepEqual([server.requests.length, gateway.requests.length], [2, 3]);
  });

  test('66. a refusal of permission fetches no token', async () => {
    const server = await startTokenServer(() => token());
    cleanUps.push(() => server.stop());
    const gateway = await start(() => problem(403, 'FORBIDDEN', 'no'));
    const settings = { clientId: 'i', clientSecret: 's3cret', oauthUrl: server.url } as const;
    const fault = await faultOf(connect({ restAddress: gateway.base, ...settings }).topology());
    assert.equal(fault.status, 'PERMISSION_DENIED');
    assert.deepEqual([server.requests.length, gateway.requests.length], [1, 1]);
  });

  test('60. without a token there is no call', async () => {
    const server = await startTokenServer(() => json(503, {}));
    cleanUps.push(() => server.stop());
    const gateway = await start(up);
    const settings = { clientId: 'i', clientSecret: 's3cret', oauthUrl: server.url } as const;
    const connection = connect({ restAddress: gateway.base, ...settings });
    assert.equal((await faultOf(connection.topology({ timeout: 300 }))).reason, 'transient');
    assert.equal(gateway.requests.length, 0);
  });
});

const authority = createAuthority('authority.test');
const foreign = createAuthority('foreign.test');
const server = authority.issue({ name: 'gateway', dns: ['localhost', 'rest.test'] });
const client = authority.issue({ name: 'client' });
const rootCa = authority.certificate;

describe('TLS over REST', () => {
  const secure = (gateway: RestGateway): string => gateway.base.replace('127.0.0.1', 'localhost');

  test('72. trusts a private authority that is set, and no other', async () => {
    const gateway = await start(up, { tls: { server } });
    const restAddress = secure(gateway);
    assert.equal((await connect({ restAddress, rootCa }).topology()).gatewayVersion, '8.8.0');
    for (const settings of [{}, { rootCa: foreign.certificate }]) {
      const fault = await faultOf(connect({ restAddress, ...settings }).topology());
      assert.equal(fault.reason, 'certificate');
      assert.match(fault.message, /authority that is not trusted[\s\S]*SSL_ROOT_CA/);
    }
  });

  test('73. sends the client certificate, and says so if the gateway wants one', async () => {
    const gateway = await start(up, { tls: { server, clientAuthority: rootCa } });
    const restAddress = secure(gateway);
    const pair = { privateKey: client.privateKey, certificateChain: client.certificate };
    assert.equal((await connect({ restAddress, rootCa, ...pair }).topology()).gatewayVersion, '8.8.0');
    const fault = await faultOf(connect({ restAddress, rootCa }).topology());
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /requires a client certificate[\s\S]*SSL_PRIVATE_KEY/);
  });

  test('74. compares the host name, or the one that is set instead', async () => {
    const gateway = await start(up, { tls: { server } });
    const fault = await faultOf(connect({ restAddress: gateway.base, rootCa }).topology());
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /not for the host name 127\.0\.0\.1/);
    const named = { type: 'SECURE', restAddress: gateway.base, rootCa, serverName: 'rest.test' } as const;
    assert.equal((await connect(named).topology()).gatewayVersion, '8.8.0');
  });

  test('75. a server that speaks only HTTP/2 with TLS, as gRPC does, is told apart', async () => {
    const grpc = createSecureServer({ key: server.privateKey, cert: server.certificate }).listen(0, '127.0.0.1');
    cleanUps.push(() => grpc.close());
    await once(grpc, 'listening');
    const restAddress = `https://localhost:${(grpc.address() as AddressInfo).port}`;
    const fault = await faultOf(connect({ restAddress, rootCa }).topology());
    assert.equal(fault.reason, 'transient');
    assert.match(fault.message, /does not speak HTTP\/1\.1[\s\S]*Fix: check host and port.*gRPC on 26500/);
  });

  test('75. a server without TLS is told apart', async () => {
    const gateway = await start(up);
    const fault = await faultOf(connect({ restAddress: gateway.base.replace('http:', 'https:'), rootCa }).topology());
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /does not speak TLS[\s\S]*needs http:\/\/ in CAMUNDA_REST_ADDRESS \(restAddress\)/);
    assert.doesNotMatch(fault.message, /INSECURE/);
  });
});

describe('a proxy over REST', () => {
  const startTestProxy = async (): Promise<TestProxy> => {
    const proxy = await startProxy();
    cleanUps.push(proxy.stop);
    return proxy;
  };

  const through = (gateway: RestGateway, port: number, credentials?: string): Connection => {
    const { protocol } = new URL(gateway.base);
    const connection = createRestConnection({
      base: `${protocol}//rest.test:${gateway.port}/v2`,
      material: { rootCa },
      timeout: 5_000,
      proxy: {
        ...{ tls: false, host: '127.0.0.1', port, variable: 'https_proxy' },
        ...(credentials === undefined ? {} : { credentials }),
      },
    });
    cleanUps.push(() => connection.close());
    return connection;
  };

  test('76. opens one tunnel for many calls, and sends its credentials to the proxy only', async () => {
    const gateway = await start(up, { tls: { server } });
    const proxy = await startTestProxy();
    const connection = through(gateway, proxy.port, 'ada:s3cret');
    for (let count = 0; count < 5; count += 1) await connection.topology();
    assert.deepEqual(proxy.targets, [`rest.test:${gateway.port}`]);
    assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from('ada:s3cret').toString('base64')}`]);
    assert.equal(gateway.requests[0]?.headers['proxy-authorization'], undefined);
  });

  test('80. takes whole URLs for a gateway without TLS', async () => {
    const gateway = await start(up);
    const proxy = await startTestProxy();
    await faultOf(through(gateway, proxy.port).topology());
    assert.deepEqual(proxy.targets, [`http://rest.test:${gateway.port}/v2/topology`]);
  });

  test('81. that is dead is named', async () => {
    const gateway = await start(up, { tls: { server } });
    const proxy = await startProxy();
    await proxy.stop();
    const fault = await faultOf(through(gateway, proxy.port).topology());
    assert.equal(fault.reason, 'transient');
    assert.match(fault.message, /proxy cannot be reached[\s\S]*https_proxy/);
  });

  test('82. that refuses is told apart', async () => {
    const gateway = await start(up, { tls: { server } });
    const proxy = await startTestProxy();
    for (const [status, reason] of [
      [407, 'credentials'],
      [403, 'rejected'],
      [502, 'transient'],
    ] as const) {
      proxy.setStatus(status);
      assert.equal((await faultOf(through(gateway, proxy.port).topology())).reason, reason);
    }
  });

  test('83. leaves a wrong certificate behind it what it is', async () => {
    const gateway = await start(up, { tls: { server: foreign.issue({ name: 'gateway', dns: ['rest.test'] }) } });
    const proxy = await startTestProxy();
    assert.equal((await faultOf(through(gateway, proxy.port).topology())).reason, 'certificate');
  });

  test('that never answers ends the attempt, and gives the place back', async () => {
    const gateway = await start(up, { tls: { server } });
    const silent = await start(() => undefined);
    const mute = await startTestProxy();
    const slow = through(gateway, silent.port);
    await faultOf(slow.topology({ timeout: 100 }));
    await slow.close();
    assert.equal((await through(gateway, mute.port).topology()).gatewayVersion, '8.8.0');
  });
});
