import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '../../../src/common/fault.ts';
import { checkRuntimeOptions } from '../../../src/runtime/check-options.ts';
import { defaultLimits } from '../../../src/runtime/inbound/server/limits.ts';
import { maxWaitingOf, readPublicUrl, serverSettings } from '../../../src/runtime/inbound/server/settings.ts';

test('settings come from the options, then from the environment, then from the defaults', () => {
  assert.deepEqual(serverSettings({}, {}), {
    port: 8085,
    host: '127.0.0.1',
    isLocal: false,
    callerTrace: 'continue',
    limits: defaultLimits,
  });
  const env = {
    CAMUNDA_CONNECTORS_PORT: '9000',
    CAMUNDA_CONNECTORS_HOST: '0.0.0.0',
    CAMUNDA_CONNECTORS_PUBLIC_URL: 'https://a.example/',
  };
  assert.deepEqual(serverSettings({}, env), {
    port: 9000,
    host: '0.0.0.0',
    isLocal: false,
    publicUrl: 'https://a.example',
    callerTrace: 'continue',
    limits: defaultLimits,
  });
  const options = {
    port: 0,
    host: '::1',
    publicUrl: 'https://b.example/x',
    maxRequests: 3,
    maxConnections: 4,
  } as const;
  assert.deepEqual(serverSettings({ ...options, callerTrace: 'link' }, env), {
    port: 0,
    host: '::1',
    isLocal: false,
    publicUrl: 'https://b.example/x',
    callerTrace: 'link',
    limits: { ...defaultLimits, maxRequests: 3, maxConnections: 4 },
  });
});

test('with the public URL `local`, the address of the server counts, whatever the environment says', () => {
  const env = { CAMUNDA_CONNECTORS_PUBLIC_URL: 'not an address' };
  const { publicUrl, isLocal } = serverSettings({ publicUrl: 'local' }, env);
  assert.deepEqual([publicUrl, isLocal], [undefined, true]);
  assert.deepEqual(checkRuntimeOptions({ server: { publicUrl: 'local' } }), []);
  assert.match(
    checkRuntimeOptions({ server: { publicUrl: 'locale' } }).join(),
    /publicUrl: must be an address such as/,
  );
});

test('half of the requests may wait for processes, unless maxWaiting says how many', () => {
  assert.deepEqual([{}, { maxRequests: 3 }, { maxRequests: 3, maxWaiting: 3 }].map(maxWaitingOf), [128, 2, 3]);
});

test('every wrong variable is named, with a fix', () => {
  const env = { CAMUNDA_CONNECTORS_PORT: 'http', CAMUNDA_CONNECTORS_PUBLIC_URL: 'hooks.example.org' };
  assert.throws(
    () => serverSettings({}, env),
    (error: unknown) => {
      assert.ok(isFault(error, 'configuration'), 'a fault of kind configuration');
      assert.match(error.message, /CAMUNDA_CONNECTORS_PORT must be a port/);
      assert.match(error.message, /CAMUNDA_CONNECTORS_PUBLIC_URL must be an address such as/);
      assert.match(error.message, /Fix: /);
      return true;
    },
  );
});

const addresses: readonly (readonly [given: string, result: object])[] = [
  ['https://example.org', { url: 'https://example.org' }],
  ['https://example.org/', { url: 'https://example.org' }],
  ['https://example.org/c8/', { url: 'https://example.org/c8' }],
  ['http://example.org:8085/a/b', { url: 'http://example.org:8085/a/b' }],
  ['https://example.org/c8?x=1', { problem: 'must not contain a query or a fragment' }],
  ['https://example.org/#a', { problem: 'must not contain a query or a fragment' }],
  ['https://user:word@example.org', { problem: 'must not contain a user name or a password' }],
  ['ftp://example.org', { problem: 'must start with https:// or http://' }],
  ['example.org', { problem: 'must be an address such as https://hooks.example.org' }],
];

for (const [given, result] of addresses) {
  test(`case 136: the public address ${given.replace(/:\w+@/, ':…@')}`, () =>
    assert.deepEqual(readPublicUrl(given), result));
}
