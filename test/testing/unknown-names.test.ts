/** Names that no deployed process has: they are refused with the nearest name, because they would never be found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineOutbound } from 'camunda-connectors';
import {
  createProcessTest,
  matchers,
  mockOutbound,
  type ProcessHandle,
  type ProcessTest,
  type ProcessTestOptions,
} from 'camunda-connectors/testing';
import * as v from 'valibot';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { create, mock, run, subscription } from './cases/support/instructions.ts';
import { models } from './support/models.ts';

const resources = [models.order, models.wait, models.rate];

interface Scene {
  readonly processes: ProcessTest;
  /** Instances of the processes `order`, `wait` and `rate`. */
  readonly order: ProcessHandle;
  readonly wait: ProcessHandle;
  readonly rate: ProcessHandle;
}

const rows: readonly (readonly [call: string, act: (scene: Scene) => unknown, text: RegExp])[] = [
  [
    "calls('chrage')",
    ({ processes }) => processes.calls('chrage'),
    /a job of the type "chrage"\. Did you mean charge\?/,
  ],
  ["calls('nothing')", ({ processes }) => processes.calls('nothing'), /of the type "nothing"\. Known: charge, review/],
  ["mock('chrage')", ({ processes }) => processes.mock('chrage', {}), /of the type "chrage"\. Did you mean charge\?/],
  ["start('ordr')", ({ processes }) => processes.start('ordr'), /"ordr"\. Did you mean order\?/],
  ["started('ordr')", ({ processes }) => processes.started('ordr'), /ordr was started\. Did you mean order\?/],
  ["instances('ordr')", ({ processes }) => processes.instances('ordr'), /"ordr"\. Did you mean order\?/],
  ["job({ type: 'chrage' })", ({ order }) => order.job({ type: 'chrage' }), /"chrage"\. Did you mean charge\?/],
  ["job({ at: 'Chrage' })", ({ order }) => order.job({ at: 'Chrage' }), /"Chrage"\. Did you mean "Charge"\?/],
  ["userTask('Chrage')", ({ order }) => order.userTask('Chrage'), /"Chrage"\. Did you mean "Charge"\?/],
  ["waitsForMessage('piad')", ({ wait }) => wait.waitsForMessage('piad'), /the name "piad"\. Did you mean paid\?/],
  ["received('piad')", ({ wait }) => wait.received('piad'), /the name "piad"\. Did you mean paid\?/],
  [
    "not.toWaitForMessage('piad')",
    ({ wait }) => matchers.toWaitForMessage.call({ isNot: true }, wait, 'piad'),
    /the name "piad"\. Did you mean paid\?/,
  ],
  [
    "not.toHaveReceived('piad')",
    ({ wait }) => matchers.toHaveReceived.call({ isNot: true }, wait, 'piad'),
    /the name "piad"\. Did you mean paid\?/,
  ],
  ["decided('discont')", ({ rate }) => rate.decided('discont'), /the decision "discont"\. Did you mean discount\?/],
  [
    "not.toHaveDecided('discont')",
    ({ rate }) => matchers.toHaveDecided.call({ isNot: true }, rate, 'discont'),
    /the decision "discont"\. Did you mean discount\?/,
  ],
  ["completed({ at: 'EndPlian' })", ({ order }) => order.completed({ at: 'EndPlian' }), /Did you mean "EndPlain"\?/],
  ["passed('Chrage')", ({ order }) => order.passed('Chrage'), /Did you mean "Charge"\?/],
  ["notPassed('Chrage')", ({ order }) => order.notPassed('Chrage'), /Did you mean "Charge"\?/],
  ["waitsAt('Chrage')", ({ order }) => order.waitsAt('Chrage'), /Did you mean "Charge"\?/],
  ["incident({ at: 'Chrage' })", ({ order }) => order.incident({ at: 'Chrage' }), /Did you mean "Charge"\?/],
  [
    "variables({}, { at: 'Chrage' })",
    ({ order }) => order.variables({ a: 1 }, { at: 'Chrage' }),
    /Did you mean "Charge"\?/,
  ],
];

for (const [call, act, text] of rows) {
  test(`${call} is refused`, async (t) => {
    const processes = await createProcessTest(t, { resources, mocks: { decisions: { discount: 1 } } });
    const order = await processes.start('order', { total: 1 });
    const wait = await processes.start('wait', { orderId: '1' });
    const rate = await processes.start('rate', { total: 1 });
    await assert.rejects(
      async () => act({ processes, order, wait, rate }),
      (error: Error & { readonly kind?: string }) => {
        assert.match(error.message, text);
        assert.match(error.message, /\nFix: /);
        assert.equal(error.kind, 'definition');
        return true;
      },
    );
  });
}

test('mocks.jobs refuses a type that is almost one of a process', async () => {
  const options = { resources, mocks: { jobs: { chrage: {} } } };
  await assert.rejects(
    createProcessTest(undefined, options),
    /"chrage"\. Did you mean charge\?\nWhere: mocks\.jobs\nFix: /,
  );
});

const charge = defineOutbound({ name: 'Charge', type: 'charge', input: v.object({}), run: () => ({}) });

const accepted: readonly (readonly [what: string, options: ProcessTestOptions, use: (test: ProcessTest) => void])[] = [
  ['a type without calls', {}, (processes) => assert.deepEqual(processes.calls('charge'), [])],
  [
    'mocks of similar types',
    { mocks: { jobs: { charge: {}, charges: {} } } },
    (p) => assert.deepEqual(p.calls('charges'), []),
  ],
  [
    'a mock of another process',
    { mocks: { jobs: { 'send-letter': {} } } },
    (p) => assert.deepEqual(p.calls('send-letter'), []),
  ],
  [
    'a mock beside a connector of a similar type',
    { connectors: { outbound: [mockOutbound(charge, {})] }, mocks: { jobs: { charges: {} } } },
    (processes) => assert.deepEqual(processes.calls('charges'), []),
  ],
  ['instances of a process that has none', {}, (processes) => assert.deepEqual(processes.instances('wait'), [])],
];

for (const [what, options, use] of accepted) {
  test(`accepted: ${what}`, async (t) => {
    use(await createProcessTest(t, { resources, ...options }));
  });
}

test('an expression can yield any name', async (t) => {
  const content = processFile('any', ...chain(start('Start'), serviceTask('Work', { type: '=kind' }), end('End')));
  const processes = await createProcessTest(t, { resources: { name: 'any.bpmn', content } });
  const any = await processes.start('any', { kind: 'dig' });
  await (await any.job({ type: 'dig' })).end({});
  assert.deepEqual(processes.calls('dug'), []);
});

test('JSON test cases warn of a mock of almost the same type, and of an unknown message', async () => {
  const one = { orderId: '1' };
  const instructions = [
    mock('chrage'),
    create('wait', one),
    subscription('wait', { messageName: 'piad' }, 'IS_NOT_WAITING'),
  ];
  const { failure, warnings } = await run(instructions, { resources });
  assert.equal(failure, undefined);
  assert.match(warnings.join('\n'), /No process has a job of the type "chrage"\. Did you mean charge\?/);
  assert.match(warnings.join('\n'), /wait has no message with the name "piad"\. Did you mean paid\?/);
});
