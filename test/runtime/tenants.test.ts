/** Runtimes on an engine with tenants: nothing crosses from one tenant to another, and a refused tenant is an error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import type { TenantSelection } from '../../src/connection/port.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { healthReport } from '../../src/runtime/observe/health-report.ts';
import type { RuntimeOptions } from '../../src/runtime/options.ts';
import { processId } from '../../src/runtime/subscriptions/durable/subscription-process.ts';
import { chain, end, process as processOf, serviceTask, start } from '../engine/support/bpmn.ts';
import type { TestRuntime } from './support/runtime.ts';
import { waitingProcess } from './support/subscriptions.ts';
import { connectTenants, createIn, observeTenants, startTenants } from './support/tenants.ts';

const greeting = processOf('p', ...chain(start(), serviceTask('work', { type: 'greet' }), end()));
const file = { name: 'p.bpmn', content: greeting };

/** A connector that says which runtime and which tenant its job had, and with which secret. */
const greeter = (name: string) =>
  defineOutbound({
    name: 'Greet',
    type: 'greet',
    input: v.object({ n: v.number() }),
    run: ({ n }, { job }) => ({ by: name, tenant: job.tenantId, n }),
  });

for (const protocol of ['gRPC', 'REST'] as const) {
  test(`173. over ${protocol}, a runtime of two tenants gets the jobs of both, each with its tenant`, async (t) => {
    const engine = await startTenants(t, ['north', 'south', 'west'], [file]);
    const { runtime, lines } = observeTenants(
      t,
      connectTenants(t, engine, protocol, { tenantIds: ['north', 'south'] }),
      {
        outbound: [greeter('both')],
      },
    );
    await runtime.start();
    const west = createIn(engine, 'west', { n: 0 });
    for (const tenantId of ['north', 'south', 'north']) {
      const { variables } = await engine.ended(createIn(engine, tenantId, { n: 1 }));
      assert.deepEqual(variables, { n: 1, by: 'both', tenant: tenantId });
    }
    assert.deepEqual(runtime.status().tenantIds, ['north', 'south']);
    const askedFor = engine.workers().map(({ type, tenantIds }) => ({ type, tenantIds }));
    assert.deepEqual(
      askedFor,
      [{ type: 'greet', tenantIds: ['north', 'south'] }],
      'the engine does not list the question of the runtime about its tenants',
    );
    assert.ok(
      lines.some((line) => /^info Running, connected to .*, for the tenants north, south\.$/.test(line)),
      'the log names the tenants',
    );
    const { variables, state } = engine.instances().find(({ key }) => key === west) ?? {};
    assert.deepEqual([state, variables], ['ACTIVE', { n: 0 }]);
  });

  test(`94. over ${protocol}, the filter ASSIGNED gets the jobs of all tenants of the client`, async (t) => {
    const engine = await startTenants(t, ['north', 'south'], [file]);
    const { runtime } = observeTenants(t, connectTenants(t, engine, protocol), {
      outbound: [greeter('all')],
      tenantFilter: 'ASSIGNED',
    });
    await runtime.start();
    for (const tenantId of ['north', 'south']) {
      const { variables } = await engine.ended(createIn(engine, tenantId, { n: 1 }));
      assert.deepEqual(variables, { n: 1, by: 'all', tenant: tenantId });
    }
    const { tenantIds, tenantFilter } = runtime.status();
    assert.deepEqual([tenantIds, tenantFilter], [undefined, 'ASSIGNED']);
  });

  const refusals: readonly {
    readonly title: string;
    readonly tenants: readonly string[] | undefined;
    readonly settings: TenantSelection & { readonly tenantId?: string };
    readonly message: RegExp;
  }[] = [
    {
      title: 'a tenant that the client may not use',
      tenants: ['north', 'south'],
      settings: { tenantIds: ['north', 'west'] },
      message:
        /west.*Fix: assign the client to the tenant, or correct CAMUNDA_TENANT_ID \(tenantId\), or CAMUNDA_TENANT_IDS/s,
    },
    {
      title: '171: a tenant on a cluster without tenants',
      tenants: undefined,
      settings: { tenantId: 'x' },
      message:
        /The cluster has no tenants.*'x'.*Fix: remove the tenant from the call, or CAMUNDA_TENANT_ID \(tenantId\)/s,
    },
    {
      title: '94: the filter ASSIGNED on a cluster without tenants',
      tenants: undefined,
      settings: { tenantFilter: 'ASSIGNED' },
      message: /The cluster has no tenants.*ASSIGNED.*Fix: remove .* the tenant filter/s,
    },
    {
      title: '172: no tenant on a cluster with tenants',
      tenants: ['north', 'south'],
      settings: {},
      message: /Fix: (?:set|assign the client to the tenant, or correct) CAMUNDA_TENANT_ID \(tenantId\)/,
    },
  ];
  for (const { title, tenants, settings, message } of refusals) {
    test(`over ${protocol}, a runtime does not start with ${title}`, async (t) => {
      const engine = await startTenants(t, tenants, []);
      const { runtime } = observeTenants(t, connectTenants(t, engine, protocol, settings), {
        outbound: [greeter('none')],
      });
      await assert.rejects(runtime.start(), message);
      assert.equal(runtime.status().state, 'failed');
    });
  }

  test(`over ${protocol}, a tenant that the cluster refuses later stops no other tenant, and comes back`, async (t) => {
    const engine = await startTenants(t, ['north', 'south'], [file]);
    const { port } = engine;
    const restPort = Number(new URL(engine.restAddress!).port);
    /** Another cluster at the same address. */
    const replace = async (before: Engine, tenants: readonly string[]): Promise<Engine> => {
      await before.stop();
      const next = await createEngine({ port, restPort, tenants });
      t.after(() => next.stop());
      for (const tenantId of tenants) await next.deploy(file, { tenantId });
      return next;
    };
    const connection = connectTenants(t, engine, protocol, { tenantIds: ['north', 'south'] });
    const box = defineInbound({ name: 'box', cycle: 0.01, input: v.object({}), loop: () => undefined });
    const { runtime, event, seen, lines } = observeTenants(t, connection, {
      outbound: [greeter('both')],
      inbound: [box],
    });
    await runtime.start();
    assert.equal('refusedTenants' in runtime.status(), false);

    const smaller = await replace(engine, ['north']);
    const { tenantId, error } = await event('tenant:refused');
    assert.equal(tenantId, 'south');
    assert.match(String(error), /south/);
    for (const n of [1, 2]) {
      const { variables } = await smaller.ended(createIn(smaller, 'north', { n }));
      assert.deepEqual(variables, { n, by: 'both', tenant: 'north' });
    }
    await event('connection:restored');
    const status = runtime.status();
    assert.deepEqual([status.tenantIds, status.refusedTenants], [['north', 'south'], ['south']]);
    const { reasons, components } = healthReport('ready', status, 'not requested');
    assert.deepEqual([reasons, components.runtime?.details?.refusedTenants], [[], ['south']]);

    const whole = await replace(smaller, ['north', 'south']);
    const { refusedFor } = await event('tenant:restored');
    assert.ok(refusedFor > 0, `refused for ${refusedFor} ms`);
    for (const tenant of ['south', 'north']) {
      const { variables } = await whole.ended(createIn(whole, tenant, { n: 3 }));
      assert.deepEqual(variables, { n: 3, by: 'both', tenant });
    }
    assert.equal('refusedTenants' in runtime.status(), false);
    assert.deepEqual([seen['tenant:refused'].length, seen['tenant:restored'].length], [1, 1]);
    const about = lines.filter((line) => line.includes('the tenant south'));
    assert.equal(about.length, 2, about.join('\n'));
    assert.match(about[0]!, /^warn The cluster refuses the tenant south\. Its jobs are not requested until/);
    assert.match(about[1]!, /^info The cluster accepts the tenant south again, after [\d.]+ s\.$/);
  });

  test(`170. over ${protocol}, no job, message, secret or subscription crosses from one tenant to another`, async (t) => {
    const tenants = ['north', 'south', 'west'];
    const engine = await startTenants(t, tenants, [file, { name: 'q.bpmn', content: waitingProcess('box') }]);
    /** Letters by tenant and order. All tenants use the same orders, which are the correlation keys. */
    const letters = new Map<string, string>();
    const crossings: string[] = [];
    const startRuntime = async (served: readonly string[], options: Partial<RuntimeOptions>): Promise<TestRuntime> => {
      const note = (what: string, tenantId: string | undefined): void => {
        if (!served.includes(String(tenantId))) crossings.push(`${what} of ${tenantId} at ${served.join()}`);
      };
      const seen = observeTenants(t, connectTenants(t, engine, protocol, { tenantIds: served }), {
        outbound: [
          defineOutbound({
            name: 'Greet',
            type: 'greet',
            input: v.object({ n: v.number(), secret: v.string() }),
            run: ({ n, secret }, { job }) => {
              note('job', job.tenantId);
              if (secret !== `word of ${job.tenantId}`) crossings.push(`a secret at ${job.tenantId}`);
              return { tenant: job.tenantId, n };
            },
          }),
        ],
        inbound: [
          defineInbound({
            name: 'box',
            cycle: 0.01,
            input: v.object({ order: v.string() }),
            loop: ({ order }, { activation }) => {
              note('subscription', activation.tenantId);
              const letter = letters.get(`${activation.tenantId} ${order}`);
              return letter === undefined ? undefined : { letter };
            },
          }),
        ],
        secrets: (_name, { tenantId }) => {
          note('secret', tenantId);
          return `word of ${tenantId}`;
        },
        ...options,
      });
      await seen.runtime.start();
      return seen;
    };
    await Promise.all([startRuntime(['north'], {}), startRuntime(['south', 'west'], {}), startRuntime(['west'], {})]);
    const orders = fc.record({
      tenantId: fc.constantFrom(...tenants),
      kind: fc.constantFrom('job' as const, 'message' as const),
      key: fc.constantFrom('a', 'b'),
    });
    let round = 0;
    const property = fc.asyncProperty(fc.array(orders, { minLength: 1, maxLength: 6 }), async (list) => {
      round += 1;
      const running = list.map(({ tenantId, kind, key }, index) => {
        const order = `${round}-${index}-${key}`;
        const instance =
          kind === 'job'
            ? createIn(engine, tenantId, { n: index, secret: '{{secrets.WORD}}' })
            : createIn(engine, tenantId, { order }, 'waiting');
        return { tenantId, kind, order, instance, index };
      });
      // Each tenant has a letter for each order, so that a crossing would bring a wrong one.
      for (const { order } of running) {
        for (const tenantId of tenants) letters.set(`${tenantId} ${order}`, `for ${order} in ${tenantId}`);
      }
      for (const { tenantId, kind, order, instance, index } of running) {
        const { variables, state } = await engine.ended(instance);
        assert.equal(state, 'COMPLETED');
        assert.deepEqual(
          variables,
          kind === 'job'
            ? { n: index, secret: '{{secrets.WORD}}', tenant: tenantId }
            : { order, letter: `for ${order} in ${tenantId}` },
        );
      }
    });
    await fc.assert(property, { numRuns: 8 });
    assert.deepEqual(crossings, []);
    const deployed = engine.processes().filter(({ bpmnProcessId }) => bpmnProcessId === processId);
    assert.deepEqual(
      deployed.map(({ tenantId, version }) => [tenantId, version]).sort(),
      tenants.map((tenantId) => [tenantId, 1]),
      'each tenant has the process of the subscriptions once',
    );
  });
}
