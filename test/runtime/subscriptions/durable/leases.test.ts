import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConcurrencyLimit } from '../../../../src/common/concurrency.ts';
import { createTimerQueue } from '../../../../src/common/timer-queue.ts';
import type { Command } from '../../../../src/connection/port.ts';
import {
  createLeases,
  leaseLength,
  offerDelay,
  renewalDelay,
} from '../../../../src/runtime/subscriptions/durable/leases.ts';
import { createManualClock, settle } from '../../support/clock.ts';
import { connectionFault } from '../../support/cluster.ts';
import { createTwinSender } from '../../support/sender.ts';

const lengths: readonly [shortest: number, held: number, length: number][] = [
  [60_000, 0, 60_000],
  [60_000, 1, 60_000],
  [60_000, 10_000, 60_000],
  [60_000, 12_000, 60_000],
  [60_000, 12_001, 60_005],
  [60_000, 40_000, 200_000],
  [1_000, 10_000, 50_000],
];

for (const [shortest, held, length] of lengths) {
  test(`${held} leases of at least ${shortest} ms are ${length} ms long`, () => {
    assert.equal(leaseLength(shortest, held), length);
    // Each is renewed twice in its length on average.
    assert.ok((held * 2) / (length / 1000) <= 400);
  });
}

test('a lease is renewed at random between a quarter and three quarters of its length', () => {
  assert.deepEqual(
    [0, 0.5, 1].map((random) => renewalDelay(60_000, random)),
    [15_000, 30_000, 45_000],
  );
});

test('a lease is offered after half a term to one and a half terms', () => {
  assert.deepEqual(
    [0, 0.5, 1].map((random) => offerDelay(60_000, random)),
    [30_000, 60_000, 90_000],
  );
});

const setUp = (term = 3_600_000) => {
  const { twin, clock, sender } = createTwinSender(createManualClock());
  const timers = createTimerQueue(clock);
  const { signal } = new AbortController();
  const leases = createLeases({
    clock,
    timers,
    sender,
    limit: createConcurrencyLimit(64),
    signal,
    shortest: 60_000,
    term,
  });
  return { twin, clock, leases };
};

const renewal: Command = { kind: 'updateJobTimeout', jobKey: '7', timeout: 60_000 };

const never = (): never => assert.fail('dropped');

test('a lease is renewed in time until it is ended', async () => {
  const { twin, clock, leases } = setUp();
  const { end } = leases.keep('7', { drop: never, offer: never });
  for (let round = 0; round < 10; round++) {
    clock.advance(30_000);
    await settle();
  }
  assert.deepEqual(twin.accepted, Array(10).fill(renewal));
  end();
  end();
  clock.advance(600_000);
  await settle();
  assert.equal(twin.accepted.length, 10);
  assert.deepEqual(clock.timers(), []);
});

const losses: readonly [what: string, script: () => ReturnType<typeof connectionFault>][] = [
  ['the job is gone', () => connectionFault('NOT_FOUND', 'rejected')],
  ['the job is nobody’s', () => connectionFault('FAILED_PRECONDITION', 'rejected')],
];

for (const [what, script] of losses) {
  test(`a lease is lost at once when ${what}`, async () => {
    const { twin, clock, leases } = setUp();
    twin.onSend = script;
    let dropped = 0;
    leases.keep('7', { drop: () => dropped++, offer: never });
    clock.advance(30_000);
    await settle();
    assert.equal(dropped, 1);
    assert.deepEqual(clock.timers(), []);
  });
}

test('a lease that cannot be renewed is lost at its end and not earlier', async () => {
  const { twin, clock, leases } = setUp();
  twin.onSend = () => connectionFault('UNAVAILABLE');
  let dropped = 0;
  leases.keep('7', { drop: () => dropped++, offer: never });
  for (let time = 0; time < 44_000; time += 1_000) {
    clock.advance(1_000);
    await settle();
  }
  assert.equal(dropped, 0);
  assert.ok(twin.commands.length > 3);
  for (let time = 0; time < 8_000; time += 1_000) {
    clock.advance(1_000);
    await settle();
  }
  assert.equal(dropped, 1);
});

test('an answer after the end of the previous lease does not renew it: another runtime may have the job', async () => {
  const { twin, clock, leases } = setUp();
  let answer = (): void => {};
  twin.onSend = () =>
    new Promise<undefined>((resolve) => {
      answer = () => resolve(undefined);
    });
  let dropped = 0;
  leases.keep('7', { drop: () => dropped++, offer: never });
  clock.advance(30_000);
  await settle();
  // Five sixths of the lease surely remain when the job arrives.
  clock.advance(20_001);
  answer();
  await settle();
  assert.equal(twin.accepted.length, 1);
  assert.equal(dropped, 1);
});

test('a lease that ends during its renewal is not lost', async () => {
  const { twin, clock, leases } = setUp();
  twin.onSend = () => connectionFault('NOT_FOUND', 'rejected');
  const { end } = leases.keep('7', { drop: never, offer: never });
  clock.advance(30_000);
  end();
  await settle();
});

test('at the end of its term a lease is offered instead of renewed; if the offer is declined, it is renewed', async () => {
  const { twin, clock, leases } = setUp(100_000);
  const offers: number[] = [];
  leases.keep('7', {
    drop: never,
    offer: () => {
      offers.push(clock.now());
      return offers.length === 2;
    },
  });
  for (let round = 0; round < 10; round++) {
    clock.advance(30_000);
    await settle();
  }
  assert.deepEqual(offers, [120_000, 150_000]);
  assert.equal(twin.accepted.length, 4);
});

test('a lease counts from the time at which its job may have been offered', async () => {
  const { twin, clock, leases } = setUp();
  clock.advance(100_000);
  const { until, end } = leases.keep('7', { drop: never, offer: never }, 70_000);
  assert.equal(until(), 120_000);
  clock.advance(0);
  await settle();
  // Half of it is over, so it is renewed at once.
  assert.deepEqual(twin.accepted, [renewal]);
  assert.equal(until(), 160_000);
  end();
});

test('a lease whose time was over when its renewal is due is lost, and nothing is sent', async () => {
  const { twin, clock, leases } = setUp();
  let dropped = 0;
  leases.keep('7', { drop: () => dropped++, offer: () => false }, -75_000);
  clock.advance(0);
  await settle();
  assert.equal(dropped, 1);
  assert.deepEqual(twin.accepted, []);
});
