import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, StatusName } from '../../../src/connection/port.ts';
import type { Outcome } from '../../../src/connector/types.ts';
import { commandOf } from '../../../src/runtime/send/command.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import { createSkippingClock } from '../support/clock.ts';
import { connectionFault } from '../support/cluster.ts';
import { createTwinSender } from '../support/sender.ts';

const setUp = () => {
  const { twin, clock, on, connectionState, sender } = createTwinSender(createSkippingClock());
  const changes: string[] = [];
  on('connection:lost', () => changes.push('lost'));
  on('connection:restored', () => changes.push('restored'));
  return { twin, clock, changes, connectionState, sender };
};

const complete: Outcome = { kind: 'complete', variables: { a: 1 } };
const job = { key: '7', retries: 3 };

const commands: readonly [outcome: Outcome, command: Command][] = [
  [complete, { kind: 'completeJob', jobKey: '7', variables: '{"a":1}' }],
  [
    { kind: 'fail', message: 'no', retries: 2, backoff: 500, cause: new Error('hidden') },
    { kind: 'failJob', jobKey: '7', retries: 2, backoff: 500, message: 'no', variables: '{}' },
  ],
  [
    { kind: 'fail', message: 'no', retries: 0, backoff: 0, variables: { at: new Date(0) } },
    {
      kind: 'failJob',
      jobKey: '7',
      retries: 0,
      backoff: 0,
      message: 'no | Error variables: {"at":"1970-01-01T00:00:00.000Z"}',
      variables: '{"at":"1970-01-01T00:00:00.000Z"}',
    },
  ],
  [
    { kind: 'bpmnError', code: 'C', message: 'm', variables: { big: 9007199254740993n } },
    { kind: 'throwError', jobKey: '7', code: 'C', message: 'm', variables: '{"big":9007199254740993}' },
  ],
];

for (const [outcome, command] of commands) {
  test(`the command for an outcome of kind ${outcome.kind} is ${command.kind}`, () => {
    assert.deepEqual(commandOf({ key: '7' }, outcome), command);
  });
}

/** What the cluster answers, what becomes of the command, and how often it is sent. */
const answers: readonly [
  status: StatusName,
  reason: 'transient' | 'rejected' | 'credentials',
  kind: string,
  sends: number,
][] = [
  ['NOT_FOUND', 'rejected', 'gone', 1],
  ['FAILED_PRECONDITION', 'rejected', 'refused', 1],
  ['PERMISSION_DENIED', 'rejected', 'refused', 1],
  ['UNAVAILABLE', 'transient', 'accepted', 4],
  ['RESOURCE_EXHAUSTED', 'transient', 'accepted', 4],
  ['DEADLINE_EXCEEDED', 'transient', 'accepted', 4],
  ['UNAUTHENTICATED', 'credentials', 'accepted', 4],
];

for (const [status, reason, kind, sends] of answers) {
  test(`a command answered three times with ${status} (${reason}) ends as ${kind}`, async () => {
    const { twin, sender } = setUp();
    twin.onSend = (_, call) => (call <= 3 ? connectionFault(status, reason) : undefined);
    const delivery = await sender.settle(job, complete, { subject: '7' });
    assert.equal(delivery.kind, kind);
    assert.equal(twin.commands.length, sends);
  });
}

const officialAnswers: readonly [
  id: string,
  status: StatusName,
  times: number,
  kind: Delivery['kind'],
  sends: number,
][] = [
  ['2.30', 'UNAVAILABLE', 2, 'accepted', 3],
  ['2.31', 'NOT_FOUND', 1, 'gone', 1],
];

for (const [id, status, times, kind, sends] of officialAnswers) {
  test(`case ${id}: ${status}, ${times} times`, async () => {
    const { twin, sender } = setUp();
    twin.onSend = (_, call) =>
      call <= times ? connectionFault(status, status === 'NOT_FOUND' ? 'rejected' : 'transient') : undefined;
    const delivery = await sender.settle(job, complete, { subject: '7' });
    assert.equal(delivery.kind, kind);
    assert.deepEqual(
      twin.commands.map((command) => command.kind),
      Array.from({ length: sends }, () => 'completeJob'),
    );
  });
}

test('the pauses between attempts grow', async () => {
  const { twin, clock, sender } = setUp();
  twin.onSend = (_, call) => (call <= 5 ? connectionFault('UNAVAILABLE') : undefined);
  await sender.settle(job, complete, { subject: '7' });
  assert.deepEqual(clock.pauses, [75, 125, 225, 425, 825]);
});

test('117. a pause that the other side asks for is kept, a minute at most, and a short one changes nothing', async () => {
  const { twin, clock, sender } = setUp();
  const asked = [2_000, 3_600_000, 10];
  twin.onSend = (_, call) => {
    const retryAfter = asked[call - 1];
    return retryAfter === undefined ? undefined : Object.assign(connectionFault('RESOURCE_EXHAUSTED'), { retryAfter });
  };
  await sender.settle(job, complete, { subject: '7' });
  assert.deepEqual(clock.pauses, [2_000, 60_000, 225]);
});

test('a command is not repeated after its deadline, and nothing else is sent', async () => {
  const { twin, clock, sender } = setUp();
  twin.onSend = () => connectionFault('UNAVAILABLE');
  const delivery = await sender.settle(job, complete, { subject: '7', deadline: 10_000 });
  assert.equal(delivery.kind, 'expired');
  assert.ok(clock.now() < 10_000);
  assert.ok(twin.commands.length > 5);
  assert.ok(twin.commands.every(({ kind }) => kind === 'completeJob'));
});

