import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { configFromEnv } from '../../../src/connection/index.ts';
import { run } from '../support/child.ts';

/** Runs `configFromEnv()` in a folder with the given files and variables, and resolves with its output. */
const read = async (
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const { output, code } = await run(
      `const before = JSON.stringify(process.env);
       const { configFromEnv } = await import(process.env.ENTRY);
       try { console.log(JSON.stringify(configFromEnv())); } catch (error) { console.log(error.message); }
       if (JSON.stringify(process.env) !== before) console.log('process.env was changed');`,
      { folder, env },
    );
    assert.equal(code, 0, output);
    return output.trim();
  } finally {
    await rm(folder, { recursive: true });
  }
};

describe('configFromEnv', () => {
  test('reads .env and process.env, which takes precedence; changes neither and prints nothing', async () => {
    const output = await read(
      { '.env': '# our gateway\nCAMUNDA_CONNECTION_TYPE=INSECURE\nZEBEE_HOSTNAME="zeebe.test"\nZEBEE_PORT=1111\n' },
      { ZEBEE_PORT: '2222' },
    );
    assert.equal(output, '{"type":"INSECURE","hostname":"zeebe.test","port":2222}');
  });

  test('works without .env', async () => {
    assert.equal(await read({}, { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' }), '{"type":"EMBEDDED","resources":[]}');
  });

  test('names the missing settings if there are none', async () => {
    assert.match(await read({}, {}), /CAMUNDA_CONNECTION_TYPE is not set/);
  });

  test('reports that .env cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
    await mkdir(join(folder, '.env'));
    const { output } = await run(
      `const { configFromEnv } = await import(process.env.ENTRY);
       try { configFromEnv(); } catch (error) { console.log(error.kind, error.message); }`,
      { folder },
    );
    assert.match(output, /^configuration The file \.env exists but cannot be read \(EISDIR\)/);
    await rm(folder, { recursive: true });
  });

  test('refuses a .env that is too long, and reads a long one with many blank lines', async () => {
    const long = 1024 * 1024;
    assert.match(
      await read({ '.env': 'A'.repeat(long + 1) }, {}),
      /^The file \.env exists but cannot be read \(it is longer than 1 MB\)\./,
    );
    const settings = 'CAMUNDA_CONNECTION_TYPE=EMBEDDED\n';
    const output = await read({ '.env': `${'\n'.repeat(long - settings.length)}${settings}` }, {});
    assert.equal(output, '{"type":"EMBEDDED","resources":[]}');
  });

  test('refuses a file of certificates that is too long, and names it', async () => {
    const output = await read(
      { 'ca.pem': '-----BEGIN CERTIFICATE-----\n'.repeat(8 * 1024 * 40) },
      { CAMUNDA_CONNECTION_TYPE: 'SECURE', ZEEBE_HOSTNAME: 'zeebe.test', SSL_ROOT_CA: './ca.pem' },
    );
    assert.match(output, /SSL_ROOT_CA names the file \.\/ca\.pem, which is too long for certificates and keys/);
  });

  test('reads only the variables that are passed to it', () => {
    assert.deepEqual(configFromEnv({ CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'h' }), {
      type: 'INSECURE',
      hostname: 'h',
      port: 26500,
    });
    assert.throws(() => configFromEnv({}), { kind: 'configuration' });
  });
});
