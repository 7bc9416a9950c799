/** The runtime on the embedded engine, through the real protocol. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { bpmnError } from '../../src/connector/errors.ts';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import type { RuntimeOptions } from '../../src/runtime/options.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  type JobOptions,
  path,
  process as processFile,
  serviceTask,
  start,
} from '../engine/support/bpmn.ts';
import { freePort } from '../support/free-port.ts';
import { createHeldClock } from './support/clock.ts';
import { observe, type TestRuntime } from './support/runtime.ts';

const insecure = (port: number) => ({ type: 'INSECURE', hostname: '127.0.0.1', port }) as const;

/** An engine and a runtime that end with the test. */
const setUp = async (
  t: TestContext,
  options: RuntimeOptions,
  content: string,
): Promise<TestRuntime & { readonly engine: Engine }> => {
  const engine = await createEngine();
  const observed = observe({ connection: insecure(engine.port), ...options });
  t.after(async () => {
    await observed.runtime.stop();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  await observed.runtime.start();
  return { ...observed, engine };
};

const oneTask = (type: string, options: JobOptions = {}): string =>
  processFile('p', ...chain(start(), serviceTask('work', { type, ...options }), end()));

const greet = defineOutbound({
  name: 'Greet',
  type: 'greet',
  input: v.object({ name: v.string() }),
  run: ({ name }) => {
    if (name === 'stranger') throw bpmnError('STRANGER', 'We do not know you', { known: false });
    if (name === 'broken') throw new Error('The greeter is broken');
    return { greeting: `Hello ${name}` };
  },
});

const run = (engine: Engine, variables: Record<string, string | number | null> = {}) =>
  engine.createInstance({ bpmnProcessId: 'p', variables }).processInstanceKey;

test('a job completes and its result becomes process variables', async (t) => {
  const { engine } = await setUp(t, { outbound: [greet] }, oneTask('greet'));
  const { state, variables } = await engine.ended(run(engine, { name: 'Ada' }));
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(variables, { name: 'Ada', greeting: 'Hello Ada' });
});

test('a job that appeared before the runtime is executed', async (t) => {
  const engine = await createEngine();
  await engine.deploy({ name: 'p.bpmn', content: oneTask('greet') });
  const keys = Array.from({ length: 100 }, (_, index) => run(engine, { name: `n${index}` }));
  const { runtime } = observe({ outbound: [greet], connection: insecure(engine.port) });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  const ended = keys.map((key) => engine.ended(key));
  await runtime.start();
  for (const { state } of await Promise.all(ended)) assert.equal(state, 'COMPLETED');
});

test('task headers map the result', async (t) => {
  const headers = { resultVariable: 'raw', resultExpression: '={text: upper case(greeting)}' };
  const { engine } = await setUp(t, { outbound: [greet] }, oneTask('greet', { headers }));
  const { variables } = await engine.ended(run(engine, { name: 'Ada' }));
  assert.deepEqual(variables, { name: 'Ada', raw: { greeting: 'Hello Ada' }, text: 'HELLO ADA' });
});

test('a job that keeps failing uses up its retries and raises an incident with its message', async (t) => {
  const { engine, seen } = await setUp(t, { outbound: [greet] }, oneTask('greet', { retries: '3' }));
  const incident = engine.next((event) => event.kind === 'incident:created');
  run(engine, { name: 'broken' });
  await incident;
  assert.equal(engine.incidents()[0]?.type, 'JOB_NO_RETRIES');
  assert.match(engine.incidents()[0]?.message ?? '', /The greeter is broken/);
  assert.equal(seen['job:started'].length, 3);
});

test('a BPMN error reaches the boundary event that catches it', async (t) => {
  const content = processFile(
    'p',
    ...chain(start(), serviceTask('work', { type: 'greet' }), end('fine')),
    boundary('caught', 'work', { error: 'STRANGER' }),
    end('refused'),
    ...path('caught', 'refused'),
  );
  const { engine } = await setUp(t, { outbound: [greet] }, content);
  const key = run(engine, { name: 'stranger' });
  const { variables } = await engine.ended(key);
  assert.deepEqual(variables, { name: 'stranger', known: false });
});

test('invalid variables raise an incident at once that names the field', async (t) => {
  const { engine, seen, lines, event } = await setUp(t, { outbound: [greet] }, oneTask('greet'));
  run(engine, { name: null });
  await event('job:settled');
  assert.match(engine.incidents()[0]?.message ?? '', /- name: /);
  assert.equal(seen['job:started'].length, 1);
  assert.equal(lines.filter((line) => line.startsWith('error Failed: job ')).length, 1);
});

test('a run that exceeds its timeout fails before the cluster takes the job away', async (t) => {
  const slow = defineOutbound({
    name: 'Slow',
    type: 'slow',
    timeout: 0.05,
    input: v.object({}),
    run: () => new Promise<object>(() => {}),
  });
  const { engine } = await setUp(t, { outbound: [slow] }, oneTask('slow', { retries: '1' }));
  const incident = engine.next((event) => event.kind === 'incident:created');
  run(engine);
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /did not end within its timeout of 0.05 s/);
});

test('no more than maxJobs run at once with a backlog', async (t) => {
  let running = 0;
  let most = 0;
  const counted = defineOutbound({
    name: 'Counted',
    type: 'counted',
    maxJobs: 7,
    input: v.object({}),
    run: async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return {};
    },
  });
  const { engine, runtime } = await setUp(t, { outbound: [counted] }, oneTask('counted'));
  const ended = Array.from({ length: 200 }, () => engine.ended(run(engine)));
  await Promise.all(ended);
  assert.ok(most <= 7, `${most} jobs at once`);
  assert.equal(runtime.status().workers[0]?.maxJobs, 7);
});

