import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProcessTest, type MatcherResult, matchers, type ProcessHandle } from 'camunda-connectors/testing';
import { models } from './support/models.ts';

/** What a runner does with a matcher: it fails if `pass` is not as it should be. */
const expected = async (result: Promise<MatcherResult>, isNot: boolean): Promise<string> => {
  const { pass, message } = await result;
  return pass === isNot ? message() : '';
};

const jobs = { charge: { paid: true } };

test('each matcher passes and fails as the function of the handle does, and with not it is the other way round', async (t) => {
  const processes = await createProcessTest(t, {
    resources: [models.order, models.wait, models.rate],
    mocks: { jobs, decisions: { discount: 7 } },
  });
  const order = await processes.start('order', { total: 1 });
  const wait = await processes.start('wait', { orderId: '1' });
  const rate = await processes.start('rate');
  await rate.completed();
  await order.completed();
  const cancelled = await processes.start('wait', { orderId: '2' });
  await cancelled.cancel();

  type Call = (context: { readonly isNot: boolean }) => Promise<MatcherResult>;
  const cases: readonly (readonly [name: string, holds: Call, fails: Call, text: RegExp])[] = [
    [
      'toHaveCompleted',
      (context) => matchers.toHaveCompleted.call(context, order, { at: 'EndPlain' }),
      (context) => matchers.toHaveCompleted.call(context, wait),
      /to have completed, but it is active/,
    ],
    [
      'toBeTerminated',
      (context) => matchers.toBeTerminated.call(context, cancelled),
      (context) => matchers.toBeTerminated.call(context, order),
      /to be terminated, but it has completed/,
    ],
    [
      'toHavePassed',
      (context) => matchers.toHavePassed.call(context, order, 'Start', 'EndPlain'),
      (context) => matchers.toHavePassed.call(context, order, 'Charge', 'Start'),
      /has not completed Start after Charge: the order was Start, Charge, Big, EndPlain/,
    ],
    [
      'toWaitAt',
      (context) => matchers.toWaitAt.call(context, wait, 'Paid'),
      (context) => matchers.toWaitAt.call(context, wait, 'End'),
      /to wait at End, but it does not wait there/,
    ],
    [
      'toWaitForMessage',
      (context) => matchers.toWaitForMessage.call(context, wait, 'paid', '1'),
      (context) => matchers.toWaitForMessage.call(context, wait, 'paid', '2'),
      /to wait for the message "paid" with the key "2"/,
    ],
    [
      'toHaveVariables',
      (context) => matchers.toHaveVariables.call(context, order, { paid: true }),
      (context) => matchers.toHaveVariables.call(context, order, { paid: false }),
      /has paid = true \(expected false\)/,
    ],
    [
      'toHaveDecided',
      (context) => matchers.toHaveDecided.call(context, rate, 'discount', { output: 7 }),
      (context) => matchers.toHaveDecided.call(context, rate, 'discount', { output: 8 }),
      /to get 8 by the decision discount, but it got 7/,
    ],
  ];
  for (const [name, holds, fails, text] of cases) {
    assert.equal(await expected(holds({ isNot: false }), false), '', `${name} passes`);
    assert.match(await expected(holds({ isNot: true }), true), new RegExp(`not\\.${name}, but it is so`), name);
    assert.equal(await expected(fails({ isNot: true }), true), '', `not.${name} passes`);
    assert.match(await expected(fails({ isNot: false }), false), text, name);
  }

  const bad = await processes.start('order', { total: 'x' });
  await bad.incident();
  assert.equal(await expected(matchers.toHaveIncident.call({}, bad, { at: 'Big' }), false), '');
  assert.match(await expected(matchers.toHaveIncident.call({}, order), false), /to have an incident, but it has none/);
  await processes.publish({ name: 'paid', correlationKey: '1' });
  assert.equal(await expected(matchers.toHaveReceived.call({}, wait, 'paid', '1'), false), '');
});

test('a matcher needs a handle', async () => {
  await assert.rejects(
    matchers.toHaveCompleted.call({}, 7 as unknown as ProcessHandle),
    /what processes\.start\(…\) returns/,
  );
});
