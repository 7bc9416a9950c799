/** The variables of the official runtime, by the cases of the reference (section 7.3). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { applyOverrides, variablePart } from '../../src/cli/overrides.ts';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { planRuntime } from '../../src/runtime/plan.ts';

const make = (name: string, type: string) => defineOutbound({ name, type, input: v.object({}), run: () => ({}) });
const connectors = {
  outbound: [make('My Conn', 't:1'), make('Other', 'u:1')],
  inbound: [defineInbound({ name: 'ticker', loop: () => null })],
};

const chosen = (env: Record<string, string>) => {
  const { outbound, inbound, disabled } = applyOverrides(connectors, env);
  return { outbound: outbound.map(({ type }) => type), inbound: inbound.map(({ name }) => name), disabled };
};

const all = { outbound: ['t:1', 'u:1'], inbound: ['ticker'], disabled: [] };

const cases: readonly [title: string, env: Record<string, string>, expected: ReturnType<typeof chosen>][] = [
  ['without variables all run as they are', {}, all],
  [
    '7.1 CONNECTOR_MY_CONN_TYPE changes the job type',
    { CONNECTOR_MY_CONN_TYPE: 't:2' },
    { ...all, outbound: ['t:2', 'u:1'] },
  ],
  [
    '7.4 CONNECTOR_OUTBOUND_DISABLED is trimmed and knows no case; what is off is listed',
    { CONNECTOR_OUTBOUND_DISABLED: ' T:1 , x:2' },
    { ...all, outbound: ['u:1'], disabled: ['t:1'] },
  ],
  [
    '7.5 CONNECTOR_OUTBOUND_ENABLED names all that run',
    { CONNECTOR_OUTBOUND_ENABLED: 't:1' },
    { ...all, outbound: ['t:1'], disabled: ['u:1'] },
  ],
  [
    '7.6 an empty CONNECTOR_OUTBOUND_ENABLED switches all of the direction off',
    { CONNECTOR_OUTBOUND_ENABLED: '' },
    { ...all, outbound: [], disabled: ['t:1', 'u:1'] },
  ],
  [
    'CONNECTOR_INBOUND_DISABLED names inbound connectors',
    { CONNECTOR_INBOUND_DISABLED: 'ticker' },
    { ...all, inbound: [], disabled: ['ticker'] },
  ],
  [
    'a changed type is the one that the lists mean',
    { CONNECTOR_MY_CONN_TYPE: 't:2', CONNECTOR_OUTBOUND_DISABLED: 't:2' },
    { ...all, outbound: ['u:1'], disabled: ['t:2'] },
  ],
];

for (const [title, env, expected] of cases) {
  test(title, () => assert.deepEqual(chosen(env), expected));
}

test('7.2 CONNECTOR_MY_CONN_TIMEOUT is the timeout in milliseconds', () => {
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
  test(`7.3 the name ${JSON.stringify(name)} is ${part} in variables`, () => assert.equal(variablePart(name), part));
}

const refused: readonly [title: string, env: Record<string, string>, message: RegExp][] = [
  [
    '7.7 both lists of a direction, even empty',
    { CONNECTOR_OUTBOUND_ENABLED: '', CONNECTOR_OUTBOUND_DISABLED: 'x' },
    /CONNECTOR_OUTBOUND_ENABLED and CONNECTOR_OUTBOUND_DISABLED/,
  ],
  ['a timeout that is no number', { CONNECTOR_MY_CONN_TIMEOUT: '30s' }, /CONNECTOR_MY_CONN_TIMEOUT/],
  ['a timeout of nothing', { CONNECTOR_MY_CONN_TIMEOUT: '0' }, /CONNECTOR_MY_CONN_TIMEOUT/],
  ['a type of nothing', { CONNECTOR_OTHER_TYPE: ' ' }, /CONNECTOR_OTHER_TYPE/],
  [
    'everything at once',
    {
      CONNECTOR_MY_CONN_TIMEOUT: 'x',
      CONNECTOR_OTHER_TYPE: '',
      CONNECTOR_INBOUND_ENABLED: '',
      CONNECTOR_INBOUND_DISABLED: '',
    },
    /MY_CONN_TIMEOUT.*OTHER_TYPE.*INBOUND_ENABLED/s,
  ],
  ['nothing is left', { CONNECTOR_OUTBOUND_ENABLED: '', CONNECTOR_INBOUND_ENABLED: '' }, /switch every connector off/],
];

for (const [title, env, message] of refused) {
  test(`refused: ${title}`, () => {
    assert.throws(
      () => applyOverrides(connectors, env),
      (error) => isFault(error, 'configuration') && message.test(error.message),
    );
  });
}

test('7.10 two connectors of one type are refused by the runtime, with the type', () => {
  const same = applyOverrides(connectors, { CONNECTOR_MY_CONN_TYPE: 'u:1' });
  assert.throws(() => planRuntime(same), /outbound\[0\] and outbound\[1\]: have the same type "u:1"/);
});

test('any environment is applied or refused by a fault', () => {
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