test('stop waits for an active job and returns one that does not end', async (t) => {
  const started: (() => void)[] = [];
  const slow = defineOutbound({
    name: 'Slow',
    type: 'slow',
    input: v.object({ ends: v.boolean() }),
    run: ({ ends }) => new Promise<object>((open) => ends && started.push(() => open({ done: true }))),
  });
  const { clock, pass } = createHeldClock(59_000);
  const options = { outbound: [slow], drainTimeout: 59, clock };
  const { engine, runtime, count } = await setUp(t, options, oneTask('slow'));
  const ends = engine.createInstance({ bpmnProcessId: 'p', variables: { ends: true } }).processInstanceKey;
  engine.createInstance({ bpmnProcessId: 'p', variables: { ends: false } });
  await count('job:started', 2);
  while (started.length === 0) await new Promise(setImmediate);
  const stopped = runtime.stop();
  started[0]!();
  await engine.ended(ends);
  pass();
  await stopped;
  assert.equal(engine.instance(ends)?.state, 'COMPLETED');
  const [left] = engine.jobs();
  assert.deepEqual([left?.state, left?.retries], ['ACTIVATABLE', 3]);
  assert.deepEqual(engine.incidents(), []);
});

const awaiting = (inputs: Readonly<Record<string, string>>, message = 'ticker', retries = '3'): string =>
  processFile(
    'p',
    ...chain(
      start(),
      serviceTask('activate', { type: '_activate_inbound_connector', inputs, retries }),
      catchEvent('wait', { message: { name: message, correlationKey: '=order' } }),
      end(),
    ),
  );

const ticker = defineInbound({
  name: 'ticker',
  cycle: 0.01,
  input: v.object({ from: v.optional(v.number(), 0) }),
  loop: ({ from }, { activation }) => ({ tick: from + 1, for: activation.correlationKey }),
});

test('an activation leads to the message that the process awaits', async (t) => {
  const content = awaiting({ name: '="ticker"', correlation_key: '=order', from: '=41' });
  const { engine, runtime, event } = await setUp(t, { inbound: [ticker] }, content);
  const { variables, state } = await engine.ended(run(engine, { order: 'o-1' }));
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(variables, { order: 'o-1', tick: 42, for: 'o-1' });
  await event('subscription:delivered');
  assert.deepEqual(runtime.status().subscriptions, []);
});

test('an activation may have a number as correlation key and its own message name', async (t) => {
  const content = awaiting({ name: '="ticker"', correlation_key: '=order', message_name: '="tick"' }, 'tick');
  const { engine } = await setUp(t, { inbound: [ticker] }, content);
  const { variables } = await engine.ended(run(engine, { order: 7 }));
  assert.deepEqual(variables, { order: 7, tick: 1, for: '7' });
});

