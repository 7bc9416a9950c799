/** Durable subscriptions of tenants: each tenant has the process, and nothing of it leaves the tenant. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import type { Connection } from '../../../../src/connection/port.ts';
import { defineInbound } from '../../../../src/connector/define.ts';
import type { Activation } from '../../../../src/connector/types.ts';
import type { Engine } from '../../../../src/engine/index.ts';
import { knownTenants } from '../../../../src/runtime/subscriptions/durable/deploy-process.ts';
import {
  readSubscription,
  writeSubscription,
} from '../../../../src/runtime/subscriptions/durable/stored-subscription.ts';
import { processId } from '../../../../src/runtime/subscriptions/durable/subscription-process.ts';
import { connectionFault } from '../../support/cluster.ts';
import type { TestRuntime } from '../../support/runtime.ts';
import { engineUntil, subscriptionsOf, waitingProcess } from '../../support/subscriptions.ts';
import { connectTenants, createIn, observeTenants, startTenants } from '../../support/tenants.ts';

const waiting = { name: 'waiting.bpmn', content: waitingProcess('box') };

const tenantsWithProcess = (engine: Engine): readonly (string | undefined)[] =>
  engine
    .processes()
    .filter(({ bpmnProcessId }) => bpmnProcessId === processId)
    .map(({ tenantId }) => tenantId)
    .sort();

for (const protocol of ['gRPC', 'REST'] as const) {
  /** Letters by tenant and order, and the activations that the runtimes asked for them. */
  const setUp = async (t: TestContext) => {
    const letters = new Map<string, string>();
    const activations: Activation[] = [];
    const engine = await startTenants(t, ['north', 'south'], [waiting]);
    const box = defineInbound({
      name: 'box',
      cycle: 0.01,
      input: v.object({ order: v.string() }),
      loop: ({ order }, { activation }) => {
        activations.push(activation);
        const letter = letters.get(`${activation.tenantId} ${order}`);
        return letter === undefined ? undefined : { letter };
      },
    });
    const startRuntime = async (settings: object): Promise<TestRuntime> => {
      const observed = observeTenants(t, connectTenants(t, engine, protocol, settings), { inbound: [box] });
      await observed.runtime.start();
      return observed;
    };
    return { engine, letters, activations, startRuntime, box };
  };

  test(`over ${protocol}, the process is deployed in each tenant at the start`, async (t) => {
    const { engine, startRuntime } = await setUp(t);
    await startRuntime({ tenantIds: ['north', 'south'] });
    assert.deepEqual(tenantsWithProcess(engine), ['north', 'south']);
  });

  test(`over ${protocol}, with the filter ASSIGNED it is deployed as soon as a tenant needs it`, async (t) => {
    const { engine, letters, activations, startRuntime } = await setUp(t);
    const { event } = await startRuntime({ tenantFilter: 'ASSIGNED' });
    assert.deepEqual(tenantsWithProcess(engine), []);
    const key = createIn(engine, 'south', { order: 'a' }, 'waiting');
    const { subscription } = await event('subscription:opened');
    assert.equal(subscription.activation.tenantId, 'south');
    assert.deepEqual(tenantsWithProcess(engine), ['south']);
    letters.set('south a', 'hello');
    letters.set('north a', 'for another tenant');
    assert.deepEqual((await engine.ended(key)).variables, { order: 'a', letter: 'hello' });
    assert.match(activations[0]?.id ?? '', /^_activate_inbound_connector:south:\d+$/);
  });

  test(`over ${protocol}, a tenant in which the client may not deploy has an incident that says so`, async (t) => {
    const { engine, box } = await setUp(t);
    const connection = connectTenants(t, engine, protocol, { tenantFilter: 'ASSIGNED' });
    const deploy: Connection['deploy'] = async (resources, options) => {
      if (options?.tenantId !== 'south') return connection.deploy(resources, options);
      throw connectionFault('PERMISSION_DENIED', 'rejected', 'This client may not deploy in south.');
    };
    const { runtime } = observeTenants(t, { ...connection, deploy }, { inbound: [box] });
    await runtime.start();
    const incident = engine.next((event) => event.kind === 'incident:created');
    createIn(engine, 'south', { order: 'a' }, 'waiting');
    await incident;
    assert.match(engine.incidents()[0]?.message ?? '', /This client may not deploy in south/);
    assert.deepEqual(tenantsWithProcess(engine), []);
  });

  test(`over ${protocol}, a tenant in which the client may not deploy keeps all subscriptions in memory`, async (t) => {
    const { engine, box, letters } = await setUp(t);
    const connection = connectTenants(t, engine, protocol, { tenantIds: ['north', 'south'] });
    const deploy: Connection['deploy'] = async (resources, options) => {
      if (options?.tenantId !== 'south') return connection.deploy(resources, options);
      throw connectionFault('PERMISSION_DENIED', 'rejected', 'This client may not deploy in south.');
    };
    const { runtime, event, lines } = observeTenants(t, { ...connection, deploy }, { inbound: [box] });
    await runtime.start();
    await event('subscriptions:volatile');
    assert.ok(
      lines.some((line) => /END WITH THIS PROCESS.*may not deploy in south/.test(line)),
      'the log names the tenant',
    );
    letters.set('south a', 'hello').set('north a', 'for another tenant');
    const key = createIn(engine, 'south', { order: 'a' }, 'waiting');
    assert.deepEqual((await engine.ended(key)).variables, { order: 'a', letter: 'hello' });
  });

  test(`over ${protocol}, a runtime of the same tenant continues a subscription, and no other does`, async (t) => {
    const { engine, letters, activations, startRuntime } = await setUp(t);
    const first = await startRuntime({ tenantIds: ['north', 'south'] });
    const keys = ['north', 'south'].map((tenantId) => createIn(engine, tenantId, { order: 'a' }, 'waiting'));
    await first.count('subscription:opened', 2);
    assert.deepEqual(
      subscriptionsOf(engine)
        .map(({ tenantId }) => tenantId)
        .sort(),
      ['north', 'south'],
    );
    await first.runtime.stop();
    activations.splice(0);
    const second = await startRuntime({ tenantIds: ['south'] });
    await second.event('subscription:opened');
    letters.set('south a', 'hello');
    assert.deepEqual((await engine.ended(keys[1]!)).variables, { order: 'a', letter: 'hello' });
    await second.event('subscription:delivered');
    assert.deepEqual([...new Set(activations.map(({ tenantId }) => tenantId))], ['south']);
    const open = (): readonly (string | undefined)[] =>
      subscriptionsOf(engine)
        .filter(({ state }) => state === 'ACTIVE')
        .map(({ tenantId }) => tenantId);
    await engineUntil(engine, () => open().length === 1);
    assert.deepEqual(open(), ['north']);
  });
}

