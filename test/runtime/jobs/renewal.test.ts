/** Jobs that take longer than the time for which the cluster reserves them at once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Command } from '../../../src/connection/port.ts';
import { createJobDeadline } from '../../../src/runtime/jobs/job-deadline.ts';
import { renewalDelay } from '../../../src/runtime/jobs/renewal.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault, type Script } from '../support/cluster.ts';
import { createTwinSender } from '../support/sender.ts';

test('a job is renewed at random between a quarter and half of its time', () => {
  assert.deepEqual(
    [0, 0.5, 1].map((random) => renewalDelay(60_000, random)),
    [15_000, 22_500, 30_000],
  );
});

const lease = 60_000;

/** A job that a runtime has just got, and what its watcher is told. */
const setUp = (times: { jobTimeout?: number; keepFor?: number; lease?: number } = {}) => {
  const { twin, clock, sender } = createTwinSender(createManualClock());
  const stop = new AbortController();
  const told: string[] = [];
  const request = { jobTimeout: lease, keepFor: 600_000, lease, ...times };
  const services = { connection: twin.connection, sender, clock, signal: stop.signal };
  const deadline = createJobDeadline({ key: '7' }, 0, request, services);
  deadline.watch(() => ({
    lost: (error) => void told.push(`lost: ${error.message}`),
    refused: (_error, left) => void told.push(`refused: ${left}`),
  }));
  const pass = async (milliseconds: number, step = 1_000): Promise<void> => {
    for (let time = 0; time < milliseconds; time += step) {
      clock.advance(step);
      await settle(2);
    }
  };
  return { twin, clock, deadline, told, pass, stop };
};

const renewal = (timeout: number): Command => ({ kind: 'updateJobTimeout', jobKey: '7', timeout });

describe('a job with a lease', () => {
  test('is renewed until its own time, and not beyond', async () => {
    const { twin, clock, deadline, told, pass } = setUp({ keepFor: 130_000 });
    await pass(130_000, 500);
    // A renewal each 22.5 s; the last one asks for the rest.
    assert.deepEqual(twin.accepted, [renewal(lease), renewal(lease), renewal(lease), renewal(40_000)]);
    assert.equal(deadline.at(), 130_000);
    await pass(300_000, 10_000);
    assert.equal(twin.accepted.length, 4);
    assert.deepEqual(told, []);
    assert.deepEqual(clock.timers(), []);
  });

  test('that fits into one lease is not renewed', async () => {
    const { twin, clock, deadline } = setUp({ jobTimeout: 20_000, keepFor: 20_000 });
    assert.deepEqual(clock.timers(), []);
    clock.advance(20_000);
    assert.deepEqual([twin.commands, deadline.at(), deadline.lost()], [[], 20_000, undefined]);
  });

  test('is not renewed any more when it has ended', async () => {
    const { twin, clock, deadline, pass } = setUp();
    await pass(30_000);
    deadline.end();
    await pass(200_000, 10_000);
    assert.equal(twin.accepted.length, 1);
    assert.deepEqual(clock.timers(), []);
  });

  test('survives an outage that is shorter than the rest of its lease', async () => {
    const { twin, deadline, told, pass } = setUp();
    twin.onSend = () => connectionFault('UNAVAILABLE');
    await pass(55_000);
    assert.ok(twin.commands.length > 2, 'the renewal was not repeated');
    twin.onSend = () => undefined;
    await pass(6_000);
    assert.deepEqual(told, []);
    assert.ok(deadline.at() > 100_000, `the job ends at ${deadline.at()}`);
  });
});

const losses: readonly [what: string, onSend: Script<Command>, delivery: string, early: number][] = [
  ['was cancelled', () => connectionFault('NOT_FOUND', 'rejected'), 'gone', 22_000],
  ['timed out at the cluster', () => connectionFault('FAILED_PRECONDITION', 'rejected'), 'gone', 22_000],
  ['cannot be renewed in time', () => connectionFault('UNAVAILABLE'), 'expired', 54_000],
];

