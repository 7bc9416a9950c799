import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chain, end, other, process, serviceTask, start } from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { createRig, p, type Rig, rejected, rigWith } from './support.ts';

const versionOf = (type: string, startOptions: Parameters<typeof start>[1] = {}): string =>
  p(...chain(start('start', startOptions), serviceTask('a', { type }), end()));

const keyOf = async (rig: Rig, xml: string): Promise<string> =>
  (await rig.deploy(xml)).processes[0]!.processDefinitionKey;

describe('case 24: deleting a process', () => {
  test('makes the version before the latest, and its number is not used again', async () => {
    const rig = createRig();
    const first = await keyOf(rig, versionOf('one'));
    const second = await keyOf(rig, versionOf('two'));
    rig.machine.deleteResource(second);
    assert.ok(
      rig.events.some((event) => event.kind === 'resource:deleted' && event.key === second),
      'there is an event',
    );
    rig.create();
    assert.equal(rig.jobs('one').length, 1);
    assert.equal(rejected(() => rig.machine.createInstance({ bpmnProcessId: 'p', version: 2 })).code, 'NOT_FOUND');
    assert.equal(rejected(() => rig.machine.createInstance({ processDefinitionKey: second })).code, 'NOT_FOUND');
    const again = await restored(rig);
    for (const each of [rig, again]) {
      assert.equal((await each.deploy(versionOf('two'))).processes[0]?.version, 3);
      assert.equal(each.machine.createInstance({ processDefinitionKey: first }).version, 1);
    }
  });

  test('keeps the latest if an older version is deleted', async () => {
    const rig = createRig();
    const first = await keyOf(rig, versionOf('one', { message: 'go' }));
    await keyOf(rig, versionOf('two', { message: 'go' }));
    rig.machine.deleteResource(first);
    rig.publish('go', '');
    assert.equal(rig.jobs('two').length, 1);
  });

  test('case 432: is refused while instances run, before Camunda 8.10', async () => {
    const rig = createRig(undefined, undefined, { version: '8.9' });
    const key = await keyOf(rig, versionOf('one'));
    const instance = rig.create();
    const rejection = rejected(() => rig.machine.deleteResource(key));
    assert.equal(rejection.code, 'INVALID_STATE');
    assert.match(rejection.reason, /'p' in version 1 has running instances/);
    rig.machine.cancelInstance(instance);
    rig.machine.deleteResource(key);
    assert.equal(rig.machine.instance(instance)?.bpmnProcessId, 'p');
    const again = await restored(rig);
    assert.equal(again.machine.instance(instance)?.state, 'TERMINATED');
    assert.equal(rejected(() => again.create()).code, 'NOT_FOUND');
    assert.equal(rejected(() => again.machine.deleteResource(key)).code, 'NOT_FOUND');
  });

  test('case 432: lets running instances end normally, as in Camunda 8.10', async () => {
    const rig = createRig();
    const key = await keyOf(rig, versionOf('one'));
    const instance = rig.create();
    rig.machine.deleteResource(key);
    const again = await restored(rig);
    for (const each of [rig, again]) {
      assert.equal(rejected(() => each.create()).code, 'NOT_FOUND');
      each.complete('one');
      assert.equal(each.state(instance), 'COMPLETED');
    }
  });

  test('leaves nothing to create when no version is left', async () => {
    const rig = createRig();
    const key = await keyOf(rig, versionOf('one'));
    rig.machine.deleteResource(key);
    assert.equal(rejected(() => rig.create()).code, 'NOT_FOUND');
    assert.equal((await rig.deploy(versionOf('one'))).processes[0]?.version, 2);
  });

  test('an unknown key, and a key of something else, is not found', async () => {
    const rig = await rigWith(versionOf('one'));
    for (const key of ['1', '', rig.create()]) {
      const rejection = rejected(() => rig.machine.deleteResource(key));
      assert.equal(rejection.code, 'NOT_FOUND');
      assert.match(rejection.reason, /no resource found with key/);
    }
  });
});

describe('case 115: the start events of the version before are open again:', () => {
  test('a message', async () => {
    const rig = createRig();
    await keyOf(rig, versionOf('one', { message: 'go' }));
    const second = await keyOf(rig, versionOf('two'));
    rig.publish('go', '');
    assert.deepEqual(rig.created(), []);
    rig.machine.deleteResource(second);
    rig.publish('go', '');
    assert.equal(rig.jobs('one').length, 1);
  });

  test('a signal', async () => {
    const rig = createRig();
    await keyOf(rig, versionOf('one', { signal: 'go' }));
    rig.machine.deleteResource(await keyOf(rig, versionOf('two')));
    rig.machine.broadcastSignal('go', {});
    assert.equal(rig.jobs('one').length, 1);
  });

  test('a timer, from now on', async () => {
    const rig = createRig();
    await keyOf(rig, versionOf('one', { cycle: 'R/PT10S' }));
    rig.machine.deleteResource(await keyOf(rig, versionOf('two')));
    rig.pass(9_999);
    assert.deepEqual(rig.created(), []);
    rig.pass(1);
    assert.equal(rig.jobs('one').length, 1);
  });

  test('and closed with the last version', async () => {
    const rig = createRig();
    const keys = [
      await keyOf(rig, versionOf('one', { message: 'go' })),
      await keyOf(rig, process('q', ...chain(start('s', { cycle: 'R/PT10S' }), end()))),
      await keyOf(rig, process('r', ...chain(start('s', { signal: 'go' }), end()))),
    ];
    for (const key of keys) rig.machine.deleteResource(key);
    rig.publish('go', '');
    rig.machine.broadcastSignal('go', {});
    rig.pass(60_000);
    assert.deepEqual(rig.created(), []);
    assert.equal(rig.machine.nextDue(), undefined);
  });
});

test('case 433: a user task whose form was deleted has an incident', async () => {
  const task = p(
    ...chain(
      start(),
      other('userTask', 'u', {
        extensions: '<zeebe:userTask/><zeebe:formDefinition formId="f"/>',
      }),
      end(),
    ),
  );
  const rig = await rigWith(task);
  const content = new TextEncoder().encode('{"id":"f"}');
  const form = { name: 'f.form', content, processes: [], form: { id: 'f' } };
  const { forms } = await rig.deploy(form);
  rig.machine.deleteResource(forms[0]!.formKey);
  rig.create();
  assert.equal(rig.incident().type, 'FORM_NOT_FOUND');
  assert.equal((await rig.deploy(form)).forms[0]?.version, 2);
});