test('two activations of one connector run concurrently', async (t) => {
  const open = new Set<string>();
  const gate = defineInbound({
    name: 'ticker',
    cycle: 0.01,
    loop: (_, { activation }) => (open.has(activation.correlationKey) ? { opened: true } : null),
  });
  const content = awaiting({ name: '="ticker"', correlation_key: '=order' });
  const { engine, runtime, count } = await setUp(t, { inbound: [gate] }, content);
  const first = run(engine, { order: 'a' });
  const second = run(engine, { order: 'b' });
  await count('subscription:opened', 2);
  assert.equal(runtime.status().subscriptions.length, 2);
  open.add('b');
  await engine.ended(second);
  assert.equal(engine.instance(first)?.state, 'ACTIVE');
  open.add('a');
  await engine.ended(first);
});

test('an unknown name raises an incident that lists the known names', async (t) => {
  const content = awaiting({ name: '="tikcer"', correlation_key: '=order' }, 'ticker', '1');
  const { engine } = await setUp(t, { inbound: [ticker] }, content);
  const incident = engine.next((event) => event.kind === 'incident:created');
  run(engine, { order: 'a' });
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /"tikcer".*"ticker"/);
});

test('a missing correlation key raises an incident that names it', async (t) => {
  const content = awaiting({ name: '="ticker"', correlation_key: '=nothing' });
  const { engine, seen } = await setUp(t, { inbound: [ticker] }, content);
  const incident = engine.next((event) => event.kind === 'incident:created');
  run(engine, { order: 'a' });
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /correlation_key: is required/);
  assert.equal(seen['job:started'].length, 1);
});

test('the runtime waits for a gateway that is not running yet', async (t) => {
  const port = await freePort();
  const { runtime, event, lines } = observe({ outbound: [greet], connection: insecure(port) });
  const started = runtime.start();
  await event('connection:waiting', ({ attempt }) => attempt === 2);
  const engine = await createEngine({ port });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await started;
  await engine.deploy({ name: 'p.bpmn', content: oneTask('greet') });
  const { state } = await engine.ended(run(engine, { name: 'Ada' }));
  assert.equal(state, 'COMPLETED');
  assert.equal(lines.filter((line) => line.startsWith('warn ')).length, 1);
});

test('after a gateway restarts with its state, old and new jobs are done; the log has two lines about it', async (t) => {
  const gates: (() => void)[] = [];
  const slow = defineOutbound({
    name: 'Slow',
    type: 'greet',
    timeout: 60,
    input: v.object({ name: v.string() }),
    run: ({ name }) => new Promise<object>((open) => gates.push(() => open({ greeting: name }))),
  });
  const port = await freePort();
  const first = await createEngine({ port });
  const { runtime, event, lines, count, seen } = observe({ outbound: [slow], connection: insecure(port) });
  let engine = first;
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await first.deploy({ name: 'p.bpmn', content: oneTask('greet') });
  await runtime.start();
  const old = run(first, { name: 'old' });
  await count('job:started', 1);
  while (gates.length === 0) await new Promise(setImmediate);
  await first.stop({ abrupt: true });
  await event('connection:lost');
  gates[0]!();
  engine = await createEngine({ port, snapshot: first.snapshot() });
  await event('connection:restored');
  if (engine.instance(old)?.state === 'ACTIVE') await engine.ended(old);
  const fresh = engine.ended(run(engine, { name: 'new' }));
  await count('job:started', 2);
  while (gates.length === 1) await new Promise(setImmediate);
  gates[1]!();
  assert.equal((await fresh).state, 'COMPLETED');
  assert.equal(engine.instance(old)?.state, 'COMPLETED');
  assert.equal(seen['connection:lost'].length, 1);
  const loud = lines.filter((line) => !line.startsWith('debug '));
  assert.equal(loud.filter((line) => /lost|restored/.test(line)).length, 2);
});

test('the runtime creates and closes the embedded connection', async () => {
  const { runtime } = observe({ outbound: [greet], connection: { type: 'EMBEDDED' } });
  await runtime.start();
  assert.match(runtime.status().address ?? '', /127\.0\.0\.1/);
  await runtime.stop();
});
