/** Numbered cases of tokens: what the server is asked for, how long its answer is used, and what nobody may read. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import fc from 'fast-check';
import * as v from 'valibot';
import { requestToken } from '../../../src/connection/auth/token-request.ts';
import { createTokenSource } from '../../../src/connection/auth/token-source.ts';
import { type ConnectionInput, createConnection } from '../../../src/connection/index.ts';
import type { Connection } from '../../../src/connection/port.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { createRuntime, defineOutbound } from '../../../src/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Request, refusal, startTestGateway, status } from '../support/gateway.ts';
import { problem, startRestGateway } from '../support/rest-gateway.ts';
import { type Answer, json, startTokenServer, type TokenServer, token } from '../support/token-server.ts';

const cleanUps = cleanUpsAfterEach();

const client = { clientId: 'me', clientSecret: 's3cret' };
const never = new AbortController().signal;

const tokenServer = async (answer: () => Answer): Promise<TokenServer> => {
  const server = await startTokenServer(answer);
  cleanUps.push(server.stop);
  return server;
};

describe('B50: the audience', () => {
  const cloud = { type: 'CAMUNDA_CLOUD', clusterId: 'c1', ...client, preferRest: true } as const;
  for (const [title, input, audience] of [
    ['of Camunda 8 SaaS is that of its clusters', cloud, 'zeebe.camunda.io'],
    ['of Camunda 8 SaaS can be another one', { ...cloud, audience: 'other' }, 'other'],
    ['of other clusters is the one that is set', { authStrategy: 'OAUTH', ...client, audience: 'mine' }, 'mine'],
    ['B53: is left out for a server that needs none, as Keycloak', { authStrategy: 'OAUTH', ...client }, undefined],
  ] as const) {
    test(title, async () => {
      const server = await tokenServer(() => token());
      const gateway = await startRestGateway(({ headers }) =>
        headers.authorization === 'Bearer token-1' ? { body: { username: 'me' } } : problem(401, 'Unauthorized', ''),
      );
      cleanUps.push(() => gateway.stop());
      const settings = { ...input, oauthUrl: server.url, restAddress: gateway.base } as ConnectionInput;
      const connection = createConnection(settings, { timeout: 5_000 });
      cleanUps.push(connection.close);
      assert.equal((await connection.identity!())?.username, 'me');
      assert.deepEqual(
        server.requests.map(({ form }) => form.audience),
        [audience],
      );
    });
  }
});

describe('B55: a token', () => {
  for (const [title, answer, seconds] of [
    ['without expires_in is kept for 300 s', { access_token: 'abc-123' }, 300],
    ['whose expires_in is text is kept for that time', { access_token: 'a', expires_in: '3600' }, 3_600],
    ['whose expires_in is 0 is kept for 300 s', { access_token: 'a', expires_in: 0 }, 300],
    ['whose expires_in is negative is kept for 300 s', { access_token: 'a', expires_in: -1 }, 300],
  ] as const) {
    test(title, async () => {
      const server = await tokenServer(() => json(200, answer));
      assert.equal((await requestToken({ url: server.url, ...client }, never)).lifetime, seconds * 1_000);
    });
  }
});

test('B58: a token of 60 s is renewed early: in 3 minutes no call waits for one, and there are at most 5 requests', async () => {
  const server = await tokenServer(() => token(60));
  let time = 1_000_000;
  const source = createTokenSource({ url: server.url, ...client, now: () => time });
  cleanUps.push(source.close);
  await source.get();
  let issuedAt = time;
  for (let second = 1; second <= 180; second += 1) {
    time += 1_000;
    const value = source.get();
    assert.equal(typeof value, 'string', `second ${second}`);
    if (time - issuedAt < 48_000) continue;
    // Now it is renewed, which takes less than a second.
    while (source.get() === value) await new Promise(setImmediate);
    issuedAt = time;
  }
  assert.ok(server.requests.length >= 3 && server.requests.length <= 5, `${server.requests.length} requests`);
});

test('B60: a job is completed within its time although the token server fails twice', async () => {
  const engine = await createEngine();
  cleanUps.push(engine.stop);
  const server = await startTokenServer(
    () => (response, count) => (count <= 2 ? json(503, {}) : token())(response, count),
  );
  cleanUps.push(server.stop);
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile('p', ...chain(start(), serviceTask('t', { type: 'work' }), end())),
  });
  const connection = createConnection({
    grpcAddress: `grpc://127.0.0.1:${engine.port}`,
    authStrategy: 'OAUTH',
    ...client,
    oauthUrl: server.url,
  } as ConnectionInput);
  cleanUps.push(connection.close);
  const lines: string[] = [];
  const logger = { debug: () => {}, info: () => {}, warn: (text: string) => lines.push(text), error: () => {} };
  const work = defineOutbound({ name: 'Work', type: 'work', input: v.object({}), run: () => ({ done: true }) });
  const runtime = createRuntime({ outbound: [work], connection, logger, signals: false });
  cleanUps.push(runtime.stop);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: {} });
  await runtime.start();
  assert.equal((await engine.ended(processInstanceKey)).state, 'COMPLETED');
  assert.equal(server.requests.length, 3);
  assert.match(lines.join('\n'), /The token server failed \(HTTP 503\)/);
});

/** How another side may repeat a secret that it received. */
const spellings: Readonly<Record<string, (secret: string) => string>> = {
  itself: (secret) => secret,
  'percent-encoding': (secret) => encodeURIComponent(secret),
  'a form': (secret) => new URLSearchParams({ secret }).toString().slice('secret='.length),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
};

