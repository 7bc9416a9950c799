/** The demo as a process of its own. That it succeeds on the embedded engine, test/docs compares line by line. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runProgram } from '../../scripts/program.ts';
import { createEngine } from '../../src/engine/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-demo-test-'));
after(() => rmSync(folder, { recursive: true }));

const demo = (env: Readonly<Record<string, string | undefined>>, ...args: string[]) =>
  runProgram(['examples/demo.ts', ...args], { folder, env: { CAMUNDA_CONNECTION_TYPE: undefined, ...env } });

for (const [how, env, args] of [
  ['--fail', {}, ['--fail']],
  ['DEMO_FAIL=1', { DEMO_FAIL: '1' }, []],
] as const) {
  test(`with a failing step (${how}) the demo says which one and why, and ends with 1`, async () => {
    const { code, output } = await demo(env, ...args);
    assert.match(output, /^The demo failed\. http-get, FetchPage: The server answered 500/m);
    assert.match(output, /hello with .*completed with/s);
    assert.equal(code, 1);
  });
}

test('a signal ends the demo at once, without waiting for the process that it is at', {
  skip: process.platform === 'win32' ? 'no signals on Windows' : false,
}, async () => {
  const env = { CAMUNDA_CONNECTION_TYPE: undefined };
  const { code, output } = await runProgram(['examples/demo.ts'], {
    folder,
    env,
    until: 'remind with',
    signal: 'SIGINT',
  });
  assert.match(output, /^The demo failed\. It was interrupted by SIGINT\.$/m);
  assert.equal(code, 1);
});

test('with settings that cannot work the demo names them and ends with 1', async () => {
  const { code, output } = await demo({ CAMUNDA_CONNECTION_TYPE: 'INSECURE' });
  assert.match(output, /^The demo failed\. .*HOSTNAME/ms);
  assert.equal(code, 1);
});

test('the same demo runs against a cluster that the environment names', async () => {
  const cluster = await createEngine();
  try {
    const { code, output } = await demo({
      CAMUNDA_CONNECTION_TYPE: 'INSECURE',
      ZEBEE_HOSTNAME: '127.0.0.1',
      ZEBEE_PORT: String(cluster.port),
    });
    assert.match(output, new RegExp(`^Connected to grpc://127.0.0.1:${cluster.port},`));
    assert.match(output, /^Every process completed\.$/m);
    assert.equal(code, 0);
    assert.deepEqual(
      cluster
        .instances()
        .filter(({ bpmnProcessId }) => !bpmnProcessId.startsWith('_'))
        .map(({ state }) => state),
      ['COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED', 'COMPLETED'],
    );
  } finally {
    await cluster.stop();
  }
});
