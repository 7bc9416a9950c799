/** The environment variables of the official runtime. The numbers are those of the cases that were tried with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { applyOverrides, variablePart } from '../../../src/cli/start/environment-overrides.ts';
import { isFault } from '../../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../../src/connector/define.ts';
import { planRuntime } from '../../../src/runtime/plan.ts';

const make = (name: string, type: string) => defineOutbound({ name, type, input: v.object({}), run: () => ({}) });
const connectors = {
  outbound: [make('My Conn', 't:1'), make('Other', 'u:1')],
  inbound: [defineInbound({ name: 'ticker', loop: () => null })],
};

const overridden = (env: Record<string, string>) => {
  const { outbound, inbound, disabled } = applyOverrides(connectors, env);
  return { outbound: outbound.map(({ type }) => type), inbound: inbound.map(({ name }) => name), disabled };
};

const all = { outbound: ['t:1', 'u:1'], inbound: ['ticker'], disabled: [] };

const cases: readonly [title: string, env: Record<string, string>, expected: ReturnType<typeof overridden>][] = [
  ['without variables, all connectors run unchanged', {}, all],
  [
    '7.1 CONNECTOR_MY_CONN_TYPE changes the job type',
    { CONNECTOR_MY_CONN_TYPE: 't:2' },
    { ...all, outbound: ['t:2', 'u:1'] },
  ],
  [
    '7.4 CONNECTOR_OUTBOUND_DISABLED ignores spaces and case; disabled connectors are listed',
    { CONNECTOR_OUTBOUND_DISABLED: ' T:1 , x:2' },
    { ...all, outbound: ['u:1'], disabled: ['t:1'] },
  ],
  [
    '7.5 CONNECTOR_OUTBOUND_ENABLED lists the only connectors that run',
    { CONNECTOR_OUTBOUND_ENABLED: 't:1' },
    { ...all, outbound: ['t:1'], disabled: ['u:1'] },
  ],
  [
    '7.6 an empty CONNECTOR_OUTBOUND_ENABLED disables all outbound connectors',
    { CONNECTOR_OUTBOUND_ENABLED: '' },
    { ...all, outbound: [], disabled: ['t:1', 'u:1'] },
  ],
  [
    'CONNECTOR_INBOUND_DISABLED lists names of inbound connectors',
    { CONNECTOR_INBOUND_DISABLED: 'ticker' },
    { ...all, inbound: [], disabled: ['ticker'] },
  ],
  [
    'the lists refer to the changed job type',
    { CONNECTOR_MY_CONN_TYPE: 't:2', CONNECTOR_OUTBOUND_DISABLED: 't:2' },
    { ...all, outbound: ['u:1'], disabled: ['t:2'] },
  ],
];

for (const [title, env, expected] of cases) {
  test(title, () => assert.deepEqual(overridden(env), expected));
}

test('7.2 CONNECTOR_MY_CONN_TIMEOUT sets the timeout in milliseconds', () => {
  const { outbound } = applyOverrides(connectors, { CONNECTOR_MY_CONN_TIMEOUT: '30000' });
  assert.deepEqual(
    outbound.map(({ timeout }) => timeout),
    [30, 10],
  );
  assert.equal(connectors.outbound[0]!.timeout, 10);
});

for (const [name, part] of [
  ['my-conn.x', 'MYCONNX'],
  ['My super-fancy connector', 'MY_SUPERFANCY_CONNECTOR'],
  [' a_b 1 ', 'A_B_1'],
] as const) {
  test(`7.3 the name ${JSON.stringify(name)} becomes ${part} in variables`, () =>
    assert.equal(variablePart(name), part));
}

const refused: readonly [title: string, env: Record<string, string>, message: RegExp][] = [
  [
    '7.7 both lists of a direction, even if empty',
    { CONNECTOR_OUTBOUND_ENABLED: '', CONNECTOR_OUTBOUND_DISABLED: 'x' },
    /CONNECTOR_OUTBOUND_ENABLED and CONNECTOR_OUTBOUND_DISABLED/,
  ],
  ['a timeout that is not a number', { CONNECTOR_MY_CONN_TIMEOUT: '30s' }, /CONNECTOR_MY_CONN_TIMEOUT/],
  ['a timeout of 0', { CONNECTOR_MY_CONN_TIMEOUT: '0' }, /CONNECTOR_MY_CONN_TIMEOUT/],
  ['an empty job type', { CONNECTOR_OTHER_TYPE: ' ' }, /CONNECTOR_OTHER_TYPE/],
  [
    'several problems, all in one error',
    {
      CONNECTOR_MY_CONN_TIMEOUT: 'x',
      CONNECTOR_OTHER_TYPE: '',
      CONNECTOR_INBOUND_ENABLED: '',
      CONNECTOR_INBOUND_DISABLED: '',
    },
    /MY_CONN_TIMEOUT.*OTHER_TYPE.*INBOUND_ENABLED/s,
  ],
  [
    'no connector is left',
    { CONNECTOR_OUTBOUND_ENABLED: '', CONNECTOR_INBOUND_ENABLED: '' },
    /disable every connector/,
  ],
];

for (const [title, env, message] of refused) {
  test(`refuses ${title}`, () => {
    assert.throws(
      () => applyOverrides(connectors, env),
      (error) => isFault(error, 'configuration') && message.test(error.message),
    );
  });
}

test('7.10 the runtime refuses two connectors with the same job type', () => {
  const same = applyOverrides(connectors, { CONNECTOR_MY_CONN_TYPE: 'u:1' });
  assert.throws(() => planRuntime(same), /outbound\[0\] and outbound\[1\]: have the same type "u:1"/);
});

test('applies any environment or refuses it with a fault', () => {
  const name = fc.constantFrom(
    ...[
      'CONNECTOR_MY_CONN_TYPE',
      'CONNECTOR_MY_CONN_TIMEOUT',
      'CONNECTOR_OUTBOUND_ENABLED',
      'CONNECTOR_INBOUND_DISABLED',
    ],
  );
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(fc.string(), fc.constantFrom('t:1', '5', 'ticker, u:1'))), (env) => {
      try {
        const { outbound, inbound, disabled } = applyOverrides(connectors, env);
        assert.equal(outbound.length + inbound.length + disabled.length, 3);
      } catch (error) {
        assert.ok(isFault(error, 'configuration'), String(error));
      }
    }),
  );
});
