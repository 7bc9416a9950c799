/** Durable subscriptions over the embedded engine, through the real protocol. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { systemClock } from '../../../../src/common/clock.ts';
import type { Connection } from '../../../../src/connection/port.ts';
import { defineInbound } from '../../../../src/connector/define.ts';
import { pending } from '../../../../src/connector/pending.ts';
import type { AnyInboundConnector } from '../../../../src/connector/types.ts';
import { createEngine, createTestClock, type Engine, type EngineOptions } from '../../../../src/engine/index.ts';
import type { RuntimeOptions } from '../../../../src/runtime/options.ts';
import { createDurableScheduler } from '../../../../src/runtime/subscriptions/durable/scheduler.ts';
import { freePort } from '../../../support/free-port.ts';
import { createManualClock, settle } from '../../support/clock.ts';
import { connectionFault } from '../../support/cluster.ts';
import { observe, type TestRuntime } from '../../support/runtime.ts';
import {
  connectTo,
  engineUntil,
  leasesOf,
  order,
  subscriptionsOf,
  waitingProcess,
} from '../../support/subscriptions.ts';

const cleanups = new WeakMap<TestContext, (() => Promise<void>)[]>();

/** Cleans up after the test in reverse order: node:test would stop an engine before its runtimes. */
const defer = (t: TestContext, cleanup: () => Promise<void>): void => {
  const known = cleanups.get(t);
  if (known !== undefined) {
    known.push(cleanup);
    return;
  }
  const list = [cleanup];
  cleanups.set(t, list);
  t.after(async () => {
    for (const next of list.reverse()) await next();
  });
};

/** An engine with the waiting process; it stops with the test. */
const startEngine = async (t: TestContext, content: string, options: EngineOptions = {}): Promise<Engine> => {
  const engine = await createEngine(options);
  defer(t, () => engine.stop());
  await engine.deploy({ name: 'waiting.bpmn', content });
  return engine;
};

/** A runtime that stops with the test, before its engine. */
const startRuntime = async (
  t: TestContext,
  engine: Engine,
  inbound: AnyInboundConnector,
  options: RuntimeOptions = {},
): Promise<TestRuntime> => {
  const connection = connectTo(engine);
  const observed = observe({ inbound: [inbound], connection, ...options });
  defer(t, async () => {
    await observed.runtime.stop();
    await connection.close();
  });
  await observed.runtime.start();
  return observed;
};

/** A box into which a test puts letters. Its connector looks for a letter for its order. */
const createBox = (definition: { readonly expires?: number; readonly maxFailures?: number } = {}) => {
  const letters = new Map<string, string>();
  const looks: string[] = [];
  const box = defineInbound({
    name: 'box',
    cycle: 0.01,
    ...definition,
    input: v.object({ order: v.string() }),
    loop: (input) => {
      looks.push(input.order);
      const letter = letters.get(input.order);
      return letter === undefined ? undefined : { letter };
    },
  });
  return { box, letters, looks };
};

test('the cluster keeps a subscription until its message is delivered', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box, letters } = createBox();
  const { runtime, event, lines, seen } = await startRuntime(t, engine, box);
  const key = order(engine, 'a');
  await event('subscription:opened');
  assert.deepEqual(
    subscriptionsOf(engine).map(({ state }) => state),
    ['ACTIVE'],
  );
  assert.deepEqual(
    leasesOf(engine).map(({ type, state, retries }) => [type, state, retries]),
    [['_subscription:1:box', 'ACTIVATED', 60]],
  );
  assert.equal(runtime.status().subscriptions.length, 1);
  assert.deepEqual(
    engine.elements(key).map(({ elementId }) => elementId),
    ['wait'],
  );
  letters.set('a', 'hello');
  const { variables } = await engine.ended(key);
  assert.deepEqual(variables, { order: 'a', letter: 'hello' });
  await event('subscription:delivered');
  await engineUntil(engine, () => subscriptionsOf(engine).every(({ state }) => state === 'COMPLETED'));
  assert.equal(seen['message:published'].length, 1);
  // The library's own jobs do not appear among the user's jobs.
  assert.deepEqual(
    seen['job:settled'].map(({ job }) => job.type),
    ['_activate_inbound_connector'],
  );
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('debug')),
    [`info Running, connected to grpc://127.0.0.1:${engine.port}.`],
  );
});

