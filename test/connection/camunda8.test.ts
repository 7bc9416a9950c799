import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import { createConnection } from '../../src/connection/index.ts';
import type { Connection } from '../../src/connection/port.ts';
import { cleanUpsAfterEach } from './support/clean-ups.ts';
import {
  type Request,
  refusal,
  startTestGateway,
  status,
  type TestGateway,
  topologyAnswer,
} from './support/gateway.ts';
import { problem, startRestGateway } from './support/rest-gateway.ts';
import { startTokenServer, type TokenServer } from './support/token-server.ts';

// The package is CommonJS, and optional: an installation may be without it.
const { Camunda8 } = createRequire(import.meta.url)('@camunda8/sdk') as {
  readonly Camunda8: new (settings: object) => { getZeebeGrpcApiClient(): unknown };
};

const cleanUps = cleanUpsAfterEach();

interface Cluster {
  readonly gateway: TestGateway;
  readonly seen: string[];
  readonly settings: object;
}

const startCluster = async (isGood: (authorization: string) => boolean = () => true): Promise<Cluster> => {
  const seen: string[] = [];
  const gateway = await startTestGateway({
    Topology: (call: ServerUnaryCall<Request, object>, callback: (error: unknown, answer?: object) => void) => {
      const authorization = String(call.metadata.get('authorization'));
      seen.push(authorization);
      if (isGood(authorization)) callback(null, topologyAnswer);
      else callback(refusal(status.UNAUTHENTICATED, 'no'));
    },
  });
  cleanUps.push(gateway.stop);
  const settings = {
    ZEEBE_GRPC_ADDRESS: `grpc://127.0.0.1:${gateway.port}`,
    CAMUNDA_TOKEN_DISK_CACHE_DISABLE: true,
    CAMUNDA_LOG_LEVEL: 'none',
  };
  return { gateway, seen, settings };
};

const connect = (camunda8: object): Connection => {
  const connection = createConnection({ camunda8: camunda8 as never }, { timeout: 5_000 });
  cleanUps.push(connection.close);
  return connection;
};

