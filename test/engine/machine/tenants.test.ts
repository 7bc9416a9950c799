import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CompiledResource } from '../../../src/engine/machine/types.ts';
import {
  callActivity,
  catchEvent,
  chain,
  end,
  other,
  process,
  serviceTask,
  start,
  throwEvent,
} from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { compile, createRig, p, type Rig, rejected, wish } from './support.ts';

const deploy = async (rig: Rig, tenantId: string | undefined, ...files: readonly (string | CompiledResource)[]) => {
  const resources = await Promise.all(
    files.map((file, index) => (typeof file === 'string' ? compile(file, `f${index}.bpmn`) : file)),
  );
  return rig.machine.deploy(resources, tenantId);
};

const create = (rig: Rig, tenantId: string | undefined, variables = {}, bpmnProcessId = 'p'): string =>
  rig.machine.createInstance({ bpmnProcessId, variables, tenantId }).processInstanceKey;

const jobs = (rig: Rig, ...tenantIds: readonly string[]) =>
  rig.machine.activateJobs({ ...wish, type: 'a', maxJobs: 100, tenantIds });

const task = p(...chain(start(), serviceTask('a', { type: 'a' }), end()));
const waiting = p(...chain(start(), catchEvent('m', { message: { name: 'm', correlationKey: '=k' } }), end()));
const signalled = p(...chain(start(), catchEvent('s', { signal: 's' }), end()));

