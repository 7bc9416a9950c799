import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createServer } from 'node:tls';
import { createConnection } from '../../../src/connection/index.ts';
import { createTlsDiagnosis, explainTlsCode } from '../../../src/connection/network/tls-diagnosis.ts';
import type { ConnectionFault } from '../../../src/connection/port.ts';
import { createAuthority, type Pair } from '../support/certificates.ts';
import { startTestGateway, type TestGateway, type TestTls, topologyOnly } from '../support/gateway.ts';

const authority = createAuthority('authority.test');
const foreign = createAuthority('foreign.test');
const server = authority.issue({ name: 'gateway', dns: ['localhost'] });
const client = authority.issue({ name: 'client' });

interface Material {
  readonly rootCa?: string;
  readonly privateKey?: string;
  readonly certificateChain?: string;
}

const clientMaterial = ({ certificate, privateKey }: Pair): Material => ({ privateKey, certificateChain: certificate });

/** Calls a gateway with the given TLS and resolves with its version or the error. */
const call = async (
  tls: TestTls | undefined,
  material: Material,
  hostname = 'localhost',
): Promise<string | ConnectionFault> => {
  const gateway = await startTestGateway(topologyOnly, tls === undefined ? {} : { tls });
  const connection = createConnection({ type: 'SECURE', hostname, port: gateway.port, ...material });
  try {
    return (await connection.topology()).gatewayVersion;
  } catch (error) {
    return error as ConnectionFault;
  } finally {
    await connection.close();
    gateway.stop();
  }
};

const rootCa = authority.certificate;
const mutual: TestTls = { server, clientAuthority: authority.certificate };

const accepted: readonly (readonly [string, TestTls, Material, string?])[] = [
  ['a private authority', { server }, { rootCa }],
  [
    'an IP address in the certificate',
    { server: authority.issue({ name: 'gateway', ip: ['127.0.0.1'] }) },
    { rootCa },
    '127.0.0.1',
  ],
  ['several authorities in one PEM text', { server }, { rootCa: foreign.certificate + rootCa }],
  ['PEM text on one line, as in an .env file', { server }, { rootCa: rootCa.replaceAll('\r\n', '\\n') }],
  ['mutual TLS with a certificate of the right authority', mutual, { rootCa, ...clientMaterial(client) }],
];

const refused: readonly (readonly [string, TestTls | undefined, Material, string, RegExp])[] = [
  [
    'a certificate for another host name',
    { server: authority.issue({ name: 'localhost', dns: ['other.test'] }) },
    { rootCa },
    'localhost',
    /not for the host name localhost \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
  ],
  [
    'a certificate for the name, if the IP address is used',
    { server },
    { rootCa },
    '127.0.0.1',
    /not for the host name 127\.0\.0\.1/,
  ],
  [
    'a certificate of a foreign authority',
    { server: foreign.issue({ name: 'gateway', dns: ['localhost'] }) },
    { rootCa },
    'localhost',
    /authority that is not trusted[\s\S]*SSL_ROOT_CA/,
  ],
  ['a private authority that is not configured', { server }, {}, 'localhost', /authority that is not trusted/],
  [
    'an expired certificate',
    { server: authority.issue({ name: 'gateway', dns: ['localhost'], days: { from: -9, to: -2 } }) },
    { rootCa },
    'localhost',
    /has expired/,
  ],
  [
    'a certificate that is not valid yet',
    { server: authority.issue({ name: 'gateway', dns: ['localhost'], days: { from: 2, to: 9 } }) },
    { rootCa },
    'localhost',
    /not valid yet/,
  ],
  [
    'a missing client certificate',
    mutual,
    { rootCa },
    'localhost',
    /requires a client certificate[\s\S]*SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN/,
  ],
  ['a gateway without TLS', undefined, { rootCa }, 'localhost', /does not speak TLS[\s\S]*INSECURE/],
];

