import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ActivateRequest, Connection, TenantSelection } from '../../../src/connection/port.ts';
import { awaitTenants, compareTenants, tenantProbes } from '../../../src/runtime/send/await-tenants.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault, createTwin, type Twin } from '../support/cluster.ts';

const ids = (...tenantIds: string[]): Required<TenantSelection> => ({ tenantIds, tenantFilter: 'PROVIDED' });
const refusal = (request: ActivateRequest) =>
  connectionFault(
    'PERMISSION_DENIED',
    'rejected',
    `tenant identifiers ${request.tenantIds}, but tenant is not authorized`,
  );

const check = (
  twin: Twin,
  more: Partial<Connection>,
  tenants?: TenantSelection,
): {
  readonly checked: Promise<string | undefined>;
  readonly waits: unknown[];
  readonly clock: ReturnType<typeof createManualClock>;
} => {
  const clock = createManualClock();
  const waits: unknown[] = [];
  const checked = awaitTenants(
    {
      connection: { ...twin.connection, ...more },
      clock,
      emit: (name, event) => void waits.push([name, event]),
      signal: new AbortController().signal,
    },
    tenants,
  );
  checked.catch(() => {});
  return { checked, waits, clock };
};

test('one request for each tenant, which activates nothing', async () => {
  const twin = createTwin();
  await check(twin, { tenants: ids('a', 'b') }).checked;
  assert.deepEqual(
    twin.polls.map(({ tenantIds, requestTimeout, type }) => [tenantIds, requestTimeout, type]),
    [
      [['a'], -1, '_camunda_connectors_tenants'],
      [['b'], -1, '_camunda_connectors_tenants'],
    ],
  );
  assert.deepEqual(tenantProbes(ids()), [{}]);
  assert.deepEqual(tenantProbes({ tenantFilter: 'ASSIGNED' }), [{ tenantFilter: 'ASSIGNED' }]);
});

test('the tenants of the runtime take precedence over those of the connection', async () => {
  const twin = createTwin();
  await check(twin, { tenants: ids('a') }, ids('c')).checked;
  assert.deepEqual(
    twin.polls.map(({ tenantIds }) => tenantIds),
    [['c']],
  );
});

test('a connection that does not tell its tenants is not asked', async () => {
  const twin = createTwin();
  await check(twin, {}).checked;
  assert.deepEqual(twin.polls, []);
});

test('a refused tenant is an error, whatever the other tenants do', async () => {
  const twin = createTwin();
  twin.onPoll = (request) => (request.tenantIds?.[0] === 'b' ? refusal(request) : undefined);
  await assert.rejects(check(twin, { tenants: ids('a', 'b') }).checked, /tenant identifiers b, but tenant is not/);
});

test('a refusal that is not about tenants is left to the requests for jobs', async () => {
  for (const [status, reason] of [
    ['PERMISSION_DENIED', 'rejected'],
    ['UNIMPLEMENTED', 'rejected'],
    ['RESOURCE_EXHAUSTED', 'transient'],
    ['DEADLINE_EXCEEDED', 'transient'],
  ] as const) {
    const twin = createTwin();
    twin.onPoll = () => connectionFault(status, reason);
    await check(twin, { tenants: ids('a') }).checked;
  }
});

test('94. a cluster that is too old for the filter ASSIGNED is an error', async () => {
  const twin = createTwin();
  twin.onPoll = () => connectionFault('UNIMPLEMENTED', 'rejected', 'The tenant filter ASSIGNED needs Camunda 8.9.');
  const tenants = { tenantIds: [], tenantFilter: 'ASSIGNED' } as const;
  await assert.rejects(check(twin, { tenants }).checked, /needs Camunda 8\.9/);
});

test('an outage is waited for', async () => {
  const twin = createTwin();
  twin.onPoll = (request, call) => (call === 1 ? connectionFault('UNAVAILABLE') : refusal(request));
  const { checked, waits, clock } = check(twin, { tenants: ids('a') });
  await twin.until(() => twin.polls.length === 1);
  await settle();
  assert.equal(waits.length, 1);
  clock.advance(1_000);
  await assert.rejects(checked, /tenant identifiers a/);
});

