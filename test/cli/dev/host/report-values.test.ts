/** What the page gets of the values of a job: as the connector has them, without secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { createValueView, reportValues } from '../../../../src/cli/dev/host/report-values.ts';
import type { HostEvent } from '../../../../src/cli/dev/session.ts';
import { defineOutbound, executeOutbound } from '../../../../src/index.ts';

const env = { SECRET_TOKEN: 'abc', SECRET_LONG: 'hunter2', PATH: '/bin' };

for (const [title, value, variables, expected] of [
  [
    'dates, numbers and lists stay',
    { on: new Date(0), count: 2n, list: [1] },
    {},
    { on: '1970-01-01T00:00:00.000Z', count: 2n, list: [1] },
  ],
  ['a secret is hidden, inside of a text too', { url: 'https://x/?t=hunter2' }, {}, { url: 'https://x/?t=***' }],
  ['a short secret is hidden where the job refers to it', { t: 'abc' }, { t: '{{secrets.TOKEN}}' }, { t: '***' }],
  ['a short secret is an ordinary text elsewhere', { t: 'abc' }, {}, { t: 'abc' }],
  ['functions and bytes are described', { f: () => 1, b: new Uint8Array(3) }, {}, { f: '[function]', b: '[3 bytes]' }],
  ['nothing returned is nothing', undefined, {}, null],
] as const) {
  test(title, () => assert.deepEqual(createValueView(env)(value, variables), expected));
}

test('values are not shown if it is not known where a secret comes from', () => {
  const variables = { token: ['{{secrets.OTHER}}'] };
  assert.equal(createValueView(env)({ token: ['x'] }, variables), undefined);
  const scoped = { ...env, CAMUNDA_CONNECTOR_SECRETPROVIDER_ENVIRONMENT_TENANTAWARE: 'true' };
  assert.equal(createValueView(scoped)({ token: 'x' }, { token: '{{secrets.TOKEN}}' }), undefined);
});

test('a value that is very large is described', () => {
  assert.match(String(createValueView(env)({ text: 'x'.repeat(300_000) }, {})), /^\(3000\d\d characters of JSON\)$/);
});

test('a connector gets what is reported, and its result is not changed', async () => {
  const events: HostEvent[] = [];
  const connector = defineOutbound({
    ...{ name: 'Wait', type: 'wait' },
    input: v.object({ until: v.date(), unit: v.optional(v.string(), 'day'), token: v.string() }),
    run: ({ until, token }) => ({ year: until.getUTCFullYear(), token: token.length }),
  });
  const outcome = await executeOutbound(
    connector,
    { key: '7', variables: { until: '2026-01-02T00:00:00Z', token: '{{secrets.TOKEN}}' } },
    { use: [reportValues(env, (event) => events.push(event))], secrets: () => 'abc' },
  );
  assert.deepEqual(outcome, { kind: 'complete', variables: { year: 2026, token: 3 } });
  assert.deepEqual(events, [
    { kind: 'job:input', jobKey: '7', input: { until: '2026-01-02T00:00:00.000Z', unit: 'day', token: '***' } },
    { kind: 'job:returned', jobKey: '7', value: { year: 2026, token: 3 } },
  ]);
});

test('of very many jobs in a second, the values of the first are reported, and the others only pass through', async () => {
  const events: HostEvent[] = [];
  const use = reportValues(env, (event) => events.push(event));
  const context = { job: { key: '7', variables: {} } } as never;
  const began = Math.floor(performance.now() / 1_000);
  const results = Array.from({ length: 1_000 }, (_, index) => use({ index }, context, async () => index));
  assert.deepEqual(
    await Promise.all(results),
    Array.from({ length: 1_000 }, (_, index) => index),
  );
  const seconds = Math.floor(performance.now() / 1_000) - began + 1;
  const inputs = events.filter(({ kind }) => kind === 'job:input');
  assert.ok(inputs.length >= 100 && inputs.length <= 100 * seconds, `${inputs.length} inputs in ${seconds} s`);
  assert.equal(events.length, 2 * inputs.length);
});

/** A value with so many levels. */
const deep = (levels: number, inner: unknown): unknown => {
  let value = inner;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};

for (const levels of [100, 3_000, 100_000]) {
  test(`variables with ${levels} levels are searched for secrets, and do not fail the job`, async () => {
    const view = createValueView(env);
    assert.deepEqual(view({ t: 'abc' }, deep(levels, '{{secrets.TOKEN}}')), { t: '***' });
    assert.equal(view({ t: 'x' }, deep(levels, '{{secrets.OTHER}}')), undefined);
    assert.match(JSON.stringify(view(deep(levels, 1), {})), /deeper/);
  });
}

test('a connector is called with variables and results that are thousands of levels deep', async () => {
  const events: HostEvent[] = [];
  const use = reportValues(env, (event) => events.push(event));
  const result = deep(10_000, 1);
  const context = { job: { key: '7', variables: { x: deep(10_000, '{{secrets.TOKEN}}') } } } as never;
  assert.equal(await use({}, context, async () => result), result);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['job:input', 'job:returned'],
  );
});

test('values that cannot be read do not fail the job', async () => {
  const use = reportValues(env, () => {});
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const context = { job: { key: '7', variables: {} } } as never;
  assert.equal(await use(proxy, context, async () => 'done'), 'done');
});
