import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTestClock,
  describeWait,
  type EngineEvent,
  explainWaits,
  isInternalProcess,
  type WaitFacts,
} from '../../src/engine/index.ts';
import { boundary, catchEvent, chain, end, path, process, serviceTask, start } from './support/bpmn.ts';
import { connect, startEngine } from './support/client.ts';

const waiting = process('p', ...chain(start(), serviceTask('Charge', { type: 'charge' }), end()));

test('an engine says what an instance waits for, and knows the workers that ask for jobs', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, { clock });
  const client = connect(t, engine.address);
  await engine.deploy({ name: 'p.bpmn', content: waiting });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  const lines = () => engine.waits(key).map((wait) => describeWait(wait, engine.now()));
  assert.deepEqual(lines(), [
    'Charge waits for a worker with the job type "charge", but no worker has asked for this type.',
  ]);
  const mistyped = client.stream('Charge', { worker: 'shop' });
  await mistyped.opened;
  assert.deepEqual(engine.workers(), [{ type: 'Charge', worker: 'shop', connected: true }]);
  assert.deepEqual(lines(), [
    'Charge waits for a worker with the job type "charge", but no worker has asked for this type. A worker asks for "Charge", which differs only in capital letters.',
  ]);
  const polling = await client.poll('charge', { worker: 'other', timeout: 5000 });
  assert.equal(polling.length, 1);
  assert.deepEqual(lines(), [
    'Charge waits for a worker with the job type "charge": the worker "other" has the job, and its timeout ends in 5 s.',
  ]);
  assert.deepEqual(engine.waits(polling[0]!.elementInstanceKey), engine.waits(key));
});

test('the facts behind the explanation are plain data, for one instance or for all', async (t) => {
  const engine = await startEngine(t, { clock: createTestClock() });
  await engine.deploy({ name: 'p.bpmn', content: waiting });
  const [first = '', second = ''] = [1, 2].map(() => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  const all: WaitFacts = JSON.parse(JSON.stringify(engine.waitFacts()));
  assert.deepEqual(
    [first, second].map((key) => explainWaits(all, key)),
    [first, second].map((key) => engine.waits(key)),
  );
  const facts = engine.waitFacts(second);
  assert.deepEqual(
    facts.jobs.map(({ processInstanceKey }) => processInstanceKey),
    [second],
  );
  const [wait] = explainWaits({ ...facts, workers: [{ type: 'charge', worker: 'shop', connected: true }] }, second);
  assert.equal(wait?.kind === 'job' && wait.worker, 'shop');
});

test('a worker is connected while its call is open', async (t) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const stream = client.stream('a', { worker: 'w' });
  await stream.opened;
  await client.poll('b', { worker: 'v', requestTimeout: -1 });
  stream.cancel();
  await stream.ended;
  // The answer to a later call on the connection shows that the engine knows the end of the stream.
  await client.call('Topology');
  const connected = engine.workers().map(({ type, worker, connected: is }) => [type, worker, is]);
  assert.deepEqual(connected, [
    ['a', 'w', false],
    ['b', 'v', false],
  ]);
});

test('nextDue leads a clock through a process, and fireTimer does not move it', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, { clock });
  const content = process(
    'p',
    ...chain(start(), catchEvent('wait', { duration: 'P3D' }), serviceTask('Charge', { type: 'charge' }), end()),
    boundary('late', 'Charge', { duration: 'PT1H' }),
    ...path('late', 'end'),
  );
  await engine.deploy({ name: 'p.bpmn', content });
  const first = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const began = clock.now();
  for (let next = engine.nextDue(); next !== undefined; next = engine.nextDue()) clock.advanceTo(next.due);
  assert.equal(engine.instance(first)?.state, 'COMPLETED');
  assert.equal(clock.now() - began, 73 * 3_600_000);

  const second = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const ended = engine.ended(second);
  for (let [timer] = engine.timers(); timer !== undefined; [timer] = engine.timers()) engine.fireTimer(timer.key);
  assert.equal((await ended).state, 'COMPLETED');
  assert.equal(clock.now() - began, 73 * 3_600_000);
  assert.throws(() => engine.fireTimer('1'), /NOT_FOUND/);
});

test('listeners receive the events that begin after them, and none after they have left', async (t) => {
  const engine = await startEngine(t);
  await engine.deploy({ name: 'p.bpmn', content: waiting });
  const kinds: EngineEvent['kind'][] = [];
  const leave = engine.on(({ kind }) => kinds.push(kind));
  engine.createInstance({ bpmnProcessId: 'p', variables: { a: 1 } });
  assert.deepEqual(kinds, [
    'instance:created',
    'variable:created',
    'element:activated',
    'element:completed',
    'flow:taken',
    'element:activated',
    'job:activatable',
  ]);
  leave();
  engine.createInstance({ bpmnProcessId: 'p' });
  assert.equal(kinds.length, 7);
});

const uuids = process(
  'p',
  ...chain(start(), serviceTask('t', { type: 't', inputs: { id: '=uuid()', chance: '=random number()' } }), end()),
);

