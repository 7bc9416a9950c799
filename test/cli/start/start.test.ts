/** The standalone runtime, in a process of its own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createEngine } from '../../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { freePort } from '../../support/free-port.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

const embedded = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' };
const clean = { code: 0, signal: null };

/** An engine, and the settings for a connection to it. */
const withEngine = async (t: TestContext) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const env = {
    CAMUNDA_CONNECTION_TYPE: 'INSECURE',
    ZEEBE_HOSTNAME: '127.0.0.1',
    ZEEBE_PORT: String(engine.port),
  };
  return { engine, env };
};

const posix = { skip: process.platform === 'win32' ? 'no signals on Windows' : false };

describe('start', posix, () => {
  test('serves health and metrics until SIGTERM', async (t) => {
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const program = runCommand(t, ['start', './a.mjs', '--health-port', '0'], { folder, env: embedded });
    const [, url] = await program.prints(/Health at (http:\/\/127\.0\.0\.1:\d+)\/health\/ready/);
    await program.prints(/Outbound: a\. Inbound: none\./);
    assert.equal((await fetch(`${url}/health/ready`)).status, 200);
    assert.match(await (await fetch(`${url}/metrics`)).text(), /^camunda_connector_connection_up 1$/m);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('takes several modules, settings from .env, and the overrides of the official runtime', async (t) => {
    const folder = folderWith(t, {
      'a.mjs': moduleOf('My Conn', 'a'),
      'b.mjs': moduleOf('B', 'b'),
      'c.mjs': moduleOf('C', 'c'),
      '.env': 'CAMUNDA_CONNECTION_TYPE=EMBEDDED\nCAMUNDA_CONNECTORS_LOG_FORMAT=text\nCONNECTOR_MY_CONN_TYPE=a:2\n',
    });
    const env = { CONNECTOR_OUTBOUND_DISABLED: 'c' };
    const program = runCommand(t, ['start', './a.mjs', './b.mjs', './c.mjs', '--max-jobs', '3'], { folder, env });
    await program.prints(/Outbound: a:2, b\. Inbound: none\./);
    await program.prints(/Disabled by the environment: c\./);
    assert.doesNotMatch(program.output(), /"level"/);
    program.signal('SIGINT');
    assert.deepEqual(await program.ended(), clean);
  });

  test('options take precedence over the environment', async (t) => {
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const env = { ...embedded, CAMUNDA_CONNECTORS_LOG_LEVEL: 'error', CAMUNDA_CONNECTORS_LOG_FORMAT: 'text' };
    const args = ['start', './a.mjs', '--log-level', 'info', '--log-format', 'json'];
    const program = runCommand(t, args, { folder, env });
    await program.prints(/"message":"Outbound: a\. Inbound: none\."/);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('finishes a running job before it exits', async (t) => {
    const { engine, env } = await withEngine(t);
    const waiting: ServerResponse[] = [];
    const server = createServer((_request, response) => void waiting.push(response)).listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = folderWith(t, {
      'a.mjs': moduleOf('A', 'a', `async () => ({ text: await (await fetch('${url}')).text() })`),
    });
    await engine.deploy({
      name: 'p.bpmn',
      content: processFile('p', ...chain(start(), serviceTask('t', { type: 'a' }), end())),
    });
    const program = runCommand(t, ['start', './a.mjs'], { folder, env });
    await program.prints(/Outbound: a\./);
    const asked = once(server, 'request');
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
    await asked;
    program.signal('SIGTERM');
    await program.prints(/Stopping: no new jobs/);
    for (const response of waiting) response.end('late');
    const { state, variables } = await engine.ended(processInstanceKey);
    assert.deepEqual([state, variables], ['COMPLETED', { text: 'late' }]);
    assert.deepEqual(await program.ended(), clean);
  });

  test('does not report that it runs when it is stopped while waiting for the cluster', async (t) => {
    const env = {
      CAMUNDA_CONNECTION_TYPE: 'INSECURE',
      ZEEBE_HOSTNAME: '127.0.0.1',
      ZEEBE_PORT: String(await freePort()),
    };
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const program = runCommand(t, ['start', './a.mjs'], { folder, env });
    await program.prints(/Waiting for the cluster/);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
    assert.match(program.output(), /"Stopped\."/);
    assert.doesNotMatch(program.output(), /Running|Outbound/);
  });

  test('a health port in use makes it exit with 2 and is named', async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const program = runCommand(t, ['start', './a.mjs', '--health-port', String(port)], { folder, env: embedded });
    assert.deepEqual(await program.ended(), { code: 2, signal: null });
    assert.match(program.output(), new RegExp(`port ${port} \\(EADDRINUSE\\)`));
  });

  test('an unknown log level in the environment makes it exit with 2 and is not printed', async (t) => {
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const env = { ...embedded, CAMUNDA_CONNECTORS_LOG_LEVEL: 'hunter2' };
    const program = runCommand(t, ['start', './a.mjs'], { folder, env });
    assert.deepEqual(await program.ended(), { code: 2, signal: null });
    assert.match(program.output(), /CAMUNDA_CONNECTORS_LOG_LEVEL must be one of/);
    assert.doesNotMatch(program.output(), /hunter2/);
  });
});

describe('start --watch', posix, () => {
  test('restarts when a module or .env changes, reports broken modules, and exits with 0 on SIGINT', async (t) => {
    const folder = folderWith(t, {
      'type.mjs': "export const type = 'a:1';\n",
      'a.mjs': `import { type } from './type.mjs';\n${moduleOf('A', 'a')}export const typed = { ...connector, type };\n`,
    });
    const program = runCommand(t, ['start', './a.mjs', '--watch', '--log-format', 'text'], { folder, env: embedded });
    await program.prints(/Outbound: a, a:1\./);
    writeFileSync(join(folder, 'type.mjs'), "export const type = 'a:2';\n");
    await program.prints(/Stopped\.[\s\S]*Restarting\.[\s\S]*Outbound: a, a:2\./);
    writeFileSync(join(folder, '.env'), 'CONNECTOR_OUTBOUND_DISABLED=a\n');
    await program.prints(/Outbound: a:2\./);
    writeFileSync(join(folder, 'type.mjs'), 'export const type = ;\n');
    await program.prints(
      /a\.mjs cannot be loaded[\s\S]*The process exited with code 2\. The next change starts it again\./,
    );
    writeFileSync(join(folder, 'type.mjs'), "export const type = 'a:3';\n");
    await program.prints(/Outbound: a:3\./);
    program.signal('SIGINT');
    assert.deepEqual(await program.ended(), clean);
    assert.doesNotMatch(program.output(), /exiting immediately/);
  });

  test('the process that it started stops when it is killed', async (t) => {
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const program = runCommand(t, ['start', './a.mjs', '--watch'], { folder, env: embedded });
    await program.prints(/Outbound: a\./);
    program.signal('SIGKILL');
    assert.deepEqual(await program.ended(), { code: null, signal: 'SIGKILL' });
    assert.match(program.output(), /"Stopped\."/);
  });
});

describe('check', () => {
  test('180. shows the cluster and what start would request, and exits with 0', async (t) => {
    const { env, engine } = await withEngine(t);
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a'), 'b.mjs': moduleOf('B', 'b') });
    const off = { CONNECTOR_OUTBOUND_DISABLED: 'b' };
    const program = runCommand(t, ['check', './a.mjs', './b.mjs'], { folder, env: { ...env, ...off } });
    assert.deepEqual(await program.ended(), clean);
    assert.equal(
      program.output(),
      [
        'Settings',
        '  type      INSECURE',
        '  hostname  127.0.0.1  from ZEEBE_HOSTNAME',
        `  port      ${engine.port}`.padEnd('  hostname  127.0.0.1  '.length).concat('from ZEEBE_PORT'),
        `Cluster grpc://127.0.0.1:${engine.port}: gateway version 8.10.0, 1 broker, 1 partition`,
        `  broker 0  127.0.0.1:${engine.port}  version 8.10.0  partition 1 leader healthy`,
        'Job types',
        '  a  A  up to 32 jobs  reserved for 20 s  variables: none',
        'Disabled by the environment: b',
        '',
      ].join('\n'),
    );
  });

  test('shows only the settings and the cluster if no modules are named', async (t) => {
    const { env } = await withEngine(t);
    const program = runCommand(t, ['check'], { folder: folderWith(t, {}), env });
    assert.deepEqual(await program.ended(), clean);
    assert.match(program.output(), /^Settings\n(?: {2}.*\n)+Cluster .*\n {2}broker 0 .*\n$/);
  });

  test('shows each setting with its variable and without secrets, what has no effect, and logs in', async (t) => {
    const { engine } = await withEngine(t);
    const env = {
      CAMUNDA_GRPC_ADDRESS: `grpc://127.0.0.1:${engine.port}`,
      CAMUNDA_BASIC_AUTH_USERNAME: 'demo',
      CAMUNDA_BASIC_AUTH_PASSWORD: 'p4ssw0rd',
      CAMUNDA_TOKEN_SCOPE: 'x',
    };
    const program = runCommand(t, ['check'], { folder: folderWith(t, {}), env });
    assert.deepEqual(await program.ended(), clean);
    assert.match(program.output(), /^ {2}username +demo +from CAMUNDA_BASIC_AUTH_USERNAME$/m);
    assert.match(program.output(), /^ {2}password +\[hidden\] +from CAMUNDA_BASIC_AUTH_PASSWORD$/m);
    assert.match(program.output(), /^Note: CAMUNDA_TOKEN_SCOPE has no effect: the authentication is BASIC\.$/m);
    assert.match(program.output(), /^Cluster grpc:/m);
    assert.doesNotMatch(program.output(), /p4ssw0rd/);
  });

  for (const [what, addGrpc, cluster] of [
    ['over REST', false, /^Cluster http:.*\/v2: gateway/m],
    ['over gRPC, and over REST where that is known too', true, /^Cluster grpc:/m],
  ] as const) {
    test(`169. logs in ${what}`, async (t) => {
      const engine = await createEngine({ restPort: 0 });
      t.after(() => engine.stop());
      const grpc: Record<string, string> = addGrpc ? { CAMUNDA_GRPC_ADDRESS: `grpc://${engine.address}` } : {};
      const env = { CAMUNDA_REST_ADDRESS: engine.restAddress!, ...grpc };
      const program = runCommand(t, ['check'], { folder: folderWith(t, {}), env });
      assert.deepEqual(await program.ended(), clean);
      assert.match(program.output(), cluster);
      assert.match(program.output(), /^Logged in as anonymous, with the tenants <default>$/m);
    });
  }

  test('requests jobs in each tenant, prints the answers, and exits with 1 if one is refused', async (t) => {
    const engine = await createEngine({ restPort: 0, tenants: ['north', 'south'] });
    t.after(() => engine.stop());
    const folder = folderWith(t, {});
    const env = { CAMUNDA_GRPC_ADDRESS: `grpc://${engine.address}` };
    const fine = runCommand(t, ['check'], { folder, env: { ...env, CAMUNDA_TENANT_IDS: 'north,south' } });
    assert.deepEqual(await fine.ended(), clean);
    assert.match(fine.output(), /^ {2}tenantIds +north, south +from CAMUNDA_TENANT_IDS$/m);
    assert.match(
      fine.output(),
      /^The tenant north: the cluster accepts requests for jobs\.\nThe tenant south: the cluster accepts/m,
    );
    const west = runCommand(t, ['check'], { folder, env: { ...env, CAMUNDA_TENANT_IDS: 'north,west' } });
    assert.deepEqual(await west.ended(), { code: 1, signal: null });
    assert.match(west.output(), /^The tenant north: the cluster accepts/m);
    assert.match(
      west.output(),
      /^The tenant west: .*\n(?:.*\n)*.*Fix: assign the client to the tenant, or correct CAMUNDA_TENANT_ID/m,
    );
  });

  test('172. says which setting is missing on a cluster with tenants, over REST', async (t) => {
    const engine = await createEngine({ restPort: 0, tenants: ['north', 'south'] });
    t.after(() => engine.stop());
    const env = { CAMUNDA_REST_ADDRESS: engine.restAddress! };
    const none = runCommand(t, ['check'], { folder: folderWith(t, {}), env });
    assert.deepEqual(await none.ended(), { code: 1, signal: null });
    assert.match(none.output(), /^Logged in as anonymous, with the tenants north, south$/m);
    assert.match(none.output(), /Fix: set CAMUNDA_TENANT_ID \(tenantId\), or CAMUNDA_TENANT_IDS/);
    const all = { ...env, CAMUNDA_DEFAULT_JOB_WORKER_TENANT_FILTER_MODE: 'ASSIGNED' };
    const assigned = runCommand(t, ['check'], { folder: folderWith(t, {}), env: all });
    assert.deepEqual(await assigned.ended(), clean);
    assert.match(assigned.output(), /^All tenants of the client: the cluster accepts requests for jobs\.$/m);
  });

  test('says what is wrong with the REST API if the gateway answers over gRPC only', async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    const port = await freePort();
    const env = { CAMUNDA_GRPC_ADDRESS: `grpc://${engine.address}`, CAMUNDA_REST_ADDRESS: `http://127.0.0.1:${port}` };
    const program = runCommand(t, ['check'], { folder: folderWith(t, {}), env });
    assert.deepEqual(await program.ended(), clean);
    assert.match(
      program.output(),
      /^Note: The gateway cannot be reached \(ECONNREFUSED[\s\S]*GET \/authentication\/me/m,
    );
  });

  test('exits with 1, without retries, and names the address if the cluster does not answer', async (t) => {
    const port = await freePort();
    const env = { CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: '127.0.0.1', ZEEBE_PORT: String(port) };
    const program = runCommand(t, ['check'], { folder: folderWith(t, {}), env });
    assert.deepEqual(await program.ended(), { code: 1, signal: null });
    assert.match(program.output(), new RegExp(`127\\.0\\.0\\.1:${port}`));
    assert.doesNotMatch(program.output(), /\n {4}at /);
  });

  test('names missing settings and exits with 2', async (t) => {
    const program = runCommand(t, ['check'], { folder: folderWith(t, {}) });
    assert.deepEqual(await program.ended(), { code: 2, signal: null });
    assert.match(program.output(), /CAMUNDA_CONNECTION_TYPE/);
  });
});
