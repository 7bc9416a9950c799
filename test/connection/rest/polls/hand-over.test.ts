import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandOver } from '../../../../src/connection/rest/polls/hand-over.ts';

test('the next request waits for the turn after the jobs, and for nothing without jobs', async () => {
  const { jobsArrived, pending } = createHandOver();
  assert.equal(pending(), undefined);
  const order: string[] = [];
  jobsArrived();
  jobsArrived();
  const next = pending()?.then(() => order.push('request'));
  // A handler begins after a few steps of the same turn.
  let handler = Promise.resolve();
  for (let step = 0; step < 50; step += 1) handler = handler.then(() => undefined);
  await handler.then(() => order.push('handler'));
  await next;
  assert.deepEqual(order, ['handler', 'request']);
  assert.equal(pending(), undefined);
});

test('a request that nobody sends after the jobs delays nothing but itself', async () => {
  const { jobsArrived, pending } = createHandOver();
  jobsArrived();
  await new Promise(setImmediate);
  await pending();
  assert.equal(pending(), undefined);
});
