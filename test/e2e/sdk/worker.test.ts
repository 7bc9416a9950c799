import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, createTestClock, type EngineEvent } from '../../../src/engine/index.ts';
import { chain, end, exclusiveGateway, flow, path, process, serviceTask, start } from '../../engine/support/bpmn.ts';
import { startEngine } from '../../engine/support/client.ts';
import { freePort } from '../../support/free-port.ts';
import { connectSdk, startWithSdk } from './support.ts';

const one = process(
  'p',
  ...chain(start(), serviceTask('task', { type: 'a', retries: '100', headers: { h: 'v' } }), end()),
);

const file = (content = one) => ({ name: 'p.bpmn', content });

const failed = (event: EngineEvent): event is Extract<EngineEvent, { kind: 'job:failed' }> =>
  event.kind === 'job:failed';

test('a worker completes jobs; its variables reach a gateway', async (t) => {
  const { client, engine } = await startWithSdk(t);
  const content = process(
    'p',
    start(),
    serviceTask('ask', { type: 'ask' }),
    exclusiveGateway('which', { default: 'which-no' }),
    serviceTask('yes', { type: 'yes' }),
    end(),
    end('no'),
    ...path('start', 'ask', 'which'),
    flow('which', 'yes', { condition: '=answer' }),
    flow('which', 'no'),
    ...path('yes', 'end'),
  );
  await engine.deploy(file(content));
  client.createWorker({ taskType: 'ask', taskHandler: (job) => job.complete({ answer: true }) });
  client.createWorker({ taskType: 'yes', taskHandler: (job) => job.complete({ said: job.variables.answer === true }) });
  const { variables } = await client.createProcessInstanceWithResult({ bpmnProcessId: 'p', variables: {} });
  assert.deepEqual(variables, { answer: true, said: true });
});

test('a worker gets the job as the client describes it, with only the variables that it fetches', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await engine.deploy(file());
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { x: 1, y: 2 } });
  const job = await new Promise<Record<string, unknown>>((resolve) => {
    client.createWorker({
      taskType: 'a',
      fetchVariable: ['x'],
      taskHandler: (job) => {
        resolve(job as unknown as Record<string, unknown>);
        return job.complete();
      },
    });
  });
  assert.deepEqual({ ...(job.variables as object) }, { x: 1 });
  assert.deepEqual({ ...(job.customHeaders as object) }, { h: 'v' });
  assert.equal(job.processInstanceKey, processInstanceKey);
  assert.equal(job.elementId, 'task');
  assert.equal(job.retries, 100);
  assert.equal(job.tenantId, '<default>');
  await engine.ended(processInstanceKey);
});

test('a failed job comes again: with one retry less, with the retries that it sets, and after its back-off', async (t) => {
  const clock = createTestClock();
  const { client, engine } = await startWithSdk(t, { clock });
  await engine.deploy(file());
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const seen: { retries: number; at: number }[] = [];
  const backingOff = engine.next((event) => failed(event) && event.job.retries === 55);
  client.createWorker({
    taskType: 'a',
    taskHandler: (job) => {
      seen.push({ retries: job.retries, at: clock.now() });
      if (seen.length === 1) return job.fail('once');
      if (seen.length === 2) return job.fail('set', 101);
      if (seen.length === 3) return job.fail({ errorMessage: 'later', retries: 55, retryBackOff: 2000 });
      return job.complete();
    },
  });
  await backingOff;
  const before = clock.now();
  clock.advance(2000);
  assert.equal((await engine.ended(processInstanceKey)).state, 'COMPLETED');
  assert.deepEqual(
    seen.map(({ retries }) => retries),
    [100, 99, 101, 55],
  );
  assert.equal(seen[3]?.at, before + 2000);
});

test('a failure without retries raises an incident', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await engine.deploy(file());
  const incident = engine.next((event) => event.kind === 'incident:created');
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  client.createWorker({ taskType: 'a', taskHandler: (job) => job.fail('broken', 0) });
  await incident;
  assert.deepEqual(
    engine.incidents().map(({ type, message }) => [type, message]),
    [['JOB_NO_RETRIES', 'broken']],
  );
  await client.cancelProcessInstance(processInstanceKey);
  assert.deepEqual(engine.incidents(), []);
});