test('with the same seed, random values are the same, also from a snapshot on', async (t) => {
  const randomOf = async (options: Parameters<typeof startEngine>[1], count: number) => {
    const engine = await startEngine(t, options);
    if (options?.snapshot === undefined) await engine.deploy({ name: 'p.bpmn', content: uuids });
    const keys = Array.from({ length: count }, () => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
    return { engine, values: keys.map((key) => engine.elements(key)[0]?.variables) };
  };
  const { values, engine } = await randomOf({ seed: 7, clock: createTestClock() }, 4);
  assert.match(String(values[0]?.id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(values.map((each) => each?.id)).size, 4);
  assert.deepEqual((await randomOf({ seed: 7 }, 4)).values, values);
  assert.notDeepEqual((await randomOf({ seed: 8 }, 4)).values, values);

  const half = await randomOf({ seed: 7 }, 2);
  const snapshot = half.engine.snapshot();
  assert.deepEqual((await randomOf({ snapshot }, 2)).values, values.slice(2));
  assert.deepEqual((await randomOf({ snapshot, seed: 7 }, 2)).values, values.slice(0, 2));
  assert.equal(engine.snapshot().time, engine.now());
});

test('with the same seed, the same streams receive the same jobs, also from a snapshot on', async (t) => {
  const receivers = async (options: NonNullable<Parameters<typeof startEngine>[1]>, count: number) => {
    const engine = await startEngine(t, options);
    const client = connect(t, engine.address);
    for (const worker of ['w1', 'w2', 'w3']) await client.stream('t', { worker, timeout: 60_000 }).opened;
    if (options.snapshot === undefined) await engine.deploy({ name: 'p.bpmn', content: uuids });
    const workers: string[] = [];
    engine.on((event) => {
      if (event.kind === 'job:activated') workers.push(event.job.worker);
    });
    for (let created = 0; created < count; created++) engine.createInstance({ bpmnProcessId: 'p' });
    assert.equal(workers.length, count);
    return { engine, workers };
  };
  const { workers } = await receivers({ seed: 7 }, 20);
  assert.ok(new Set(workers).size > 1, 'several streams receive jobs');
  assert.deepEqual((await receivers({ seed: 7 }, 20)).workers, workers);
  const half = await receivers({ seed: 7 }, 8);
  assert.deepEqual(half.workers, workers.slice(0, 8));
  const rest = await receivers({ snapshot: half.engine.snapshot() }, 12);
  assert.deepEqual(rest.workers, workers.slice(8));
});

test('engines without a seed have different random values', async (t) => {
  const ids = await Promise.all(
    [1, 2].map(async () => {
      const engine = await startEngine(t);
      await engine.deploy({ name: 'p.bpmn', content: uuids });
      return engine.elements(engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey)[0]?.variables.id;
    }),
  );
  assert.notEqual(ids[0], ids[1]);
});

test('the process of the runtime is told apart by its id', () => {
  assert.equal(isInternalProcess('_inbound_subscription_1'), true);
  assert.equal(isInternalProcess('_inbound_subscription_'), false);
  assert.equal(isInternalProcess('order'), false);
});

test('a clock that runs fires timers by itself, and stops when it is paused', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, { clock });
  await engine.deploy({
    name: 'p.bpmn',
    content: process('p', ...chain(start(), catchEvent('w', { duration: 'PT1H' }), end())),
  });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  const fired = engine.next(({ kind }) => kind === 'timer:triggered');
  clock.advance(3_600_000 - 50);
  assert.equal(engine.instance(key)?.state, 'ACTIVE');
  // What is left of the hour passes in real time.
  clock.run();
  assert.equal(clock.running, true);
  await fired;
  assert.equal(engine.instance(key)?.state, 'COMPLETED');
  clock.pause();
  const paused = clock.now();
  assert.equal(engine.now(), paused);
  engine.createInstance({ bpmnProcessId: 'p' });
  assert.equal(engine.nextDue()?.due, paused + 3_600_000);
});

test('with tenants, a message and a worker of another tenant are named', async (t) => {
  const engine = await startEngine(t, { clock: createTestClock(), tenants: ['north', 'south'] });
  const client = connect(t, engine.address);
  const told = catchEvent('Told', { message: { name: 'paid', correlationKey: '="7"' } });
  const content = process('p', ...chain(start(), told, serviceTask('Charge', { type: 'charge' }), end()));
  for (const tenantId of ['north', 'south']) await engine.deploy({ name: 'p.bpmn', content }, { tenantId });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p', tenantId: 'north' });
  const line = () => engine.waits(key).map((wait) => describeWait(wait, engine.now()))[0];
  const paid = { name: 'paid', correlationKey: '7' };
  engine.publishMessage({ ...paid, tenantId: 'south' });
  assert.equal(
    line(),
    'Told waits for the message "paid" with the key "7". The message "paid" with the key "7" was published 0 ms ago for the tenant "south", but the instance belongs to "north".',
  );
  engine.publishMessage({ ...paid, tenantId: 'north' });
  const worker = client.stream('charge', { worker: 'w', tenantIds: ['south'] });
  await worker.opened;
  assert.deepEqual(engine.workers(), [{ type: 'charge', worker: 'w', connected: true, tenantIds: ['south'] }]);
  assert.equal(
    line(),
    'Charge waits for a worker with the job type "charge", but no worker has asked for this type of its tenant. A worker asks for those of the tenant "south".',
  );
});
