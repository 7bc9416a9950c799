/** Secrets of the cluster, `camunda.secrets.NAME` of 8.10, in the runtime. The cases are those of the reference of templates. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { activationType } from '../../../src/connector/activation-names.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError, jobError } from '../../../src/connector/errors.ts';
import { hints } from '../../../src/connector/hints.ts';
import type { Logger } from '../../../src/connector/types.ts';
import { createEngine } from '../../../src/engine/index.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { chain, end, process, serviceTask, start } from '../../engine/support/bpmn.ts';
import { createTwin } from '../support/cluster.ts';
import { createLineLogger, observe } from '../support/runtime.ts';

const value = 'correct-horse-battery';

type Run = (key: string, logger: Logger) => unknown;

/** A connector with a field for a secret, and one that is none. */
const connectorOf = (run: Run, secret = true) =>
  defineOutbound({
    name: 'Shop',
    type: 'shop',
    input: v.object({ key: secret ? v.pipe(v.string(), hints({ secret: true })) : v.string() }),
    resultVariable: 'result',
    run: ({ key }, { logger }) => run(key, logger),
  });

const secrets = (name: string): string => `value of ${name}`;

describe('case 111: a reference that reaches the worker unresolved', () => {
  for (const key of ['camunda.secrets.TOKEN', 'Bearer camunda.secrets.TOKEN', '{{camunda.secrets.TOKEN}}']) {
    test(`${key} stays whole, and no provider is asked`, async () => {
      const names: string[] = [];
      const provider = (name: string): string => {
        names.push(name);
        return 'a value';
      };
      for (const secret of [true, false]) {
        const outcome = await executeOutbound(
          connectorOf((given) => given, secret),
          { variables: { key } },
          { secrets: provider },
        );
        assert.deepEqual([outcome.kind, names], ['complete', []]);
      }
    });
  }

  test('is not masked, so that the message shows what is wrong', async () => {
    const run: Run = (key) => {
      throw new Error(`401 for ${key}`);
    };
    const outcome = await executeOutbound(connectorOf(run), { variables: { key: 'camunda.secrets.TOKEN' } });
    assert.ok(outcome.kind === 'fail' && outcome.message === '401 for camunda.secrets.TOKEN');
  });
});

test('case 112: beside it, the runtime resolves its own references', async () => {
  const connector = defineOutbound({
    name: 'Two',
    type: 'two',
    input: v.object({ a: v.string(), b: v.string() }),
    run: ({ a, b }) => ({ a: a.length, b }),
  });
  const variables = { a: '{{secrets.T}}', b: 'camunda.secrets.T' };
  const outcome = await executeOutbound(connector, { variables }, { secrets });
  assert.deepEqual(outcome, { kind: 'complete', variables: { a: 'value of T'.length, b: 'camunda.secrets.T' } });
});

const ways: readonly [what: string, run: Run][] = [
  ['an error', (key) => Promise.reject(new Error(`refused ${key}`))],
  ['the cause of an error', (key) => Promise.reject(new Error('refused', { cause: new Error(`sent ${key}`) }))],
  ['a BPMN error', (key) => bpmnError('REFUSED', `refused ${key}`, { sent: key })],
  ['a job error', (key) => jobError(`refused ${key}`, { variables: { sent: key } })],
  [
    'a result',
    (key) => ({ echo: key, header: `Bearer ${key}`, encoded: Buffer.from(`user:${key}`).toString('base64') }),
  ],
];

for (const [what, run] of ways) {
  for (const settings of [{}, { secrets: false as const }]) {
    test(`case 114: a secret field that the cluster filled in is masked in ${what}${'secrets' in settings ? ', also without a provider' : ''}`, async () => {
      const { logger, lines } = createLineLogger();
      const logging: Run = (key, log) => {
        log.info(`calling with ${key}`, { key });
        return run(key, log);
      };
      const outcome = await executeOutbound(
        connectorOf(logging),
        { variables: { key: value } },
        { logger, ...settings },
      );
      const { cause, ...sent } = outcome as { cause?: unknown };
      assert.ok(!JSON.stringify(sent).includes(value), JSON.stringify(sent));
      assert.ok(!String(cause instanceof Error ? cause.stack : cause).includes(value), String(cause));
      assert.ok(
        !JSON.stringify(sent).includes(Buffer.from(value).toString('base64').slice(0, -4)),
        JSON.stringify(sent),
      );
      assert.deepEqual(lines, ['info calling with ***']);
    });
  }
}

test('case 114: of an authentication header, the credentials alone are masked too', async () => {
  const run: Run = (key) => {
    throw new Error(`the token ${key.slice('Bearer '.length)} has expired`);
  };
  const outcome = await executeOutbound(connectorOf(run), { variables: { key: `Bearer ${value}` } });
  assert.ok(outcome.kind === 'fail' && outcome.message === 'the token *** has expired', JSON.stringify(outcome));
});

