/** Connectors whose jobs have lease tokens: what is requested, sent and reported. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { Command } from '../../../src/connection/port.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import { createManualClock, settle } from '../support/clock.ts';
import { connectionFault, createTwin, type Script } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

/** A runtime with one connector whose run ends when the test says so. */
const setUp = async (leaseToken: boolean, streams = false) => {
  const twin = createTwin({ streams });
  const clock = createManualClock();
  let end = (_result: object): void => {};
  const connector = defineOutbound({
    name: 'Pay',
    type: 'pay',
    timeout: 50,
    leaseToken,
    input: v.object({}),
    run: () =>
      new Promise<object>((resolve) => {
        end = resolve;
      }),
  });
  const observed = observe({ outbound: [connector], connection: twin.connection, clock });
  await observed.runtime.start();
  await twin.until(() => twin.waiting('pay') > 0 || twin.streams.length > 0);
  const begin = async (): Promise<void> => {
    twin.push({ type: 'pay', ...(leaseToken ? { leaseToken: 'lease-1' } : {}) });
    await observed.event('job:started');
    await settle();
  };
  const stop = async (): Promise<void> => {
    end({});
    await observed.runtime.stop();
  };
  return { ...observed, twin, clock, begin, stop, end: (result: object) => end(result) };
};

const tokens = (commands: readonly Command[]) =>
  commands.map((command) => [command.kind, 'leaseToken' in command ? command.leaseToken : undefined]);

test('polls and streams ask for leases only where the connector wants them', async () => {
  for (const leaseToken of [true, false]) {
    for (const streams of [true, false]) {
      const { twin, stop } = await setUp(leaseToken, streams);
      const requests = [...twin.polls, ...twin.streams.map(({ request }) => request)];
      assert.ok(requests.length > 0, 'nothing was requested');
      for (const request of requests) assert.equal(request.withLease, leaseToken ? true : undefined);
      await stop();
    }
  }
});

test('every command of a job with a lease has its token, also its renewals', async () => {
  const { twin, begin, end, event, stop, clock } = await setUp(true);
  await begin();
  clock.advance(1_000);
  end({ done: true });
  await event('job:settled');
  assert.deepEqual(tokens(twin.commands), [['completeJob', 'lease-1']]);
  await stop();
});

test('a job without a lease is sent without a token', async () => {
  const { twin, begin, end, event, stop } = await setUp(false);
  await begin();
  end({ done: true });
  await event('job:settled');
  assert.deepEqual(tokens(twin.commands), [['completeJob', undefined]]);
  await stop();
});

const refused: Script<Command> = () => connectionFault('FAILED_PRECONDITION', 'rejected');

test('case 99: a result with a token that is no longer valid is sent once, reported as superseded, and not repeated', async () => {
  const { twin, begin, end, event, lines, stop } = await setUp(true);
  twin.onSend = refused;
  await begin();
  end({ done: true });
  const { delivery } = await event('job:settled');
  assert.deepEqual(delivery, { kind: 'superseded' });
  assert.equal(twin.commands.length, 1);
  assert.ok(
    lines.some((line) => /^warn Superseded: job .* another worker has the job by now/.test(line)),
    lines.join('\n'),
  );
  await stop();
});

test('the same refusal of a job without a lease is a refusal', async () => {
  const { twin, begin, end, event, stop } = await setUp(false);
  twin.onSend = refused;
  await begin();
  end({ done: true });
  assert.equal((await event('job:settled')).delivery.kind, 'refused');
  await stop();
});

test('a late result is sent if it has a token, and only then', async () => {
  for (const leaseToken of [true, false]) {
    const { twin, clock, begin, event, stop } = await setUp(leaseToken);
    await begin();
    // The process does not run for longer than the job's time: its timers fire late.
    const { now } = clock;
    Object.assign(clock, { now: () => now() + 3_600_000 });
    clock.advance(50_000);
    const { delivery } = await event('job:settled');
    assert.equal(delivery.kind, leaseToken ? 'accepted' : 'expired');
    assert.equal(twin.commands.length, leaseToken ? 1 : 0);
    await stop();
  }
});
