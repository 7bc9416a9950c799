/** What searches show since 8.10: tools and connectors of message events, and business ids of user tasks. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { chain, end, other, process, start } from '../../../support/bpmn.ts';
import { startEngine } from '../../../support/client.ts';
import { type RestAnswer, restClient } from '../../../support/rest-client.ts';

const setUp = async (t: TestContext) => {
  const engine = await startEngine(t, { restPort: 0 });
  return { engine, client: restClient(t, engine) };
};

test('message subscriptions have the properties of their elements that describe a tool or an inbound connector', async (t) => {
  const { client, engine } = await setUp(t);
  const properties = {
    'io.camunda.tool:name': 'lookUp',
    'io.camunda.tool:hint': 'h',
    'inbound.type': 'webhook',
    other: 'x',
  };
  const extensions = Object.entries(properties).map(
    ([name, value]) => `<zeebe:property name="${name}" value="${value}"/>`,
  );
  const content = process(
    'tool',
    ...chain(
      start('begin', {
        message: { name: 'asked', correlationKey: null },
        extensions: `<zeebe:properties>${extensions.join('')}</zeebe:properties>`,
      }),
      end(),
    ),
  );
  await engine.deploy({ name: 'tool.bpmn', content });
  for (const filter of [{ toolName: 'lookUp' }, { inboundConnectorType: { $like: 'web*' } }]) {
    const { items } = (await client.post('/message-subscriptions/search', { filter })).json;
    assert.equal(items.length, 1);
    assert.deepEqual(
      [items[0].toolName, items[0].toolProperties, items[0].inboundConnectorType],
      ['lookUp', { 'io.camunda.tool:name': 'lookUp', 'io.camunda.tool:hint': 'h' }, 'webhook'],
    );
  }
});

test('user tasks have the business id of their instance', async (t) => {
  const { client, engine } = await setUp(t);
  const task = other('userTask', 'check', { extensions: '<zeebe:userTask/>' });
  await engine.deploy({ name: 'checked.bpmn', content: process('checked', ...chain(start(), task, end())) });
  engine.createInstance({ bpmnProcessId: 'checked', businessId: 'order-7' });
  engine.createInstance({ bpmnProcessId: 'checked' });
  const search = async (filter: object) =>
    (await client.post('/user-tasks/search', { filter })).json.items.map((item: RestAnswer['json']) => item.businessId);
  assert.deepEqual(await search({}), ['order-7', null]);
  assert.deepEqual(await search({ businessId: 'order-7' }), ['order-7']);
});