test('a handler that throws fails its job, or cancels the instance where the worker says so', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await engine.deploy(file());
  const first = engine.createInstance({ bpmnProcessId: 'p' });
  let attempts = 0;
  const worker = client.createWorker({
    taskType: 'a',
    taskHandler: (job) => {
      attempts += 1;
      if (attempts === 1) throw new Error('a fault in the handler');
      return job.complete();
    },
  });
  await engine.ended(first.processInstanceKey);
  assert.equal(attempts, 2);
  await worker.close();

  // Another job type: the last request of the closed worker may still be open at the engine.
  await engine.deploy({
    name: 'strict.bpmn',
    content: Buffer.from(process('strict', ...chain(start(), serviceTask('task', { type: 'b' }), end()))),
  });
  const second = engine.createInstance({ bpmnProcessId: 'strict' });
  client.createWorker({
    taskType: 'b',
    failProcessOnException: true,
    taskHandler: () => {
      throw new Error('a fault in the handler');
    },
  });
  assert.equal((await engine.ended(second.processInstanceKey)).state, 'TERMINATED');
});

test('a job that times out comes again, and can be completed only once', async (t) => {
  const clock = createTestClock();
  const { client, engine } = await startWithSdk(t, { clock });
  await engine.deploy(file());
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const answers: Promise<unknown>[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const activated = engine.next((event) => event.kind === 'job:activated');
  client.createWorker({
    taskType: 'a',
    timeout: 10_000,
    taskHandler: async (job) => {
      if (answers.length === 0) {
        const late = held.then(() => job.complete());
        answers.push(late.catch((error: Error) => error.message));
        return late.catch(() => 'JOB_ACTION_ACKNOWLEDGEMENT' as const);
      }
      return job.complete();
    },
  });
  const { job } = (await activated) as Extract<EngineEvent, { kind: 'job:activated' }>;
  const second = engine.next((event) => event.kind === 'job:activated');
  clock.advance(10_000);
  await second;
  await engine.ended(processInstanceKey);
  release();
  const told = String(await answers[0]);
  assert.match(told, /5 NOT_FOUND/);
  assert.match(told, new RegExp(job.key));
  assert.match(told, /COMPLETE/);
});

test('a stream gets the backlog by its first poll and new jobs by push', async (t) => {
  // The client reports the end of its own stream.
  t.mock.method(console, 'error', () => {});
  const { client, engine } = await startWithSdk(t);
  await engine.deploy(file());
  const workers = new Map<string, string>();
  const backlog = engine.createInstance({ bpmnProcessId: 'p' });
  const stream = await client.streamJobs({
    type: 'a',
    worker: 'streamer',
    timeout: 5000,
    tenantIds: ['<default>'],
    taskHandler: (job) => {
      workers.set(job.processInstanceKey, job.worker);
      return job.complete({ done: true });
    },
  });
  assert.deepEqual((await engine.ended(backlog.processInstanceKey)).variables, { done: true });
  const pushed = engine.createInstance({ bpmnProcessId: 'p' });
  assert.deepEqual((await engine.ended(pushed.processInstanceKey)).variables, { done: true });
  assert.deepEqual(
    [backlog, pushed].map(({ processInstanceKey }) => workers.get(processInstanceKey)),
    ['streamer', 'streamer'],
  );
  stream.close();
});

test('case 126: a worker goes on after the engine came back on its port', async (t) => {
  const first = await createEngine({ port: await freePort() });
  await first.deploy(file());
  const before = first.createInstance({ bpmnProcessId: 'p' });
  // Started first, so that the hooks stop the second engine before they close the client.
  const client = connectSdk(t, first.address);
  client.createWorker({ taskType: 'a', taskHandler: (job) => job.complete() });
  await first.ended(before.processInstanceKey);
  await first.stop({ abrupt: true });
  const second = await startEngine(t, { port: first.port, snapshot: first.snapshot() });
  const after = second.createInstance({ bpmnProcessId: 'p' });
  assert.equal((await second.ended(after.processInstanceKey)).state, 'COMPLETED');
});

test('case 129: a thousand instances and one worker of 32 jobs: each job completes once', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await engine.deploy(file());
  const seen: string[] = [];
  const ends = Array.from({ length: 1000 }, () =>
    engine.ended(engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey),
  );
  client.createWorker({
    taskType: 'a',
    maxJobsToActivate: 32,
    taskHandler: (job) => {
      seen.push(job.key);
      return job.complete();
    },
  });
  for (const { state } of await Promise.all(ends)) assert.equal(state, 'COMPLETED');
  assert.equal(seen.length, 1000);
  assert.equal(new Set(seen).size, 1000);
});
