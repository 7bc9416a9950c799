import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Authenticator } from '../../src/connection/auth/authenticator.ts';
import { createLazyRest } from '../../src/connection/lazy-rest.ts';
import { createRestConnection } from '../../src/connection/rest/connection.ts';

const topology = { gatewayVersion: '8.8.0', clusterSize: 1, partitionsCount: 1, brokers: [] };

/** A gateway that answers with its topology. */
const startGateway = async (t: TestContext) => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(topology));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, requests };
};

/** Credentials that note their end. */
const credentials = (): { readonly authenticator: Authenticator; readonly ends: number[] } => {
  const ends: number[] = [];
  return {
    ends,
    authenticator: {
      headers: async () => ({ authorization: 'Bearer x' }),
      accepted: () => {},
      refused: () => {},
      close: () => void ends.push(1),
    },
  };
};

test('has everything that a connection over REST has, with the same values', async () => {
  const settings = { base: 'http://127.0.0.1:1/v2', tenantIds: ['north', 'south'], notices: ['a notice'] };
  const lazy = createLazyRest(settings);
  const eager = createRestConnection(settings);
  assert.deepEqual(Object.keys(lazy).sort(), Object.keys(eager).sort());
  assert.deepEqual(Object.keys(lazy.documents).sort(), Object.keys(eager.documents).sort());
  for (const name of ['address', 'notices', 'tenants', 'holdTime'] as const) assert.deepEqual(lazy[name], eager[name]);
  await lazy.close();
  await eager.close();
});

test('makes its calls, the first and later ones', async (t) => {
  const { base, requests } = await startGateway(t);
  const connection = createLazyRest({ base });
  assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
  const answers = await Promise.all([connection.topology(), connection.topology()]);
  assert.equal(answers.length, 2);
  assert.deepEqual(requests, Array(3).fill('GET /v2/topology'));
  await connection.close();
  await assert.rejects(connection.topology(), /closed|abort/i);
});

test('that is closed before its first call makes none, and ends its authentication', async (t) => {
  const { base, requests } = await startGateway(t);
  const { authenticator, ends } = credentials();
  const connection = createLazyRest({ base, authenticator });
  await connection.close();
  assert.equal(ends.length, 1);
  await assert.rejects(connection.topology(), /closed|abort/i);
  assert.deepEqual(requests, []);
});

test('that is closed during its first call rejects it', async (t) => {
  const { base } = await startGateway(t);
  const connection = createLazyRest({ base });
  const call = assert.rejects(connection.topology(), /closed|abort/i);
  await connection.close();
  await call;
});
