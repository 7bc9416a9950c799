/** The gateway dies like a crashed process and comes back with its state: no job may be lost, none done twice in vain. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import * as v from 'valibot';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { type AnyOutboundConnector, createRuntime, defineOutbound, type Runtime } from '../../src/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { freePort } from '../support/free-port.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const instances = 1_000;

const unhandled: unknown[] = [];
const remember = (error: unknown) => unhandled.push(error);
before(() => process.on('unhandledRejection', remember));
after(() => {
  process.off('unhandledRejection', remember);
  assert.deepEqual(unhandled, []);
});

const content = processFile(
  'p',
  ...chain(start(), serviceTask('work', { type: 'work', inputs: { n: '=n' }, outputs: { done: '=done' } }), end()),
);

const deferred = () => {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

const startMany = async (engine: Engine): Promise<string[]> => {
  await engine.deploy({ name: 'p.bpmn', content });
  return Array.from(
    { length: instances },
    (_, n) => engine.createInstance({ bpmnProcessId: 'p', variables: { n } }).processInstanceKey,
  );
};

const runtimeFor = (engine: Engine, outbound: AnyOutboundConnector): Runtime =>
  createRuntime({
    outbound: [outbound],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    logger: silent,
    signals: false,
  });

/** Crashes the engine and starts it again from the state that it had. */
const crash = async (engine: Engine): Promise<Engine> => {
  const { port } = engine;
  await engine.stop({ abrupt: true });
  return createEngine({ port, snapshot: engine.snapshot() });
};

const assertAllDone = async (engine: Engine, keys: readonly string[]): Promise<void> => {
  const ended = await Promise.all(
    keys.map((key) => {
      const instance = engine.instance(key);
      return instance?.state === 'ACTIVE' ? engine.ended(key) : instance;
    }),
  );
  assert.equal(ended.length, instances);
  ended.forEach((instance, n) => {
    assert.equal(instance?.state, 'COMPLETED', `instance ${n}`);
    assert.deepEqual(instance?.variables, { n, done: n }, `instance ${n}`);
  });
  assert.deepEqual(engine.incidents(), []);
  assert.deepEqual(engine.jobs(), []);
};

test('a gateway killed while 1,000 jobs run, and back with its state: all complete', async () => {
  const gate = new AbortController();
  const opened = once(gate.signal, 'abort');
  let running = 0;
  const full = deferred();
  let engine = await createEngine({ port: await freePort() });
  const keys = await startMany(engine);
  const runtime = runtimeFor(
    engine,
    defineOutbound({
      name: 'Work',
      type: 'work',
      timeout: 60,
      maxJobs: instances,
      input: v.object({ n: v.number() }),
      run: async ({ n }) => {
        running += 1;
        if (running === instances) full.resolve();
        await opened;
        return { done: n };
      },
    }),
  );
  await runtime.start();
  await full.promise;
  assert.equal(runtime.status().inFlight, instances);

  const lost = deferred();
  runtime.on('connection:lost', () => lost.resolve());
  const { port } = engine;
  await engine.stop({ abrupt: true });
  gate.abort();
  await lost.promise;
  engine = await createEngine({ port, snapshot: engine.snapshot() });

  await assertAllDone(engine, keys);
  assert.equal(running, instances, 'no job ran a second time');
  await runtime.stop();
  await engine.stop();
});

test('a gateway killed three times in the middle of the work: all complete', async () => {
  let engine = await createEngine({ port: await freePort() });
  const keys = await startMany(engine);
  let calls = 0;
  let wake = () => {};
  const runtime = runtimeFor(
    engine,
    defineOutbound({
      name: 'Work',
      type: 'work',
      // A job whose hand-out was cut off on its way comes back only after this time.
      timeout: 1,
      input: v.object({ n: v.number() }),
      run: async ({ n }) => {
        calls += 1;
        wake();
        await new Promise(setImmediate);
        return { done: n };
      },
    }),
  );
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      wake = () => {
        if (calls >= count) resolve();
      };
      wake();
    });
  await runtime.start();
  for (const count of [100, 400, 700]) {
    await reached(count);
    engine = await crash(engine);
  }
  await assertAllDone(engine, keys);
  await runtime.stop();
  await engine.stop();
});
