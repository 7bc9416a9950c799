/** The tenants of calls and of requests for jobs, over both protocols. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Command, Connection, StatusName } from '../../../src/connection/port.ts';
import { createTenants, isAboutTenant, type TenantSettings, tenantsText } from '../../../src/connection/tenants.ts';
import { cleanUpsAfterEach } from '../support/clean-ups.ts';
import { type Content, type Operation, protocols } from './protocols.ts';

const cleanUps = cleanUpsAfterEach();

const poll = { type: 'log', worker: 'w', timeout: 1, maxJobs: 1, requestTimeout: -1 };
const message: Command = {
  ...({ kind: 'publishMessage', name: 'm', correlationKey: '', messageId: 'i' } as const),
  ...{ timeToLive: 0, variables: '{}' },
};
const process = { bpmnProcessId: 'p', version: 1, processDefinitionKey: '5', resourceName: 'p.bpmn' };
const files = [{ name: 'p.bpmn', content: Buffer.from('<xml/>') }];
const created = { processInstanceKey: '9', processDefinitionKey: '5', bpmnProcessId: 'p', version: 2 };

for (const protocol of protocols) {
  /** A cluster of some version that records every request but those for its topology. */
  const recorded = async (
    settings: TenantSettings,
    { version = '8.9.0', refuse }: { readonly version?: string; readonly refuse?: readonly [StatusName, string] } = {},
  ): Promise<{ connection: Connection; seen: (readonly [Operation, Content])[] }> => {
    const seen: (readonly [Operation, Content])[] = [];
    const cluster = await protocol.start((operation, content) => {
      if (operation === 'Topology') return { answer: { gatewayVersion: version } };
      seen.push([operation, content]);
      if (refuse !== undefined) return { refuse: refuse[0], details: refuse[1] };
      return { answer: operation === 'DeployResource' ? { processes: [process] } : created };
    });
    cleanUps.push(() => cluster.stop());
    const connection = cluster.connect(settings);
    cleanUps.push(() => connection.close());
    return { connection, seen };
  };

  const tenantsOf = (seen: readonly (readonly [Operation, Content])[]): unknown =>
    seen.map(([operation, { tenantId, tenantIds, tenantFilter }]) => [
      operation,
      tenantFilter === 'ASSIGNED' ? tenantFilter : (tenantId ?? tenantIds),
    ]);

  describe(`over ${protocol.name}`, () => {
    test('95. a request for jobs names the tenants of the connection, or those of the request', async () => {
      const { connection, seen } = await recorded({ tenantIds: ['a', 'b', 'a'] });
      await connection.activateJobs(poll);
      await connection.activateJobs({ ...poll, tenantIds: ['c'] });
      await connection.activateJobs({ ...poll, tenantFilter: 'PROVIDED' });
      await connection.activateJobs({ ...poll, tenantFilter: 'ASSIGNED' });
      assert.deepEqual(tenantsOf(seen), [
        ['ActivateJobs', ['a', 'b']],
        ['ActivateJobs', ['c']],
        ['ActivateJobs', ['a', 'b']],
        ['ActivateJobs', 'ASSIGNED'],
      ]);
      assert.deepEqual(connection.tenants, { tenantIds: ['a', 'b'], tenantFilter: 'PROVIDED' });
    });

    test('95. without tenants, a request for jobs is one for the default tenant', async () => {
      const { connection, seen } = await recorded({});
      await connection.activateJobs(poll);
      assert.deepEqual(tenantsOf(seen), [['ActivateJobs', undefined]]);
      assert.deepEqual(connection.tenants, { tenantIds: [], tenantFilter: 'PROVIDED' });
    });

    test('94. the filter ASSIGNED needs Camunda 8.9; an older cluster gets no request', async () => {
      const { connection, seen } = await recorded({ tenantFilter: 'ASSIGNED' });
      await connection.activateJobs(poll);
      assert.deepEqual(tenantsOf(seen), [['ActivateJobs', 'ASSIGNED']]);
      const older = await recorded({ tenantFilter: 'ASSIGNED' }, { version: '8.8.4' });
      await assert.rejects(older.connection.activateJobs(poll), {
        ...{ reason: 'rejected', status: 'UNIMPLEMENTED' },
        message:
          /The tenant filter ASSIGNED needs Camunda 8\.9, but the gateway has the version 8\.8\.4.*Fix: upgrade/s,
      });
      assert.deepEqual(older.seen, []);
      assert.deepEqual(older.connection.tenants, { tenantIds: [], tenantFilter: 'ASSIGNED' });
    });

    test('96. the tenant of a call takes precedence over that of the connection', async () => {
      const { connection, seen } = await recorded({ tenantId: 'a', tenantIds: ['a', 'b'] });
      for (const tenantId of [undefined, 'b']) {
        const named = tenantId === undefined ? {} : { tenantId };
        await connection.deploy(files, named);
        await connection.createInstance({ bpmnProcessId: 'p', ...named });
        await connection.createInstanceWithResult({ bpmnProcessId: 'p', ...named });
        await connection.send({ ...message, ...named });
      }
      const all = ['DeployResource', 'CreateProcessInstance', 'CreateProcessInstanceWithResult', 'PublishMessage'];
      assert.deepEqual(
        tenantsOf(seen),
        ['a', 'b'].flatMap((tenantId) => all.map((operation) => [operation, tenantId])),
      );
    });

    for (const settings of [{ tenantIds: ['a', 'b'] }, { tenantFilter: 'ASSIGNED' }] as const) {
      test(`a call must name one of the tenants of ${JSON.stringify(settings)}`, async () => {
        const { connection, seen } = await recorded(settings);
        for (const call of [
          () => connection.deploy(files),
          () => connection.createInstance({ bpmnProcessId: 'p' }),
          () => connection.createInstanceWithResult({ bpmnProcessId: 'p' }),
          () => connection.send(message),
        ]) {
          await assert.rejects(call, {
            ...{ reason: 'rejected', status: 'INVALID_ARGUMENT' },
            message: /The call names no tenant.*Nothing was sent.*Fix: .*CAMUNDA_TENANT_ID \(tenantId\)/s,
          });
        }
        await connection.send({ kind: 'completeJob', jobKey: '1', variables: '{}' });
        assert.deepEqual(
          seen.map(([operation]) => operation),
          ['CompleteJob'],
        );
      });
    }

    const refusals: readonly (readonly [string, StatusName, string, RegExp])[] = [
      [
        '171. a tenant on a cluster without tenants',
        'INVALID_ARGUMENT',
        "Expected to handle request CreateProcessInstance with tenant identifier 'x', but multi-tenancy is disabled",
        /The cluster has no tenants.*'x'.*Fix: remove the tenant from the call, or CAMUNDA_TENANT_ID \(tenantId\)/s,
      ],
      [
        '172. no tenant on a cluster with tenants',
        'INVALID_ARGUMENT',
        "Expected to handle request CreateProcessInstance with tenant identifier '', but no tenant identifier was provided",
        /the call names none.*Fix: set CAMUNDA_TENANT_ID .*CAMUNDA_TENANT_IDS.*CAMUNDA_DEFAULT_TENANT_ID/s,
      ],
      [
        'a tenant that the client may not use',
        'PERMISSION_DENIED',
        "Expected to handle request CreateProcessInstance with tenant identifier 'west', but tenant is not authorized to perform this operation",
        /because of its tenant.*'west'.*Fix: assign the client to the tenant, or correct CAMUNDA_TENANT_ID/s,
      ],
    ];
    for (const [title, status, details, text] of refusals) {
      test(`the error names the settings: ${title}`, async () => {
        const { connection } = await recorded({}, { refuse: [status, details] });
        await assert.rejects(connection.createInstance({ bpmnProcessId: 'p' }), {
          ...{ status, reason: 'rejected' },
          message: text,
        });
      });
    }

    test('a file with the word tenant in its name is not taken for a refused tenant', async () => {
      const { connection } = await recorded({}, { refuse: ['INVALID_ARGUMENT', "'tenant.bpmn': no start event"] });
      await assert.rejects(connection.deploy(files), (error: Error) => !error.message.includes('CAMUNDA_TENANT_ID'));
    });
  });
}