test('deploying again changes nothing', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box } = createBox();
  const first = await startRuntime(t, engine, box);
  order(engine, 'a');
  await first.event('subscription:opened');
  await first.runtime.stop();
  const second = await startRuntime(t, engine, box);
  order(engine, 'b');
  await second.count('subscription:opened', 2);
  assert.deepEqual(
    subscriptionsOf(engine).map(({ version }) => version),
    [1, 1],
  );
});

test('a runtime that stops releases its subscriptions at once, and no retry is lost', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, waitingProcess('box'), { clock });
  const { box, letters } = createBox();
  const first = await startRuntime(t, engine, box);
  const keys = Array.from({ length: 5 }, (_, index) => order(engine, `o${index}`));
  await first.count('subscription:opened', 5);
  const second = await startRuntime(t, engine, box);
  await first.runtime.stop();
  assert.deepEqual(
    first.seen['subscription:released'].map(({ reason }) => reason),
    Array(5).fill('stopping'),
  );
  assert.equal(first.seen['subscriptions:ended'].length, 0);
  // The engine's clock stands still, so nothing here waited for the end of a lease.
  await second.count('subscription:opened', 5);
  assert.deepEqual(
    leasesOf(engine).map(({ retries, state }) => [retries, state]),
    Array(5).fill([60, 'ACTIVATED']),
  );
  for (let index = 0; index < 5; index++) letters.set(`o${index}`, 'hello');
  for (const key of keys) assert.equal((await engine.ended(key)).state, 'COMPLETED');
});

test('the header resultVariable names the variable for the message, also in the next runtime', async (t) => {
  const engine = await startEngine(t, waitingProcess('box', {}, { resultVariable: 'post' }));
  const { box, letters } = createBox();
  const first = await startRuntime(t, engine, box);
  const key = order(engine, 'a');
  await first.event('subscription:opened');
  await first.runtime.stop();
  const second = await startRuntime(t, engine, box);
  await second.event('subscription:opened');
  letters.set('a', 'hello');
  assert.deepEqual((await engine.ended(key)).variables, { order: 'a', post: { letter: 'hello' } });
  const { variables } = await second.event('message:published');
  assert.deepEqual(variables, { post: { letter: 'hello' } });
});

test('the header resultExpression maps the message, also in the next runtime', async (t) => {
  const engine = await startEngine(t, waitingProcess('box', {}, { resultExpression: '={post: letter}' }));
  const { box, letters } = createBox();
  const first = await startRuntime(t, engine, box);
  const key = order(engine, 'a');
  await first.event('subscription:opened');
  await first.runtime.stop();
  const second = await startRuntime(t, engine, box);
  await second.event('subscription:opened');
  letters.set('a', 'hello');
  assert.deepEqual((await engine.ended(key)).variables, { order: 'a', post: 'hello' });
  const { variables } = await second.event('message:published');
  assert.deepEqual(variables, { post: 'hello' });
});

