import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { systemClock } from '../../src/common/clock.ts';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { defineWebhook } from '../../src/connector/definitions/define-webhook.ts';
import type { RuntimeOptions } from '../../src/runtime/options.ts';
import { jobRequests, planRuntime } from '../../src/runtime/plan.ts';
import { createMemoryScheduler } from '../../src/runtime/subscriptions/memory.ts';

const log = defineOutbound({ name: 'Log', type: 'log', input: v.object({}), run: () => ({}), maxJobs: 5 });
const ticker = defineInbound({ name: 'ticker', loop: () => ({}) });

const webhook = (name: string, type?: string) =>
  defineWebhook({
    ...{ name, path: `/${name}`, auth: 'none', run: () => undefined },
    waits: { input: v.object({}), ...(type === undefined ? {} : { type }) },
  });

const refused: readonly [what: string, options: RuntimeOptions, messages: readonly RegExp[]][] = [
  ['nothing to run', {}, [/nothing to run/]],
  ['empty lists', { outbound: [], inbound: [] }, [/nothing to run/]],
  [
    'two connectors of one type',
    { outbound: [log, { ...log, type: 'other' }, { ...log, name: 'Again' }] },
    [/outbound\[0\] and outbound\[2\]: have the same type "log"/],
  ],
  [
    'three inbound connectors of one name',
    { inbound: [ticker, ticker, ticker] },
    [/inbound\[0\] and inbound\[1\] and inbound\[2\]: have the same name "ticker"/],
  ],
  [
    'everything wrong at the same time',
    { outbound: [log, log], inbound: [{ ...ticker, cycle: 0 }], maxJobs: 0, drainTimeout: -1, workerName: ' ' },
    [/same type "log"/, /inbound\[0\]: cycle/, /maxJobs: /, /drainTimeout: /, /workerName: /],
  ],
  [
    'two webhooks whose answers have one job type',
    { inbound: [webhook('a'), ticker, webhook('b', 'answer-a')] },
    [/inbound\[0\]\.waits and inbound\[2\]\.waits: have the same job type "answer-a"; set type in waits/],
  ],
  [
    'a connector with the job type of an answer',
    { outbound: [log], inbound: [webhook('a', 'log'), webhook('b')] },
    [/inbound\[0\]\.waits and outbound\[0\]: have the same job type "log"/],
  ],
  [
    'more calls that wait than requests',
    { inbound: [webhook('a')], server: { maxRequests: 2, maxWaiting: 3 } },
    [/server\.maxWaiting: must be at most maxRequests, which is 2/],
  ],
  [
    'no calls that wait',
    { inbound: [webhook('a')], server: { maxWaiting: 0 } },
    [/server\.maxWaiting: expected a positive/],
  ],
  ['a connector of the other kind', { outbound: [ticker as never] }, [/outbound\[0\]: expected an outbound connector/]],
  [
    'values that are not connectors',
    { outbound: [{ run: () => 1 } as never, undefined as never] },
    [/outbound\[0\]: /, /outbound\[1\]: /],
  ],
  ['a connector instead of a list', { outbound: log as never }, [/outbound: expected a list/]],
  ['no options', undefined as never, [/expected an object of options, e\.g\. createRuntime/, /nothing to run/]],
  ['null', null as never, [/expected an object of options/]],
  ['a list instead of options', [log] as never, [/expected an object of options/]],
  ['a misspelt option', { outbound: [log], maxJob: 3 } as never, [/maxJob: unknown option\. Did you mean maxJobs\?/]],
  ['an unknown option', { outbound: [log], colour: 3 } as never, [/colour: unknown option\. Known: outbound, inbound/]],
  [
    'an address as connection',
    { outbound: [log], connection: 'localhost' as never },
    [/connection: expected a connection as/],
  ],
  ['an empty connection', { outbound: [log], connection: {} as never }, [/connection: .* or a configuration such as/]],
  [
    'a promise of a connection',
    { outbound: [log], connection: Promise.resolve({}) as never },
    [/connection: expected/],
  ],
  [
    'half a connection',
    { outbound: [log], connection: { activateJobs: () => {}, close: () => {} } as never },
    [/connection: .*, but it has no function topology, send/],
  ],
  ['an empty logger', { outbound: [log], logger: {} as never }, [/logger: .* no function debug, info, warn, error/]],
  [
    'half a logger',
    { outbound: [log], logger: { info: () => {}, error: 1 } as never },
    [/no function debug, warn, error/],
  ],
  ['text as logger', { outbound: [log], logger: 'debug' as never }, [/logger: expected a logger such as console/]],
  ['an invalid scheduler', { outbound: [log], scheduler: {} as never }, [/scheduler: .*createMemoryScheduler\(\)/]],
  ['an invalid clock', { outbound: [log], clock: Date as never }, [/clock: .* no function date, random, timer/]],
  ['signals as text', { outbound: [log], signals: 'SIGINT' as never }, [/signals: expected true or false/]],
  ['secrets as an object', { outbound: [log], secrets: {} as never }, [/secrets: expected a function/]],
  [
    'a tenant outside a list',
    { outbound: [log], tenantIds: 'a' as never },
    [/tenantIds: expected a list of ids of tenants/],
  ],
  ['no tenants', { outbound: [log], tenantIds: [] }, [/tenantIds: expected a list of ids of tenants/]],
  [
    '174. ids that no tenant can have',
    { outbound: [log], tenantIds: ['a', 'x'.repeat(32), 'a b'] },
    [/tenantIds: expected a list of ids of tenants, each of at most 31 letters/],
  ],
  ['an unknown tenant filter', { outbound: [log], tenantFilter: 'ALL' as never }, [/tenantFilter: /]],
  [
    'tenants that a filter makes meaningless',
    { outbound: [log], tenantIds: ['a'], tenantFilter: 'ASSIGNED' },
    [/tenantIds: has no effect with the tenantFilter ASSIGNED/],
  ],
  [
    'a tenant filter without tenants',
    { outbound: [log], tenantFilter: 'PROVIDED' },
    [/tenantFilter: PROVIDED needs tenantIds/],
  ],
  ['middleware outside a list', { outbound: [log], use: (() => {}) as never }, [/use: expected a list of functions/]],
  [
    'several invalid options',
    { logger: {}, connection: 5, streaming: 1, outbounds: [] } as never,
    [
      /logger: /,
      /connection: /,
      /streaming: /,
      /outbounds: unknown option\. Did you mean outbound\?/,
      /nothing to run/,
    ],
  ],
];

