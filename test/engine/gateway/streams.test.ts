import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createConnection } from '../../../src/connection/index.ts';
import { chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { connect, deployXml } from '../support/client.ts';
import { untilConnected } from '../support/connected.ts';
import { startManualGateway } from '../support/manual-gateway.ts';
import { create, startWithProcess } from './one-process-engine.ts';

const xml = process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end()));

const setUp = (t: TestContext) => startWithProcess(t, xml);

test('case 57: a stream receives a new job at once, with its own worker name and deadline', async (t) => {
  const { client, clock } = await setUp(t);
  const stream = client.stream('a', { worker: 'streamer', timeout: 5000, fetchVariable: ['x'] });
  await stream.opened;
  await create(client, '{"x":1,"y":2}');
  const [job] = await stream.count(1);
  assert.equal(job?.worker, 'streamer');
  assert.equal(job?.deadline, String(clock.now() + 5000));
  assert.equal(job?.variables, '{"x":1}');
});

test('case 58: a stream does not receive jobs that were available before it', async (t) => {
  const { client } = await setUp(t);
  await create(client);
  const stream = client.stream('a');
  await stream.opened;
  const [backlog] = await client.poll('a');
  await create(client);
  const [fresh] = await stream.count(1);
  assert.ok(backlog);
  assert.notEqual(fresh?.key, backlog.key);
  assert.equal(stream.messages.length, 1);
});

test('case 59: a job that becomes activatable again is pushed again', async (t) => {
  const { client, clock, engine } = await setUp(t);
  const stream = client.stream('a', { timeout: 1000 });
  await stream.opened;
  await create(client);
  const [job] = await stream.count(1);
  const jobKey = job?.key;
  await client.call('FailJob', { jobKey, retries: 1 });
  await stream.count(2);
  await client.call('FailJob', { jobKey, retries: 1, retryBackOff: 500 });
  clock.advance(499);
  assert.equal(engine.jobs()[0]?.state, 'FAILED');
  clock.advance(1);
  await stream.count(3);
  await client.call('FailJob', { jobKey, retries: 0 });
  await client.call('UpdateJobRetries', { jobKey, retries: 1 });
  await client.call('ResolveIncident', { incidentKey: engine.incidents()[0]?.key });
  await stream.count(4);
  clock.advance(1000);
  const jobs = await stream.count(5);
  assert.deepEqual(new Set(jobs.map(({ key }) => key)), new Set([jobKey]));
});

test('case 60: two streams share the jobs, and each job is sent once', async (t) => {
  const { client } = await setUp(t);
  const streams = [client.stream('a', { worker: 'one' }), client.stream('a', { worker: 'two' })];
  await Promise.all(streams.map(({ opened }) => opened));
  const all = new Promise<string[]>((resolve) => {
    const keys: string[] = [];
    for (const { call } of streams) {
      call.on('data', ({ key }: { key: string }) => {
        keys.push(key);
        if (keys.length === 100) resolve(keys);
      });
    }
  });
  await Promise.all(Array.from({ length: 100 }, () => create(client)));
  assert.equal(new Set(await all).size, 100);
  // Each of 100 jobs goes to either stream, so the probability that one stream receives none is 2^-99.
  for (const { messages } of streams) assert.ok(messages.length > 0);
});

test('case 61: a stream precedes a waiting poll', async (t) => {
  const { client, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': xml });
  const poll = client.poll('a', { requestTimeout: 60_000 });
  await waits(1);
  const stream = client.stream('a');
  await stream.opened;
  await create(client);
  assert.equal((await stream.count(1)).length, 1);
  const [wait] = await waits(1);
  wait?.act();
  assert.deepEqual(await poll, []);
});

test('case 62: jobs of a closed stream stay activated until their deadline', async (t) => {
  const { client, clock, engine } = await setUp(t);
  const stream = client.stream('a', { timeout: 1000 });
  await stream.opened;
  await create(client);
  const [job] = await stream.count(1);
  stream.cancel();
  // The gateway learns of it a little later than the client: not before what the client sends next, in some releases of
  // Node.js.
  await untilConnected(engine, false);
  await create(client);
  const [later] = await client.poll('a', { requestTimeout: 10_000 });
  assert.ok(later);
  assert.notEqual(later.key, job?.key);
  assert.deepEqual(await client.poll('a'), []);
  clock.advance(1000);
  assert.equal((await client.poll('a'))[0]?.key, job?.key);
});

test('a stream that does not read receives its jobs later, unless others receive them', async (t) => {
  const { client, engine } = await setUp(t);
  const slow = client.stream('a');
  await slow.opened;
  slow.call.pause();
  const text = JSON.stringify({ text: 'x'.repeat(100_000) });
  for (let index = 0; index < 150; index += 1) {
    engine.createInstance({ bpmnProcessId: 'p', variables: JSON.parse(text) });
  }
  const left = engine.jobs().filter(({ state }) => state === 'ACTIVATABLE').length;
  assert.ok(left > 0, 'the stream is held back');
  const others = await client.poll('a', { maxJobsToActivate: 10 });
  assert.equal(others.length, 10);
  slow.call.resume();
  await slow.count(140);
  const keys = [...slow.messages, ...others].map(({ key }) => key);
  assert.equal(new Set(keys).size, 150);
});

test('jobs that were sent to a lost client are returned', async (t) => {
  const { client, engine } = await setUp(t);
  const dying = connect(t, engine.address);
  const stream = dying.stream('a');
  await stream.opened;
  stream.call.pause();
  const text = 'x'.repeat(200_000);
  for (let index = 0; index < 20; index += 1) engine.createInstance({ bpmnProcessId: 'p', variables: { text } });
  assert.ok(engine.jobs().every(({ state }) => state === 'ACTIVATED'));
  const returned = engine.next((event) => event.kind === 'job:activatable');
  stream.cancel();
  await returned;
  const jobs = await client.poll('a', { maxJobsToActivate: 20, requestTimeout: 10_000 });
  assert.ok(jobs.length > 0);
  assert.ok(jobs.every(({ retries }) => retries === 3));
});

test('a client whose stream is paused before many megabytes can still make calls over the same connection', async (t) => {
  const { engine } = await setUp(t);
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });
  t.after(() => connection.close());
  const count = 60;
  const received: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const stream = connection.streamJobs!(
      { type: 'a', worker: 'w', timeout: 60_000 },
      {
        opened: () => {
          stream.pause();
          for (let left = count; left > 0; left--) {
            engine.createInstance({ bpmnProcessId: 'p', variables: { big: 'x'.repeat(400_000) } });
          }
          // The jobs are on their way, and fill every buffer.
          setImmediate(() => {
            Promise.all(Array.from({ length: 20 }, () => connection.topology())).then(() => stream.resume(), reject);
          });
        },
        job: ({ key }) => {
          received.push(key);
          if (received.length === count) resolve();
        },
        ended: reject,
      },
    );
  });
  assert.equal(new Set(received).size, count);
});
