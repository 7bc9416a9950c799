import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import { createBearerAuthenticator } from '../../../src/connection/auth/authenticator.ts';
import { createTokenSource } from '../../../src/connection/auth/token-source.ts';
import { createGrpcConnection } from '../../../src/connection/grpc/connection.ts';
import { createConnection } from '../../../src/connection/index.ts';
import type { Connection } from '../../../src/connection/port.ts';
import { createAuthority } from '../support/certificates.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Request, refusal, startTestGateway, status, topologyAnswer } from '../support/gateway.ts';
import { type Answer, json, silence, startTokenServer, type TokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();

interface Cluster {
  readonly connection: Connection;
  readonly tokens: TokenServer;
  /** The tokens of the calls. */
  readonly seen: string[];
  /** Sets the only token that the gateway accepts. */
  accept(token: string | RegExp): void;
}

/** A gateway that requires a token, its token server, and a connection to both. */
const start = async (answer: Answer = token()): Promise<Cluster> => {
  let good: string | RegExp = /^Bearer token-\d+$/;
  const seen: string[] = [];
  const tokens = await startTokenServer(() => answer);
  const gateway = await startTestGateway({
    Topology: (call: ServerUnaryCall<Request, object>, callback: (error: unknown, answer?: object) => void) => {
      const authorization = String(call.metadata.get('authorization'));
      seen.push(authorization);
      if (typeof good === 'string' ? good === authorization : good.test(authorization)) callback(null, topologyAnswer);
      else callback(refusal(status.UNAUTHENTICATED, `not good: ${authorization}`));
    },
  });
  const connection = createConnection(
    {
      type: 'CAMUNDA_CLOUD',
      clusterId: 'c1',
      clientId: 'me',
      clientSecret: 'topsecret',
      oauthUrl: tokens.url,
      grpcAddress: `grpc://127.0.0.1:${gateway.port}`,
    },
    { timeout: 5_000 },
  );
  cleanUps.push(tokens.stop, gateway.stop, connection.close);
  return {
    connection,
    tokens,
    seen,
    accept: (next) => {
      good = next;
    },
  };
};

describe('a connection to Camunda SaaS', () => {
  test('sends one token with all its calls', async () => {
    const { connection, tokens, seen } = await start();
    await Promise.all(Array.from({ length: 20 }, () => connection.topology()));
    await connection.topology();
    assert.deepEqual(seen, Array(21).fill('Bearer token-1'));
    assert.deepEqual(
      tokens.requests.map(({ form }) => form.audience),
      ['zeebe.camunda.io'],
    );
  });

  test('B65: requests a new token if the gateway rejects one that it accepted before, unnoticed by the caller', async () => {
    const { connection, tokens, seen, accept } = await start();
    await connection.topology();
    accept('Bearer token-2');
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
    assert.deepEqual(seen, ['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    assert.equal(tokens.requests.length, 2);
  });

  test('B65: does not flood the token server if the gateway rejects every token', async () => {
    const { connection, tokens, accept } = await start();
    accept('Bearer none');
    for (let call = 0; call < 20; call += 1) {
      await assert.rejects(connection.topology(), (error: Error) => {
        assert.match(error.message, /rejected the access token that the token server has just issued/);
        assert.ok(!error.message.includes('token-1'));
        return true;
      });
    }
    assert.equal(tokens.requests.length, 1);
  });

  test('hides a token that the gateway repeats in an error', async () => {
    const { connection, accept } = await start();
    await connection.topology();
    accept('Bearer none');
    await assert.rejects(connection.topology(), (error: Error) => {
      assert.match(error.message, /not good: Bearer \[hidden\]/);
      return true;
    });
  });

  test('reports that the client was rejected, and does not call the gateway', async () => {
    const { connection, seen } = await start(json(401, { error: 'access_denied' }));
    await assert.rejects(connection.topology(), {
      reason: 'credentials',
      status: 'UNAUTHENTICATED',
      message: /HTTP 401, access_denied/,
    });
    assert.deepEqual(seen, []);
  });

  test('waits for a silent token server until the time limit of the call', async () => {
    const { connection } = await start(silence);
    await assert.rejects(connection.topology({ timeout: 50 }), {
      reason: 'transient',
      status: 'DEADLINE_EXCEEDED',
      message: /No answer within 50 ms .*no access token yet/,
    });
  });

  test('stops waiting for a silent token server when the signal fires or the connection is closed', async () => {
    const { connection, tokens } = await start(silence);
    const controller = new AbortController();
    const arrived = tokens.nextRequest();
    const first = assert.rejects(connection.topology({ signal: controller.signal }), { reason: 'aborted' });
    const second = assert.rejects(connection.topology(), { reason: 'aborted', message: /is closed/ });
    await arrived;
    controller.abort();
    await first;
    await connection.close();
    await second;
  });

  test('uses the address of the cluster in its region', async () => {
    const connection = createConnection({ type: 'CAMUNDA_CLOUD', clusterId: 'c1', clientId: 'i', clientSecret: 's' });
    assert.equal(connection.address, 'grpcs://c1.bru-2.zeebe.camunda.io:443');
    await connection.close();
  });
});

test('TLS with a private authority works together with tokens', async () => {
  const authority = createAuthority('authority.test');
  const tokens = await startTokenServer(() => token());
  const seen: string[] = [];
  const gateway = await startTestGateway(
    {
      Topology: (call: ServerUnaryCall<Request, object>, callback: (error: null, answer: object) => void) => {
        seen.push(String(call.metadata.get('authorization')));
        callback(null, topologyAnswer);
      },
    },
    { tls: { server: authority.issue({ name: 'gateway', dns: ['localhost'] }) } },
  );
  const connection = createGrpcConnection({
    address: { tls: true, host: 'localhost', port: gateway.port },
    material: { rootCa: authority.certificate },
    authenticator: createBearerAuthenticator(
      createTokenSource({ url: tokens.url, clientId: 'i', clientSecret: 's', audience: 'a' }),
    ),
  });
  cleanUps.push(tokens.stop, gateway.stop, connection.close);
  assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
  assert.deepEqual(seen, ['Bearer token-1']);
});
