import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestClock } from '../../../src/engine/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  flow,
  path,
  process,
  serviceTask,
  start,
  subProcess,
} from '../../engine/support/bpmn.ts';
import { startWithSdk } from './support.ts';

const deployment = (content: string, name = 'p.bpmn') => ({ process: Buffer.from(content), name });

const task = (type = 'a'): string => process('p', ...chain(start(), serviceTask('task', { type }), end()));

/** A gateway that asks a variable after the first task, as the client's own tests do it. */
const choosing = process(
  'p',
  start(),
  serviceTask('first', { type: 'first' }),
  exclusiveGateway('which', { default: 'which-no' }),
  serviceTask('yes', { type: 'yes' }),
  serviceTask('no', { type: 'no' }),
  end('e1'),
  end('e2'),
  ...path('start', 'first', 'which'),
  flow('which', 'yes', { condition: '=conditionVariable = true' }),
  flow('which', 'no'),
  ...path('yes', 'e1'),
  ...path('no', 'e2'),
);

test('the topology arrives with its types and names', async (t) => {
  const { client, engine } = await startWithSdk(t);
  const { brokers, clusterSize, gatewayVersion } = await client.topology();
  assert.equal(clusterSize, 1);
  assert.match(gatewayVersion, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(
    brokers.map(({ nodeId, host, port, partitions }) => ({ nodeId, host, port, partitions })),
    [
      {
        nodeId: 0,
        host: '127.0.0.1',
        port: engine.port,
        partitions: [{ partitionId: 1, role: 'LEADER', health: 'HEALTHY' }],
      },
    ],
  );
});

test('a process is deployed from bytes and from a file', async (t) => {
  const { client } = await startWithSdk(t);
  const waiting = process(
    'waits',
    start(),
    eventBasedGateway('either'),
    catchEvent('message', { message: 'm' }),
    catchEvent('timer', { duration: 'PT1H' }),
    end('e1'),
    end('e2'),
    ...path('start', 'either', 'message', 'e1'),
    ...path('either', 'timer', 'e2'),
  );
  const first = await client.deployResource(deployment(waiting, 'waits.bpmn'));
  assert.equal(first.deployments[0]?.process.bpmnProcessId, 'waits');
  assert.equal(first.deployments[0]?.process.version, 1);

  const folder = await mkdtemp(join(tmpdir(), 'sdk-'));
  t.after(() => rm(folder, { recursive: true }));
  const processFilename = join(folder, 'order.bpmn');
  await writeFile(processFilename, task());
  const second = await client.deployResource({ processFilename });
  assert.equal(second.deployments[0]?.process.bpmnProcessId, 'p');
  assert.equal(second.deployments[0]?.process.resourceName, processFilename);
});

test('a broken file is refused as an invalid argument, with what is wrong in it', async (t) => {
  const { client } = await startWithSdk(t);
  const broken = process(
    'p',
    ...chain(
      start(),
      serviceTask('untyped', { type: '' }),
      catchEvent('waits', { message: { name: 'm', correlationKey: 'static' } }),
      end(),
    ),
  );
  await assert.rejects(client.deployResource(deployment(broken)), (error: Error) => {
    assert.ok(error.message.startsWith('3 INVALID_ARGUMENT:'), error.message);
    assert.match(error.message, /Command 'CREATE' rejected with code 'INVALID_ARGUMENT'/);
    assert.match(error.message, /- Element: untyped/);
    assert.match(error.message, /- Element: Message_waits/);
    return true;
  });
});

test('an instance is created and cancelled, once', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await client.deployResource(deployment(task()));
  const { processInstanceKey, version } = await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  assert.equal(version, 1);
  await client.cancelProcessInstance(processInstanceKey);
  assert.equal(engine.instance(processInstanceKey)?.state, 'TERMINATED');
  await assert.rejects(client.cancelProcessInstance(processInstanceKey), (error: Error) =>
    error.message.startsWith('5 NOT_FOUND:'),
  );
});

test('cancelling what does not exist is not found', async (t) => {
  const { client } = await startWithSdk(t);
  await assert.rejects(client.cancelProcessInstance('123LoL'), /./);
  await assert.rejects(client.cancelProcessInstance('2251799813686202'), (error: Error) =>
    error.message.startsWith('5 NOT_FOUND:'),
  );
});

