/** Answers that come to another runtime than the one that holds the call. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { createConnection } from '../../../../src/connection/index.ts';
import type { Connection } from '../../../../src/connection/port.ts';
import { defineOutbound } from '../../../../src/connector/define.ts';
import { defineWebhook } from '../../../../src/connector/definitions/define-webhook.ts';
import {
  createEngine,
  createTestClock,
  type Engine,
  type EngineOptions,
  isInternalProcess,
} from '../../../../src/engine/index.ts';
import type { RuntimeOptions } from '../../../../src/runtime/options.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { observe, type TestRuntime } from '../../support/runtime.ts';
import { callJson } from '../support/http.ts';

/** A webhook whose answering task has this job type. */
const asking = (type: string, timeout = 60) =>
  defineWebhook({
    name: 'ask',
    path: '/hooks/ask',
    auth: 'none',
    timeout,
    body: v.object({ city: v.string() }),
    waits: {
      input: v.object({ text: v.string() }),
      type,
      answer: ({ text }) => ({ status: 201, headers: { 'x-by': 'process' }, body: text }),
    },
    run: ({ body }) => ({ publish: { messageName: 'asked', correlationKey: '', variables: body }, wait: true }),
  });

const answers = (type: string): string =>
  processFile(
    'asked',
    ...chain(
      start('start', { message: 'asked' }),
      serviceTask('answer', { type, inputs: { text: '="Sunny in " + city' } }),
      end(),
    ),
  );

const runtimesOn = new WeakMap<Engine, TestRuntime[]>();

/** An engine until the end of the test, which stops after its runtimes: they may have jobs to settle. */
const startEngine = async (t: TestContext, content: string, options: EngineOptions = {}): Promise<Engine> => {
  const engine = await createEngine({ restPort: 0, ...options });
  runtimesOn.set(engine, []);
  t.after(async () => {
    await Promise.all(runtimesOn.get(engine)!.map(({ runtime }) => runtime.stop()));
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  return engine;
};

const serve = async (
  engine: Engine,
  type: string,
  options: RuntimeOptions = {},
): Promise<TestRuntime & { readonly url: string }> => {
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const observed = observe({ inbound: [asking(type)], connection, server: { port: 0 }, ...options });
  runtimesOn.get(engine)!.push(observed);
  await observed.runtime.start();
  const { url } = await observed.event('server:listening');
  return { ...observed, url: `${url}/hooks/ask` };
};

/** The result of the user's only instance. */
const answeredIn = async (engine: Engine): Promise<unknown> => {
  const { key } = engine.instances().find(({ bpmnProcessId }) => bpmnProcessId === 'asked')!;
  return (await engine.ended(key)).variables.answered;
};

const passed = (engine: Engine): readonly string[] =>
  engine
    .instances()
    .filter(({ bpmnProcessId }) => isInternalProcess(bpmnProcessId))
    .map(({ state }) => state);

test('the runtime that has the job passes the answer on to the one that holds the call', async (t) => {
  const engine = await startEngine(t, answers('elsewhere'));
  // The first runtime does not request the jobs of the process, so the second one has to pass the answer on.
  const holder = await serve(engine, 'here');
  await serve(engine, 'elsewhere');
  const answer = await callJson(holder.url, { city: 'Graz' });
  assert.deepEqual([answer.status, answer.headers['x-by'], answer.body], [201, 'process', 'Sunny in Graz']);
  assert.match(String(answer.headers['content-type']), /^text\/plain/);
  assert.equal(await answeredIn(engine), true);
  assert.deepEqual(passed(engine), ['COMPLETED']);
});

test('over REST, an answer is passed on as well', async (t) => {
  const engine = await startEngine(t, answers('elsewhere'));
  const connection = { restAddress: engine.restAddress! };
  const holder = await serve(engine, 'here', { connection });
  await serve(engine, 'elsewhere', { connection });
  assert.equal((await callJson(holder.url, { city: 'Graz' })).body, 'Sunny in Graz');
  assert.equal(await answeredIn(engine), true);
  assert.deepEqual(passed(engine), ['COMPLETED']);
});

test('many calls to three runtimes: each caller gets its own answer', async (t) => {
  const engine = await startEngine(t, answers('answer'));
  const runtimes = [await serve(engine, 'answer'), await serve(engine, 'answer'), await serve(engine, 'answer')];
  const cities = Array.from({ length: 60 }, (_, index) => `city ${index}`);
  const got = await Promise.all(cities.map((city, index) => callJson(runtimes[index % 3]!.url, { city })));
  assert.deepEqual(
    got.map(({ body }) => body),
    cities.map((city) => `Sunny in ${city}`),
  );
});

test('if the runtime that holds the call is gone, the process goes on and learns that nobody was there', async (t) => {
  const engine = await startEngine(t, answers('answer'));
  await serve(engine, 'answer');
  const nobody = 'AAAAAAAAAAAAAAAAAAAAAA';
  const caller = `${nobody}.${nobody}.${Date.now()}`;
  engine.publishMessage({ name: 'asked', correlationKey: '', variables: { city: 'Graz', caller } });
  assert.equal(await answeredIn(engine), false);
  assert.deepEqual(passed(engine), ['COMPLETED'], 'the timer has ended it');
});

test('a repetition at the runtime that has the job gets the answer, and so does the first call at its own', async (t) => {
  const content = processFile(
    'asked',
    ...chain(
      start('start', { message: 'asked' }),
      serviceTask('think', { type: 'think' }),
      serviceTask('answer', { type: 'elsewhere', inputs: { text: '="Sunny in " + city' } }),
      end(),
    ),
  );
  const engine = await startEngine(t, content);
  const cluster = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });
  t.after(() => cluster.close());
  let known = (): void => {};
  const isKnown = new Promise<void>((resolve) => {
    known = resolve;
  });
  const send: Connection['send'] = (command, options) =>
    cluster.send(command, options).catch((error: unknown) => {
      if (command.kind === 'publishMessage') known();
      throw error;
    });
  const think = defineOutbound({ name: 'Think', type: 'think', timeout: 60, input: v.object({}), run: () => isKnown });
  const holder = await serve(engine, 'here', { outbound: [think] });
  const other = await serve(engine, 'elsewhere', { connection: { ...cluster, send } });
  const call = (url: string) => callJson(url, { city: 'Graz' }, { 'idempotency-key': 'id-1' });
  const first = call(holder.url);
  await holder.event('job:started');
  const second = call(other.url);
  assert.deepEqual([(await first).body, (await second).body], ['Sunny in Graz', 'Sunny in Graz']);
  assert.equal(await answeredIn(engine), true);
});