test('the tenants of a connection, as data', () => {
  const cases: readonly (readonly [TenantSettings, unknown, string | undefined | 'refused'])[] = [
    [{}, [], undefined],
    [{ tenantId: 'a' }, ['a'], 'a'],
    [{ tenantIds: ['a'] }, ['a'], 'a'],
    [{ tenantIds: ['a', 'a'] }, ['a'], 'a'],
    [{ tenantIds: ['a', 'b'] }, ['a', 'b'], 'refused'],
    [{ tenantId: 'c', tenantIds: ['a', 'b'] }, ['a', 'b'], 'c'],
    [{ tenantFilter: 'ASSIGNED' }, 'ASSIGNED', 'refused'],
    [{ tenantFilter: 'ASSIGNED', tenantId: 'c' }, 'ASSIGNED', 'c'],
  ];
  for (const [settings, jobs, call] of cases) {
    const tenants = createTenants(settings);
    const ofJobs = tenants.ofJobs({});
    assert.deepEqual(ofJobs.filter === 'ASSIGNED' ? 'ASSIGNED' : ofJobs.ids, jobs, JSON.stringify(settings));
    if (call === 'refused') assert.throws(() => tenants.ofCall(undefined, 'here'), /names no tenant/);
    else assert.equal(tenants.ofCall('', 'here'), call, JSON.stringify(settings));
    assert.equal(tenants.ofCall('d', 'here'), 'd');
  }
});

test('tenants in words', () => {
  assert.equal(tenantsText({}), '');
  assert.equal(tenantsText({ tenantIds: ['a'] }), 'the tenant a');
  assert.equal(tenantsText({ tenantIds: ['a', 'b'] }), 'the tenants a, b');
  assert.equal(tenantsText({ tenantFilter: 'ASSIGNED' }), 'all tenants of the client');
  assert.equal(isAboutTenant('tenant.bpmn is no file'), false);
});
