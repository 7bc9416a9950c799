import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineInbound } from '../../../src/connector/define.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { callbackWarnings, isLocalCluster } from '../../../src/runtime/inbound/callback-origin.ts';
import { observe } from '../support/runtime.ts';

const publicUrl = 'https://hooks.example.org';

for (const host of ['0.0.0.0', '0', '::', '[::]', '::0', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0']) {
  test(`callbacks on the host ${host} need a public URL`, () => {
    for (const isLocal of [true, false]) {
      assert.throws(
        () => callbackWarnings({ host }, isLocal),
        (error: unknown) => {
          assert.ok(isFault(error, 'configuration'), 'a fault of kind configuration');
          assert.match(error.message, /need a public URL.*\n?[\s\S]*Fix: set CAMUNDA_CONNECTORS_PUBLIC_URL/);
          assert.ok(error.message.includes(`listens on ${host},`), 'the message names the host');
          return true;
        },
      );
      assert.deepEqual(callbackWarnings({ host, publicUrl }, isLocal), []);
    }
  });
}

for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) {
  test(`callbacks on the host ${host} cause a warning, unless the cluster is local or there is a public URL`, () => {
    const [warning, ...more] = callbackWarnings({ host }, false);
    assert.match(
      warning ?? '',
      /^The addresses of callbacks work only on this machine: .* Fix: set CAMUNDA_CONNECTORS_PUBLIC_URL/,
    );
    assert.deepEqual(more, []);
    assert.deepEqual(callbackWarnings({ host }, true), []);
    assert.deepEqual(callbackWarnings({ host, publicUrl }, false), []);
  });
}

for (const host of ['10.0.0.5', 'connectors.internal', 'fd00::1']) {
  test(`callbacks on the host ${host} need no public URL`, () =>
    assert.deepEqual(callbackWarnings({ host }, false), []));
}

for (const [address, expected] of [
  ['grpc://127.0.0.1:26500', true],
  ['grpc://localhost:26500', true],
  ['grpcs://[::1]:26500', true],
  ['http://localhost:8080', true],
  ['grpcs://zeebe.example.org:443', false],
  ['grpc://10.0.0.5:26500', false],
  ['', false],
] as const) {
  test(`a cluster at ${JSON.stringify(address)} is ${expected ? '' : 'not '}local`, () =>
    assert.equal(isLocalCluster(address), expected));
}

const paid = defineInbound({ name: 'paid', output: v.object({}), webhook: {} });

test('a runtime with a callback does not start on all addresses without a public URL', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const { runtime } = observe({
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    inbound: [paid],
    server: { port: 0, host: '0.0.0.0', callbackKeys: 'temporary' },
  });
  t.after(() => runtime.stop());
  await assert.rejects(runtime.start(), /The addresses of callbacks need a public URL/);
});