test('where the process is deployed at the start', () => {
  assert.deepEqual(knownTenants(), [undefined]);
  assert.deepEqual(knownTenants({ tenantIds: [], tenantFilter: 'PROVIDED' }), [undefined]);
  assert.deepEqual(knownTenants({ tenantIds: ['a', 'b'] }), ['a', 'b']);
  assert.deepEqual(knownTenants({ tenantFilter: 'ASSIGNED' }), []);
});

const activation: Activation = {
  id: '_activate_inbound_connector:77',
  connector: 'box',
  messageName: 'box',
  correlationKey: 'a',
  variables: { order: 'a' },
  processInstanceKey: '1',
  bpmnProcessId: 'waiting',
  elementId: 'activate',
  tenantId: '<default>',
};

test('the stored state of the default tenant never changes', () => {
  assert.equal(
    writeSubscription({ activation, activationJob: '8' }, 3),
    '{"format":1,"connector":"box","attempts":3,"activation":{"id":"_activate_inbound_connector:77","connector":"box","messageName":"box","correlationKey":"a","variables":{"order":"a"},"processInstanceKey":"1","bpmnProcessId":"waiting","elementId":"activate","tenantId":"<default>"},"activationJob":"8","expiresAt":null}',
  );
});

test('the tenant of a subscription is that of its job, whatever its variables say', () => {
  const variables = writeSubscription({ activation: { ...activation, tenantId: 'north' }, activationJob: '8' }, 3);
  assert.equal(readSubscription({ variables, tenantId: 'south' }).activation.tenantId, 'south');
});