test('case 2.32: a command that is answered after the deadline is sent once', async () => {
  const { twin, sender } = setUp();
  twin.onSend = () => connectionFault('UNAVAILABLE');
  const delivery = await sender.settle(job, complete, { subject: '7', deadline: 1 });
  assert.equal(delivery.kind, 'expired');
  assert.equal(twin.commands.length, 1);
});

test('a result that the cluster rejects as invalid fails the job with the reason and one retry less', async () => {
  const { twin, sender } = setUp();
  twin.onSend = ({ kind }) =>
    kind === 'completeJob' ? connectionFault('INVALID_ARGUMENT', 'rejected', 'the document is broken') : undefined;
  const delivery = await sender.settle(job, complete, { subject: '7' });
  assert.equal(delivery.kind, 'refused');
  assert.deepEqual(twin.accepted, [
    {
      kind: 'failJob',
      jobKey: '7',
      retries: 2,
      backoff: 0,
      message: 'The cluster refused the result of the job: the document is broken',
      variables: '{}',
    },
  ]);
});

test('a result that is too large for the cluster fails the job after a few attempts', async () => {
  const { twin, sender } = setUp();
  twin.onSend = ({ kind }) => (kind === 'completeJob' ? connectionFault('RESOURCE_EXHAUSTED') : undefined);
  const large: Outcome = { kind: 'complete', variables: { text: 'x'.repeat(5_000_000) } };
  await sender.settle(job, large, { subject: '7' });
  assert.deepEqual(
    twin.commands.map(({ kind }) => kind),
    ['completeJob', 'completeJob', 'completeJob', 'failJob'],
  );
});

test('a failure whose variables are refused is sent again without them and keeps its retries', async () => {
  const { twin, sender } = setUp();
  twin.onSend = (command) =>
    command.kind === 'failJob' && command.variables === '{}'
      ? undefined
      : connectionFault('INVALID_ARGUMENT', 'rejected');
  const failure: Outcome = { kind: 'fail', message: 'no', retries: 5, backoff: 100, variables: { a: 1 } };
  await sender.settle(job, failure, { subject: '7' });
  const [sent] = twin.accepted;
  assert.ok(sent?.kind === 'failJob');
  assert.deepEqual([sent.retries, sent.backoff], [5, 100]);
  assert.match(sent.message, /^no\n/);
});

test('a failure without variables that is refused is not sent again', async () => {
  const { twin, sender } = setUp();
  twin.onSend = () => connectionFault('INVALID_ARGUMENT', 'rejected');
  const delivery = await sender.settle(job, { kind: 'fail', message: 'no', retries: 0, backoff: 0 }, { subject: '7' });
  assert.equal(delivery.kind, 'refused');
  assert.equal(twin.commands.length, 1);
});

test('a command is not repeated after an error that is not of the connection', async () => {
  const { twin, sender } = setUp();
  twin.onSend = () => new TypeError('a bug');
  const delivery = await sender.settle(job, complete, { subject: '7' });
  assert.equal(delivery.kind, 'refused');
  assert.equal(twin.commands.length, 1);
});

test('a signal ends the repetitions', async () => {
  const { twin, sender } = setUp();
  const controller = new AbortController();
  twin.onSend = (_, call) => {
    if (call === 3) controller.abort();
    return connectionFault('UNAVAILABLE');
  };
  const delivery = await sender.settle(job, complete, { subject: '7', signal: controller.signal });
  assert.equal(delivery.kind, 'abandoned');
  assert.equal(twin.commands.length, 3);
});

test('a message that the cluster already has is a duplicate', async () => {
  const { twin, sender } = setUp();
  twin.onSend = () => connectionFault('ALREADY_EXISTS', 'rejected');
  const message: Command = {
    kind: 'publishMessage',
    name: 'm',
    correlationKey: 'k',
    messageId: 'i',
    timeToLive: 1,
    variables: '{}',
  };
  assert.deepEqual(await sender.send(message, { subject: 'i' }), { kind: 'duplicate' });
});

test('an outage that many commands meet is reported as one loss and one recovery', async () => {
  const { twin, sender, changes } = setUp();
  twin.onSend = (_, call) => (call <= 200 ? connectionFault('UNAVAILABLE') : undefined);
  const all = Array.from({ length: 50 }, (_, index) =>
    sender.send(commandOf({ key: String(index) }, complete), { subject: String(index) }),
  );
  await Promise.all(all);
  assert.deepEqual(changes, ['lost', 'restored']);
});

test('a command that is given up does not count as answered', async () => {
  const { twin, sender, changes, connectionState } = setUp();
  twin.onSend = () => connectionFault('UNAVAILABLE');
  await sender.send(commandOf({ key: '1' }, complete), { subject: '1', deadline: 1 });
  assert.deepEqual(changes, ['lost']);
  assert.equal(connectionState.isUp(), false);
  connectionState.answered('somebody else');
  assert.deepEqual(changes, ['lost', 'restored']);
});

test('nothing is sent from the deadline on, since another client may have the job', async () => {
  for (const deadline of [0, -1, () => 0]) {
    const { twin, sender } = setUp();
    const delivery = await sender.settle(job, complete, { subject: '7', deadline });
    assert.equal(delivery.kind, 'expired');
    assert.match(String('error' in delivery && delivery.error), /over before the command was sent/);
    assert.deepEqual(twin.accepted, []);
  }
});

test('a deadline that moves while the cluster does not answer counts as it is', async () => {
  const { twin, sender, clock } = setUp();
  twin.onSend = (_, call) => (call <= 3 ? connectionFault('UNAVAILABLE') : undefined);
  let until = 60;
  const deadline = (): number => {
    until = clock.now() + 60_000;
    return until;
  };
  assert.equal((await sender.settle(job, complete, { subject: '7', deadline })).kind, 'accepted');
});
