/** Secrets in a process of the embedded engine, through the real protocol. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { createEngine, type Engine } from '../../../src/engine/index.ts';
import type { RuntimeOptions } from '../../../src/runtime/options.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { observe } from '../support/runtime.ts';

const known: Readonly<Record<string, string>> = { PASSWORD: 'correct "horse"\n', USER: 'ada-lovelace' };

const setUp = async (t: TestContext, options: RuntimeOptions, content: string): Promise<Engine> => {
  const engine = await createEngine();
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const { runtime } = observe({ connection, secrets: async (name) => known[name], ...options });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  await runtime.start();
  return engine;
};

const inputs = { login: '={user: "{{secrets.USER}}", password: "{{secrets.PASSWORD}}"}' };

test('a task receives secrets through its input mappings, and the process keeps the references', async (t) => {
  let given: unknown;
  const login = defineOutbound({
    name: 'Login',
    type: 'login',
    input: v.object({ login: v.object({ user: v.string(), password: v.string() }) }),
    run: (input) => {
      given = input.login;
      return { session: `${input.login.user}/1`, echo: [JSON.stringify(input)] };
    },
  });
  const content = processFile('p', ...chain(start(), serviceTask('work', { type: 'login', inputs }), end()));
  const engine = await setUp(t, { outbound: [login] }, content);
  const { state, variables } = await engine.ended(engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(given, { user: known.USER, password: known.PASSWORD });
  assert.deepEqual(variables, { session: '***/1', echo: ['{"login":{"user":"***","password":"***"}}'] });
});

test('an incident does not reveal a secret', async (t) => {
  const login = defineOutbound({
    name: 'Login',
    type: 'login',
    input: v.object({ login: v.object({ user: v.string(), password: v.string() }) }),
    run: ({ login: { user, password } }) => {
      throw new Error(`${user} may not use ${password}`, { cause: new Error(JSON.stringify({ password })) });
    },
  });
  const task = serviceTask('work', { type: 'login', inputs, retries: '1' });
  const engine = await setUp(t, { outbound: [login] }, processFile('p', ...chain(start(), task, end())));
  const incident = engine.next((event) => event.kind === 'incident:created');
  engine.createInstance({ bpmnProcessId: 'p' });
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /^\*\*\* may not use \*\*\*\nCaused by: \{"password":"\*\*\*"\}/);
});

test('a missing secret is an incident that names it', async (t) => {
  const login = defineOutbound({ name: 'L', type: 'login', input: v.object({ key: v.string() }), run: () => ({}) });
  const task = serviceTask('work', { type: 'login', inputs: { key: '{{secrets.NOPE}}' } });
  const engine = await setUp(t, { outbound: [login] }, processFile('p', ...chain(start(), task, end())));
  const incident = engine.next((event) => event.kind === 'incident:created');
  engine.createInstance({ bpmnProcessId: 'p' });
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /^Secret with name 'NOPE' is not available\nWhere: key\n/);
});

test('an inbound connector receives secrets, and its message contains none', async (t) => {
  let given: unknown;
  const mail = defineInbound({
    name: 'mail',
    cycle: 0.01,
    input: v.object({ password: v.string() }),
    loop: (input) => {
      given = input;
      return { subject: `for ${input.password}` };
    },
  });
  const activate = { name: 'mail', correlation_key: '=key', password: '{{secrets.PASSWORD}}' };
  const content = processFile(
    'p',
    ...chain(
      start(),
      serviceTask('ask', { type: '_activate_inbound_connector', inputs: activate }),
      catchEvent('wait', { message: { name: 'mail', correlationKey: '=key' } }),
      end(),
    ),
  );
  const engine = await setUp(t, { inbound: [mail] }, content);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { key: 'k1' } });
  const { variables } = await engine.ended(processInstanceKey);
  assert.deepEqual(given, { password: known.PASSWORD });
  assert.deepEqual(variables, { key: 'k1', subject: 'for ***' });
});
