/** A provider for the runtime's own references that asks the cluster: case 113 of templates-8.10.md. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { createConnection } from '../../../src/connection/index.ts';
import type { ResolvedSecrets, SecretRefusal } from '../../../src/connection/port.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { clusterSecrets } from '../../../src/runtime/secrets/cluster-provider.ts';
import type { SecretProvider } from '../../../src/runtime/secrets/provider.ts';
import { chainSecrets } from '../../../src/runtime/secrets/provider-chain.ts';
import { connectionFault } from '../support/cluster.ts';

const connector = defineOutbound({
  name: 'Echo',
  type: 'echo',
  input: v.object({ text: v.string() }),
  resultVariable: 'r',
  run: ({ text }) => {
    throw new Error(`got ${text} (${text.length})`);
  },
});

/** A connection that answers with these values and refusals, by name. */
const connectionWith = (values: Record<string, string>, refused: Record<string, SecretRefusal> = {}) => {
  const asked: (readonly string[])[] = [];
  const named = <Value>(entries: Record<string, Value>): ReadonlyMap<string, Value> =>
    new Map(Object.entries(entries).map(([name, value]) => [`camunda.secrets.${name}`, value]));
  const resolveSecrets = async (references: readonly string[]): Promise<ResolvedSecrets> => {
    asked.push(references);
    return { values: named(values), refused: named(refused) };
  };
  return { connection: { address: 'http://x/v2', resolveSecrets }, asked };
};

const messageFor = async (text: string, secrets: SecretProvider): Promise<string> => {
  const outcome = await executeOutbound(connector, { variables: { text } }, { secrets });
  assert.equal(outcome.kind, 'fail');
  return 'message' in outcome ? outcome.message : '';
};

test('113. a secret of the cluster is resolved and masked', async () => {
  const { connection } = connectionWith({ TOKEN: 's3cret-value' });
  assert.equal(await messageFor('{{secrets.TOKEN}}', clusterSecrets(connection)), 'got *** (12)');
});

test('113. the names of one moment are one call, each of them once', async () => {
  const { connection, asked } = connectionWith({ A: 'aaaa', B: 'bbbb' });
  const provider = clusterSecrets(connection);
  await Promise.all([
    messageFor('{{secrets.A}} {{secrets.B}} {{secrets.A}}', provider),
    messageFor('{{secrets.B}}', provider),
  ]);
  assert.deepEqual(
    asked.map((references) => [...references].sort()),
    [['camunda.secrets.A', 'camunda.secrets.B']],
  );
  await messageFor('{{secrets.A}}', provider);
  assert.equal(asked.length, 2);
});

test('113. a name that the cluster does not have, or cannot have, is for the next provider', async () => {
  const { connection, asked } = connectionWith({}, { GONE: 'NOT_FOUND', ODD: 'INVALID_REFERENCE' });
  const provider = chainSecrets(clusterSecrets(connection), (name) => (name === 'NOBODY' ? undefined : `own ${name}`));
  for (const name of ['GONE', 'ODD', 'a.b', `L${'o'.repeat(300)}ng`]) {
    assert.match(await messageFor(`{{secrets.${name}}}`, provider), /^got \*\*\*/);
  }
  assert.equal(asked.length, 2);
  assert.match(await messageFor('{{secrets.NOBODY}}', provider), /Secret with name 'NOBODY' is not available/);
});

const refusals: readonly [code: SecretRefusal, text: RegExp][] = [
  [
    'ACCESS_DENIED',
    /The secret 'T' is not available: the cluster does not let this client read it[\s\S]*Fix: give the client the permission REVEAL/,
  ],
  [
    'UNREADABLE',
    /The secret 'T' is not available: the secret store of the cluster could not give it[\s\S]*Fix: check the secret store/,
  ],
];

for (const [code, text] of refusals) {
  test(`113. ${code} costs an attempt, says why, and asks no other provider`, async () => {
    const { connection } = connectionWith({}, { T: code });
    const next = (): never => assert.fail('another provider was asked');
    const outcome = await executeOutbound(
      connector,
      { variables: { text: '{{secrets.T}}' } },
      { secrets: chainSecrets(clusterSecrets(connection), next) },
    );
    assert.ok(outcome.kind === 'fail' && outcome.retries === 2, JSON.stringify(outcome));
    assert.match(outcome.message, text);
  });
}

test('113. an outage costs an attempt, and the next request asks again', async () => {
  let isDown = true;
  const { connection } = connectionWith({ T: 'tttt' });
  const resolveSecrets: typeof connection.resolveSecrets = async (references) => {
    if (isDown) throw connectionFault('UNAVAILABLE');
    return connection.resolveSecrets(references);
  };
  const provider = clusterSecrets({ ...connection, resolveSecrets });
  assert.match(await messageFor('{{secrets.T}}', provider), /^Fetching secrets failed: The twin says UNAVAILABLE/);
  isDown = false;
  assert.equal(await messageFor('{{secrets.T}}', provider), 'got *** (4)');
});

test('a connection that knows only gRPC is refused, with what to set', () => {
  assert.throws(() => clusterSecrets({ address: 'grpc://localhost:26500' }), {
    kind: 'definition',
    message: /grpc:\/\/localhost:26500 cannot ask the cluster[\s\S]*Fix: set CAMUNDA_REST_ADDRESS/,
  });
});

test('the whole way: the secrets of the engine, beside gRPC and over REST', async (t) => {
  const engine = await createEngine({ restPort: 0, clusterSecrets: { SHOP: 'shop-secret' } });
  t.after(() => engine.stop());
  const restAddress = engine.restAddress!;
  for (const config of [
    { restAddress },
    { restAddress, type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const,
  ]) {
    const connection = createConnection(config);
    assert.equal(await messageFor('{{secrets.SHOP}}', clusterSecrets(connection)), 'got *** (11)');
    await connection.close();
  }
});