test('a killed runtime loses its subscriptions at the end of the lease and not earlier', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, waitingProcess('box'), { clock });
  const { box, letters, looks } = createBox();
  // As if it had been killed: its calls no longer reach the cluster.
  let cut = false;
  const connection = connectTo(engine);
  const dead = (): Promise<never> => Promise.reject(connectionFault('UNAVAILABLE'));
  const mortal: Connection = {
    ...connection,
    address: connection.address,
    activateJobs: (...call) => (cut ? dead() : connection.activateJobs(...call)),
    send: (...call) => (cut ? dead() : connection.send(...call)),
  };
  defer(t, () => connection.close());
  const first = await startRuntime(t, engine, box, { connection: mortal, drainTimeout: 0 });
  const key = order(engine, 'a');
  await first.event('subscription:opened');
  cut = true;
  const second = await startRuntime(t, engine, box);
  clock.advance(59_000);
  assert.deepEqual(
    leasesOf(engine).map(({ state, worker }) => [state, worker]),
    [['ACTIVATED', 'camunda-connectors']],
  );
  assert.equal(second.seen['subscription:opened'].length, 0);
  clock.advance(1_000);
  await second.event('subscription:opened');
  looks.length = 0;
  letters.set('a', 'hello');
  const { variables } = await engine.ended(key);
  assert.deepEqual(variables, { order: 'a', letter: 'hello' });
  assert.equal((await second.event('message:published')).duplicate, false);
  cut = false;
});

test('a lease is renewed as long as its runtime lives', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, waitingProcess('box'), { clock });
  const { box } = createBox();
  // On clocks that the test moves, no lease ends because the machine is slow.
  const own = createManualClock();
  const first = await startRuntime(t, engine, box, { lease: 20, clock: own });
  defer(t, async () => {
    let isStopped = false;
    const stopping = first.runtime.stop().then(() => {
      isStopped = true;
    });
    for (let turns = 0; !isStopped; turns += 1) {
      assert.ok(turns < 100_000, 'The runtime stops.');
      own.advance(1_000);
      await settle();
    }
    await stopping;
  });
  const deadline = (): number => leasesOf(engine)[0]?.deadline ?? 0;
  order(engine, 'a');
  await first.event('subscription:opened');
  const second = await startRuntime(t, engine, box, { lease: 20 });
  // Three times the length of a lease.
  for (let half = 0; half < 6; half += 1) {
    clock.advance(10_000);
    own.advance(10_000);
    // Each round of the renewal needs a few turns; far more mean that the lease is not renewed.
    for (let turns = 0; deadline() < clock.now() + 20_000; turns += 1) {
      assert.ok(turns < 100_000, `The lease is renewed after ${half + 1} halves of its length.`);
      await settle();
    }
  }
  assert.equal(first.seen['subscription:opened'].length, 1);
  assert.equal(second.seen['subscription:opened'].length, 0);
});

test('the next runtime gets the state of a loop, which is stored only when it changes', async (t) => {
  const engine = await startEngine(t, waitingProcess('pages'));
  const found: (number | undefined)[] = [];
  let allowed = 3;
  const pages = defineInbound({
    name: 'pages',
    cycle: 0.01,
    state: v.object({ page: v.number() }),
    loop: (_, { state }) => {
      found.push(state?.page);
      const page = Math.min((state?.page ?? 0) + 1, allowed);
      return page === 5 ? { page } : pending({ page });
    },
  });
  const writes: string[] = [];
  const connection = connectTo(engine);
  defer(t, () => connection.close());
  const counting: Connection = {
    ...connection,
    address: connection.address,
    send: (command, options) => {
      if (command.kind === 'setVariables') writes.push(command.variables);
      return connection.send(command, options);
    },
  };
  const first = await startRuntime(t, engine, pages, { connection: counting });
  const key = order(engine, 'a');
  await first.count('loop:ended', 6);
  assert.deepEqual(writes, ['{"state":{"page":1}}', '{"state":{"page":2}}', '{"state":{"page":3}}']);
  await first.runtime.stop();
  const before = found.length;
  allowed = 5;
  await startRuntime(t, engine, pages);
  const { variables } = await engine.ended(key);
  assert.equal(variables.page, 5);
  assert.deepEqual(found.slice(before), [3, 4]);
});

test('a subscription expires without a message', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box } = createBox({ expires: 0.1 });
  const { event, seen, lines } = await startRuntime(t, engine, box);
  const key = order(engine, 'a');
  await event('subscription:expired');
  await engineUntil(engine, () => subscriptionsOf(engine).every(({ state }) => state === 'COMPLETED'));
  assert.equal(subscriptionsOf(engine).length, 1);
  assert.equal(seen['message:published'].length, 0);
  assert.equal(engine.instance(key)?.state, 'ACTIVE');
  assert.equal(lines.filter((line) => line.startsWith('info Expired without a message: "box"')).length, 1);
});

