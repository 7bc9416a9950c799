import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../../src/connector/types.ts';
import type { JobDeadline } from '../../../../src/runtime/jobs/job-deadline.ts';
import type { Sender } from '../../../../src/runtime/send/sender.ts';
import type { Delivery } from '../../../../src/runtime/shared/delivery.ts';
import { openTaskWorker } from '../../../../src/runtime/subscriptions/durable/open-task.ts';
import { writeSubscription } from '../../../../src/runtime/subscriptions/durable/stored-subscription.ts';
import { makeJob } from '../../support/cluster.ts';

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
  const worker = openTaskWorker(sender, signal);
  const unneeded = () => assert.fail('needs no other time');
  const deadline: JobDeadline = {
    at: () => 20_000,
    offeredAt: 0,
    updateTimeout: unneeded,
    extend: unneeded,
    watch: unneeded,
    lost: unneeded,
    end: unneeded,
  };
  const result = await worker.handle(makeJob({ type: worker.type, variables, retries: 100 }), signal, deadline, () =>
    assert.fail('nothing is left'),
  );
  return { sent, result };
};

const complete: Outcome = { kind: 'complete', variables: {} };
const error = new Error('it is in the wrong state');

const cases: readonly [delivery: Delivery, kind: string][] = [
  [{ kind: 'accepted' }, 'complete'],
  // Completed before by a runtime that died before it got the answer.
  [{ kind: 'gone' }, 'complete'],
  [{ kind: 'refused', error }, 'fail'],
  [{ kind: 'expired', error }, 'settled'],
  [{ kind: 'abandoned' }, 'settled'],
];

for (const [delivery, kind] of cases) {
  test(`the command for the activating task is ${delivery.kind}: the first task's job is ${kind}`, async () => {
    const { sent, result } = await open(delivery);
    assert.deepEqual(sent, [{ kind: 'completeJob', jobKey: '8', variables: '{}' }]);
    assert.equal(result.kind, kind);
    if (kind === 'complete') assert.deepEqual(result, complete);
  });
}

test('a rejected command is tried again after a pause and costs one of many retries', async () => {
  const { result } = await open({ kind: 'refused', error });
  assert.ok(result.kind === 'fail');
  assert.deepEqual([result.retries, result.backoff], [99, 5_000]);
  assert.match(result.message, /wrong state/);
});

test('broken variables become an incident, and nothing is completed', async () => {
  const { sent, result } = await open({ kind: 'accepted' }, '{"activation":"hunter2"}');
  assert.ok(result.kind === 'fail');
  assert.equal(result.retries, 0);
  assert.doesNotMatch(result.message, /hunter2/);
  assert.deepEqual(sent, []);
});