test('a result is awaited past a timer and holds the fetched variables', async (t) => {
  const clock = createTestClock();
  const { client, engine } = await startWithSdk(t, { clock });
  const content = process('p', ...chain(start(), catchEvent('sleep', { duration: 'PT20S' }), end()));
  await client.deployResource(deployment(content));
  const created = engine.next((event) => event.kind === 'instance:created');
  const result = client.createProcessInstanceWithResult({
    bpmnProcessId: 'p',
    variables: { sourceId: 5, otherId: 6 },
    requestTimeout: 25_000,
    fetchVariables: ['sourceId'],
  });
  await created;
  clock.advance(20_000);
  assert.deepEqual((await result).variables, { sourceId: 5 });
});

test('a message that was published is correlated with its variables', async (t) => {
  const { client } = await startWithSdk(t);
  const content = process(
    'p',
    ...chain(start(), catchEvent('wait', { message: { name: 'PAID', correlationKey: '=orderId' } }), end()),
  );
  await client.deployResource(deployment(content));
  await client.publishMessage({
    name: 'PAID',
    correlationKey: 'order-7',
    timeToLive: 20_000,
    variables: { paid: true },
  });
  const { variables } = await client.createProcessInstanceWithResult({
    bpmnProcessId: 'p',
    variables: { orderId: 'order-7' },
  });
  assert.deepEqual(variables, { orderId: 'order-7', paid: true });
});

test('a message of one id is published once', async (t) => {
  const { client } = await startWithSdk(t);
  const publish = () =>
    client.publishMessage({ name: 'm', correlationKey: 'k', messageId: 'one', timeToLive: 60_000, variables: {} });
  await publish();
  await assert.rejects(publish(), (error: Error) => error.message.startsWith('6 ALREADY_EXISTS:'));
});

test('a message starts a process, whose job has the variables', async (t) => {
  const { client } = await startWithSdk(t);
  const content = process('p', ...chain(start('s', { message: 'GO' }), serviceTask('task', { type: 'a' }), end()));
  await client.deployResource(deployment(content));
  await client.publishStartMessage({ name: 'GO', timeToLive: 2000, variables: { testKey: 'random' } });
  const [job] = await client.activateJobs({
    type: 'a',
    worker: 'w',
    timeout: 1000,
    maxJobsToActivate: 1,
    requestTimeout: 5000,
  });
  assert.deepEqual({ ...job?.variables }, { testKey: 'random' });
});

test('variables set on the root decide at a gateway', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await client.deployResource(deployment(choosing));
  const { processInstanceKey } = await client.createProcessInstance({
    bpmnProcessId: 'p',
    variables: { conditionVariable: false },
  });
  await client.setVariables({
    elementInstanceKey: processInstanceKey,
    variables: { conditionVariable: true },
    local: false,
  });
  const [job] = await client.activateJobs({
    type: 'first',
    worker: 'w',
    timeout: 1000,
    maxJobsToActivate: 1,
    requestTimeout: -1,
  });
  assert.ok(job);
  await client.completeJob({ jobKey: job.key, variables: {} });
  assert.deepEqual(
    engine.jobs().map(({ type }) => type),
    ['yes'],
  );
});

test('a thrown error is caught around the subprocess, with its variables and mappings', async (t) => {
  const { client } = await startWithSdk(t);
  const content = process(
    'p',
    start(),
    subProcess('sub', {}, ...chain(start('s'), serviceTask('task', { type: 'a' }), end('e'))),
    boundary('caught', 'sub', { error: 'BUSINESS', outputs: { bpmnErrorMessage: '=missing', thrown: '=why' } }),
    end('regular'),
    end('excepted'),
    ...path('start', 'sub', 'regular'),
    ...path('caught', 'excepted'),
  );
  await client.deployResource(deployment(content));
  client.createWorker({
    taskType: 'a',
    taskHandler: (job) => job.error({ errorCode: 'BUSINESS', errorMessage: 'no', variables: { why: 'because' } }),
  });
  const { variables } = await client.createProcessInstanceWithResult({ bpmnProcessId: 'p', variables: {} });
  assert.deepEqual(variables, { bpmnErrorMessage: null, thrown: 'because' });
});

test('throwError on the client itself leads to the boundary event', async (t) => {
  const { client, engine } = await startWithSdk(t);
  const content = process(
    'p',
    start(),
    serviceTask('task', { type: 'a' }),
    boundary('caught', 'task', { error: 'E' }),
    end(),
    end('other'),
    ...path('start', 'task', 'end'),
    ...path('caught', 'other'),
  );
  await client.deployResource(deployment(content));
  const { processInstanceKey } = await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  const jobKey = String(engine.jobs()[0]?.key);
  await client.throwError({ jobKey, errorCode: 'E', errorMessage: 'no', variables: { v: 1 } });
  const { state, variables } = await engine.ended(processInstanceKey);
  assert.equal(state, 'COMPLETED');
  assert.deepEqual(variables, { v: 1 });
});

