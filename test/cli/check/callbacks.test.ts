import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../../src/engine/index.ts';
import { folderWith, library, runCommand } from '../support/running.ts';

const callback = `import { defineInbound } from ${library};
export const paid = defineInbound({ name: 'paid', webhook: {} });
`;

for (const [publicUrl, code, text] of [
  [undefined, 2, /need a public URL: the server listens on 0\.0\.0\.0.*Fix: set CAMUNDA_CONNECTORS_PUBLIC_URL/s],
  ['https://hooks.example.org', 0, /^Cluster grpc:/m],
] as const) {
  test(`check exits with ${code} for callbacks on 0.0.0.0 ${publicUrl === undefined ? 'without' : 'with'} a public URL`, async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    const env = {
      CAMUNDA_GRPC_ADDRESS: `grpc://127.0.0.1:${engine.port}`,
      CAMUNDA_CONNECTORS_HOST: '0.0.0.0',
      CAMUNDA_CONNECTORS_CALLBACK_KEYS: Buffer.alloc(32, 7).toString('base64'),
      CAMUNDA_CONNECTORS_PUBLIC_URL: publicUrl,
    };
    const program = runCommand(t, ['check', './callback.mjs'], {
      folder: folderWith(t, { 'callback.mjs': callback }),
      env,
    });
    assert.deepEqual(await program.ended(), { code, signal: null });
    assert.match(program.output(), text);
  });
}
