import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { configFromEnv } from '../../../src/connection/index.ts';
import { run } from '../support/child.ts';

/** Runs `configFromEnv()` in a folder with these files and variables; resolves with what it printed. */
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
  test('reads .env, lets process.env win, changes neither, prints nothing', async () => {
    const output = await read(
      { '.env': '# our gateway\nCAMUNDA_CONNECTION_TYPE=INSECURE\nZEBEE_HOSTNAME="zeebe.test"\nZEBEE_PORT=1111\n' },
      { ZEBEE_PORT: '2222' },
    );
    assert.equal(output, '{"type":"INSECURE","hostname":"zeebe.test","port":2222}');
  });

  test('does without .env', async () => {
    assert.equal(await read({}, { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' }), '{"type":"EMBEDDED","resources":[]}');
  });

  test('says what is missing where there is nothing at all', async () => {
    assert.match(await read({}, {}), /CAMUNDA_CONNECTION_TYPE is not set/);
  });

  test('says that .env cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
    await mkdir(join(folder, '.env'));
    const { output } = await run(
      `const { configFromEnv } = await import(process.env.ENTRY);
       try { configFromEnv(); } catch (error) { console.log(error.kind, error.message); }`,
      { folder },
    );
    assert.match(output, /^configuration The file \.env is there but cannot be read \(EISDIR\)/);
    await rm(folder, { recursive: true });
  });

  test('reads nothing but the record that it is given', () => {
    assert.deepEqual(configFromEnv({ CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'h' }), {
      type: 'INSECURE',
      hostname: 'h',
      port: 26500,
    });
    assert.throws(() => configFromEnv({}), { kind: 'configuration' });
  });
});
