/** Tenants that the cluster refuses while the runtime is running. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ActivateRequest, ConnectionFault, TenantSelection } from '../../../src/connection/port.ts';
import { createTenantAccess } from '../../../src/runtime/send/tenant-access.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { createManualClock } from '../support/clock.ts';
import { connectionFault } from '../support/cluster.ts';

const refusal = (tenantId: string): ConnectionFault =>
  connectionFault('PERMISSION_DENIED', 'rejected', `The tenant is not authorized: tenant filter ${tenantId}.`);

/** Lets what waits for answers go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const setUp = (own: TenantSelection = { tenantIds: ['a', 'b', 'c'] }, tenants?: TenantSelection) => {
  const refused = new Set<string>();
  const asked: string[] = [];
  const log: string[] = [];
  const clock = createManualClock();
  const { emit, on } = createEvents();
  on('tenant:refused', ({ tenantId, error }) => log.push(`refused ${tenantId}: ${(error as ConnectionFault).status}`));
  on('tenant:restored', ({ tenantId, refusedFor }) => log.push(`restored ${tenantId} after ${refusedFor}`));
  const state = { isDown: false };
  const connection = {
    address: 'grpc://twin',
    tenants: { tenantIds: [], tenantFilter: 'PROVIDED' as const, ...own },
    activateJobs: async ({ tenantIds = [], maxJobs, requestTimeout }: ActivateRequest) => {
      assert.deepEqual([tenantIds.length, maxJobs, requestTimeout], [1, 1, -1]);
      const [tenantId] = tenantIds as [string];
      asked.push(tenantId);
      if (state.isDown) throw connectionFault('UNAVAILABLE');
      if (refused.has(tenantId)) throw refusal(tenantId);
      return [];
    },
  };
  const access = createTenantAccess({ connection: connection as never, tenants, clock, emit });
  access.onChange(() => log.push(`change: ${access.selection()?.tenantIds?.join() ?? 'all'}`));
  /** A request for all tenants that are selected fails because of one of them. */
  const fail = (error: unknown = refusal('b')): Promise<boolean> => access.refused(error, access.selection());
  return { refused, asked, log, clock, state, access, fail };
};

test('a refused tenant is left out, and comes back when the cluster accepts it again', async () => {
  const { refused, log, clock, access, fail } = setUp();
  assert.equal(access.selection(), undefined);
  refused.add('b');
  assert.equal(await fail(), true);
  assert.deepEqual(access.selection(), { tenantIds: ['a', 'c'], tenantFilter: 'PROVIDED' });
  assert.equal(access.selection(), access.selection());
  assert.deepEqual(access.refusedTenants(), ['b']);
  refused.clear();
  clock.advance(1_500);
  await settle();
  assert.deepEqual(access.refusedTenants(), []);
  assert.equal(access.selection(), undefined);
  assert.deepEqual(log, ['refused b: PERMISSION_DENIED', 'change: a,c', 'restored b after 1500', 'change: all']);
  assert.deepEqual(clock.timers(), []);
});

test('the tenants of the runtime replace those of the connection', async () => {
  const tenants = { tenantIds: ['x', 'y'] };
  const { refused, access, fail, asked } = setUp({ tenantIds: ['a'] }, tenants);
  assert.equal(access.selection(), tenants);
  refused.add('x');
  assert.equal(await fail(refusal('x')), true);
  assert.deepEqual(asked, ['x', 'y']);
  assert.deepEqual(access.selection(), { tenantIds: ['y'], tenantFilter: 'PROVIDED' });
});

test('many requests that fail at once lead to one question about each tenant', async () => {
  const { refused, asked, access } = setUp();
  refused.add('b');
  const before = access.selection();
  const answers = await Promise.all(Array.from({ length: 20 }, () => access.refused(refusal('b'), before)));
  assert.ok(answers.every(Boolean), 'each request is repeated');
  assert.deepEqual(asked, ['a', 'b', 'c']);
  // One that was sent before the change and fails after it asks nothing.
  assert.equal(await access.refused(refusal('b'), before), true);
  assert.equal(asked.length, 3);
});

