import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { requestToken } from '../../../src/connection/auth/token-request.ts';
import { createGrpcConnection } from '../../../src/connection/grpc/connection.ts';
import {
  findProxy,
  malformedProxyVariables,
  type ProxyAddress,
  proxyText,
} from '../../../src/connection/network/proxy.ts';
import type { Connection, ConnectionFault } from '../../../src/connection/port.ts';
import { createAuthority } from '../support/certificates.ts';
import { run } from '../support/child.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { startTestGateway, type TestGateway, topologyOnly } from '../support/gateway.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { startTokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();

const authority = createAuthority('authority.test');
const foreign = createAuthority('foreign.test');
const server = authority.issue({ name: 'gateway', dns: ['zeebe.test', 'login.test'] });

const gateway = { protocol: 'grpc', host: 'zeebe.test', port: 26500 } as const;
const web = { protocol: 'https', host: 'login.example.com', port: 443 } as const;
const variable = (target: Parameters<typeof findProxy>[0], env: Record<string, string>): string | undefined =>
  findProxy(target, env)?.variable;

describe('the variables of a proxy', () => {
  test('C78: count in lower and in upper case, lower case first', () => {
    const proxy = 'http://proxy:3128';
    assert.equal(variable(web, { https_proxy: proxy, HTTPS_PROXY: 'http://other' }), 'https_proxy');
    assert.equal(variable(web, { HTTPS_PROXY: proxy }), 'HTTPS_PROXY');
    assert.equal(variable(gateway, { HTTPS_PROXY: proxy }), 'HTTPS_PROXY');
    assert.equal(variable(gateway, { HTTPS_PROXY: proxy, grpc_proxy: proxy }), 'grpc_proxy');
    assert.equal(variable({ ...web, protocol: 'http' }, { https_proxy: proxy, HTTP_PROXY: proxy }), 'HTTP_PROXY');
    assert.equal(variable({ ...web, protocol: 'http' }, { HTTP_PROXY: proxy, REQUEST_METHOD: 'GET' }), undefined);
    assert.equal(variable(web, { https_proxy: ' ' }), undefined);
  });

  const all = { https_proxy: 'http://proxy' };
  for (const [host, port, exceptions, expected] of [
    ['zeebe.test', 443, 'zeebe.test', undefined],
    ['a.zeebe.test', 443, 'zeebe.test', undefined],
    ['a.zeebe.test', 443, '.zeebe.test', undefined],
    ['a.zeebe.test', 443, '*.zeebe.test', undefined],
    ['notzeebe.test', 443, 'zeebe.test', 'https_proxy'],
    ['keycloak.svc', 443, 'localhost,.svc,10.0.0.0/8', undefined],
    ['10.1.2.3', 443, 'localhost,.svc,10.0.0.0/8', undefined],
    ['11.1.2.3', 443, '10.0.0.0/8', 'https_proxy'],
    ['host', 8080, 'host:8080', undefined],
    ['host', 443, 'host:8080', 'https_proxy'],
    ['fd00::1', 443, '[fd00::1]', undefined],
    ['anything', 443, ' * ', undefined],
    ['localhost', 443, '', undefined],
    ['127.0.0.1', 443, '', undefined],
    ['::1', 443, '', undefined],
  ] as const) {
    test(`C79: ${host}:${port} ${expected === undefined ? 'is reached directly' : 'goes through the proxy'} with no_proxy=${exceptions}`, () => {
      assert.equal(variable({ protocol: 'https', host, port }, { ...all, no_proxy: exceptions }), expected);
      assert.equal(variable({ protocol: 'grpc', host, port }, { ...all, NO_PROXY: exceptions }), expected);
    });
  }

  test('are decoded, and shown without credentials', () => {
    const proxy = findProxy(web, { https_proxy: 'http://us%65r:p%40ss@proxy.test:3128' })!;
    assert.equal(proxy.credentials, 'user:p@ss');
    assert.equal(proxyText(proxy), 'http://proxy.test:3128 (https_proxy)');
    assert.deepEqual(malformedProxyVariables({ https_proxy: 'socks5://proxy:1', http_proxy: 'proxy:3128' }), [
      'https_proxy',
    ]);
  });
});

interface Behind {
  readonly proxy: TestProxy;
  readonly gateway: TestGateway;
  connect(settings?: { readonly rootCa?: string; readonly tls?: boolean; readonly port?: number }): Connection;
}

/** A gateway that only a proxy reaches, under the name zeebe.test. */
const start = async (tls: boolean): Promise<Behind> => {
  const proxy = await startProxy();
  const hidden = await startTestGateway(topologyOnly, tls ? { tls: { server } } : {});
  cleanUps.push(proxy.stop, hidden.stop);
  return {
    proxy,
    gateway: hidden,
    connect: ({ rootCa = authority.certificate, tls: withTls = tls, port = proxy.port } = {}) => {
      const address: ProxyAddress = {
        tls: false,
        host: '127.0.0.1',
        port,
        credentials: 'user:s3cret',
        variable: 'https_proxy',
      };
      const connection = createGrpcConnection({
        address: { tls: withTls, host: 'zeebe.test', port: hidden.port },
        material: withTls ? { rootCa } : {},
        proxy: address,
        timeout: 5_000,
      });
      cleanUps.push(connection.close);
      return connection;
    },
  };
};

const faultOf = async (connection: Connection): Promise<ConnectionFault> => {
  const fault = await connection.topology().then(
    () => assert.fail('There was no fault.'),
    (error) => error as ConnectionFault,
  );
  assert.doesNotMatch(inspect(fault, { depth: 10, showHidden: true }), /s3cret|dXNlcjpzM2NyZXQ/);
  return fault;
};

describe('a gateway behind a proxy', () => {
  for (const tls of [true, false]) {
    test(`is reached through a tunnel, with the proxy's credentials ${tls ? 'and with TLS' : 'and without TLS'}`, async () => {
      const { proxy, gateway: hidden, connect } = await start(tls);
      assert.equal((await connect().topology()).gatewayVersion, '8.8.0');
      assert.deepEqual(proxy.targets, [`zeebe.test:${hidden.port}`]);
      assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from('user:s3cret').toString('base64')}`]);
    });
  }

  test('C83: with an untrusted certificate causes an error that says so', async () => {
    const { connect } = await start(true);
    const fault = await faultOf(connect({ rootCa: foreign.certificate }));
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /authority that is not trusted/);
  });

  test('C75: without TLS at an address with TLS causes an error that says so', async () => {
    const { connect } = await start(false);
    const fault = await faultOf(connect({ tls: true }));
    assert.equal(fault.reason, 'certificate');
    assert.match(fault.message, /does not speak TLS/);
  });

  for (const [status, reason, message] of [
    [407, 'credentials', /user name and a password/],
    [403, 'rejected', /does not allow this connection/],
    [502, 'transient', /could not open the connection \(HTTP 502\)/],
  ] as const) {
    test(`C82: is not reached if the proxy answers ${status}, with the reason ${reason}`, async () => {
      const { proxy, connect } = await start(true);
      proxy.setStatus(status);
      const connection = connect();
      const fault = await faultOf(connection);
      assert.equal(fault.reason, reason);
      assert.match(fault.message, message);
      assert.match(fault.message, /the proxy http:\/\/127\.0\.0\.1:\d+ \(https_proxy\)/);
    });
  }

  test('C81: is not reached if the proxy does not run, with an error that names the proxy', async () => {
    const { connect } = await start(true);
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, 'close');
    const fault = await faultOf(connect({ port }));
    assert.equal(fault.reason, 'transient');
    assert.match(fault.message, /The proxy cannot be reached .*\nWhere: the proxy http:\/\/127\.0\.0\.1/);
  });
});

describe('a token server behind a proxy', () => {
  const client = { clientId: 'i', clientSecret: 's' };
  const never = new AbortController().signal;

  test('C77: is reached through a tunnel', async () => {
    const proxy = await startProxy();
    const tokens = await startTokenServer(() => token(), { tls: { server } });
    cleanUps.push(proxy.stop, tokens.stop);
    const issued = await requestToken(
      {
        ...{ url: `https://login.test:${tokens.port}/token`, ...client, material: { rootCa: authority.certificate } },
        env: { HTTPS_PROXY: `http://user:s3cret@127.0.0.1:${proxy.port}` },
      },
      never,
    );
    assert.equal(issued.value, 'token-1');
    assert.deepEqual(proxy.targets, [`login.test:${tokens.port}`]);
    assert.deepEqual(proxy.authorizations, [`Basic ${Buffer.from('user:s3cret').toString('base64')}`]);
  });

  test('C80: gets a plain request through the proxy if it has no TLS', async () => {
    const proxy = await startProxy();
    cleanUps.push(proxy.stop);
    const env = { http_proxy: `http://127.0.0.1:${proxy.port}` };
    const issued = await requestToken({ url: 'http://login.test/token', ...client, env }, never);
    assert.equal(issued.value, 'token-of-proxy');
    assert.deepEqual(proxy.targets, ['http://login.test/token']);
  });

  test('C82: is not reached if the proxy asks for a password', async () => {
    const proxy = await startProxy();
    cleanUps.push(proxy.stop);
    proxy.setStatus(407);
    const env = { https_proxy: `http://127.0.0.1:${proxy.port}` };
    await assert.rejects(requestToken({ url: 'https://login.test/token', ...client, env }, never), {
      reason: 'credentials',
      message: /The proxy requires a user name/,
    });
  });
});

test('C76, C81, C85: a process with HTTPS_PROXY uses the proxy once, and prints nothing if it does not answer', async () => {
  const proxy = await startProxy();
  const hidden = await startTestGateway(topologyOnly);
  cleanUps.push(proxy.stop, hidden.stop);
  const script = `const { createConnection } = await import(process.env.ENTRY);
    const connection = createConnection({ grpcAddress: 'grpc://zeebe.test:${hidden.port}' }, { timeout: 5000 });
    const answer = await connection.topology().then(({ gatewayVersion }) => gatewayVersion, ({ reason }) => reason);
    console.log(answer, JSON.stringify(connection.notices));
    await connection.close();`;
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_USE_ENV_PROXY: '1' };
  const { output, code } = await run(script, { env });
  assert.equal(code, 0, output);
  assert.equal(
    output.trim(),
    `8.8.0 ["The gateway is reached through the proxy http://127.0.0.1:${proxy.port} (HTTPS_PROXY)."]`,
  );
  assert.equal(proxy.targets.length, 1);
  proxy.setStatus(502);
  const refused = await run(script, { env });
  assert.match(refused.output, /^transient \[.*\]$/m);
  assert.equal(refused.output.trim().split('\n').length, 1, refused.output);
});