describe('case 441: for two tenants', () => {
  test('the same id has versions of its own', async () => {
    const rig = createRig();
    const other = task.replace('type="a"', 'type="b"');
    const versions = [];
    for (const [tenantId, xml] of [
      ['t1', task],
      ['t2', task],
      ['t1', other],
      [undefined, task],
      ['t1', other],
    ] as const) {
      const { processes } = await deploy(rig, tenantId, xml);
      versions.push([processes[0]?.tenantId, processes[0]?.version]);
    }
    assert.deepEqual(versions, [
      ['t1', 1],
      ['t2', 1],
      ['t1', 2],
      [undefined, 1],
      ['t1', 2],
    ]);
    assert.equal(rejected(() => create(rig, 't3')).code, 'NOT_FOUND');
  });

  test('instances, jobs and their events name the tenant; the default tenant is not named', async () => {
    const rig = createRig();
    for (const tenantId of ['t1', undefined]) {
      await deploy(rig, tenantId, task);
      create(rig, tenantId);
    }
    assert.deepEqual(
      rig.machine
        .instances()
        .map(({ tenantId }) => tenantId)
        .sort(),
      ['t1', undefined],
    );
    const [job] = jobs(rig, 't1');
    assert.equal(job?.tenantId, 't1');
    const [plain] = jobs(rig, '<default>');
    assert.ok(plain && !('tenantId' in plain), 'a job of the default tenant names none');
  });

  test('a worker receives the jobs of its tenants only, oldest first', async () => {
    const rig = createRig();
    for (const tenantId of ['t1', 't2', 't3']) await deploy(rig, tenantId, task);
    const keys = ['t1', 't2', 't3', 't2', 't1'].map((tenantId) => create(rig, tenantId));
    assert.deepEqual(jobs(rig, '<default>'), []);
    assert.deepEqual(
      jobs(rig, 't2', 't1').map(({ processInstanceKey }) => processInstanceKey),
      [keys[0], keys[1], keys[3], keys[4]],
    );
    assert.deepEqual(jobs(rig, 't2', 't1'), []);
    assert.equal(jobs(rig, 't3').length, 1);
  });

  test('a message reaches only its own tenant, also from the buffer', async () => {
    const rig = createRig();
    for (const tenantId of ['t1', 't2', undefined]) await deploy(rig, tenantId, waiting);
    const keys = new Map(['t1', 't2', undefined].map((tenantId) => [tenantId, create(rig, tenantId, { k: 'K' })]));
    const publish = (tenantId: string | undefined, messageId = '') =>
      rig.machine.publishMessage({
        name: 'm',
        correlationKey: 'K',
        messageId,
        timeToLive: 60_000,
        variables: {},
        tenantId,
      });
    publish('t2', 'id');
    const states = () => [...keys.values()].map((key) => rig.state(key));
    assert.deepEqual(states(), ['ACTIVE', 'COMPLETED', 'ACTIVE']);
    publish(undefined, 'id');
    assert.deepEqual(states(), ['ACTIVE', 'COMPLETED', 'COMPLETED']);
    publish('t1', 'id');
    assert.deepEqual(states(), ['COMPLETED', 'COMPLETED', 'COMPLETED']);
    assert.equal(rejected(() => publish('t2', 'id')).code, 'ALREADY_EXISTS');
    publish('t2');
    const again = await restored(rig);
    // The message of t1 has reached the process already, and the second one of t2 has not.
    assert.equal(again.state(create(again, 't1', { k: 'K' })), 'ACTIVE');
    assert.equal(again.state(create(again, 't2', { k: 'K' })), 'COMPLETED');
    assert.deepEqual(
      again.machine
        .messages()
        .map(({ tenantId }) => tenantId)
        .sort(),
      ['t1', 't2', 't2', undefined],
    );
  });

  test('a message starts the process of its tenant, one instance at a time for each', async () => {
    const rig = createRig();
    const started = p(...chain(start('start', { message: 'go' }), serviceTask('a', { type: 'a' }), end()));
    for (const tenantId of ['t1', 't2']) await deploy(rig, tenantId, started);
    for (const tenantId of ['t1', 't1', 't2', '<default>']) {
      rig.machine.publishMessage({
        name: 'go',
        correlationKey: 'K',
        messageId: '',
        timeToLive: 60_000,
        variables: {},
        tenantId,
      });
    }
    assert.deepEqual(
      rig.machine.instances().map(({ tenantId }) => tenantId),
      ['t1', 't2'],
    );
    const again = await restored(rig);
    const [job] = jobs(again, 't1');
    again.machine.completeJob(job!.key, {});
    assert.deepEqual(
      jobs(again, 't1').map(({ tenantId }) => tenantId),
      ['t1'],
    );
    assert.equal(jobs(again, 't2').length, 1);
  });

  test('a signal reaches only its own tenant, also one that a process throws', async () => {
    const rig = createRig();
    const thrower = process('thrower', ...chain(start(), throwEvent('t', { signal: 's' }), end()));
    for (const tenantId of ['t1', 't2', undefined]) await deploy(rig, tenantId, signalled, thrower);
    const [one, two, none] = ['t1', 't2', undefined].map((tenantId) => create(rig, tenantId));
    const again = await restored(rig);
    again.machine.broadcastSignal('s', {}, 't2');
    assert.deepEqual(
      [one, two, none].map((key) => again.state(key!)),
      ['ACTIVE', 'COMPLETED', 'ACTIVE'],
    );
    create(again, 't1', {}, 'thrower');
    assert.deepEqual(
      [one, none].map((key) => again.state(key!)),
      ['COMPLETED', 'ACTIVE'],
    );
  });

  test('a call activity and a form are looked up in the own tenant', async () => {
    const rig = createRig();
    const parent = process('parent', ...chain(start(), callActivity('call', { processId: 'p' }), end()));
    const form: CompiledResource = {
      ...{ name: 'f.form', content: new TextEncoder().encode('{"id":"f"}'), processes: [], form: { id: 'f' } },
    };
    const user = process(
      'user',
      ...chain(
        start(),
        other('userTask', 'u', { extensions: '<zeebe:userTask/><zeebe:formDefinition formId="f"/>' }),
        end(),
      ),
    );
    await deploy(rig, 't1', parent, user);
    await deploy(rig, 't2', task, form);
    create(rig, 't1', {}, 'parent');
    create(rig, 't1', {}, 'user');
    assert.deepEqual(
      rig.machine.incidents().map(({ type, tenantId }) => [type, tenantId]),
      [
        ['CALLED_ELEMENT_ERROR', 't1'],
        ['FORM_NOT_FOUND', 't1'],
      ],
    );
    await deploy(rig, 't1', task, form);
    for (const { key } of rig.machine.incidents()) rig.machine.resolveIncident(key);
    assert.deepEqual(
      jobs(rig, 't1').map(({ bpmnProcessId, tenantId }) => [bpmnProcessId, tenantId]),
      [['p', 't1']],
    );
    assert.equal(rig.machine.userTasks()[0]?.tenantId, 't1');
  });

  test('a definition key belongs to one tenant', async () => {
    const rig = createRig();
    const { processes } = await deploy(rig, 't1', task);
    const { processDefinitionKey } = processes[0]!;
    assert.equal(
      rejected(() => rig.machine.createInstance({ processDefinitionKey, tenantId: 't2' })).code,
      'NOT_FOUND',
    );
    assert.equal(rig.machine.createInstance({ processDefinitionKey, tenantId: 't1' }).tenantId, 't1');
  });
});

test('no name of one tenant is a name of another, whatever it contains', async () => {
  const names = fc.string({ unit: fc.constantFrom('t', '1', '\u0000', '<default>', 'm') });
  await fc.assert(
    fc.asyncProperty(names, names, async (name, otherName) => {
      const rig = createRig();
      const publish = (tenantId: string | undefined, message: string): unknown =>
        rig.machine.publishMessage({
          ...{ name: message, correlationKey: '', messageId: 'id', timeToLive: 1000, variables: {}, tenantId },
        });
      publish('t1', name);
      publish(undefined, `t1\u0000${name}`);
      if (name !== otherName) publish('t1', otherName);
      publish('t', otherName);
      assert.equal(rejected(() => publish('t1', name)).code, 'ALREADY_EXISTS');
    }),
    { numRuns: 100 },
  );
});