test('a longer job timeout keeps the job with its worker', async (t) => {
  const clock = createTestClock();
  const { client } = await startWithSdk(t, { clock });
  await client.deployResource(deployment(task()));
  await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  const activate = () =>
    client.activateJobs({ type: 'a', worker: 'w', timeout: 5000, maxJobsToActivate: 1, requestTimeout: -1 });
  const [job] = await activate();
  assert.ok(job);
  await client.updateJobTimeout({ jobKey: job.key, timeout: 30_000 });
  clock.advance(20_000);
  assert.deepEqual(await activate(), []);
  clock.advance(10_000);
  assert.equal((await activate())[0]?.key, job.key);
});

test('a job without retries is repaired with updateJobRetries and resolveIncident', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await client.deployResource(deployment(task()));
  await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  const jobKey = String(engine.jobs()[0]?.key);
  await client.failJob({ jobKey, retries: 0, errorMessage: 'boom', retryBackOff: 0 });
  const incidentKey = String(engine.incidents()[0]?.key);
  await client.updateJobRetries({ jobKey, retries: 1 });
  await client.resolveIncident({ incidentKey });
  assert.equal(engine.jobs()[0]?.state, 'ACTIVATABLE');
});

test('a signal that is broadcast reaches what waits for it, with its variables', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await client.deployResource(deployment(process('p', ...chain(start(), catchEvent('wait', { signal: 'go' }), end()))));
  const { processInstanceKey } = await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  const ended = engine.ended(processInstanceKey);
  const { key } = await client.broadcastSignal({ signalName: 'go', variables: { reason: 3 } });
  assert.match(key, /^\d+$/);
  assert.deepEqual((await ended).variables, { reason: 3 });
});

test('an instance is modified: one element is terminated, another is activated with variables', async (t) => {
  const { client, engine } = await startWithSdk(t);
  const two = chain(start(), serviceTask('first', { type: 'first' }), serviceTask('second', { type: 'second' }), end());
  await client.deployResource(deployment(process('p', ...two)));
  const { processInstanceKey } = await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  const [first] = engine.elements(processInstanceKey);
  await client.modifyProcessInstance({
    processInstanceKey,
    activateInstructions: [
      {
        elementId: 'second',
        ancestorElementInstanceKey: '-1',
        variableInstructions: [{ scopeId: '', variables: { second: 1 } }],
      },
    ],
    terminateInstructions: [{ elementInstanceKey: first!.key }],
  });
  assert.deepEqual(
    engine.jobs().map(({ type }) => type),
    ['second'],
  );
  assert.deepEqual(engine.instance(processInstanceKey)?.variables, { second: 1 });
});

test('a deployed process is deleted, and what does not exist is not found', async (t) => {
  const { client } = await startWithSdk(t);
  const { deployments } = await client.deployResource(deployment(task()));
  const { processDefinitionKey } = deployments[0]!.process;
  await client.deleteResource({ resourceKey: processDefinitionKey });
  await assert.rejects(client.createProcessInstance({ bpmnProcessId: 'p', variables: {} }), /5 NOT_FOUND/);
  await assert.rejects(client.deleteResource({ resourceKey: processDefinitionKey }), /5 NOT_FOUND/);
});

test('an instance migrates to another process, and an unknown instance is not found', async (t) => {
  const { client, engine } = await startWithSdk(t);
  await client.deployResource(deployment(task()));
  const target = process('next', ...chain(start(), serviceTask('work', { type: 'b' }), end()));
  const { deployments } = await client.deployResource(deployment(target, 'next.bpmn'));
  const targetProcessDefinitionKey = deployments[0]!.process.processDefinitionKey;
  const { processInstanceKey } = await client.createProcessInstance({ bpmnProcessId: 'p', variables: {} });
  const mappingInstructions = [{ sourceElementId: 'task', targetElementId: 'work' }];
  const migrationPlan = { targetProcessDefinitionKey, mappingInstructions };
  await client.migrateProcessInstance({ processInstanceKey, migrationPlan });
  assert.deepEqual(
    [engine.instance(processInstanceKey)?.bpmnProcessId, engine.elements(processInstanceKey)[0]?.elementId],
    ['next', 'work'],
  );
  await assert.rejects(client.migrateProcessInstance({ processInstanceKey: '1', migrationPlan }), /5 NOT_FOUND/);
});
