import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addressKeysFromEnv } from '../../../../src/runtime/inbound/addresses/keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const key = 'ab'.repeat(32);

test('keys come from a variable or from a file, whose last line may end with a line break', () => {
  const path = join(folder, 'keys');
  writeFileSync(path, `new:${key}\nold:${'cd'.repeat(32)}\n`);
  const ids = (env: Readonly<Record<string, string>>) => addressKeysFromEnv(env)?.map(({ id }) => id);
  assert.deepEqual(ids({ CAMUNDA_CONNECTORS_CALLBACK_KEYS: `a:${key}` }), ['a']);
  assert.deepEqual(ids({ CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE: path }), ['new', 'old']);
  assert.equal(ids({ CAMUNDA_CONNECTORS_CALLBACK_KEYS: '' }), undefined);
});

test('both at once, and a file that cannot be read, are errors that say so', () => {
  assert.throws(
    () => addressKeysFromEnv({ CAMUNDA_CONNECTORS_CALLBACK_KEYS: key, CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE: 'x' }),
    /Both CAMUNDA_CONNECTORS_CALLBACK_KEYS and CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE are set\.\nFix: remove one/,
  );
  assert.throws(
    () => addressKeysFromEnv({ CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE: join(folder, 'none') }),
    /cannot be read from .*none[\s\S]*Fix: give the path of a file/,
  );
});
