/** A business id that a running process instance receives, by a command or with the completion of a job. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callActivity, chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { compile, createRig, type Rig, rejected } from './support.ts';

const child = process(
  'child',
  ...chain(start(), serviceTask('c', { type: 'c', inputs: { id: '=camunda.processInstance.businessId' } }), end()),
);
const parent = process(
  'p',
  ...chain(start(), serviceTask('a', { type: 'a' }), callActivity('call', { processId: 'child' }), end()),
);

const setUp = async (uniqueBusinessIds = false): Promise<{ readonly rig: Rig; readonly key: string }> => {
  const rig = createRig(undefined, undefined, { uniqueBusinessIds });
  rig.machine.deploy([await compile(parent, 'parent.bpmn'), await compile(child, 'child.bpmn')]);
  return { rig, key: rig.machine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey };
};

/** Both ways to assign an id to the instance whose job waits. */
const ways: Readonly<Record<string, (rig: Rig, key: string, businessId: string) => void>> = {
  'the command': ({ machine }, key, businessId) => machine.assignBusinessId(key, businessId),
  'the completion of a job': ({ machine }, key, businessId) =>
    machine.completeJob(machine.jobs(key)[0]!.key, {}, undefined, undefined, businessId),
};

for (const [way, assign] of Object.entries(ways)) {
  describe(`a business id by ${way}`, () => {
    test('is kept in a snapshot, told by an event, and inherited by instances that are called later', async () => {
      const { rig, key } = await setUp();
      assign(rig, key, 'order 7');
      assert.ok(
        rig.events.some((event) => event.kind === 'instance:modified' && event.instance.businessId === 'order 7'),
        'an event has the business id',
      );
      for (const each of [rig, await restored(rig)]) {
        assert.equal(each.machine.instance(key)?.businessId, 'order 7');
        if (each.machine.jobs(key).length > 0) each.machine.completeJob(each.job('a').key, {});
        assert.equal(each.job('c').variables.id, 'order 7');
      }
    });

    test('cannot be changed; the same one again has no effect', async () => {
      const { rig, key } = await setUp();
      rig.machine.assignBusinessId(key, 'order 7');
      const rejection = rejected(() => assign(rig, key, 'order 8'));
      assert.equal(rejection.code, 'INVALID_STATE');
      assert.match(rejection.reason, /already has the business id 'order 7', which cannot be changed/);
      assert.equal(rig.machine.jobs(key).length, 1, 'the job is still there');
      const before = rig.events.length;
      assign(rig, key, 'order 7');
      assert.ok(
        rig.events.slice(before).every(({ kind }) => kind !== 'instance:modified'),
        'nothing was modified',
      );
      assert.equal(rig.machine.instance(key)?.businessId, 'order 7');
    });

    for (const businessId of ['', 'x'.repeat(257)]) {
      test(`has 1 to 256 characters, not ${businessId.length}`, async () => {
        const { rig, key } = await setUp();
        const rejection = rejected(() => assign(rig, key, businessId));
        assert.equal(rejection.code, 'INVALID_ARGUMENT');
        assert.match(rejection.reason, /1 to 256 characters/);
        assert.equal(rig.machine.jobs(key).length, 1, 'the job is still there');
      });
    }

    test('is refused for an instance that another one has created', async () => {
      const { rig } = await setUp();
      rig.machine.completeJob(rig.job('a').key, {});
      const called = rig.machine.instances().find(({ bpmnProcessId }) => bpmnProcessId === 'child')!.key;
      const rejection = rejected(() => assign(rig, called, 'order 7'));
      assert.equal(rejection.code, 'INVALID_STATE');
      assert.match(rejection.reason, /Assign it to the root process instance/);
      assert.equal(rig.machine.jobs(called).length, 1, 'the job is still there');
    });

    test('with uniqueness, is refused while another instance of the process has it', async () => {
      const { rig, key } = await setUp(true);
      const other = rig.machine.createInstance({ bpmnProcessId: 'p', businessId: 'order 7' }).processInstanceKey;
      const rejection = rejected(() => assign(rig, key, 'order 7'));
      assert.equal(rejection.code, 'ALREADY_EXISTS');
      assert.match(rejection.reason, /process 'p' with the business id 'order 7' already exists/);
      rig.machine.cancelInstance(other);
      assign(rig, key, 'order 7');
      const create = () => rig.machine.createInstance({ bpmnProcessId: 'p', businessId: 'order 7' });
      assert.equal(rejected(create).code, 'ALREADY_EXISTS');
      rig.machine.cancelInstance(key);
      create();
    });
  });
}

test('a business id is refused for an instance that does not exist or has ended', async () => {
  const { rig, key } = await setUp();
  rig.machine.cancelInstance(key);
  for (const missing of [key, '1', 'x']) {
    const rejection = rejected(() => rig.machine.assignBusinessId(missing, 'order 7'));
    assert.equal(rejection.code, 'NOT_FOUND');
    assert.ok(rejection.reason.includes(`'${missing}'`), rejection.reason);
  }
});

test('the completion of a job with wrong variables assigns no business id', async () => {
  const { rig, key } = await setUp();
  const job = rig.machine.jobs(key)[0]!;
  rejected(() => rig.machine.completeJob(job.key, [] as never, undefined, undefined, 'order 7'));
  assert.equal(rig.machine.instance(key)?.businessId, undefined);
});
