/** `dev` gives its engine the secrets of the environment, which processes refer to in both ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterSecretsOf } from '../../../src/cli/dev/cluster-secrets.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

const cases: readonly [env: Record<string, string | undefined>, secrets: Record<string, string>][] = [
  [{ SECRET_TOKEN: 'x', PATH: '/bin', SECRET_: 'y', SECRET_GONE: undefined }, { TOKEN: 'x' }],
  [{ CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX: 'MY_', MY_A: 'a', SECRET_B: 'b' }, { A: 'a' }],
  [{ CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_PREFIX: '', A: 'a' }, {}],
];

for (const [env, secrets] of cases) {
  test(`the secrets of ${JSON.stringify(env)}`, () => {
    assert.deepEqual(clusterSecretsOf(env), secrets);
  });
}

test('dev resolves camunda.secrets.NAME, and shows the reference only', async (t) => {
  const task = serviceTask('Task', { type: 'a', inputs: { key: '=camunda.secrets.SHOP' } });
  const folder = folderWith(t, {
    // The input of the connector names no variables, so this one asks for all.
    'a.mjs': moduleOf('A', 'a', '({ key }) => ({ length: key.length })').replace('v.object({})', 'v.looseObject({})'),
    'a.bpmn': processFile('a', ...chain(start(), task, end())),
  });
  const env = { SECRET_SHOP: 'a-shop-secret' };
  const program = runCommand(t, ['dev', './a.mjs', '--resource', 'a.bpmn', '--run', 'a'], { folder, env });
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
  assert.match(program.output(), /^a completed with \{"length":13\}$/m);
  assert.ok(!program.output().includes('a-shop-secret'), program.output());
});