test('while a tenant is refused, the others can be refused as well', async () => {
  const { refused, access, fail } = setUp();
  refused.add('b');
  await fail();
  refused.add('c');
  assert.equal(await fail(refusal('c')), true);
  assert.deepEqual(access.selection()?.tenantIds, ['a']);
  assert.deepEqual(access.refusedTenants(), ['b', 'c']);
});

test('if all are refused, requests name all of them and fail, and nothing is asked in a hot loop', async () => {
  const { refused, access, fail, asked } = setUp();
  for (const tenantId of ['a', 'b', 'c']) refused.add(tenantId);
  assert.equal(await fail(), false);
  assert.equal(access.selection(), undefined);
  const questions = asked.length;
  for (let count = 0; count < 5; count += 1) assert.equal(await fail(), false);
  assert.equal(asked.length, questions);
  assert.deepEqual(access.refusedTenants(), ['a', 'b', 'c']);
});

test('a refusal that no question repeats changes nothing', async () => {
  const { access, fail, log } = setUp();
  assert.equal(await fail(), false);
  assert.deepEqual([access.refusedTenants(), log], [[], []]);
});

test('without an answer nothing is known, before and afterwards', async () => {
  const { refused, state, access, fail, clock, log } = setUp();
  refused.add('b');
  state.isDown = true;
  assert.equal(await fail(), false);
  state.isDown = false;
  assert.equal(await fail(), true);
  state.isDown = true;
  refused.clear();
  for (let count = 0; count < 5; count += 1) {
    clock.advance(60_000);
    await settle();
  }
  assert.deepEqual(access.refusedTenants(), ['b']);
  state.isDown = false;
  clock.advance(60_000);
  await settle();
  assert.deepEqual(access.refusedTenants(), []);
  assert.equal(log.length, 4);
});

test('the pauses between questions grow to a minute, also for a tenant that comes and goes', async () => {
  const { refused, clock, asked, fail } = setUp();
  refused.add('b');
  await fail();
  const pauses: number[] = [];
  for (let count = 0; count < 9; count += 1) {
    const [timer] = clock.timers() as [number];
    pauses.push(timer);
    clock.advance(timer);
    await settle();
  }
  assert.deepEqual(pauses.slice(0, 3), [1_500, 2_500, 4_500]);
  assert.ok(pauses.every((pause) => pause <= 60_000) && pauses.at(-1)! > 30_000, pauses.join());
  assert.equal(asked.length, 12);
  refused.clear();
  clock.advance(60_000);
  await settle();
  refused.add('b');
  await fail();
  const [again] = clock.timers() as [number];
  assert.ok(again > 30_000, `${again} ms`);
});

describe('nothing is asked', () => {
  const other = connectionFault('RESOURCE_EXHAUSTED');
  for (const [what, own, error] of [
    ['for a single tenant', { tenantIds: ['a'] }, refusal('a')],
    ['without tenants', {}, refusal('a')],
    ['with the filter ASSIGNED', { tenantFilter: 'ASSIGNED' }, refusal('a')],
    ['about other errors', { tenantIds: ['a', 'b'] }, other],
  ] as const) {
    test(what, async () => {
      const { access, fail, asked } = setUp(own);
      assert.equal(access.concerns(error), false);
      assert.equal(await fail(error), false);
      assert.deepEqual(asked, []);
    });
  }

  test('after the end', async () => {
    const { refused, access, fail, asked, clock, log } = setUp();
    refused.add('b');
    await fail();
    access.stop();
    assert.deepEqual(clock.timers(), []);
    assert.equal(await fail(), false);
    assert.equal(asked.length, 3);
    assert.equal(log.length, 2);
  });
});