for (const [what, options, messages] of refused) {
  test(`createRuntime refuses ${what}`, () => {
    assert.throws(
      () => planRuntime(options),
      (error) => {
        assert.ok(isFault(error, 'definition'));
        for (const message of messages) assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('options of every kind are accepted, and undefined ones count as absent', () => {
  const options: RuntimeOptions = {
    outbound: [log],
    logger: console,
    connection: { type: 'INSECURE', hostname: 'localhost' },
    scheduler: createMemoryScheduler(),
    clock: systemClock,
    secrets: false,
    signals: false,
  };
  planRuntime(options);
  planRuntime({ ...options, inbound: undefined, colour: undefined } as never);
  planRuntime({ ...options, connection: { restAddress: 'http://localhost:8080' } });
  planRuntime({ ...options, connection: { camunda8: {} as never } });
});

test('absent options have defaults', () => {
  const plan = planRuntime({ outbound: [log], inbound: [ticker] });
  assert.deepEqual(
    [...plan.limits],
    [
      ['log', 5],
      ['_activate_inbound_connector', 32],
    ],
  );
  assert.equal(plan.maxJobs, 37);
  assert.equal(plan.drainTimeout, 30_000);
  assert.equal(plan.workerName, 'camunda-connectors');
});

test('the jobs that answer calls have slots of their own, beside those of the runtime', () => {
  const plan = planRuntime({ outbound: [log], inbound: [webhook('a')] });
  assert.equal(plan.maxJobs, 5);
  assert.deepEqual(
    jobRequests(plan).map(({ type, variables }) => [type, variables]),
    [
      ['log', []],
      ['answer-a', ['caller']],
    ],
  );
});

test('the tenants of a runtime replace those of its connection', () => {
  assert.equal(planRuntime({ outbound: [log] }).tenants, undefined);
  assert.deepEqual(planRuntime({ outbound: [log], tenantIds: ['<default>', 'a'] }).tenants, {
    ...{ tenantIds: ['<default>', 'a'], tenantFilter: 'PROVIDED' },
  });
  assert.deepEqual(planRuntime({ outbound: [log], tenantFilter: 'ASSIGNED' }).tenants, { tenantFilter: 'ASSIGNED' });
});

test('a copy of a connector with another type is a connector', () => {
  const plan = planRuntime({ outbound: [log, { ...log, type: 'log:v2' }] });
  assert.equal(plan.maxJobs, 10);
});

test("the runtime's own limit counts only below the sum", () => {
  assert.equal(planRuntime({ outbound: [log], maxJobs: 3 }).maxJobs, 3);
  assert.equal(planRuntime({ outbound: [log], maxJobs: 300 }).maxJobs, 5);
});