test('the expiry time of an activation applies in a later runtime too', async (t) => {
  const engine = await startEngine(t, waitingProcess('box', { expires_after: '="PT1H"' }));
  const { box, looks } = createBox();
  let date = Date.UTC(2030, 0);
  const clock = { ...systemClock, date: () => date };
  const first = await startRuntime(t, engine, box, { clock });
  order(engine, 'a');
  await first.event('loop:ended');
  assert.equal(leasesOf(engine).length, 1);
  await first.runtime.stop();
  date += 3_600_000;
  looks.length = 0;
  const second = await startRuntime(t, engine, box, { clock });
  await second.event('subscription:expired');
  assert.deepEqual(looks, []);
});

test('a loop that keeps failing becomes an incident with its message, and continues when that is resolved', async (t) => {
  const engine = await startEngine(t, waitingProcess('broken'));
  let healed = false;
  const broken = defineInbound({
    name: 'broken',
    cycle: 0.01,
    maxFailures: 2,
    loop: () => {
      if (!healed) throw new Error('The service is away');
      return { fine: true };
    },
  });
  const { seen, lines, event } = await startRuntime(t, engine, broken);
  const key = order(engine, 'a');
  await engineUntil(engine, () => engine.incidents().length > 0);
  const [incident] = engine.incidents();
  assert.equal(incident?.type, 'JOB_NO_RETRIES');
  assert.equal(incident?.message, 'The service is away');
  assert.equal(leasesOf(engine)[0]?.key, incident?.jobKey);
  assert.equal(seen['subscription:failed'].length, 1);
  await event('subscription:halted');
  assert.equal(lines.filter((line) => /^error Inbound connector "broken".*incident/.test(line)).length, 1);
  healed = true;
  engine.updateJobRetries(leasesOf(engine)[0]!.key, 1);
  engine.resolveIncident(incident!.key);
  assert.equal((await engine.ended(key)).variables.fine, true);
});

test('input that no longer fits the connector is an incident at once', async (t) => {
  const engine = await startEngine(t, waitingProcess('changing'));
  const old = defineInbound({ name: 'changing', input: v.looseObject({}), loop: () => null });
  const first = await startRuntime(t, engine, old);
  order(engine, 'hunter2');
  await first.event('loop:ended');
  await first.runtime.stop();
  const next = defineInbound({ name: 'changing', input: v.object({ order: v.number() }), loop: () => null });
  await startRuntime(t, engine, next);
  await engineUntil(engine, () => engine.incidents().length > 0);
  const message = engine.incidents()[0]?.message ?? '';
  assert.match(message, /do not fit the input of "changing":\n- order: expected a number/);
  assert.doesNotMatch(message, /hunter2/);
});

test('a cancelled subscription ends its loop', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box } = createBox();
  const { event, runtime } = await startRuntime(t, engine, box, { lease: 1 });
  order(engine, 'a');
  await event('subscription:opened');
  engine.cancelInstance(subscriptionsOf(engine)[0]!.key);
  const { reason } = await event('subscription:released');
  assert.equal(reason, 'lost');
  assert.deepEqual(runtime.status().subscriptions, []);
});

test('an activation that is offered twice makes one subscription', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box, letters } = createBox();
  const connection = connectTo(engine);
  defer(t, () => connection.close());
  // Each command is sent twice, as after a lost answer.
  const twice: Connection = {
    ...connection,
    address: connection.address,
    send: async (command, options) => {
      await connection.send(command, options);
      if (command.kind === 'publishMessage') await connection.send(command, options).catch(() => {});
    },
  };
  const { event, seen } = await startRuntime(t, engine, box, { connection: twice });
  const key = order(engine, 'a');
  await event('subscription:opened');
  assert.equal(subscriptionsOf(engine).length, 1);
  letters.set('a', 'hello');
  await engine.ended(key);
  await event('subscription:delivered');
  assert.equal(seen['message:published'].length, 1);
});

