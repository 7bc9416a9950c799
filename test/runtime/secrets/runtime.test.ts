/** Secrets together with time limits, inbound connectors and activations. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { activationType } from '../../../src/connector/activation-names.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import type { Activation } from '../../../src/connector/types.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import type { SecretProvider } from '../../../src/runtime/secrets/provider.ts';
import { silentLogger } from '../../../src/runtime/shared/logger.ts';
import { type ActivationServices, activateInbound } from '../../../src/runtime/subscriptions/activation.ts';
import { callLoop } from '../../../src/runtime/subscriptions/call-loop.ts';
import { createManualClock } from '../support/clock.ts';
import { createTwin, makeJob } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

const echo = defineOutbound({
  name: 'Echo',
  type: 'echo',
  input: v.object({ text: v.string() }),
  run: ({ text }) => ({ length: text.length, text }),
});

const mail = defineInbound({
  name: 'mail',
  input: v.object({ password: v.pipe(v.string(), v.minLength(3)) }),
  loop: ({ password }) => ({ length: password.length, password }),
});

const known = new Map([[mail.name, mail]]);

/** Never answers. */
const hanging: SecretProvider = () => new Promise(() => {});

const activate = async (secrets: SecretProvider, parts: Partial<ActivationServices> = {}) => {
  const added: Activation[] = [];
  const variables = JSON.stringify({ name: 'mail', correlation_key: 'k', password: '{{secrets.MAIL}}' });
  const outcome = await activateInbound(makeJob({ type: activationType, variables }), known, {
    add: (activation) => void added.push(activation),
    secrets: { secrets },
    logger: silentLogger,
    clock: createManualClock(),
    signal: new AbortController().signal,
    ...parts,
  });
  return { outcome, added };
};

test('an activation is validated with its secrets and stored with its references', async () => {
  const { outcome, added } = await activate(() => 'hunter2');
  assert.deepEqual(outcome, { kind: 'complete', variables: {} });
  assert.deepEqual(
    added.map(({ variables }) => variables),
    [{ password: '{{secrets.MAIL}}' }],
  );
});

test('an activation whose secret is missing is an incident at once', async () => {
  const { outcome, added } = await activate(() => undefined);
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0);
  assert.match(outcome.message, /^Secret with name 'MAIL' is not available\nWhere: password/);
  assert.deepEqual(added, []);
});

test('an activation whose secret is invalid does not reveal it', async () => {
  const { outcome } = await activate(() => 'pw');
  assert.ok(outcome.kind === 'fail' && outcome.retries === 0);
  assert.match(outcome.message, /password: expected at least 3 characters/);
});

test('an activation whose provider hangs loses one attempt after the timeout', async () => {
  const clock = createManualClock();
  const activated = activate(hanging, { clock });
  clock.advance(10_000);
  const { outcome } = await activated;
  assert.ok(outcome.kind === 'fail' && outcome.retries === 2);
  assert.match(outcome.message, /^Fetching secrets failed: the provider did not answer in time/);
  assert.deepEqual(clock.timers(), []);
});

test('an activation whose provider hangs is returned when the runtime stops', async () => {
  const force = new AbortController();
  const activated = activate(hanging, { signal: force.signal });
  force.abort();
  const { outcome } = await activated;
  assert.ok(outcome.kind === 'fail' && outcome.retries === 3);
});

const activation = (variables: Readonly<Record<string, unknown>>): Activation => ({
  id: 'a',
  connector: 'mail',
  messageName: 'mail',
  correlationKey: '{{secrets.KEY}}',
  variables,
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  elementId: 'e',
});

test('loop receives the secrets; the message is published without them, with the original key', async () => {
  const asked: unknown[] = [];
  const secrets: SecretProvider = (name, { tenantId, bpmnProcessId }) => {
    asked.push([name, tenantId, bpmnProcessId]);
    return 'hunter2';
  };
  const services = { signal: new AbortController().signal, logger: silentLogger, secrets: { secrets } };
  const result = await callLoop(mail, activation({ password: '{{secrets.MAIL}}' }), services);
  assert.ok(result.kind === 'message');
  assert.deepEqual(result.variables, { length: 7, password: '***' });
  assert.equal(result.command.correlationKey, '{{secrets.KEY}}');
  assert.deepEqual(asked, [['MAIL', '<default>', 'p']]);
});

test('a job whose provider hangs fails when its time is over', async () => {
  const clock = createManualClock();
  const outcome = executeOutbound(echo, { variables: { text: '{{secrets.A}}' } }, { secrets: hanging, clock });
  await new Promise(setImmediate);
  clock.advance(10_000);
  const ended = await outcome;
  assert.ok(ended.kind === 'fail' && ended.retries === 2);
  assert.match(ended.message, /did not end within its timeout/);
});

test('results keep secrets with redactResults: false', async () => {
  const job = { variables: { text: 'secrets.A' } };
  const services = { secrets: () => 'hunter2', redactResults: false };
  assert.deepEqual(await executeOutbound(echo, job, services), {
    kind: 'complete',
    variables: { length: 7, text: 'hunter2' },
  });
});

test('by default, a runtime resolves secrets from the environment', async (t) => {
  process.env.SECRET_RUNTIME_TEST = 'hunter2';
  t.after(() => delete process.env.SECRET_RUNTIME_TEST);
  const twin = createTwin();
  const { runtime } = observe({ outbound: [echo], connection: twin.connection });
  t.after(() => runtime.stop());
  await runtime.start();
  twin.push({ type: 'echo', variables: '{"text":"{{secrets.RUNTIME_TEST}}"}' });
  const command = await twin.command(({ kind }) => kind === 'completeJob');
  assert.ok('variables' in command);
  assert.deepEqual(JSON.parse(command.variables), { length: 7, text: '***' });
});

test('createRuntime rejects invalid settings of secrets and middleware', () => {
  const wrong = { secrets: 'x', secretFilter: 1, redactResults: 'no', use: [1] } as never;
  assert.throws(
    () => observe({ outbound: [echo], ...(wrong as object) }),
    /- secrets: expected a function.*\n- secretFilter: expected a function.*\n- redactResults: .*\n- use\[0\]: expected a function/,
  );
});
