import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Engine } from '../../src/engine/types.ts';
import { bytes, chain, end, type ListenerXml, other, process, start, taskListeners } from './support/bpmn.ts';
import { connect, type RawClient, startEngine } from './support/client.ts';

const setUp = async (
  t: TestContext,
  ...listeners: readonly ListenerXml[]
): Promise<{
  readonly engine: Engine;
  readonly client: RawClient;
  readonly key: string;
  readonly instance: string;
}> => {
  const engine = await startEngine(t);
  const extensions = `<zeebe:userTask/>${taskListeners(...listeners)}`;
  const xml = process('p', ...chain(start(), other('userTask', 'u', { extensions }), end()));
  await engine.deploy({ name: 'p.bpmn', content: bytes(xml) });
  const { processInstanceKey: instance } = engine.createInstance({ bpmnProcessId: 'p' });
  return { engine, client: connect(t, engine.address), key: engine.userTasks()[0]!.key, instance };
};

/** Completes the next job of a type. */
const complete = async (client: RawClient, type: string, result: object = {}): Promise<void> => {
  const [job] = await client.poll(type, { requestTimeout: 60_000 });
  await client.call('CompleteJob', { jobKey: job?.key, result });
};

test('without listeners, a change has happened when the function returns, and its promise resolves', async (t) => {
  const { engine, key, instance } = await setUp(t);
  const assigned = engine.assignUserTask(key, 'ann');
  assert.equal(engine.userTasks()[0]?.assignee, 'ann');
  await assigned;
  const updated = engine.updateUserTask(key, { priority: 1 });
  assert.equal(engine.userTasks()[0]?.priority, 1);
  await updated;
  const unassigned = engine.unassignUserTask(key);
  assert.equal(engine.userTasks()[0]?.assignee, null);
  await unassigned;
  const written = engine.setVariables(instance, { v: 1 });
  assert.deepEqual(engine.instance(instance)?.variables, { v: 1 });
  assert.match(await written, /^\d{16}$/);
  const completed = engine.completeUserTask(key, { x: 1 });
  assert.equal(engine.instance(instance)?.state, 'COMPLETED');
  await completed;
  assert.throws(() => engine.completeUserTask(key), { code: 'NOT_FOUND' });
});

test('every change waits for its listeners', async (t) => {
  const { engine, client, key, instance } = await setUp(t, ['assigning', 'a'], ['updating', 'b'], ['completing', 'c']);
  const element = engine.elements(instance)[0]!.key;
  const steps = [
    ['a', () => engine.assignUserTask(key, 'ann'), 'ASSIGNING'],
    ['a', () => engine.unassignUserTask(key), 'ASSIGNING'],
    ['b', () => engine.updateUserTask(key, { priority: 1 }), 'UPDATING'],
    ['b', () => engine.setVariables(element, { v: 1 }, true), 'UPDATING'],
    ['c', () => engine.completeUserTask(key), 'COMPLETING'],
  ] as const;
  for (const [type, change, state] of steps) {
    const changed = change();
    assert.equal(engine.userTasks()[0]?.state, state);
    assert.throws(() => engine.completeUserTask(key), { code: 'INVALID_STATE' });
    await complete(client, type);
    await changed;
  }
  assert.equal(engine.instance(instance)?.state, 'COMPLETED');
});

test('a listener that denies a change rejects its promise with the reason', async (t) => {
  const { engine, client, key } = await setUp(t, ['completing', 'c']);
  const completed = engine.completeUserTask(key);
  await complete(client, 'c', { denied: true, deniedReason: 'no' });
  await assert.rejects(completed, { kind: 'rejection', code: 'INVALID_STATE', message: /denied it: no/ });
  assert.equal(engine.userTasks()[0]?.state, 'CREATED');
});

test('a task that is cancelled meanwhile rejects the promise of its change', async (t) => {
  const { engine, key, instance } = await setUp(t, ['completing', 'c']);
  const completed = engine.completeUserTask(key);
  engine.cancelInstance(instance);
  await assert.rejects(completed, { code: 'NOT_FOUND', message: /was cancelled before its listeners had completed/ });
});

test('a change that waits ends when the engine stops', async (t) => {
  const { engine, key } = await setUp(t, ['completing', 'c']);
  const completed = engine.completeUserTask(key);
  await engine.stop();
  await assert.rejects(completed, { kind: 'rejection', message: /has stopped/ });
});