test('an activation without a subscription is requested again, and the process is deployed again', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, waitingProcess('box'), { clock });
  const { box } = createBox();
  const connection = connectTo(engine);
  defer(t, () => connection.close());
  const deployed: string[] = [];
  let lost = 0;
  const forgetful: Connection = {
    ...connection,
    address: connection.address,
    deploy: async (resources, options) => {
      deployed.push(...resources.map(({ name }) => name));
      return connection.deploy(resources, options);
    },
    send: (command, options) => {
      if (command.kind === 'publishMessage' && lost++ === 0) return Promise.resolve();
      return connection.send(command, options);
    },
  };
  const { event } = await startRuntime(t, engine, box, { connection: forgetful });
  order(engine, 'a');
  await event('job:settled');
  assert.equal(subscriptionsOf(engine).length, 0);
  assert.equal(engine.jobs().filter(({ state }) => state === 'ACTIVATED').length, 1);
  clock.advance(20_000);
  await event('subscription:opened');
  assert.deepEqual(deployed, ['_inbound_subscription_1.bpmn', '_inbound_subscription_1.bpmn']);
});

test('subscriptions survive a restart of the engine with its state', async (t) => {
  const first = await startEngine(t, waitingProcess('box'), { port: await freePort() });
  let second = first;
  defer(t, () => second.stop());
  const { box, letters } = createBox();
  const { event, seen } = await startRuntime(t, first, box, { lease: 1 });
  const key = order(first, 'a');
  await event('subscription:opened');
  await first.stop({ abrupt: true });
  second = await createEngine({ port: first.port, snapshot: first.snapshot() });
  letters.set('a', 'hello');
  if (second.instance(key)?.state === 'ACTIVE') await second.ended(key);
  assert.deepEqual(second.instance(key)?.variables, { order: 'a', letter: 'hello' });
  await event('subscription:delivered');
  assert.equal(seen['message:published'].length, 1);
});

test('after an outage longer than the leases, subscriptions continue and each message is published once', async (t) => {
  const first = await startEngine(t, waitingProcess('box'), { port: await freePort() });
  let second = first;
  defer(t, () => second.stop());
  const { box, letters } = createBox();
  const { event, count, seen } = await startRuntime(t, first, box, { lease: 1 });
  const keys = ['a', 'b', 'c'].map((name) => order(first, name));
  await count('subscription:opened', 3);
  await first.stop({ abrupt: true });
  await count('subscription:released', 3);
  assert.deepEqual(new Set(seen['subscription:released'].map(({ reason }) => reason)), new Set(['lost']));
  // Found while the cluster could not be reached.
  letters.set('a', 'hello');
  second = await createEngine({ port: first.port, snapshot: first.snapshot() });
  await event('connection:restored');
  for (const name of ['b', 'c']) letters.set(name, 'hello');
  for (const key of keys) {
    if (second.instance(key)?.state === 'ACTIVE') await second.ended(key);
    assert.equal(second.instance(key)?.variables.letter, 'hello');
  }
  await count('subscription:delivered', 3);
  assert.equal(seen['message:published'].length, 3);
});

for (const status of ['PERMISSION_DENIED', 'UNIMPLEMENTED', 'INVALID_ARGUMENT'] as const) {
  test(`when deployment is answered with ${status}, subscriptions are kept in memory and an event says so`, async (t) => {
    const engine = await startEngine(t, waitingProcess('box'));
    const { box, letters } = createBox();
    const connection = connectTo(engine);
    defer(t, () => connection.close());
    const strict: Connection = {
      ...connection,
      address: connection.address,
      deploy: () => Promise.reject(connectionFault(status, 'rejected')),
    };
    const { event, lines, seen, runtime } = await startRuntime(t, engine, box, { connection: strict });
    assert.equal(seen['subscriptions:volatile'].length, 1);
    assert.equal(lines.filter((line) => /^warn Subscriptions .* END WITH THIS PROCESS/.test(line)).length, 1);
    const key = order(engine, 'a');
    await event('subscription:opened');
    assert.equal(subscriptionsOf(engine).length, 0);
    letters.set('a', 'hello');
    await engine.ended(key);
    order(engine, 'b');
    await event('subscription:opened', ({ subscription }) => subscription.activation.correlationKey === 'b');
    await runtime.stop();
    assert.equal(seen['subscriptions:ended'].length, 1);
  });
}