type Place = 'token' | 'password' | 'client secret' | 'header';

/** The settings that send a secret to a gateway or to a token server. */
const settingsFor = (place: Place, secret: string, tokenUrl: string): object => {
  switch (place) {
    case 'token':
      return { token: secret };
    case 'password':
      return { authStrategy: 'BASIC', username: 'demo', password: secret };
    case 'client secret':
      return { authStrategy: 'OAUTH', clientId: 'me', clientSecret: secret, oauthUrl: tokenUrl };
    case 'header':
      return { headers: () => ({ 'x-api-key': secret }) };
  }
};

// Characters that a header can carry.
const secretText = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019_-+/=.~!%&"\\<>') });

test('B71: no text shows a secret that the other side repeats, however it is spelled', async () => {
  let echo = '';
  const rest = await startRestGateway(({ path }) =>
    path === '/topology' ? problem(500, `no ${echo}`, `got ${echo} and no more`) : problem(400, 'no', echo),
  );
  cleanUps.push(() => rest.stop());
  const grpc = await startTestGateway({
    Topology: (_call: ServerUnaryCall<Request, object>, callback: (error: unknown) => void) =>
      callback(refusal(status.INTERNAL, `got ${echo} and no more`)),
  });
  cleanUps.push(grpc.stop);
  const server = await tokenServer(() => json(401, { error: echo, error_description: echo }));
  const places: readonly Place[] = ['token', 'password', 'client secret', 'header'];
  const property = fc.asyncProperty(
    secretText,
    fc.constantFrom(...places),
    fc.constantFrom(...Object.keys(spellings)),
    fc.boolean(),
    async (secret, place, spelling, isRest) => {
      echo = spellings[spelling]!(secret);
      const address = isRest ? { restAddress: rest.base } : { grpcAddress: `grpc://127.0.0.1:${grpc.port}` };
      const input = { ...address, ...settingsFor(place, secret, server.url) } as ConnectionInput;
      const connection: Connection = createConnection(input, { timeout: 5_000 });
      try {
        const fault = await connection.topology().then(
          () => assert.fail('the call succeeded'),
          (error: unknown) => error,
        );
        const texts = [fault, connection].map((value) => inspect(value, { depth: 10, showHidden: true }));
        // What inspect shows of a text is escaped.
        texts.push(String((fault as Error).stack), JSON.stringify(fault), ...(connection.notices ?? []));
        for (const [name, spell] of Object.entries(spellings)) {
          for (const text of texts)
            assert.ok(!text.includes(spell(secret)), `${place}, ${spelling} seen as ${name}: ${text}`);
        }
      } finally {
        await connection.close();
      }
    },
  );
  await fc.assert(property, { numRuns: 150 });
});
