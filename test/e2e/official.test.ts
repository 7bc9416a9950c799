/** Processes modelled for the official runtime, through the real protocol: which way they take, and when. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import type { AnyOutbound } from '../../src/connector/types.ts';
import { createEngine, createTestClock, type Engine } from '../../src/engine/index.ts';
import { bpmnError, defineOutbound } from '../../src/index.ts';
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
import { observe, type TestRuntime } from '../runtime/support/runtime.ts';

const seconds = 1_000;
const minutes = 60_000;

interface SetUp extends TestRuntime {
  readonly engine: Engine;
  readonly clock: ReturnType<typeof createTestClock>;
  /** Which end an instance came to. */
  readonly endOf: (processInstanceKey: string) => string | undefined;
  /** Starts an instance. */
  readonly begin: (variables?: Record<string, string | number>) => string;
}

/**
 * A process of one task, with a boundary event that catches `CAUGHT`, and a runtime for its connector. All end with the
 * test. The clock stands still.
 */
const setUp = async (t: TestContext, connector: AnyOutbound, task: JobOptions = {}): Promise<SetUp> => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const observed = observe({ outbound: [connector], connection });
  t.after(async () => {
    await observed.runtime.stop();
    await engine.stop();
  });
  const content = processFile(
    'p',
    ...chain(start(), serviceTask('work', { type: connector.type, ...task }), end('fine')),
    boundary('caught', 'work', { error: 'CAUGHT' }),
    end('handled'),
    ...path('caught', 'handled'),
  );
  await engine.deploy({ name: 'p.bpmn', content });
  const ends = new Map<string, string>();
  engine.on((event) => {
    if (event.kind !== 'element:completed') return;
    const { elementId, processInstanceKey } = event.element;
    if (elementId === 'fine' || elementId === 'handled') ends.set(processInstanceKey, elementId);
  });
  await observed.runtime.start();
  const begin = (variables: Record<string, string | number> = {}): string =>
    engine.createInstance({ bpmnProcessId: 'p', variables }).processInstanceKey;
  return { ...observed, engine, clock, begin, endOf: (key) => ends.get(key) };
};

const failing = defineOutbound({
  name: 'Failing',
  type: 'failing',
  input: v.object({ url: v.optional(v.string()) }),
  run: () => {
    throw Object.assign(new Error('the shop is closed'), { code: 'CLOSED', variables: { until: 9 } });
  },
});

const asking = defineOutbound({
  name: 'Asking',
  type: 'asking',
  input: v.object({ status: v.number() }),
  resultVariable: false,
  run: ({ status }) => ({ status, body: { reason: 'none left' } }),
});

test('after a failure the error expression leads the process to the event that catches the code', async (t) => {
  const errorExpression =
    '=if error.code = "CLOSED" then bpmnError("CAUGHT", error.message, error.variables) else null';
  const { engine, begin, endOf } = await setUp(t, failing, { headers: { errorExpression } });
  const key = begin();
  const { state, variables } = await engine.ended(key);
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(variables, { until: 9 });
  assert.equal(endOf(key), 'handled');
});

test('after a success as well, by what came', async (t) => {
  const headers = {
    resultExpression: '={answer: response.status}',
    errorExpression:
      '=if answer >= 400 then bpmnError("CAUGHT", "answered " + string(answer), {answer: answer}) else null',
  };
  const { engine, begin, endOf } = await setUp(t, asking, { headers });
  const bad = begin({ status: 404 });
  assert.deepEqual((await engine.ended(bad)).variables, { status: 404, answer: 404 });
  assert.equal(endOf(bad), 'handled');
  const good = begin({ status: 200 });
  assert.deepEqual((await engine.ended(good)).variables, { status: 200, answer: 200 });
  assert.equal(endOf(good), 'fine');
});

test('a code that nothing catches is an incident', async (t) => {
  const { engine, begin } = await setUp(t, failing, { headers: { errorExpression: '=bpmnError("OTHER", "nobody")' } });
  const incident = engine.next((event) => event.kind === 'incident:created');
  begin();
  await incident;
  assert.equal(engine.incidents()[0]?.type, 'UNHANDLED_ERROR_EVENT');
});

test('an ignored error completes the task', async (t) => {
  const { engine, begin, endOf } = await setUp(t, failing, {
    headers: { errorExpression: '=ignoreError({skipped: true})' },
  });
  const key = begin();
  assert.deepEqual((await engine.ended(key)).variables, { skipped: true });
  assert.equal(endOf(key), 'fine');
});

