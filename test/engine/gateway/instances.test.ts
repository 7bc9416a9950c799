import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createTestClock } from '../../../src/engine/host/test-clock.ts';
import {
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  flow,
  parallelGateway,
  path,
  process,
  serviceTask,
  start,
} from '../support/bpmn.ts';
import { connect, deployXml, type RawClient, startEngine, status } from '../support/client.ts';
import { startManualGateway } from '../support/manual-gateway.ts';
import { startWithProcess } from './one-process-engine.ts';

interface Created {
  readonly processDefinitionKey: string;
  readonly bpmnProcessId: string;
  readonly version: number;
  readonly processInstanceKey: string;
  readonly tenantId: string;
}

const straight = process('p', ...chain(start(), end()));
const waiting = process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end()));
const sleeping = process('p', ...chain(start(), catchEvent('sleep', { duration: 'PT20S' }), end()));

const create = (client: RawClient, request: object = {}): Promise<Created> =>
  client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1, ...request });

const createWithResult = (
  client: RawClient,
  { request = {}, ...rest }: { request?: object; requestTimeout?: number; fetchVariables?: string[] } = {},
): Promise<Created & { variables: string }> =>
  client.call('CreateProcessInstanceWithResult', { request: { bpmnProcessId: 'p', version: -1, ...request }, ...rest });

const setUp = async (t: TestContext, xml: string) => {
  const engine = await startEngine(t);
  const client = connect(t, engine.address);
  const { deployments } = await deployXml(client, { 'p.bpmn': xml });
  return { engine, client, definitionKey: String(deployments[0]?.process.processDefinitionKey) };
};

for (const [title, request, code] of [
  ['an unknown id', { bpmnProcessId: 'nope' }, 5],
  ['an unknown version', { version: 99 }, 5],
  ['version 0', { version: 0 }, 5],
  ['an unknown key', { bpmnProcessId: '', processDefinitionKey: '4711' }, 5],
  ['neither id nor key', { bpmnProcessId: '' }, 3],
  ['start instructions', { startInstructions: [{ elementId: 'task' }] }, 3],
] as const) {
  test(`case 26: creating an instance with ${title} is rejected`, async (t) => {
    const { client, engine } = await setUp(t, straight);
    await assert.rejects(create(client, request), status(code, /./));
    await assert.rejects(createWithResult(client, { request }), status(code, /./));
    assert.deepEqual(engine.instances(), []);
  });
}

test('CreateProcessInstanceWithResult without a request is rejected', async (t) => {
  const { client } = await setUp(t, straight);
  await assert.rejects(client.call('CreateProcessInstanceWithResult', {}), status(3, /request/));
});

test('case 27: no instance can be created of a process that only messages start', async (t) => {
  const { client } = await setUp(t, process('p', ...chain(start('s', { message: 'go' }), end())));
  await assert.rejects(create(client), status(9, /^Command 'CREATE' rejected with code 'INVALID_STATE': /));
});

test('case 28: a definition key selects its version, even if there is a newer one', async (t) => {
  const { client, definitionKey } = await setUp(t, straight);
  await deployXml(client, { 'p.bpmn': waiting });
  const created = await create(client, { bpmnProcessId: '', processDefinitionKey: definitionKey });
  assert.equal(created.version, 1);
  assert.equal(created.processDefinitionKey, definitionKey);
  assert.equal((await create(client)).version, 2);
  assert.equal((await create(client, { version: 1 })).version, 1);
});

test('a process id takes precedence over a key', async (t) => {
  const { client } = await setUp(t, straight);
  assert.equal((await create(client, { processDefinitionKey: '4711' })).bpmnProcessId, 'p');
});

test('case 29: a result contains the variables at the end', async (t) => {
  const { client, definitionKey } = await setUp(t, straight);
  const { processInstanceKey, ...answer } = await createWithResult(client, { request: { variables: '{"x":1}' } });
  assert.deepEqual(answer, {
    processDefinitionKey: definitionKey,
    bpmnProcessId: 'p',
    version: 1,
    variables: '{"x":1}',
    tenantId: '<default>',
    tags: [],
  });
  assert.ok(BigInt(processInstanceKey) > 0n);
});