test('with subscriptions in memory by option, nothing is deployed and no event is emitted', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box, letters } = createBox();
  letters.set('a', 'hello');
  const { lines } = await startRuntime(t, engine, box, { subscriptions: 'memory' });
  await engine.ended(order(engine, 'a'));
  assert.equal(subscriptionsOf(engine).length, 0);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('warn')),
    [],
  );
});

test('subscriptions beyond the limit of one runtime wait for another', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box } = createBox();
  const small = { maxSubscriptions: 3 };
  const first = await startRuntime(t, engine, box, small);
  for (let index = 0; index < 5; index++) order(engine, `o${index}`);
  // All five processes have moved on, whether a runtime runs their subscriptions or not.
  await engineUntil(
    engine,
    () => engine.jobs().filter(({ type }) => type === '_activate_inbound_connector').length === 0,
  );
  await first.count('subscription:opened', 3);
  assert.equal(first.runtime.status().subscriptions.length, 3);
  const second = await startRuntime(t, engine, box, small);
  await second.count('subscription:opened', 2);
  assert.equal(first.runtime.status().subscriptions.length, 3);
});

test('a runtime that starts later gets its share over time', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box } = createBox();
  const options = (): RuntimeOptions => ({
    scheduler: createDurableScheduler({ maxSubscriptions: 100, lease: 1_000, term: 500 }),
  });
  const first = await startRuntime(t, engine, box, options());
  for (let index = 0; index < 40; index++) order(engine, `o${index}`);
  await first.count('subscription:opened', 40);
  const second = await startRuntime(t, engine, box, options());
  await second.count('subscription:opened', 10);
  const offered = first.seen['subscription:released'].filter(({ reason }) => reason === 'offered');
  assert.ok(offered.length >= 10);
  assert.equal(first.runtime.status().subscriptions.length < 40, true);
});

test('200 subscriptions over three runtimes, one of which stops: each message is published once', async (t) => {
  const engine = await startEngine(t, waitingProcess('box'));
  const { box, letters } = createBox();
  const published: string[] = [];
  engine.on((event) => {
    if (event.kind === 'message:published' && event.message.name === 'box')
      published.push(event.message.correlationKey);
  });
  const runtimes = [
    await startRuntime(t, engine, box),
    await startRuntime(t, engine, box),
    await startRuntime(t, engine, box),
  ];
  const held = (): readonly number[] => runtimes.map(({ runtime }) => runtime.status().subscriptions.length);
  const names = Array.from({ length: 200 }, (_, index) => `o${index}`);
  const keys = names.map((name) => order(engine, name));
  // A job on the wire to a stopping runtime would wait for the end of its lease.
  while (held().reduce((sum, count) => sum + count) < 200) await new Promise(setImmediate);
  for (const count of held()) assert.ok(count > 0, `shared as ${held().join(', ')}`);
  const ended = keys.map((key) => engine.ended(key));
  for (const name of names.slice(0, 100)) letters.set(name, 'hello');
  await runtimes[0]!.runtime.stop();
  for (const name of names) letters.set(name, 'hello');
  for (const { state } of await Promise.all(ended)) assert.equal(state, 'COMPLETED');
  await engineUntil(engine, () => subscriptionsOf(engine).every(({ state }) => state === 'COMPLETED'));
  assert.deepEqual(published.sort(), names.sort());
});
