import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../src/connector/types.ts';
import type { Sender } from '../../../src/runtime/send/sender.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import { writeSubscription } from '../../../src/runtime/subscriptions/durable/document.ts';
import { openingWorker } from '../../../src/runtime/subscriptions/durable/opening.ts';
import { makeJob } from '../support/cluster.ts';

const activation = {
  id: '1',
  connector: 'c',
  messageName: 'm',
  correlationKey: 'k',
  variables: {},
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  elementId: 'e',
};

const open = async (delivery: Delivery, variables = writeSubscription({ activation, activationJob: '8' }, 60)) => {
  const sent: unknown[] = [];
  const sender = {
    send: async (command: unknown) => {
      sent.push(command);
      return delivery;
    },
  } as unknown as Sender;
  const { signal } = new AbortController();
  const worker = openingWorker(sender, signal);
  const deadline = { at: () => 20_000, updateTimeout: () => assert.fail('needs no other time') };
  const result = await worker.handle(makeJob({ type: worker.type, variables, retries: 100 }), signal, deadline, () =>
    assert.fail('nothing is left'),
  );
  return { sent, result };
};

const complete: Outcome = { kind: 'complete', variables: {} };
const error = new Error('it is in the wrong state');

const cases: readonly [delivery: Delivery, kind: string][] = [
  [{ kind: 'accepted' }, 'complete'],
  // Completed before, by a runtime that died before it could say so.
  [{ kind: 'gone' }, 'complete'],
  [{ kind: 'refused', error }, 'fail'],
  [{ kind: 'expired', error }, 'settled'],
  [{ kind: 'abandoned' }, 'settled'],
];

for (const [delivery, kind] of cases) {
  test(`the task that asked is ${delivery.kind}: the opening is ${kind}`, async () => {
    const { sent, result } = await open(delivery);
    assert.deepEqual(sent, [{ kind: 'completeJob', jobKey: '8', variables: '{}' }]);
    assert.equal(result.kind, kind);
    if (kind === 'complete') assert.deepEqual(result, complete);
  });
}

test('a refusal is tried again after a pause, and costs one of many attempts', async () => {
  const { result } = await open({ kind: 'refused', error });
  assert.ok(result.kind === 'fail');
  assert.deepEqual([result.retries, result.backoff], [99, 5_000]);
  assert.match(result.message, /wrong state/);
});

test('variables that somebody broke are an incident, and nothing is completed', async () => {
  const { sent, result } = await open({ kind: 'accepted' }, '{"activation":"hunter2"}');
  assert.ok(result.kind === 'fail');
  assert.equal(result.retries, 0);
  assert.doesNotMatch(result.message, /hunter2/);
  assert.deepEqual(sent, []);
});