test('case 29: a result is sent when the instance completes, with the results of its jobs', async (t) => {
  const { client, engine } = await setUp(t, waiting);
  const activatable = engine.next((event) => event.kind === 'job:activatable');
  const result = createWithResult(client, { request: { variables: '{"x":1}' } });
  await activatable;
  const [job] = await client.poll('a');
  await client.call('CompleteJob', { jobKey: job?.key, variables: '{"big":9007199254740993}' });
  assert.equal((await result).variables, '{"x":1,"big":9007199254740993}');
});

test('case 30: a result contains exactly the requested variables that exist', async (t) => {
  const { client } = await setUp(t, straight);
  const request = { variables: '{"x":1,"y":2}' };
  const { variables } = await createWithResult(client, { request, fetchVariables: ['x', 'nope'] });
  assert.equal(variables, '{"x":1}');
});

test('case 31: the call ends at its timeout, and the instance continues', async (t) => {
  const { client, host, clock, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': sleeping });
  const result = createWithResult(client, { requestTimeout: 1000 });
  const refused = assert.rejects(result, status(4, /1000 ms/));
  const [wait] = await waits(1);
  assert.equal(wait?.milliseconds, 1000);
  wait?.act();
  await refused;
  const [instance] = host.read((machine) => machine.instances());
  assert.equal(instance?.state, 'ACTIVE');
  clock.advance(20_000);
  assert.equal(host.read((machine) => machine.instance(instance!.key))?.state, 'COMPLETED');
});

test('case 32: the default timeout of a result is 15 s', async (t) => {
  const { client, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': sleeping });
  const refused = assert.rejects(createWithResult(client), status(4, /15000 ms/));
  const [wait] = await waits(1);
  assert.equal(wait?.milliseconds, 15_000);
  wait?.act();
  await refused;
});

test('case 31: the timeout is in real time', async (t) => {
  const { client, engine } = await setUp(t, sleeping);
  await assert.rejects(createWithResult(client, { requestTimeout: 50 }), status(4, /50 ms/));
  assert.equal(engine.instances()[0]?.state, 'ACTIVE');
});

test('case 33: neither an incident nor a cancellation ends the wait for a result', async (t) => {
  const { client, host, waits } = await startManualGateway(t);
  const stuck = process(
    'p',
    start(),
    exclusiveGateway('which'),
    end('a'),
    end('b'),
    ...path('start', 'which'),
    flow('which', 'a', { condition: '=x = 1' }),
    flow('which', 'b', { condition: '=x = 2' }),
  );
  await deployXml(client, { 'p.bpmn': stuck });
  const refused = assert.rejects(createWithResult(client, { requestTimeout: 1000 }), status(4, /1000 ms/));
  await waits(1);
  const [incident] = host.read((machine) => machine.incidents());
  assert.ok(incident);
  await client.call('CancelProcessInstance', { processInstanceKey: incident.processInstanceKey });
  const [wait] = await waits(1);
  wait?.act();
  await refused;
});

test('a cancelled call does not wait for its result', async (t) => {
  const { client, waits } = await startManualGateway(t);
  await deployXml(client, { 'p.bpmn': sleeping });
  const call = client.feed('CreateProcessInstanceWithResult', { request: { bpmnProcessId: 'p', version: -1 } });
  await waits(1);
  call.cancel();
  assert.equal((await call.ended).code, 1);
  await waits(0);
});

test('case 34: a terminate end event completes the instance and removes the other branch', async (t) => {
  const forked = process(
    'p',
    start(),
    parallelGateway('fork'),
    serviceTask('left', { type: 'left' }),
    serviceTask('right', { type: 'right' }),
    end('stop', { terminate: true }),
    end('other'),
    ...path('start', 'fork', 'left', 'stop'),
    ...path('fork', 'right', 'other'),
  );
  const { client, engine } = await setUp(t, forked);
  const bothThere = engine.next((event) => event.kind === 'job:activatable' && event.job.type === 'right');
  const result = createWithResult(client);
  await bothThere;
  const [left] = await client.poll('left');
  const [right] = await client.poll('right');
  await client.call('CompleteJob', { jobKey: left?.key });
  assert.equal((await result).variables, '{}');
  await assert.rejects(client.call('CompleteJob', { jobKey: right?.key }), status(5, /COMPLETE/));
});

test('case 35: a cancelled instance is removed with its job', async (t) => {
  const { client } = await setUp(t, waiting);
  const { processInstanceKey } = await create(client);
  const [job] = await client.poll('a');
  await client.call('CancelProcessInstance', { processInstanceKey });
  await assert.rejects(client.call('CompleteJob', { jobKey: job?.key }), status(5, /COMPLETE/));
  const cancelled = new RegExp(`^Command 'CANCEL' rejected with code 'NOT_FOUND': .*${processInstanceKey}`);
  await assert.rejects(client.call('CancelProcessInstance', { processInstanceKey }), status(5, cancelled));
  await assert.rejects(client.call('CancelProcessInstance', { processInstanceKey: '4711' }), status(5, /4711/));
});

test('variables can be set on an existing instance only', async (t) => {
  const { client } = await setUp(t, waiting);
  const { processInstanceKey } = await create(client, { variables: '{"x":1}' });
  const { key } = await client.call<{ key: string }>('SetVariables', {
    elementInstanceKey: processInstanceKey,
    variables: '{"x":9007199254740993}',
  });
  assert.ok(BigInt(key) > BigInt(processInstanceKey));
  const [job] = await client.poll('a');
  assert.equal(job?.variables, '{"x":9007199254740993}');
  await assert.rejects(client.call('SetVariables', { elementInstanceKey: '4711', variables: '{}' }), status(5, /4711/));
});

test('a message id can be used once until the message expires, and the message reaches its subscription', async (t) => {
  const clock = createTestClock();
  const engine = await startEngine(t, { clock });
  const client = connect(t, engine.address);
  await deployXml(client, { 'p.bpmn': process('p', ...chain(start('s', { message: 'go' }), end())) });
  const publish = (): Promise<{ key: string; tenantId: string }> =>
    client.call('PublishMessage', {
      name: 'go',
      correlationKey: 'k',
      messageId: 'one',
      timeToLive: 60_000,
      variables: '{"x":1}',
    });
  const { key, tenantId } = await publish();
  assert.ok(BigInt(key) > 0n);
  assert.equal(tenantId, '<default>');
  assert.deepEqual(engine.instances()[0]?.variables, { x: 1 });
  await assert.rejects(publish(), status(6, /^Command 'PUBLISH' rejected with code 'ALREADY_EXISTS': /));
  clock.advance(60_000);
  await publish();
  assert.equal(engine.instances().length, 2);
});

test('case 37 and 434: start instructions, tags and a business id pass the gateway and come back', async (t) => {
  const xml = process('p', ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' }), end()));
  const { client } = await startWithProcess(t, xml);
  const request = {
    bpmnProcessId: 'p',
    version: -1,
    startInstructions: [{ elementId: 'b' }],
    tags: ['x:1', 'y'],
    businessId: 'order 7',
  };
  const created = await client.call('CreateProcessInstance', request);
  assert.deepEqual([created.tags, created.businessId], [['x:1', 'y'], 'order 7']);
  const [job] = await client.poll('b');
  assert.deepEqual(job?.tags, ['x:1', 'y']);
  const result = client.call('CreateProcessInstanceWithResult', { request, requestTimeout: 60_000 });
  const [next] = await client.poll('b', { requestTimeout: 60_000 });
  await client.call('CompleteJob', { jobKey: next?.key });
  const { tags, businessId } = await result;
  assert.deepEqual([tags, businessId], [['x:1', 'y'], 'order 7']);
  await assert.rejects(
    client.call('CreateProcessInstance', { ...request, startInstructions: [{ elementId: 'nope' }] }),
    status(3, /no element found with id 'nope'/),
  );
  await assert.rejects(client.call('CreateProcessInstance', { ...request, businessId: '' }), status(3, /business id/));
  const plain = await client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1 });
  assert.deepEqual([plain.tags, plain.businessId], [[], undefined]);
});

test('case 437: a runtime instruction terminates the instance after the element', async (t) => {
  const xml = process('p', ...chain(start(), serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' }), end()));
  const { client, engine } = await startWithProcess(t, xml);
  const { processInstanceKey } = await client.call('CreateProcessInstance', {
    bpmnProcessId: 'p',
    version: -1,
    runtimeInstructions: [{ terminate: { afterElementId: 'a' } }],
  });
  const [job] = await client.poll('a');
  await client.call('CompleteJob', { jobKey: job?.key });
  assert.equal(engine.instance(String(processInstanceKey))?.state, 'TERMINATED');
});
