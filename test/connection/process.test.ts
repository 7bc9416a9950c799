import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createAuthority } from './support/certificates.ts';
import { run } from './support/child.ts';
import { startTestGateway, topologyOnly } from './support/gateway.ts';
import { startRestGateway } from './support/rest-gateway.ts';
import { type Answer, json, silence, startTokenServer, token } from './support/token-server.ts';

const secret = 'hush-hush-secret';

/** Makes calls with a cloud connection, prints the results and errors completely, and closes it. */
const cloudScript = `
  import { inspect } from 'node:util';
  const { createConnection, configFromEnv } = await import(process.env.ENTRY);
  const write = process.stdout.write.bind(process.stdout);
  const say = (...parts) => write(parts.map((part) => typeof part === 'string' ? part : inspect(part, { depth: 20, showHidden: true })).join(' ') + '\\n');
  const foreign = [];
  process.stdout.write = (chunk) => foreign.push(String(chunk)) > 0;
  const config = configFromEnv(process.env);
  say(config, JSON.stringify(config));
  const connection = createConnection(config, { timeout: Number(process.env.LIMIT) });
  for (let call = 0; call < 3; call += 1) {
    try { say('answer', (await connection.topology()).gatewayVersion); }
    catch (error) { say(error, error.stack); }
  }
  say(connection);
  await connection.close();
  process.on('exit', () => say('printed by others:', JSON.stringify(foreign)));`;

describe('a process with a connection to Camunda SaaS', () => {
  const cases: readonly (readonly [string, Answer, RegExp])[] = [
    ['with a good token', token(), /answer 8\.8\.0/],
    ['with a rejected client', json(401, { error: 'access_denied', error_description: secret }), /HTTP 401/],
    ['with a broken token server', json(500, { message: secret }), /HTTP 500/],
    ['with a token server that answers without a token', (response) => response.end(secret), /without an access token/],
    ['with a silent token server', silence, /no access token yet/],
  ];
  for (const [title, answer, expected] of cases) {
    test(`${title} shows no secret, prints nothing else, writes no file, and exits after close`, async () => {
      const home = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
      const tokens = await startTokenServer(() => answer);
      const gateway = await startTestGateway(topologyOnly);
      const { output, errors, code } = await run(cloudScript, {
        folder: home,
        env: {
          HOME: home,
          LIMIT: answer === silence ? '200' : '10000',
          CAMUNDA_CONNECTION_TYPE: 'CAMUNDA_CLOUD',
          CAMUNDA_CLUSTER_ID: 'c1',
          CAMUNDA_CLIENT_ID: 'me',
          CAMUNDA_CLIENT_SECRET: secret,
          CAMUNDA_OAUTH_URL: tokens.url,
          ZEEBE_GRPC_ADDRESS: `grpc://127.0.0.1:${gateway.port}`,
        },
      });
      assert.equal(code, 0, output);
      assert.match(output, expected);
      assert.ok(!output.includes(secret), output);
      assert.doesNotMatch(output, /token-\d/);
      assert.equal(errors, '');
      assert.match(output, /printed by others: \[\]\n$/);
      assert.deepEqual(await readdir(home), []);
      await tokens.stop();
      gateway.stop();
      await rm(home, { recursive: true });
    });
  }
});

test('a process whose client certificate is rejected does not print its private key', async () => {
  const authority = createAuthority('authority.test');
  const client = createAuthority('foreign.test').issue({ name: 'client' });
  const gateway = await startTestGateway(topologyOnly, {
    tls: { server: authority.issue({ name: 'gateway', dns: ['localhost'] }), clientAuthority: authority.certificate },
  });
  const { output, code } = await run(cloudScript, {
    env: {
      LIMIT: '10000',
      CAMUNDA_CONNECTION_TYPE: 'SECURE',
      ZEEBE_HOSTNAME: 'localhost',
      ZEEBE_PORT: String(gateway.port),
      SSL_ROOT_CA: authority.certificate,
      SSL_PRIVATE_KEY: client.privateKey,
      SSL_CERTIFICATE_CHAIN: client.certificate,
    },
  });
  assert.equal(code, 0, output);
  assert.match(output, /closes the connection immediately/);
  for (const line of client.privateKey.split('\n').filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line))) {
    assert.ok(!output.includes(line), output);
  }
  gateway.stop();
});

test('a process exits by itself after it has closed the embedded engine', async () => {
  const { output, code } = await run(`
    const { createConnection } = await import(process.env.ENTRY);
    const connection = createConnection({ type: 'EMBEDDED' });
    const { brokers } = await connection.topology();
    console.log('brokers', brokers.length);
    await connection.close();`);
  assert.equal(output.trim(), 'brokers 1');
  assert.equal(code, 0);
});

test('a process exits with sockets of the REST API that are kept, and may go on with them before', async () => {
  const body = { gatewayVersion: '8.8.0', clusterSize: 1, partitionsCount: 1, brokers: [] };
  const gateway = await startRestGateway(() => ({ body }), { keepAliveTimeout: 60_000 });
  const { output, code } = await run(
    `const { createConnection } = await import(process.env.ENTRY);
     const connection = createConnection({ restAddress: process.env.ADDRESS });
     await connection.topology();
     // There is nothing to do any more, while the socket is open.
     process.once('beforeExit', async () => console.log((await connection.topology()).gatewayVersion));`,
    { env: { ADDRESS: gateway.base } },
  );
  gateway.stop();
  assert.equal(output.trim(), '8.8.0');
  assert.equal(code, 0);
  assert.equal(gateway.sockets.opened, 1);
});

test('importing the module and creating a connection opens nothing and does not keep the process alive', async () => {
  const { output, code } = await run(
    `const { createConnection } = await import(process.env.ENTRY);
     createConnection({ type: 'INSECURE', hostname: 'localhost' });
     createConnection({ type: 'EMBEDDED' });
     createConnection({ type: 'CAMUNDA_CLOUD', clusterId: 'c', clientId: 'i', clientSecret: 's' });
     console.log(process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout|Pipe/.test(name) && name !== 'PipeWrap'));`,
  );
  assert.equal(output.trim(), '[]');
  assert.equal(code, 0);
});