test('a field without the hint is not masked: nothing tells that its value is a secret', async () => {
  const run: Run = (key) => {
    throw new Error(`refused ${key}`);
  };
  const outcome = await executeOutbound(connectorOf(run, false), { variables: { key: 'an ordinary value' } });
  assert.ok(outcome.kind === 'fail' && outcome.message === 'refused an ordinary value');
});

test('case 114: no log line, error or cause in the events of a runtime has the value', async () => {
  const twin = createTwin();
  const connector = connectorOf((key) => Promise.reject(new Error(`refused ${key}`)));
  const { runtime, event, lines } = observe({ outbound: [connector], connection: twin.connection });
  await runtime.start();
  twin.push({ type: 'shop', variables: JSON.stringify({ key: value }) });
  const { outcome } = await event('job:settled');
  await runtime.stop();
  assert.ok(outcome.kind === 'fail', outcome.kind);
  const texts = [...lines, outcome.message, String((outcome.cause as Error).stack), JSON.stringify(twin.commands)];
  for (const text of texts) assert.ok(!text.includes(value), text);
});

describe('case 115: an inbound connector', () => {
  const inbound = defineInbound({
    name: 'feed',
    input: v.object({ key: v.pipe(v.string(), hints({ secret: true })) }),
    loop: () => null,
  });

  /** Activates the connector, and returns the commands for the activating job. */
  const activate = async (key: string, subscriptions: 'durable' | 'memory') => {
    const twin = createTwin();
    twin.connection.deploy = async () => [];
    // The first command is the runtime's question whether it may renew jobs.
    const answers = () => twin.commands.filter(({ kind }) => kind !== 'updateJobTimeout');
    const { runtime, event } = observe({ inbound: [inbound], connection: twin.connection, subscriptions, secrets });
    await runtime.start();
    const job = twin.push({
      type: activationType,
      variables: JSON.stringify({ name: 'feed', correlation_key: '1', key }),
    });
    if (subscriptions === 'memory') await event('job:settled', (settled) => settled.job.key === job.key);
    else await twin.until(() => answers().length > 0);
    await runtime.stop();
    return answers();
  };

  test('refuses to store a value, and names the field and what to write', async () => {
    const [command] = await activate(value, 'durable');
    assert.ok(command?.kind === 'failJob' && command.retries === 0, JSON.stringify(command));
    assert.match(command.message, /would store a secret of the inbound connector "feed" in plain text/);
    assert.match(command.message, /Where: key, in the task task/);
    assert.match(command.message, /Fix: refer to it as \{\{secrets\.NAME\}\}/);
    assert.ok(!command.message.includes(value), command.message);
  });

  for (const key of ['{{secrets.K}}', 'Bearer {{secrets.K}}', 'camunda.secrets.K']) {
    test(`stores the reference ${key}`, async () => {
      const [command] = await activate(key, 'durable');
      assert.ok(command?.kind === 'publishMessage' && command.variables.includes(key), JSON.stringify(command));
    });
  }

  test('takes a value where subscriptions are kept in memory', async () => {
    const [command] = await activate(value, 'memory');
    assert.equal(command?.kind, 'completeJob');
  });
});

for (const protocol of ['gRPC', 'REST'] as const) {
  test(`the whole way over ${protocol}: the engine fills the secret in, and no incident, variable or log line shows it`, async (t) => {
    const clusterSecrets: Record<string, string> = { SHOP: value };
    const engine = await createEngine({ clusterSecrets, restPort: 0 });
    const inputs = { key: '="Bearer " + camunda.secrets.SHOP', missing: '=camunda.secrets.LATER' };
    const content = process('p', ...chain(start(), serviceTask('work', { type: 'shop', retries: '1', inputs }), end()));
    await engine.deploy({ name: 'p.bpmn', content });
    const received: string[] = [];
    const connector = connectorOf((key) => {
      received.push(key);
      throw new Error(`the shop refused ${key}`);
    });
    const { restAddress, port } = engine;
    const connection =
      protocol === 'REST'
        ? { restAddress: restAddress! }
        : ({ type: 'INSECURE', hostname: '127.0.0.1', port } as const);
    const { runtime, event, lines } = observe({ outbound: [connector], connection });
    t.after(async () => {
      await runtime.stop();
      await engine.stop();
    });
    await runtime.start();
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
    // The connector does not fetch the variable `missing`, so its secret is not needed.
    await event('job:settled');
    assert.deepEqual(received, [`Bearer ${value}`]);
    const [incident] = engine.incidents();
    assert.match(incident!.message, /^the shop refused \*\*\*/);
    const [work] = engine.elements(processInstanceKey).filter(({ elementId }) => elementId === 'work');
    assert.equal(work!.variables.key, 'Bearer camunda.secrets.SHOP');
    const texts = [incident!.message, JSON.stringify(engine.elements(processInstanceKey)), ...lines];
    for (const text of texts) assert.ok(!text.includes(value), text);
  });
}