test('a runtime that stops does not wait for a runtime that is gone, and its successor repeats the answer', async (t) => {
  const engine = await startEngine(t, answers('answer'));
  const first = await serve(engine, 'answer');
  const nobody = 'AAAAAAAAAAAAAAAAAAAAAA';
  const caller = `${nobody}.${nobody}.${Date.now() + 60_000}`;
  const isPassing = engine.next((event) => event.kind === 'element:activated' && event.element.elementId === '_pass');
  engine.publishMessage({ name: 'asked', correlationKey: '', variables: { city: 'Graz', caller } });
  await isPassing;
  await first.runtime.stop();
  const { outcome } = await first.event('job:settled');
  assert.deepEqual([outcome.kind, outcome.kind === 'fail' && outcome.retries], ['fail', 3]);
  assert.deepEqual(passed(engine), ['ACTIVE'], 'nobody has taken the answer yet');
  const isRepeated = engine.next((event) => event.kind === 'element:activated' && event.element.elementId === '_pass');
  await serve(engine, 'answer');
  await isRepeated;
});

test('while 256 answers wait for four runtimes that are gone, the callers of another one are answered', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, answers('answer'), { clock });
  const { url } = await serve(engine, 'answer');
  const gone = ['A', 'B', 'C', 'D'].map((letter) => letter.repeat(22));
  let passes = 0;
  const isFull = engine.next((event) => {
    if (event.kind === 'element:activated' && event.element.elementId === '_pass') passes += 1;
    return passes === 256;
  });
  for (let count = 0; count < 64; count++) {
    for (const holder of gone) {
      const caller = `${holder}.${'E'.repeat(22)}.${Date.now() + 60_000}`;
      engine.publishMessage({ name: 'asked', correlationKey: '', variables: { city: 'Graz', caller } });
    }
  }
  await isFull;
  const call = callJson(url, { city: 'Linz' });
  // Half of them give up.
  clock.advance(5_000);
  assert.equal((await call).body, 'Sunny in Linz');
  assert.equal(passed(engine).filter((state) => state === 'ACTIVE').length, 128);
});

test('an answer that comes long after the end of the wait is not passed on', async (t) => {
  const engine = await startEngine(t, answers('answer'));
  const { event } = await serve(engine, 'answer');
  const nobody = 'AAAAAAAAAAAAAAAAAAAAAA';
  engine.publishMessage({
    name: 'asked',
    correlationKey: '',
    variables: { city: 'Graz', caller: `${nobody}.${nobody}.1` },
  });
  await event('job:settled');
  assert.equal(await answeredIn(engine), false);
  assert.deepEqual(passed(engine), []);
});

test('a runtime that deploys nothing answers its own callers, and cannot pass an answer on', async (t) => {
  const engine = await startEngine(t, answers('answer'));
  const { url } = await serve(engine, 'answer', { subscriptions: 'memory' });
  assert.equal((await callJson(url, { city: 'Graz' })).body, 'Sunny in Graz');
  assert.equal(await answeredIn(engine), true);
  assert.equal(
    engine.processes().some(({ bpmnProcessId }) => isInternalProcess(bpmnProcessId)),
    false,
  );
});
