/** Process tests of a user, as text: the same file for every test runner, except for the line that imports `test`. */
import { boundary, catchEvent, chain, end, flow, process, serviceTask, start } from '../../engine/support/bpmn.ts';

const order = process(
  'order',
  ...chain(start('Start'), catchEvent('Days', { duration: 'P3D' }), serviceTask('Pay', { type: 'pay' }), end('Paid')),
  boundary('Refused', 'Pay', { error: 'REFUSED' }),
  end('NotPaid'),
  flow('Refused', 'NotPaid'),
);

const names = `bpmnError, defineOutbound`;
const kit = `cleanUpAfter, createProcessTest, mockOutbound`;

const body = `
const pay = defineOutbound({
  name: 'Pay',
  type: 'pay',
  input: v.object({ total: v.number() }),
  output: v.object({ paid: v.boolean() }),
  run: ({ total }) => ({ paid: total < 10 }),
});
const order = { name: 'order.bpmn', content: ${JSON.stringify(order)} };
const cleanUp = cleanUpAfter(afterEach);

test('an order is paid after three days', async () => {
  const processes = await createProcessTest(cleanUp, { resources: order, connectors: { outbound: [pay] } });
  const instance = await processes.start('order', { total: 3 });
  await instance.waitsAt('Days');
  await instance.completed({ at: 'Paid', variables: { paid: true } });
});

test('a refused payment ends elsewhere', async () => {
  const refused = mockOutbound(pay, bpmnError('REFUSED'));
  const processes = await createProcessTest(cleanUp, { resources: order, connectors: { outbound: [refused] } });
  const instance = await processes.start('order', { total: 3 });
  await instance.completed({ at: 'NotPaid' });
  if (refused.calls[0].input.total !== 3) throw new Error('the input is missing');
});

test('a check that cannot pass says what the process waits for', async () => {
  const processes = await createProcessTest(cleanUp, { resources: order, skip: false });
  const instance = await processes.start('order', { total: 3 });
  const message = await instance.completed().then(() => '', (error) => error.message);
  if (!message.includes('Days waits for a timer, which fires in 3 d')) throw new Error(message);
});
`;

/** Tests of the matchers, for runners with `expect`. */
const matcherTests = `
expect.extend(matchers);

test('the matchers wait as the functions of the handle do', async () => {
  const processes = await createProcessTest(cleanUp, { resources: order, connectors: { outbound: [pay] } });
  const instance = await processes.start('order', { total: 3 });
  await expect(instance).toWaitAt('Days');
  await expect(instance).not.toHaveCompleted();
  await expect(instance).toHaveCompleted({ at: 'Paid' });
  await expect(instance).not.toHavePassed('NotPaid');
  await expect(expect(instance).toHaveVariables({ paid: false })).rejects.toThrow('paid = true (expected false)');
});
`;

/** The tests as an ES module; they are valid TypeScript but for types. */
export const moduleTests = (
  runner: 'node:test' | 'vitest' | '@jest/globals',
): string => `import { afterEach, test${runner === 'node:test' ? '' : ', expect'} } from '${runner}';
import { ${names} } from 'camunda-connectors';
import { ${kit}${runner === 'node:test' ? '' : ', matchers'} } from 'camunda-connectors/testing';
import * as v from 'valibot';
${body}${runner === 'node:test' ? '' : matcherTests}`;

/** The tests as a CommonJS module for Jest, whose functions are global. */
export const commonTests = `const { ${names} } = require('camunda-connectors');
const { ${kit}, matchers } = require('camunda-connectors/testing');
const v = require('valibot');
${body}${matcherTests}`;

/** What the compiler must accept: `mock` is refused if its types are not those of the connector. */
export const typedMock = (result: string): string => `import { defineOutbound } from 'camunda-connectors';
import { createProcessTest, mockOutbound, type ProcessHandle, type ProcessTest } from 'camunda-connectors/testing';
import * as v from 'valibot';
const pay = defineOutbound({
  name: 'Pay',
  type: 'pay',
  input: v.object({ total: v.number() }),
  output: v.object({ paid: v.boolean() }),
  run: ({ total }) => ({ paid: total < 10 }),
});
export const mock = mockOutbound(pay, ({ total }) => (${result}));
export const first: number | undefined = mock.calls[0]?.input.total;
export const act = async (): Promise<ProcessHandle> => {
  const processes: ProcessTest = await createProcessTest({ resources: 'processes', connectors: { outbound: [mock] } });
  const order = await processes.start('order', { total: 3 });
  await order.completed({ at: 'End', variables: { paid: true } });
  return order;
};
`;