for (const [what, onSend, delivery, early] of losses) {
  test(`a job that ${what} is lost: its watcher is told once, and nothing more is sent`, async () => {
    const { twin, clock, deadline, told, pass } = setUp();
    twin.onSend = onSend;
    await pass(early, 500);
    assert.deepEqual(told, []);
    await pass(10_000, 500);
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^lost: The runtime no longer has the job/);
    assert.equal(deadline.lost()?.kind, delivery);
    assert.ok(deadline.at() <= clock.now(), 'its result would still be sent');
    const sent = twin.commands.length;
    await pass(100_000, 10_000);
    assert.equal(twin.commands.length, sent);
    assert.deepEqual(clock.timers(), []);
  });
}

test('an answer after the end of the lease does not renew the job: another runtime may have it', async () => {
  const { twin, clock, deadline, told } = setUp();
  let answer = (): void => {};
  twin.onSend = () =>
    new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined);
    });
  clock.advance(22_500);
  await settle();
  clock.advance(37_501);
  answer();
  await settle();
  assert.equal(twin.accepted.length, 1);
  assert.match(told.join(), /^lost/);
  assert.equal(deadline.lost()?.kind, 'expired');
});

test('a runtime that did not run for longer than the lease has lost the job', async () => {
  const { twin, clock, told } = setUp();
  clock.advance(22_499);
  // The machine sleeps: the timer fires late.
  const { now } = clock;
  let slept = 0;
  Object.assign(clock, { now: () => now() + slept });
  slept = 3_600_000;
  clock.advance(1);
  await settle();
  assert.deepEqual(twin.commands, []);
  assert.match(told.join(), /^lost/);
});

test('a cluster that refuses renewals leaves the job its time: the watcher is told how much', async () => {
  const { twin, clock, deadline, told, pass } = setUp();
  twin.onSend = () => connectionFault('PERMISSION_DENIED', 'rejected');
  await pass(59_000, 500);
  assert.deepEqual(told, ['refused: 37500']);
  assert.equal(twin.commands.length, 1);
  assert.deepEqual([deadline.at(), deadline.lost()], [60_000, undefined]);
  assert.deepEqual(clock.timers(), []);
});

test('a runtime that stops does not renew, and tells nobody', async () => {
  const { twin, told, pass, stop } = setUp();
  twin.onSend = async () => {
    stop.abort();
    throw connectionFault('CANCELLED', 'aborted');
  };
  await pass(59_000, 500);
  assert.equal(twin.commands.length, 1);
  assert.deepEqual(told, []);
});

describe('extend', () => {
  const short = { jobTimeout: 20_000, keepFor: 20_000, lease: 300_000 };

  test('asks the cluster for the time and a margin, and resolves with its answer', async () => {
    const { twin, clock, deadline } = setUp(short);
    clock.advance(5_000);
    await deadline.extend(60_000);
    assert.deepEqual(twin.accepted, [renewal(70_000)]);
    assert.equal(deadline.at(), 75_000);
    assert.deepEqual(clock.timers(), []);
  });

  test('asks for one lease at a time where the time is longer', async () => {
    const { twin, clock, deadline, pass } = setUp({ ...short, lease });
    await deadline.extend(100_000);
    assert.deepEqual(twin.accepted, [renewal(lease)]);
    await pass(110_000, 500);
    assert.equal(deadline.at(), 110_000);
    assert.deepEqual(clock.timers(), []);
  });

  test('sends nothing if the job is reserved for long enough, or was renewed lately', async () => {
    const { twin, deadline } = setUp({ ...short, lease });
    await deadline.extend(9_000);
    assert.equal(twin.commands.length, 0);
    await deadline.extend(500_000);
    await deadline.extend(600_000);
    assert.equal(twin.commands.length, 1);
  });

  test('shares a request that is under way', async () => {
    const { twin, deadline } = setUp(short);
    await Promise.all([deadline.extend(30_000), deadline.extend(30_000), deadline.extend(20_000)]);
    assert.deepEqual(twin.accepted, [renewal(40_000)]);
  });

  test('rejects with the refusal of the cluster, and changes nothing', async () => {
    const { twin, deadline, told } = setUp(short);
    twin.onSend = () => connectionFault('PERMISSION_DENIED', 'rejected', 'Not allowed.');
    await assert.rejects(deadline.extend(60_000), /Not allowed/);
    assert.deepEqual([deadline.at(), deadline.lost(), told], [20_000, undefined, []]);
  });

  test('rejects if the job is gone, which its watcher is told', async () => {
    const { twin, deadline, told } = setUp(short);
    twin.onSend = () => connectionFault('NOT_FOUND', 'rejected');
    await assert.rejects(deadline.extend(60_000), /no longer has the job/);
    await assert.rejects(deadline.extend(60_000), /no longer has the job/);
    assert.equal(twin.commands.length, 1);
    assert.equal(told.length, 1);
    assert.deepEqual(deadline.lost(), { kind: 'gone' });
  });

  test('rejects when the job has its outcome', async () => {
    const { deadline } = setUp();
    deadline.end();
    await assert.rejects(deadline.extend(60_000), { kind: 'timeout', message: /has its outcome already/ });
  });
});