/** A token as the SDK reads it: it takes the lifetime out of the token itself. */
const webToken = (count: number): string => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode({ exp: Math.floor(Date.now() / 1_000) + 3_600, count })}.x`;
};

const startTokens = async (): Promise<TokenServer> => {
  const tokens = await startTokenServer(() => (response, count) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: webToken(count), expires_in: 3_600, token_type: 'Bearer' }));
  });
  cleanUps.push(tokens.stop);
  return tokens;
};

describe('a Camunda8 object of @camunda8/sdk is adopted', () => {
  test('with its address and its strategy NONE', async () => {
    const { settings, seen } = await startCluster();
    const connection = connect(new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: 'NONE' }));
    assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
    assert.deepEqual(seen, ['']);
  });

  test('with its strategy BASIC', async () => {
    const { settings, seen } = await startCluster();
    const basic = { CAMUNDA_BASIC_AUTH_USERNAME: 'demo', CAMUNDA_BASIC_AUTH_PASSWORD: 's3cret' };
    await connect(new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: 'BASIC', ...basic })).topology();
    assert.deepEqual(seen, [`Basic ${Buffer.from('demo:s3cret').toString('base64')}`]);
  });

  test('with its strategy BEARER', async () => {
    const { settings, seen } = await startCluster();
    await connect(
      new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: 'BEARER', CAMUNDA_OAUTH_TOKEN: 'abc' }),
    ).topology();
    assert.deepEqual(seen, ['Bearer abc']);
  });

  test('with its strategy OAUTH, which gets another token when the gateway rejects one', async () => {
    const tokens = await startTokens();
    let calls = 0;
    const isSecond = (): boolean => {
      calls += 1;
      return calls > 1;
    };
    const { settings, seen } = await startCluster(isSecond);
    const oauth = { ZEEBE_CLIENT_ID: 'me', ZEEBE_CLIENT_SECRET: 's3cret', CAMUNDA_OAUTH_URL: tokens.url };
    const connection = connect(new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: 'OAUTH', ...oauth }));
    await connection.topology();
    assert.equal(tokens.requests.length, 2);
    assert.equal(new Set(seen).size, 2);
  });

  test('with a provider of its own', async () => {
    const { settings, seen } = await startCluster();
    const oAuthProvider = { getHeaders: async () => ({ authorization: 'Custom x' }) };
    await connect(new Camunda8({ ...settings, oAuthProvider })).topology();
    assert.deepEqual(seen, ['Custom x']);
  });

  test('and each call ends at its time limit, although the provider blocks', async () => {
    const { settings, seen } = await startCluster();
    const oAuthProvider = { getHeaders: () => new Promise(() => undefined) };
    const connection = connect(new Camunda8({ ...settings, oAuthProvider }));
    await assert.rejects(connection.topology({ timeout: 50 }), { reason: 'transient', status: 'DEADLINE_EXCEEDED' });
    assert.deepEqual(seen, []);
  });

  test('and no call is made if its provider fails, whose error is not shown', async () => {
    const { settings, seen } = await startCluster();
    const oAuthProvider = { getHeaders: () => Promise.reject(new Error('s3cret')) };
    await assert.rejects(connect(new Camunda8({ ...settings, oAuthProvider })).topology(), (error: Error) => {
      assert.match(error.message, /The function for headers failed \(Error\)/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
    assert.deepEqual(seen, []);
  });

  test('and no credentials go out in plain text to another machine unless that is allowed', async () => {
    const oAuthProvider = { getHeaders: async () => ({ authorization: 'Custom x' }) };
    const camunda8 = new Camunda8({ ZEEBE_GRPC_ADDRESS: 'grpc://zeebe.invalid:26500', oAuthProvider });
    await assert.rejects(connect(camunda8).topology(), { reason: 'credentials', message: /has no TLS/ });
    const allowed = createConnection({ camunda8: camunda8 as never, allowPlaintextCredentials: true });
    assert.match(allowed.notices!.join(), /in plain text to zeebe\.invalid/);
    await allowed.close();
  });
});

describe('a Camunda8 object is refused', () => {
  const getZeebeGrpcApiClient = (): void => undefined;
  for (const [title, camunda8, message] of [
    ['if it is another object', {}, /it has no getZeebeGrpcApiClient and no getCamundaRestClient/],
    ['if it is undefined', undefined, /is not a Camunda8 object/],
    ['without a configuration', { getZeebeGrpcApiClient }, /has no configuration to adopt/],
    ['without a provider', { getZeebeGrpcApiClient, configuration: {} }, /has no provider of headers/],
    [
      'without an address',
      { getZeebeGrpcApiClient, configuration: {}, oAuthProvider: { getHeaders: () => ({}) } },
      /CAMUNDA_CONNECTION_TYPE is not set|no address of a gateway/,
    ],
  ] as const) {
    test(title, () => {
      assert.throws(() => createConnection({ camunda8 } as never), { kind: 'configuration', message });
    });
  }

  test('beside other settings', () => {
    const input = { camunda8: { getZeebeGrpcApiClient }, hostname: 'h' };
    assert.throws(() => createConnection(input as never), { message: /hostname has no effect with camunda8/ });
  });
});

describe('a Camunda8 object with an address of the REST API', () => {
  /** A REST API that answers with its topology, and the credentials that it was given. */
  const startRest = async (isGood: (authorization: string) => boolean = () => true) => {
    const seen: string[] = [];
    const gateway = await startRestGateway(async ({ headers, path }) => {
      const authorization = headers.authorization ?? '';
      seen.push(authorization);
      if (!isGood(authorization)) return problem(401, 'Unauthorized', 'no');
      if (path === '/authentication/me') return { body: { username: 'me', tenants: [] } };
      const brokers = topologyAnswer.brokers.map(({ partitions, ...broker }) => ({
        ...broker,
        partitions: partitions.map((partition) => ({ ...partition, role: 'leader', health: 'healthy' })),
      }));
      return { body: { ...topologyAnswer, brokers } };
    });
    cleanUps.push(gateway.stop);
    const settings = {
      ZEEBE_REST_ADDRESS: new URL(gateway.base).origin,
      CAMUNDA_TOKEN_DISK_CACHE_DISABLE: true,
      CAMUNDA_LOG_LEVEL: 'none',
    };
    return { seen, settings, base: gateway.base };
  };

  const strategies: readonly [name: string, settings: object, authorization: string][] = [
    ['NONE', {}, ''],
    [
      'BASIC',
      { CAMUNDA_BASIC_AUTH_USERNAME: 'demo', CAMUNDA_BASIC_AUTH_PASSWORD: 's3cret' },
      `Basic ${Buffer.from('demo:s3cret').toString('base64')}`,
    ],
    ['BEARER', { CAMUNDA_OAUTH_TOKEN: 'abc' }, 'Bearer abc'],
  ];
  for (const [name, more, authorization] of strategies) {
    test(`is used over REST, with its strategy ${name}`, async () => {
      const { seen, settings, base } = await startRest();
      const connection = connect(new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: name, ...more }));
      assert.equal(connection.address, base);
      assert.equal((await connection.topology()).gatewayVersion, '8.8.0');
      assert.equal((await connection.identity!()).username, 'me');
      assert.deepEqual(seen, [authorization, authorization]);
    });
  }

  test('is used over REST with its strategy OAUTH, which gets another token when the gateway rejects one', async () => {
    const tokens = await startTokens();
    let calls = 0;
    const isSecond = (): boolean => {
      calls += 1;
      return calls > 1;
    };
    const { seen, settings } = await startRest(isSecond);
    const oauth = { ZEEBE_CLIENT_ID: 'me', ZEEBE_CLIENT_SECRET: 's3cret', CAMUNDA_OAUTH_URL: tokens.url };
    await connect(new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: 'OAUTH', ...oauth })).topology();
    assert.equal(tokens.requests.length, 2);
    assert.equal(new Set(seen).size, 2);
  });

  test('is used over REST, if it is an object of another version without gRPC', async () => {
    const { seen, settings } = await startRest();
    const camunda8 = {
      getCamundaRestClient: (): void => undefined,
      configuration: { ZEEBE_REST_ADDRESS: settings.ZEEBE_REST_ADDRESS },
      oAuthProvider: { getHeaders: async () => ({ authorization: 'Custom x' }) },
    };
    await connect(camunda8).topology();
    assert.deepEqual(seen, ['Custom x']);
  });

  const rest = 'https://rest.example.org/cluster';
  const grpc = 'grpcs://grpc.example.org:443';
  const choices: readonly [what: string, settings: object, preferRest: boolean | undefined, address: RegExp][] = [
    ['both addresses: gRPC', { ZEEBE_REST_ADDRESS: rest, ZEEBE_GRPC_ADDRESS: grpc }, undefined, /^grpcs:/],
    [
      'both addresses and preferRest: REST',
      { ZEEBE_REST_ADDRESS: rest, ZEEBE_GRPC_ADDRESS: grpc },
      true,
      /^https:.*\/cluster\/v2$/,
    ],
    ['neither: gRPC on this machine, which REST is beside', {}, undefined, /^grpc:\/\/localhost:26500$/],
    ['neither and preferRest: REST on this machine', {}, true, /^http:\/\/localhost:8080\/v2$/],
    [
      'only REST and preferRest: false: gRPC on this machine',
      { ZEEBE_REST_ADDRESS: rest },
      false,
      /^grpc:\/\/localhost/,
    ],
    ['only gRPC: gRPC', { ZEEBE_GRPC_ADDRESS: grpc }, undefined, /^grpcs:/],
    [
      'an older name for gRPC: gRPC',
      { ZEEBE_ADDRESS: 'grpc.example.org:443', ZEEBE_REST_ADDRESS: rest, CAMUNDA_SECURE_CONNECTION: true },
      undefined,
      /^grpcs:/,
    ],
  ];
  for (const [what, settings, preferRest, address] of choices) {
    test(`with ${what}`, async () => {
      const camunda8 = new Camunda8({ CAMUNDA_AUTH_STRATEGY: 'NONE', CAMUNDA_LOG_LEVEL: 'none', ...settings });
      const connection = createConnection({
        camunda8: camunda8 as never,
        ...(preferRest === undefined ? {} : { preferRest }),
      });
      cleanUps.push(connection.close);
      assert.match(connection.address, address);
    });
  }

  test('sends no credentials in plain text to another machine unless that is allowed', async () => {
    const oAuthProvider = { getHeaders: async () => ({ authorization: 'Custom x' }) };
    const camunda8 = new Camunda8({ ZEEBE_REST_ADDRESS: 'http://zeebe.invalid:8080', oAuthProvider });
    await assert.rejects(connect(camunda8).topology(), {
      reason: 'credentials',
      message: /http:\/\/zeebe\.invalid:8080\/v2 has no TLS/,
    });
    const allowed = createConnection({ camunda8: camunda8 as never, allowPlaintextCredentials: true });
    assert.match(allowed.notices!.join(), /in plain text to zeebe\.invalid/);
    await allowed.close();
  });

  test('ends each call at its time limit, although the provider blocks', async () => {
    const { seen, settings } = await startRest();
    const connection = connect(
      new Camunda8({ ...settings, oAuthProvider: { getHeaders: () => new Promise(() => undefined) } }),
    );
    await assert.rejects(connection.topology({ timeout: 50 }), { reason: 'transient', status: 'DEADLINE_EXCEEDED' });
    assert.deepEqual(seen, []);
  });

  test('is asked over REST for what only REST has, beside gRPC', async () => {
    const { seen: restSeen, settings } = await startRest();
    const { settings: grpcSettings, seen: grpcSeen } = await startCluster();
    const basic = { CAMUNDA_AUTH_STRATEGY: 'BEARER', CAMUNDA_OAUTH_TOKEN: 'abc' };
    const connection = connect(new Camunda8({ ...grpcSettings, ...settings, ...basic }));
    await connection.topology();
    assert.equal((await connection.identity!()).username, 'me');
    assert.deepEqual([grpcSeen, restSeen], [['Bearer abc'], ['Bearer abc']]);
  });

  test('is missed where only gRPC was set, and the error says what to set', async () => {
    const { settings } = await startCluster();
    const connection = connect(new Camunda8({ ...settings, CAMUNDA_AUTH_STRATEGY: 'NONE' }));
    assert.equal(connection.identity, undefined);
    await assert.rejects(
      connection.documents!.create({ content: 'x' }),
      /Fix: set ZEEBE_REST_ADDRESS in the settings of the Camunda8 object/,
    );
  });
});
