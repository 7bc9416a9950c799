import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createConnection } from '../../src/connection/index.ts';
import type { ConnectionFault } from '../../src/connection/port.ts';
import { process as bpmnProcess, bytes, chain, end, serviceTask, start } from '../engine/support/bpmn.ts';

const order = bpmnProcess(
  'order',
  ...chain(start(), serviceTask('log_it', { type: 'log', headers: { a: 'b' } }), end()),
);
const poll = { type: 'log', worker: 'test', timeout: 60_000, maxJobs: 10, requestTimeout: 10_000 };

describe('a connection to the embedded engine', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-'));
    await writeFile(join(folder, 'order.bpmn'), order);
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken', 'broken.bpmn'), '<bpmn');
  });
  after(() => rm(folder, { recursive: true }));

  test('starts the engine with the first call, deploys, and runs a process', async () => {
    const connection = createConnection({ type: 'EMBEDDED', resources: [folder] });
    assert.equal(connection.address, 'the embedded engine');
    const { clusterSize } = await connection.topology();
    assert.equal(clusterSize, 1);
    const engine = await connection.engine();
    assert.equal(connection.address, `grpc://${engine.address}`);

    const result = connection.createInstanceWithResult({ bpmnProcessId: 'order', variables: '{"n":1}' });
    const [job] = await connection.activateJobs(poll);
    assert.ok(job);
    assert.deepEqual(
      [job.elementId, job.retries, JSON.parse(job.variables), JSON.parse(job.customHeaders)],
      ['log_it', 3, { n: 1 }, { a: 'b' }],
    );
    await connection.send({ kind: 'completeJob', jobKey: job.key, variables: '{"done":true}' });
    assert.deepEqual(JSON.parse((await result).variables), { n: 1, done: true });
    await assert.rejects(connection.send({ kind: 'completeJob', jobKey: job.key, variables: '{}' }), {
      status: 'NOT_FOUND',
      reason: 'rejected',
    });
    await connection.close();
    await assert.rejects(connection.topology(), { reason: 'aborted' });
  });

  test('has the tenants of the settings, each with the resources', async (t) => {
    const connection = createConnection({ type: 'EMBEDDED', resources: [folder], tenantIds: ['north', 'south'] });
    t.after(() => connection.close());
    assert.deepEqual(connection.tenants, { tenantIds: ['north', 'south'], tenantFilter: 'PROVIDED' });
    await connection.createInstance({ bpmnProcessId: 'order', tenantId: 'north' });
    await connection.createInstance({ bpmnProcessId: 'order', tenantId: 'south' });
    const jobs = await connection.activateJobs(poll);
    assert.deepEqual(jobs.map(({ tenantId }) => tenantId).sort(), ['north', 'south']);
    await assert.rejects(connection.createInstance({ bpmnProcessId: 'order' }), /names no tenant/);
    await assert.rejects(connection.createInstance({ bpmnProcessId: 'order', tenantId: 'west' }), {
      status: 'NOT_FOUND',
    });
  });

  test('is for the tenants of its engine, unless it names its own', async (t) => {
    const engine = { tenants: ['north', 'south'] };
    const all = createConnection({ type: 'EMBEDDED', resources: [folder] }, { engine });
    t.after(() => all.close());
    assert.deepEqual(all.tenants?.tenantIds, ['north', 'south']);
    await all.createInstance({ bpmnProcessId: 'order', tenantId: 'south' });
    assert.equal((await all.activateJobs(poll))[0]?.tenantId, 'south');
    const one = createConnection({ type: 'EMBEDDED', resources: [folder], tenantId: 'north' }, { engine });
    t.after(() => one.close());
    assert.deepEqual(one.tenants?.tenantIds, ['north']);
    await one.createInstance({ bpmnProcessId: 'order' });
    assert.equal((await one.activateJobs(poll))[0]?.tenantId, 'north');
    const none = createConnection({ type: 'EMBEDDED', resources: [folder], tenantId: '<default>' });
    t.after(() => none.close());
    assert.equal((await none.engine()).createInstance({ bpmnProcessId: 'order' }).tenantId, undefined);
  });

  test('deploys, fails jobs with a back-off, and publishes a message once', async () => {
    const connection = createConnection({ type: 'EMBEDDED' });
    const [deployed] = await connection.deploy([{ name: 'order.bpmn', content: bytes(order) }]);
    assert.deepEqual([deployed?.bpmnProcessId, deployed?.version, deployed?.resourceName], ['order', 1, 'order.bpmn']);
    const instance = await connection.createInstance({ bpmnProcessId: 'order' });
    assert.equal(instance.processDefinitionKey, deployed?.processDefinitionKey);
    const [job] = await connection.activateJobs(poll);
    assert.ok(job);
    const failure = { retries: 1, backoff: 0, message: 'not today', variables: '{}' };
    await connection.send({ kind: 'failJob', jobKey: job.key, ...failure });
    const [again] = await connection.activateJobs(poll);
    assert.deepEqual([again?.key, again?.retries], [job.key, 1]);
    const message = { name: 'm', correlationKey: 'k', messageId: 'once', timeToLive: 60_000, variables: '{}' };
    await connection.send({ kind: 'publishMessage', ...message });
    await assert.rejects(connection.send({ kind: 'publishMessage', ...message }), {
      status: 'ALREADY_EXISTS',
      reason: 'rejected',
    });
    await connection.close();
  });

  test('starts one engine for concurrent calls', async () => {
    const connection = createConnection({ type: 'EMBEDDED' });
    const [one, two] = await Promise.all([connection.engine(), connection.engine(), connection.topology()]);
    assert.equal(one, two);
    await connection.close();
  });

  test('rejects every call, with every problem, if it cannot deploy', async () => {
    const connection = createConnection({ type: 'EMBEDDED', resources: [join(folder, 'broken')] });
    for (const call of [() => connection.topology(), () => connection.activateJobs(poll), () => connection.engine()]) {
      await assert.rejects(call(), (error: ConnectionFault) => {
        assert.deepEqual([error.kind, error.reason], ['connection', 'rejected']);
        assert.match(error.message, /The embedded engine cannot start\.[\s\S]*broken\.bpmn/);
        return true;
      });
    }
    await connection.close();
  });

  test('can be closed before and during the start', async () => {
    const early = createConnection({ type: 'EMBEDDED' });
    await early.close();
    await assert.rejects(early.engine(), { reason: 'aborted' });
    const late = createConnection({ type: 'EMBEDDED' });
    const call = assert.rejects(late.topology(), { reason: 'aborted' });
    await late.close();
    await call;
  });

  test('does not wait for the start if the signal has already fired', async () => {
    const connection = createConnection({ type: 'EMBEDDED' });
    await assert.rejects(connection.topology({ signal: AbortSignal.abort() }), { reason: 'aborted' });
    await connection.close();
  });
});