test('the time of the task header replaces the renewals', async () => {
  const { twin, clock, deadline, pass } = setUp();
  const granted = await deadline.updateTimeout(3_600_000);
  assert.deepEqual(granted, { milliseconds: 3_600_000, certain: true });
  await pass(200_000, 10_000);
  assert.deepEqual(twin.accepted, [renewal(3_600_000)]);
  assert.deepEqual(clock.timers(), []);
  // More time than the header gave, without ever giving the job less.
  await deadline.extend(3_500_000);
  assert.equal(deadline.at(), 3_600_000);
  await pass(2_000_000, 10_000);
  assert.ok(deadline.at() >= 3_600_000, `the job ends at ${deadline.at()}`);
});

describe('a job with a lease token', () => {
  const setUpLeased = (onSend: Script<Command>) => {
    const { twin, clock, sender } = createTwinSender(createManualClock());
    twin.onSend = onSend;
    const told: string[] = [];
    const services = { connection: twin.connection, sender, clock, signal: new AbortController().signal };
    const request = { jobTimeout: lease, keepFor: 600_000, lease };
    const deadline = createJobDeadline({ key: '7', leaseToken: 'lease-1' }, 0, request, services);
    deadline.watch(() => ({ lost: ({ message }) => void told.push(message), refused: () => assert.fail('refused') }));
    return { twin, clock, deadline, told };
  };

  test('is renewed with its token', async () => {
    const { twin, clock } = setUpLeased(() => undefined);
    clock.advance(22_500);
    await settle();
    assert.deepEqual(twin.accepted, [{ ...renewal(lease), leaseToken: 'lease-1' }]);
  });

  test('is kept beyond an outage that outlasts its lease, if nobody else has got it', async () => {
    let isDown = true;
    const { twin, clock, deadline, told } = setUpLeased(() => (isDown ? connectionFault('UNAVAILABLE') : undefined));
    for (let time = 0; time < 300_000; time += 1_000) {
      clock.advance(1_000);
      await settle(2);
    }
    assert.deepEqual([twin.accepted, told], [[], []]);
    isDown = false;
    for (let time = 0; time < 6_000; time += 1_000) {
      clock.advance(1_000);
      await settle(2);
    }
    assert.ok(deadline.at() > clock.now(), 'the job was not renewed');
    assert.equal(deadline.lost(), undefined);
  });

  test('is lost as soon as the cluster refuses the token', async () => {
    const { clock, deadline, told } = setUpLeased(() => connectionFault('FAILED_PRECONDITION', 'rejected'));
    clock.advance(22_500);
    await settle();
    assert.deepEqual(deadline.lost(), { kind: 'superseded' });
    assert.equal(told.length, 1);
  });
});