test('case 2.33: a task without a number of attempts has three, and the incident tells the error', async (t) => {
  const { engine, seen, begin } = await setUp(t, failing);
  const incident = engine.next((event) => event.kind === 'incident:created');
  begin();
  await incident;
  assert.equal(seen['job:started'].length, 3);
  const [{ type, message, elementInstanceKey } = {}] = engine.incidents();
  assert.equal(type, 'JOB_NO_RETRIES');
  assert.match(message ?? '', /^the shop is closed \| Error variables: \{"error":\{"type":.*"code":"CLOSED"/);
  const task = engine
    .elements(seen['job:started'][0]!.job.processInstanceKey)
    .find(({ key }) => key === elementInstanceKey);
  assert.deepEqual(task?.variables.error, {
    type: 'io.camunda.connector.api.error.ConnectorException',
    message: 'the shop is closed',
    code: 'CLOSED',
    variables: { until: 9 },
  });
});

test('a broken error expression is an incident at once, with the error that it should have handled', async (t) => {
  const { engine, seen, begin } = await setUp(t, failing, {
    headers: { errorExpression: '=if error', retryBackoff: 'PT30S' },
  });
  const incident = engine.next((event) => event.kind === 'incident:created');
  begin();
  await incident;
  assert.equal(seen['job:started'].length, 1);
  assert.match(engine.incidents()[0]?.message ?? '', /errorExpression.*the shop is closed/s);
});

const failed = (engine: Engine) => engine.next((event) => event.kind === 'job:failed');

/** Lets the engine's time pass and looks when the job comes again: not a millisecond before the pause is over. */
const comesAfter = async ({ engine, clock }: SetUp, pause: number): Promise<void> => {
  const again = failed(engine);
  clock.advance(pause - 1);
  assert.equal(engine.jobs()[0]?.state, 'FAILED');
  clock.advance(1);
  assert.notEqual(engine.jobs()[0]?.state, 'FAILED');
  await again;
};

test('the next attempt comes after the back-off of the header', async (t) => {
  const set = await setUp(t, failing, { headers: { retryBackoff: 'PT30S' }, retries: '3' });
  const first = failed(set.engine);
  set.begin();
  await first;
  await comesAfter(set, 30 * seconds);
  await comesAfter(set, 30 * seconds);
  assert.equal(set.engine.incidents()[0]?.type, 'JOB_NO_RETRIES');
  assert.equal(set.seen['job:started'].length, 3);
});

test('without the header after that of the connector, which grows', async (t) => {
  const growing = { ...failing, retryBackoff: { initial: 10, factor: 3, jitter: 0 } };
  const set = await setUp(t, growing, { retries: '3' });
  const first = failed(set.engine);
  set.begin();
  await first;
  await comesAfter(set, 10 * seconds);
  await comesAfter(set, 30 * seconds);
  assert.equal(set.engine.incidents().length, 1);
});

test('an error expression chooses retries and back-off', async (t) => {
  const errorExpression = '=jobError("not now", {}, job.retries - 1, backoff(4 - job.retries, @"PT1M", 2, @"PT1H", 0))';
  const set = await setUp(t, failing, { headers: { errorExpression, retryBackoff: 'PT1S' }, retries: '3' });
  const first = failed(set.engine);
  set.begin();
  await first;
  await comesAfter(set, minutes);
  await comesAfter(set, 2 * minutes);
  assert.match(set.engine.incidents()[0]?.message ?? '', /^not now/);
});

/** A promise to be resolved from outside. */
const signal = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => {};
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
};

test('jobTimeout is the time that the engine leaves the job', async (t) => {
  const gate = signal();
  const started = signal();
  const slow = defineOutbound({
    name: 'Slow',
    type: 'slow',
    timeout: 5,
    input: v.object({}),
    run: async () => {
      started.resolve();
      await gate.promise;
      return { done: true };
    },
  });
  const { engine, clock, begin } = await setUp(t, slow, { headers: { jobTimeout: 'PT10M' } });
  const key = begin();
  await started.promise;
  assert.equal(engine.jobs()[0]?.deadline, clock.now() + 10 * minutes);
  clock.advance(10 * minutes - 1);
  assert.equal(engine.jobs()[0]?.state, 'ACTIVATED');
  gate.resolve();
  assert.equal((await engine.ended(key)).state, 'COMPLETED');
});

test('a broken jobTimeout can be caught, and the connector does not run', async (t) => {
  const headers = { jobTimeout: 'P1M', errorExpression: '=bpmnError("CAUGHT", error.message)' };
  let runs = 0;
  const counting = defineOutbound({ name: 'C', type: 'c', input: v.object({}), run: () => ++runs });
  const { engine, begin, endOf } = await setUp(t, counting, { headers });
  const key = begin();
  await engine.ended(key);
  assert.equal(endOf(key), 'handled');
  assert.equal(runs, 0);
});

const shelf = defineOutbound({
  name: 'Shelf',
  type: 'shelf',
  operations: {
    lend: {
      input: v.object({ isbn: v.string(), days: v.optional(v.number(), 14) }),
      output: v.object({ days: v.number() }),
      run: ({ isbn, days }) => (isbn === 'lost' ? bpmnError('CAUGHT', 'lost') : { days }),
    },
    count: { input: v.object({ copies: v.array(v.string()) }), run: ({ copies }) => copies.length },
  },
});

test('the header of the task chooses the operation', async (t) => {
  const { engine, begin, endOf } = await setUp(t, shelf, { headers: { operation: 'lend' } });
  assert.deepEqual((await engine.ended(begin({ isbn: 'a' }))).variables, { isbn: 'a', days: 14 });
  const lost = begin({ isbn: 'lost' });
  await engine.ended(lost);
  assert.equal(endOf(lost), 'handled');
});

test('a task without operation is an incident that names the operations', async (t) => {
  const { engine, begin } = await setUp(t, shelf);
  const incident = engine.next((event) => event.kind === 'incident:created');
  begin();
  await incident;
  assert.match(engine.incidents()[0]?.message ?? '', /^Operation ID is missing.*lend, count/);
});
