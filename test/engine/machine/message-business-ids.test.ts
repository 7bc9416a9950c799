/** Business ids of messages, which are new in 8.10: the instance that a message starts has it. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createEngine, createTestClock, type Engine, type EngineOptions } from '../../../src/engine/index.ts';
import { catchEvent, chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { startEngine } from '../support/client.ts';
import { restClient } from '../support/rest-client.ts';

const starting = process(
  'order',
  ...chain(
    start('begin', { message: { name: 'ordered', correlationKey: null } }),
    serviceTask('pack', { type: 'a' }),
    end(),
  ),
);
const waiting = process(
  'wait',
  ...chain(start(), catchEvent('event', { message: { name: 'ordered', correlationKey: '=key' } }), end()),
);

const setUp = async (t: TestContext, options: EngineOptions = {}) => {
  const engine = await startEngine(t, { restPort: 0, ...options });
  await engine.deploy({ name: 'order.bpmn', content: starting });
  return { engine, client: restClient(t, engine) };
};

const idsOf = (engine: Engine): readonly (string | undefined)[] =>
  engine.instances().map(({ businessId }) => businessId);

describe('a message with a business id', () => {
  test('gives it to the instance that it starts', async (t) => {
    const { engine, client } = await setUp(t);
    engine.publishMessage({ name: 'ordered', correlationKey: '', businessId: 'order-7' });
    const body = { name: 'ordered', businessId: 'order-8' };
    assert.equal((await client.post('/messages/publication', body)).status, 200);
    assert.equal((await client.post('/messages/correlation', { name: 'ordered', businessId: 'order-9' })).status, 200);
    engine.publishMessage({ name: 'ordered', correlationKey: '' });
    assert.deepEqual(idsOf(engine), ['order-7', 'order-8', 'order-9', undefined]);
  });

  test('starts several instances, unless ids are unique', async (t) => {
    const { engine } = await setUp(t);
    for (let n = 0; n < 2; n += 1)
      engine.publishMessage({ name: 'ordered', correlationKey: '', businessId: 'order-7' });
    assert.equal(engine.instances().length, 2);
  });

  test('starts no second instance while the id is in use and must be unique', async (t) => {
    const { engine, client } = await setUp(t, { uniqueBusinessIds: true });
    engine.publishMessage({ name: 'ordered', correlationKey: '', businessId: 'order-7' });
    engine.publishMessage({ name: 'ordered', correlationKey: '', businessId: 'order-7' });
    assert.equal(engine.instances().length, 1);
    const { status, json } = await client.post('/messages/correlation', { name: 'ordered', businessId: 'order-7' });
    assert.deepEqual([status, json.title], [409, 'ALREADY_EXISTS']);
    assert.match(json.detail, /process 'order' with business id 'order-7'/);
    engine.cancelInstance(engine.instances()[0]!.key);
    assert.equal((await client.post('/messages/correlation', { name: 'ordered', businessId: 'order-7' })).status, 200);
  });

  test('reaches events that wait in running instances, whose id it does not change', async (t) => {
    const { engine, client } = await setUp(t, { uniqueBusinessIds: true });
    engine.createInstance({
      bpmnProcessId: 'order',
      startInstructions: [{ elementId: 'pack' }],
      businessId: 'order-7',
    });
    await engine.deploy({ name: 'wait.bpmn', content: waiting });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'wait', variables: { key: 'k' } });
    const body = { name: 'ordered', correlationKey: 'k', businessId: 'order-7' };
    assert.equal((await client.post('/messages/correlation', body)).json.processInstanceKey, processInstanceKey);
    assert.equal(engine.instance(processInstanceKey)?.businessId, undefined);
  });

  test('that is buffered keeps it, also in a snapshot', async (t) => {
    const clock = createTestClock();
    const { engine } = await setUp(t, { clock });
    const message = { name: 'ordered', correlationKey: 'k', timeToLive: 60_000 };
    engine.publishMessage({ ...message, businessId: 'order-7' });
    engine.publishMessage({ ...message, businessId: 'order-8' });
    const restored = await createEngine({ clock, snapshot: engine.snapshot() });
    t.after(() => restored.stop());
    assert.deepEqual(idsOf(restored), ['order-7']);
    // The next message with the same correlation key starts an instance after the end of the first one.
    restored.cancelInstance(restored.instances()[0]!.key);
    assert.equal(restored.instances().find(({ state }) => state === 'ACTIVE')?.businessId, 'order-8');
  });

  for (const businessId of ['', 'x'.repeat(257)]) {
    test(`is refused with ${businessId.length} characters`, async (t) => {
      const { engine, client } = await setUp(t);
      const refusal = { code: 'INVALID_ARGUMENT', message: /business id of 1 to 256 characters, but it has/ };
      assert.throws(() => engine.publishMessage({ name: 'ordered', correlationKey: '', businessId }), refusal);
      assert.equal((await client.post('/messages/correlation', { name: 'ordered', businessId })).status, 400);
      assert.equal(engine.instances().length, 0);
    });
  }
});
