import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { toBatches } from '../../../src/engine/gateway/messages/grpc-messages.ts';
import { chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { deployXml, type RawClient, status } from '../support/client.ts';
import { startManualGateway } from '../support/manual-gateway.ts';
import { create, startWithProcess } from './one-process-engine.ts';

const xml = process('p', ...chain(start(), serviceTask('task', { type: 'a', headers: { k: 'v' } }), end()));

const setUp = (t: TestContext) => startWithProcess(t, xml);

const createMany = async (client: RawClient, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await create(client);
};

const keysOf = (jobs: readonly { readonly key: string }[]): string[] => jobs.map(({ key }) => key);

for (const [title, request, expected] of [
  ['blank type', { type: ' ' }, /type/],
  ['timeout 0', { timeout: 0 }, /timeout/],
  ['no jobs', { maxJobsToActivate: 0 }, /maxJobsToActivate/],
  ['everything wrong at once', { type: '', timeout: -1, maxJobsToActivate: -1 }, /type.*timeout.*maxJobs/],
] as const) {
  test(`case 39: a poll with ${title} is rejected`, async (t) => {
    const { client } = await setUp(t);
    await assert.rejects(client.poll('a', request), status(3, expected));
  });
}

test('case 39, corrected: a poll needs no worker name, as on a cluster', async (t) => {
  const { client } = await setUp(t);
  await create(client);
  const [job] = await client.poll('a', { worker: '' });
  assert.equal(job?.worker, '');
});

test('case 39: a stream needs a type and a timeout, but no worker', async (t) => {
  const { client } = await setUp(t);
  for (const request of [{ type: '' }, { timeout: 0 }]) {
    assert.equal((await client.stream('a', request).ended).code, 3);
  }
  const stream = client.stream('a', { worker: '' });
  await stream.opened;
  await create(client);
  assert.equal((await stream.count(1))[0]?.worker, '');
});

test('case 40: a poll receives the oldest jobs, the next poll the rest', async (t) => {
  const { client, engine } = await setUp(t);
  await createMany(client, 5);
  const keys = keysOf(engine.jobs());
  assert.deepEqual(keysOf(await client.poll('a', { maxJobsToActivate: 3 })), keys.slice(0, 3));
  assert.deepEqual(keysOf(await client.poll('a', { maxJobsToActivate: 3 })), keys.slice(3));
});

test('case 41: a poll without a job ends successfully at its timeout', async (t) => {
  const { client } = await setUp(t);
  assert.deepEqual(await client.poll('a', { requestTimeout: 50 }), []);
});

test('cases 41 and 42: a poll waits for its timeout, 10 s by default, or not at all', async (t) => {
  const { client, waits } = await startManualGateway(t);
  for (const [requestTimeout, milliseconds] of [
    [1000, 1000],
    [0, 10_000],
    [60_000, 60_000],
  ] as const) {
    const poll = client.poll('a', { requestTimeout });
    const [wait] = await waits(1);
    assert.equal(wait?.milliseconds, milliseconds);
    wait?.act();
    assert.deepEqual(await poll, []);
    await waits(0);
  }
  assert.deepEqual(await client.poll('a', { requestTimeout: -1 }), []);
});

test('case 41: a new job ends the wait of a poll', async (t) => {
  const { client, host, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': xml });
  const poll = client.poll('a', { requestTimeout: 60_000 });
  await waits(1);
  await create(client);
  assert.equal((await poll).length, 1);
  await waits(0);
  assert.equal(host.read((machine) => machine.jobs())[0]?.state, 'ACTIVATED');
});

test('waiting polls are served oldest first', async (t) => {
  const { client, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': xml });
  const first = client.poll('a', { requestTimeout: 60_000, worker: 'first' });
  await waits(1);
  const second = client.poll('a', { requestTimeout: 60_000, worker: 'second' });
  await waits(2);
  await create(client);
  assert.equal((await first)[0]?.worker, 'first');
  await waits(1);
  await create(client);
  assert.equal((await second)[0]?.worker, 'second');
});

test('case 43: a cancelled poll receives no job', async (t) => {
  const { client, host, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': xml });
  const request = { type: 'a', worker: 'w', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 60_000 };
  const held = client.feed('ActivateJobs', request);
  await waits(1);
  held.cancel();
  // No wait here: the next request can overtake the cancellation.
  await create(client);
  await waits(0);
  const [job] = await client.poll('a');
  assert.ok(job);
  assert.equal(host.read((machine) => machine.jobs())[0]?.state, 'ACTIVATED');
});

test('case 43: a poll after its gRPC deadline receives no job', async (t) => {
  const { client, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': xml });
  const request = { type: 'a', worker: 'w', timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 60_000 };
  const held = client.feed('ActivateJobs', request, { deadline: Date.now() + 100 });
  assert.equal((await held.ended).code, 4);
  await waits(0);
  await create(client);
  assert.equal((await client.poll('a')).length, 1);
});

test('case 44: a job has all its fields', async (t) => {
  const { client, clock, engine } = await setUp(t);
  const { processInstanceKey } = await create(client, '{"x":1}');
  const [{ key, elementInstanceKey, processDefinitionKey, ...job }] = (await client.poll('a', {
    worker: 'tester',
    timeout: 5000,
  })) as [Awaited<ReturnType<RawClient['poll']>>[number]];
  assert.deepEqual(job, {
    kind: 'BPMN_ELEMENT',
    // Enums have no absent value: this is the first event, and the kind says that there is none.
    listenerEventType: 'UNSPECIFIED',
    type: 'a',
    processInstanceKey,
    bpmnProcessId: 'p',
    processDefinitionVersion: 1,
    elementId: 'task',
    customHeaders: '{"k":"v"}',
    worker: 'tester',
    retries: 3,
    deadline: String(clock.now() + 5000),
    variables: '{"x":1}',
    tenantId: '<default>',
    tags: [],
  });
  assert.equal(key, engine.jobs()[0]?.key);
  assert.equal(processDefinitionKey, engine.instances()[0]?.processDefinitionKey);
  assert.ok(engine.elements(processInstanceKey).some((element) => element.key === elementInstanceKey));
});

test('a batch that is too large for one message is split', async (t) => {
  const { client } = await setUp(t);
  const text = JSON.stringify({ text: 'x'.repeat(1_500_000) });
  for (let index = 0; index < 5; index += 1) await create(client, text);
  const jobs = await client.poll('a', { maxJobsToActivate: 5 });
  assert.equal(jobs.length, 5);
  assert.ok(toBatches(jobs).length > 1);
});

test('case 49: a job can be activated again after its deadline until it is completed', async (t) => {
  const { client, clock } = await setUp(t);
  await create(client);
  const [first] = await client.poll('a', { timeout: 1000, worker: 'first' });
  clock.advance(999);
  assert.deepEqual(await client.poll('a'), []);
  clock.advance(1);
  const [second] = await client.poll('a', { worker: 'second' });
  assert.equal(second?.key, first?.key);
  assert.equal(second?.retries, 3);
  const complete = (): Promise<object> => client.call('CompleteJob', { jobKey: first?.key });
  await complete();
  const expected = new RegExp(`^Command 'COMPLETE' rejected with code 'NOT_FOUND': .*${first?.key}`);
  await assert.rejects(complete(), status(5, expected));
});

test('jobs can fail, throw errors, and have their retries and deadline changed', async (t) => {
  const { client, clock, engine } = await setUp(t);
  await create(client);
  const [job] = await client.poll('a', { timeout: 1000 });
  const jobKey = job?.key;
  await client.call('UpdateJobTimeout', { jobKey, timeout: 60_000 });
  clock.advance(2000);
  assert.deepEqual(await client.poll('a'), []);
  await client.call('FailJob', { jobKey, retries: 1, retryBackOff: 500, errorMessage: 'later', variables: '{"v":1}' });
  await assert.rejects(client.call('CompleteJob', { jobKey }), status(9, /^Command 'COMPLETE' rejected/));
  await assert.rejects(client.call('UpdateJobTimeout', { jobKey, timeout: 1 }), status(9, /UPDATE_TIMEOUT/));
  clock.advance(500);
  const [again] = await client.poll('a');
  assert.equal(again?.retries, 1);
  assert.equal(again?.variables, '{"v":1}');
  await client.call('FailJob', { jobKey, retries: 0, errorMessage: 'boom' });
  const [incident] = engine.incidents();
  assert.equal(incident?.message, 'boom');
  await assert.rejects(client.call('ResolveIncident', { incidentKey: incident?.key }), status(9, /RESOLVE/));
  await assert.rejects(client.call('UpdateJobRetries', { jobKey, retries: 0 }), status(3, /UPDATE_RETRIES/));
  await client.call('UpdateJobRetries', { jobKey, retries: 2 });
  await client.call('ResolveIncident', { incidentKey: incident?.key });
  await assert.rejects(client.call('ResolveIncident', { incidentKey: incident?.key }), status(5, /RESOLVE/));
  await client.call('ThrowError', { jobKey, errorCode: 'E', errorMessage: 'nobody catches it' });
  assert.equal(engine.incidents()[0]?.type, 'UNHANDLED_ERROR_EVENT');
  for (const rpc of ['UpdateJobRetries', 'UpdateJobTimeout', 'FailJob', 'ThrowError', 'CompleteJob']) {
    await assert.rejects(client.call(rpc, { jobKey: '4711', retries: 1, timeout: 1000 }), status(5, /4711/), rpc);
  }
});

test('case 63: a completion with an invalid document does not change the job', async (t) => {
  const { client } = await setUp(t);
  await create(client);
  const [job] = await client.poll('a');
  await assert.rejects(client.call('CompleteJob', { jobKey: job?.key, variables: '"x"' }), status(3, /object/));
  await client.call('CompleteJob', { jobKey: job?.key, variables: '{}' });
});
