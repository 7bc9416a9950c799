/** Checks say what is the case also beside hangs, called instances and expressions that remember their last match. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineOutbound, jobError } from 'camunda-connectors';
import { createProcessTest, type MatcherResult, matchers, type ProcessHandle } from 'camunda-connectors/testing';
import * as v from 'valibot';
import { models } from './support/models.ts';

/** What `expect(handle).not` reports: empty text if it passes. */
const reportOfNot = async (matcher: (this: { isNot: boolean }) => Promise<MatcherResult>): Promise<string> => {
  const { pass, message } = await matcher.call({ isNot: true });
  return pass ? message() : '';
};

const rejection = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'It has passed.',
    (error: Error) => error.message,
  );

test('a hang fails a check, and with not as well', async (t) => {
  const hanging = defineOutbound({
    name: 'Hang',
    type: 'charge',
    input: v.object({}),
    timeout: 1000,
    run: (_input, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const connectors = { outbound: [hanging] };
  const processes = await createProcessTest(t, { resources: models.order, connectors, timeLimit: 0.05 });
  const order = await processes.start('order', { total: 1 });

  const hang = /Nothing has happened for 0\.05 s, although something is under way/;
  const table: readonly (readonly [name: string, not: (this: { isNot: boolean }) => Promise<MatcherResult>])[] = [
    [
      'toHaveCompleted',
      function () {
        return matchers.toHaveCompleted.call(this, order);
      },
    ],
    [
      'toHavePassed',
      function () {
        return matchers.toHavePassed.call(this, order, 'EndPlain');
      },
    ],
    [
      'toHavePassed',
      function () {
        return matchers.toHavePassed.call(this, order, 'Charge', 'EndPlain');
      },
    ],
    [
      'toHaveIncident',
      function () {
        return matchers.toHaveIncident.call(this, order);
      },
    ],
    [
      'toWaitAt',
      function () {
        return matchers.toWaitAt.call(this, order, 'Review');
      },
    ],
    [
      'toHaveVariables',
      function () {
        return matchers.toHaveVariables.call(this, order, { paid: true });
      },
    ],
  ];
  for (const [name, not] of table) {
    const report = await reportOfNot(not);
    assert.match(report, new RegExp(`not\\.${name}, but something hangs`), name);
    assert.match(report, hang, name);
  }
  for (const check of [order.notPassed('EndPlain'), order.noIncident()]) {
    const text = await rejection(check);
    assert.match(text, hang);
    assert.match(text, /^Whether it stays as expected is not known, because something hangs\./);
  }
  const own = await order.check(() => ({ pass: true, message: () => 'own' }));
  assert.equal(own.pass, false, 'a check of the test itself fails as well');
  assert.match(own.hang ?? '', hang);
});

const broken = { name: 'ship.bpmn', content: models.order.content.replaceAll('"order"', '"ship"') };

test('an incident of a called instance counts for the caller', async (t) => {
  const processes = await createProcessTest(t, {
    resources: [models.parent, broken],
    mocks: { jobs: { charge: jobError('boom boom', { retries: 0 }) } },
  });
  const parent = await processes.start('parent');
  const found = await parent.incident({ at: 'Ship', message: 'boom' });
  const [ship] = processes.instances('ship');
  assert.equal(found.processInstanceKey, ship?.key);
  assert.match(await rejection(parent.noIncident()), /to have no incident, but it has one/);
  assert.match(
    await reportOfNot(function () {
      return matchers.toHaveIncident.call(this, parent);
    }),
    /but it is so/,
  );
  assert.match(
    await rejection(parent.incident({ at: 'Start' })),
    /to have an incident at Start, but it has another one/,
  );
});

test('an expression with the flag g or y matches each time', async (t) => {
  const mocks = { jobs: { charge: jobError('boom boom', { retries: 0 }) } };
  const processes = await createProcessTest(t, { resources: models.order, mocks });
  const order: ProcessHandle = await processes.start('order');
  for (const message of [/boom/g, /boom/y]) {
    for (let time = 0; time < 3; time += 1) assert.match((await order.incident({ message })).message, /boom/);
  }
});

test('not.toHavePassed with one element fails as soon as the element was entered', async (t) => {
  const processes = await createProcessTest(t, { resources: models.order });
  const order = await processes.start('order', { total: 1 });
  assert.match(
    await reportOfNot(function () {
      return matchers.toHavePassed.call(this, order, 'Charge');
    }),
    /not to have entered Charge, but it did: Charge is active/,
  );
  assert.equal(
    await reportOfNot(function () {
      return matchers.toHavePassed.call(this, order, 'Review');
    }),
    '',
  );
});
