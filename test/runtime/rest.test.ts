/** The runtime over REST, on the embedded engine: the same promises as over gRPC. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { bpmnError } from '../../src/connector/errors.ts';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import type { RuntimeOptions } from '../../src/runtime/options.ts';
import {
  boundary,
  chain,
  end,
  type JobOptions,
  path,
  process as processFile,
  serviceTask,
  start,
} from '../engine/support/bpmn.ts';
import { observe, type TestRuntime } from './support/runtime.ts';
import { order, subscriptionsOf, waitingProcess } from './support/subscriptions.ts';

/** Ends the runtimes of a test before their engine, in reverse order. */
const ends = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

const startEngine = async (t: TestContext, content: string): Promise<Engine> => {
  const engine = await createEngine({ restPort: 0 });
  const list: (() => Promise<unknown>)[] = [() => engine.stop()];
  ends.set(t, list);
  t.after(async () => {
    for (const next of [...list].reverse()) await next();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  return engine;
};

const startRuntime = async (t: TestContext, engine: Engine, options: RuntimeOptions): Promise<TestRuntime> => {
  const observed = observe({ connection: { restAddress: engine.restAddress! }, ...options });
  ends.get(t)!.push(() => observed.runtime.stop());
  await observed.runtime.start();
  return observed;
};

const oneTask = (type: string, options: JobOptions = {}): string =>
  processFile('p', ...chain(start(), serviceTask('work', { type, ...options }), end()));

const greet = defineOutbound({
  name: 'Greet',
  type: 'greet',
  input: v.object({ name: v.string(), id: v.optional(v.bigint()) }),
  run: ({ name, id }) => {
    if (name === 'stranger') throw bpmnError('STRANGER', 'We do not know you', { known: false });
    if (name === 'broken') throw new Error('The greeter is broken');
    return { greeting: `Hello ${name}`, ...(id === undefined ? {} : { next: id + 1n }) };
  },
});

const run = (engine: Engine, variables: Record<string, string | bigint>): string =>
  engine.createInstance({ bpmnProcessId: 'p', variables }).processInstanceKey;

test('108. a job completes, and no digit is lost', async (t) => {
  const engine = await startEngine(t, oneTask('greet'));
  await startRuntime(t, engine, { outbound: [greet] });
  const { variables } = await engine.ended(run(engine, { name: 'Ada', id: 9007199254740993n }));
  assert.deepEqual(variables, {
    name: 'Ada',
    id: 9007199254740993n,
    greeting: 'Hello Ada',
    next: 9007199254740994n,
  });
});

test('a backlog is worked off', async (t) => {
  const engine = await startEngine(t, oneTask('greet'));
  const ended = Array.from({ length: 300 }, (_, index) => engine.ended(run(engine, { name: `n${index}` })));
  await startRuntime(t, engine, { outbound: [greet] });
  for (const { state } of await Promise.all(ended)) assert.equal(state, 'COMPLETED');
});

test('148. a job that keeps failing uses up its retries and raises an incident', async (t) => {
  const engine = await startEngine(t, oneTask('greet', { retries: '3' }));
  const { seen } = await startRuntime(t, engine, { outbound: [greet] });
  const incident = engine.next((event) => event.kind === 'incident:created');
  run(engine, { name: 'broken' });
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /The greeter is broken/);
  assert.equal(seen['job:started'].length, 3);
});

test('149. a BPMN error reaches its boundary event', async (t) => {
  const engine = await startEngine(
    t,
    processFile(
      'p',
      ...chain(start(), serviceTask('work', { type: 'greet' }), end('fine')),
      boundary('caught', 'work', { error: 'STRANGER' }),
      end('refused'),
      ...path('caught', 'refused'),
    ),
  );
  await startRuntime(t, engine, { outbound: [greet] });
  const { variables } = await engine.ended(run(engine, { name: 'stranger' }));
  assert.deepEqual(variables, { name: 'stranger', known: false });
});

test('136. a runtime that waits for jobs stops at once', async (t) => {
  const engine = await startEngine(t, oneTask('greet'));
  const { runtime } = await startRuntime(t, engine, { outbound: [greet] });
  await engine.ended(run(engine, { name: 'Ada' }));
  await runtime.stop();
  assert.equal(runtime.status().state, 'stopped');
});

test('200 connectors share few sockets, and the jobs of each are executed', async (t) => {
  const types = Array.from({ length: 200 }, (_, index) => `type-${index}`);
  const content = processFile('p', ...chain(start(), serviceTask('work', { type: '=type' }), end()));
  const engine = await startEngine(t, content);
  const target = Number(new URL(engine.restAddress!).port);
  const sockets = { open: 0, most: 0 };
  const relay = createServer((socket) => {
    sockets.open += 1;
    sockets.most = Math.max(sockets.most, sockets.open);
    const onward = connect(target, '127.0.0.1');
    for (const side of [socket, onward]) side.on('error', () => undefined);
    socket.on('close', () => {
      sockets.open -= 1;
      onward.destroy();
    });
    onward.on('close', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  ends.get(t)!.push(async () => {
    relay.close();
    await once(relay, 'close');
  });
  const outbound = types.map((type) =>
    defineOutbound({ name: type, type, input: v.object({}), run: () => ({ by: type }) }),
  );
  await startRuntime(t, engine, {
    outbound,
    connection: { restAddress: `http://127.0.0.1:${(relay.address() as AddressInfo).port}` },
  });
  // One after the other, so that each type is cold when its job comes.
  for (const type of ['type-0', 'type-41', 'type-120', 'type-199']) {
    const { variables } = await engine.ended(
      engine.createInstance({ bpmnProcessId: 'p', variables: { type } }).processInstanceKey,
    );
    assert.deepEqual(variables, { type, by: type });
  }
  assert.ok(sockets.most <= 64, `${sockets.most} sockets`);
});

test('durable subscriptions: the cluster keeps them, and another runtime goes on', async (t) => {
  const letters = new Map<string, string>();
  const box = defineInbound({
    name: 'box',
    cycle: 0.01,
    input: v.object({ order: v.string() }),
    loop: (input) => {
      const letter = letters.get(input.order);
      return letter === undefined ? undefined : { letter };
    },
  });
  const engine = await startEngine(t, waitingProcess('box'));
  const first = await startRuntime(t, engine, { inbound: [box] });
  const key = order(engine, 'a');
  await first.event('subscription:opened');
  assert.deepEqual(
    subscriptionsOf(engine).map(({ state }) => state),
    ['ACTIVE'],
  );
  await first.runtime.stop();
  const second = await startRuntime(t, engine, { inbound: [box] });
  await second.event('subscription:opened');
  letters.set('a', 'hello');
  const { variables } = await engine.ended(key);
  assert.deepEqual(variables, { order: 'a', letter: 'hello' });
  await second.event('subscription:delivered');
});
