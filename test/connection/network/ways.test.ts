/** Numbered cases of the ways to a cluster: dead proxies, proxies that inspect TLS, and addresses of IPv6. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../scripts/compiled.ts';
import { type ConnectionInput, createConnection } from '../../../src/connection/index.ts';
import { createAuthority } from '../support/certificates.ts';
import { run } from '../support/child.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { startTestGateway, topologyAnswer, topologyOnly } from '../support/gateway.ts';
import { startProxy } from '../support/proxy.ts';
import { startRestGateway } from '../support/rest-gateway.ts';
import { startTokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'camunda-connectors-ways-'));
  cleanUps.push(() => rmSync(path, { recursive: true }));
  return path;
};

const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

test('C81: six attempts at a dead proxy are one line of the log, which names it, and nothing else is printed', async () => {
  const dead = await closedPort();
  const script = `const { createConnection, createRuntime, defineInbound } = await import(process.env.MAIN);
    const lines = [];
    const say = (text) => lines.push(text);
    const connection = createConnection({ grpcAddress: 'grpc://zeebe.test:26500' }, { timeout: 2000 });
    const logger = { debug() {}, info: say, warn: say, error: say };
    const inbound = [defineInbound({ name: 'ring', loop: () => null })];
    const runtime = createRuntime({ inbound, connection, signals: false, logger });
    const tried = new Promise((resolve) => {
      runtime.on('connection:waiting', ({ attempt }) => { if (attempt === 6) resolve(); });
    });
    const started = runtime.start().catch(() => {});
    await tried;
    await runtime.stop();
    await started;
    console.log(JSON.stringify(lines));`;
  const { output, code } = await run(script, {
    env: { HTTPS_PROXY: `http://127.0.0.1:${dead}`, MAIN: pathToFileURL(await compiled('src/index.ts')).href },
  });
  assert.equal(code, 0, output);
  const [line = '', ...rest] = output.trim().split('\n');
  assert.deepEqual(rest, []);
  const told = (JSON.parse(line) as string[]).filter((text) => text.includes('Waiting for the cluster'));
  assert.equal(told.length, 1, line);
  assert.match(told[0]!, new RegExp(`The proxy cannot be reached .*http://127\\.0\\.0\\.1:${dead} \\(HTTPS_PROXY\\)`));
});

test('C84: a proxy that inspects TLS is trusted with NODE_EXTRA_CA_CERTS, and with rootCa for Camunda 8 SaaS', async () => {
  const inspecting = createAuthority('inspecting proxy');
  const server = inspecting.issue({ name: 'gateway', dns: ['zeebe.test', 'login.test', 'localhost'] });
  const gateway = await startTestGateway(topologyOnly, { tls: { server } });
  const tokens = await startTokenServer(() => token(), { tls: { server } });
  const proxy = await startProxy();
  cleanUps.push(gateway.stop, tokens.stop, proxy.stop);
  const path = join(folder(), 'inspecting.pem');
  writeFileSync(path, inspecting.certificate);
  const settings = {
    type: 'CAMUNDA_CLOUD',
    clusterId: 'c1',
    clientId: 'me',
    clientSecret: 's3cret',
    grpcAddress: `grpcs://zeebe.test:${gateway.port}`,
    oauthUrl: `https://login.test:${tokens.port}/oauth/token`,
  };
  const script = `const { createConnection } = await import(process.env.ENTRY);
    const connection = createConnection(JSON.parse(process.env.SETTINGS), { timeout: 5000 });
    console.log(await connection.topology().then(({ gatewayVersion }) => gatewayVersion, ({ reason }) => reason));
    await connection.close();`;
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  const ask = async (input: object, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { output } = await run(script, { env: { ...env, ...more, SETTINGS: JSON.stringify(input) } });
    return output.trim();
  };
  assert.equal(await ask(settings), 'certificate');
  assert.equal(await ask(settings, { NODE_EXTRA_CA_CERTS: path }), '8.8.0');
  assert.equal(await ask({ ...settings, rootCa: inspecting.certificate }), '8.8.0');
  const hosts = new Set(proxy.targets.map((target) => target?.split(':')[0]));
  assert.deepEqual([...hosts].sort(), ['login.test', 'zeebe.test']);
});

/** Forwards a port of the IPv6 loopback to one of IPv4; `undefined` where this machine has no IPv6. */
const forward = async (port: number): Promise<number | undefined> => {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy());
  };
  const server = createServer((inner) => {
    const outer = keep(connect({ host: '127.0.0.1', port }));
    keep(inner).pipe(outer).pipe(inner);
  });
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(0, '::1');
  if (!(await listening)) return undefined;
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
};

test('C86: gateway, REST API and token server are reached at addresses of IPv6', async (t) => {
  const tokens = await startTokenServer(() => token());
  cleanUps.push(tokens.stop);
  const gateway = await startTestGateway(topologyOnly);
  cleanUps.push(gateway.stop);
  const rest = await startRestGateway(({ headers }) =>
    headers.authorization === undefined ? { status: 401 } : { body: { ...topologyAnswer, brokers: [] } },
  );
  cleanUps.push(() => rest.stop());
  const ports = await Promise.all([gateway.port, rest.port, tokens.port].map(forward));
  if (ports.includes(undefined)) {
    t.skip('this machine has no IPv6');
    return;
  }
  const [grpcPort, restPort, tokenPort] = ports;
  const oauth = { clientId: 'me', clientSecret: 's3cret', oauthUrl: `http://[::1]:${tokenPort}/oauth/token` };
  for (const [address, text] of [
    [{ grpcAddress: `grpc://[::1]:${grpcPort}` }, `grpc://[::1]:${grpcPort}`],
    [{ type: 'INSECURE', hostname: '::1', port: grpcPort }, `grpc://[::1]:${grpcPort}`],
    [{ restAddress: `http://[::1]:${restPort}` }, `http://[::1]:${restPort}/v2`],
  ] as const) {
    const connection = createConnection({ ...address, authStrategy: 'OAUTH', ...oauth } as ConnectionInput, {
      timeout: 5_000,
    });
    cleanUps.push(connection.close);
    assert.equal(connection.address, text);
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
  }
  assert.equal(tokens.requests.length, 3);
});