describe('a connection with TLS', () => {
  for (const [title, tls, material, hostname] of accepted) {
    test(`accepts ${title}`, async () => {
      assert.equal(await call(tls, material, hostname), '8.8.0');
    });
  }

  for (const [title, tls, material, hostname, message] of refused) {
    test(`refuses ${title} and names the reason`, async () => {
      const fault = (await call(tls, material, hostname)) as ConnectionFault;
      assert.equal(fault.kind, 'connection');
      assert.equal(fault.reason, 'certificate');
      assert.match(fault.message, message);
      assert.match(fault.message, /Where: Topology, grpcs:\/\//);
    });
  }

  test('names the possible reason if the gateway closes the connection because of the client certificate', async () => {
    const fault = (await call(mutual, {
      rootCa,
      ...clientMaterial(foreign.issue({ name: 'client' })),
    })) as ConnectionFault;
    assert.equal(fault.reason, 'transient');
    assert.match(fault.message, /closes the connection immediately[\s\S]*SSL_PRIVATE_KEY/);
  });

  test('reports that the gateway cannot be reached if the port is closed', async () => {
    const gateway = await startTestGateway(topologyOnly, { tls: { server } });
    gateway.stop();
    const connection = createConnection({ type: 'SECURE', hostname: 'localhost', port: gateway.port, rootCa });
    await assert.rejects(connection.topology(), { reason: 'transient', status: 'UNAVAILABLE' });
    await connection.close();
  });

  test('without TLS cannot reach a gateway with TLS, and suggests SECURE', async () => {
    const gateway = await startTestGateway(topologyOnly, { tls: { server } });
    const connection = createConnection({ type: 'INSECURE', hostname: 'localhost', port: gateway.port });
    await assert.rejects(connection.topology(), { reason: 'transient', status: 'UNAVAILABLE', message: /SECURE/ });
    await connection.close();
    gateway.stop();
  });

  test('works again when the gateway has a valid certificate', async () => {
    let gateway: TestGateway = await startTestGateway(topologyOnly, {
      tls: { server: foreign.issue({ name: 'gateway', dns: ['localhost'] }) },
    });
    const { port } = gateway;
    const connection = createConnection({ type: 'SECURE', hostname: 'localhost', port, rootCa });
    await assert.rejects(connection.topology(), { reason: 'certificate' });
    gateway.stop();
    gateway = await startTestGateway(topologyOnly, { tls: { server }, port });
    let version: string | undefined;
    while (version === undefined) {
      version = await connection.topology().then(
        ({ gatewayVersion }) => gatewayVersion,
        () => new Promise((resolve) => setImmediate(resolve, undefined)),
      );
    }
    assert.equal(version, '8.8.0');
    await connection.close();
    gateway.stop();
  });
});

describe('the diagnosis of a failed call', () => {
  /** A server that closes the first connection and never answers the others. */
  const startMute = async () => {
    const held: Socket[] = [];
    let diagnosing: (() => void) | undefined;
    const second = new Promise<void>((resolve) => {
      diagnosing = resolve;
    });
    let connections = 0;
    const listener = createPlainServer((socket) => {
      connections += 1;
      if (connections === 1) socket.destroy();
      else {
        held.push(socket.on('error', () => undefined));
        diagnosing?.();
      }
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const stop = async (): Promise<void> => {
      listener.close();
      for (const socket of held) socket.destroy();
      await once(listener, 'close');
    };
    return { connection: createConnection({ type: 'SECURE', hostname: 'localhost', port }), second, stop };
  };

  test('ends when the signal of the call fires', async () => {
    const { connection, second, stop } = await startMute();
    const controller = new AbortController();
    const call = assert.rejects(connection.topology({ signal: controller.signal }), { reason: 'aborted' });
    await second;
    controller.abort();
    await call;
    await connection.close();
    await stop();
  });

  test('ends when the connection is closed', async () => {
    const { connection, second, stop } = await startMute();
    const call = assert.rejects(connection.topology(), { reason: 'aborted', message: /is closed/ });
    await second;
    await connection.close();
    await call;
    await stop();
  });
});

describe('the diagnosis of TLS', () => {
  let connections = 0;
  const listener = createServer({ key: server.privateKey, cert: server.certificate });
  listener.on('connection', () => {
    connections += 1;
  });
  listener.on('tlsClientError', () => undefined);

  before(async () => {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
  });
  after(async () => {
    listener.close();
    await once(listener, 'close');
  });

  test('is made once for all who ask within some seconds', async () => {
    let time = 0;
    const address = { tls: true, host: 'localhost', port: (listener.address() as AddressInfo).port };
    const diagnosis = createTlsDiagnosis(address, { rootCa: foreign.certificate }, undefined, () => time);
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => diagnosis.diagnose()));
    assert.deepEqual(
      verdicts.map(({ kind }) => kind),
      Array(20).fill('refused'),
    );
    time = 4_999;
    await diagnosis.diagnose();
    assert.equal(connections, 1);
    time = 5_000;
    await diagnosis.diagnose();
    assert.equal(connections, 2);
    diagnosis.close();
  });

  test('ends with close, also before the server has sent anything', async () => {
    const mute = createServer({ key: server.privateKey, cert: server.certificate });
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = { tls: true, host: 'localhost', port: (mute.address() as AddressInfo).port };
    const diagnosis = createTlsDiagnosis(address, { rootCa });
    const connected = once(mute, 'secureConnection');
    const verdict = diagnosis.diagnose();
    await connected;
    diagnosis.close();
    await verdict;
    mute.close();
    await once(mute, 'close');
  });
});

describe('an error code of TLS', () => {
  const cases: readonly (readonly [string, RegExp | undefined])[] = [
    ['ERR_TLS_CERT_ALTNAME_INVALID', /not for the host name zeebe\.test/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /not trusted/],
    ['CERT_REVOKED', /not valid \(CERT_REVOKED\)/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /requires a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /rejected the client certificate/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', /rejected the client certificate/],
    ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', /rejected the client certificate/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /could not establish TLS/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
    ['ECONNREFUSED', undefined],
    ['', undefined],
  ];
  for (const [code, what] of cases) {
    test(`${code || 'an empty text'} is ${what === undefined ? 'not about TLS' : 'explained'}`, () => {
      const text = explainTlsCode(code, 'zeebe.test');
      if (what === undefined) assert.equal(text, undefined);
      else assert.match(text?.what ?? '', what);
    });
  }
});