const known: readonly (readonly [string, TenantSelection, readonly string[], RegExp | undefined, boolean?])[] = [
  ['the cluster does not tell', ids('a'), [], undefined],
  ['all may be used', ids('a', 'b'), ['b', 'a', 'c'], undefined],
  ['no tenant is set and there are none', ids(), ['<default>'], undefined],
  ['all tenants are requested', { tenantFilter: 'ASSIGNED' }, ['b'], undefined],
  [
    'one may not be used',
    ids('a', 'b'),
    ['a', 'c'],
    /may not use the tenant b, .* of it\. It may use the tenants a, c\./,
    true,
  ],
  [
    'two may not be used',
    ids('a', 'b'),
    ['c'],
    /may not use the tenants a, b, .* of them\. It may use the tenant c\./,
    true,
  ],
  ['one and the default one', ids('<default>', 'b'), ['a'], /may not use the tenant b, .* of it/, true],
  [
    'none is set although there are some',
    ids(),
    ['a', 'b'],
    /the tenant <default>.* may use the tenants a, b\./,
    false,
  ],
  [
    'the default one is set',
    ids('<default>', 'a'),
    ['a'],
    /jobs of the tenant <default>.*may use the tenant a\./,
    false,
  ],
];
for (const [title, tenants, allowed, text, isCertain] of known) {
  test(`who the client is says enough from Camunda 8.8 on: ${title}`, () => {
    const misfit = compareTenants(tenants, allowed);
    if (text === undefined) assert.equal(misfit, undefined);
    else {
      assert.match(misfit?.what ?? '', text);
      assert.match(misfit?.fix ?? '', /CAMUNDA_TENANT_ID \(tenantId\).*CAMUNDA_TENANT_IDS/);
      assert.equal(misfit?.isCertain, isCertain);
    }
  });
}

test('several refused tenants are named together', async () => {
  const twin = createTwin();
  twin.onPoll = (request) => (request.tenantIds?.[0] === 'b' ? undefined : refusal(request));
  await assert.rejects(check(twin, { tenants: ids('a', 'b', 'c') }).checked, {
    ...{ reason: 'rejected', status: 'PERMISSION_DENIED' },
    message: /The cluster refuses the tenants a, c\..*Fix: assign the client to the tenants/s,
  });
});

test('a cluster that sends no jobs of a tenant without refusing it is noticed by who the client is', async () => {
  const identity = async () => ({ username: 'demo', tenantIds: ['a'] });
  await assert.rejects(check(createTwin(), { tenants: ids('b'), identity }).checked, {
    ...{ reason: 'rejected', status: 'PERMISSION_DENIED' },
    message: /may not use the tenant b.*twin:\/\/memory.*Fix: assign the client/s,
  });
  assert.equal(await check(createTwin(), { tenants: ids('a'), identity }).checked, undefined);
});

test('172. a cluster that knows tenants although none is set is worth a warning', async () => {
  const identity = async () => ({ username: 'demo', tenantIds: ['a'] });
  assert.match(
    (await check(createTwin(), { tenants: ids(), identity }).checked) ?? '',
    /the tenant <default>, which it may not use.*Fix: set CAMUNDA_TENANT_ID.*CAMUNDA_TENANT_IDS=a$/,
  );
});

test('who the client is does not matter beside gRPC without tenants, nor if the cluster does not tell', async () => {
  const fails = async (): Promise<never> => {
    throw connectionFault('UNIMPLEMENTED', 'rejected');
  };
  await check(createTwin(), { tenants: ids('b'), identity: fails }).checked;
  let asked = 0;
  const identity = async () => {
    asked += 1;
    return { username: 'demo', tenantIds: ['a'] };
  };
  await check(createTwin({ streams: true }), { tenants: ids(), identity }).checked;
  assert.equal(asked, 0);
});
