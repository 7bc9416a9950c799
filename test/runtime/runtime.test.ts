import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { onSignals } from '../../src/runtime/process-signals.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { createManualClock, createSkippingClock, settle } from './support/clock.ts';
import { connectionFault, createTwin } from './support/cluster.ts';
import { observe } from './support/runtime.ts';

const quick = defineOutbound({ name: 'Quick', type: 'quick', input: v.object({}), run: () => ({ ok: true }) });

/** A connector that never ends by itself and records why its signal fired. */
const endless = () => {
  const reasons: unknown[] = [];
  const connector = defineOutbound({
    name: 'Endless',
    type: 'endless',
    timeout: 3_600,
    input: v.object({}),
    run: (_, { signal }) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return new Promise<object>(() => {});
    },
  });
  return { connector, reasons };
};

test('the states of a runtime from idle to stopped', async () => {
  const twin = createTwin();
  const { runtime, seen } = observe({ outbound: [quick], connection: twin.connection });
  assert.deepEqual(runtime.status(), {
    state: 'idle',
    connection: 'none',
    inFlight: 0,
    workers: [{ type: 'quick', inFlight: 0, maxJobs: 32 }],
    subscriptions: [],
  });
  assert.equal(twin.polls.length, 0);
  const started = runtime.start();
  assert.equal(runtime.status().state, 'starting');
  assert.equal(runtime.start(), started);
  await started;
  assert.equal(runtime.status().state, 'running');
  assert.equal(runtime.status().connection, 'up');
  assert.equal(runtime.status().address, 'twin://memory');
  const stopped = runtime.stop();
  assert.equal(runtime.status().state, 'draining');
  assert.equal(runtime.stop(), stopped);
  await stopped;
  assert.equal(runtime.status().state, 'stopped');
  assert.deepEqual(
    seen['runtime:state'].map(({ state, previous }) => `${previous} > ${state}`),
    ['idle > starting', 'starting > running', 'running > draining', 'draining > stopped'],
  );
});

test('a connection that the caller passed stays open', async () => {
  const twin = createTwin();
  const { runtime } = observe({ outbound: [quick], connection: twin.connection });
  await runtime.start();
  await runtime.stop();
  assert.equal(twin.closed(), false);
});

test('await using stops the runtime', async () => {
  const twin = createTwin();
  const { runtime } = observe({ outbound: [quick], connection: twin.connection });
  {
    await using held = runtime;
    await held.start();
  }
  assert.equal(runtime.status().state, 'stopped');
});

test('a runtime that was stopped before its start never starts', async () => {
  const twin = createTwin();
  const { runtime } = observe({ outbound: [quick], connection: twin.connection });
  await runtime.stop();
  assert.equal(runtime.status().state, 'stopped');
  await assert.rejects(runtime.start(), (error) => isFault(error, 'definition'));
  assert.equal(twin.polls.length, 0);
});

test('the runtime waits for an unreachable cluster and logs this once, then rarely', async () => {
  const twin = createTwin();
  twin.onTopology = (_, call) => (call <= 100 ? connectionFault('UNAVAILABLE') : undefined);
  const { runtime, seen, lines } = observe({
    outbound: [quick],
    connection: twin.connection,
    clock: createSkippingClock(),
  });
  await runtime.start();
  assert.equal(runtime.status().state, 'running');
  assert.equal(seen['connection:waiting'].length, 100);
  assert.equal(lines.filter((line) => /Waiting for the cluster at twin:\/\/memory/.test(line)).length, 3);
  await runtime.stop();
});

test('a runtime that waits for the cluster can be stopped', async () => {
  const twin = createTwin();
  twin.onTopology = () => connectionFault('UNAVAILABLE');
  const clock = createManualClock();
  const { runtime, event } = observe({ outbound: [quick], connection: twin.connection, clock });
  const started = runtime.start();
  await event('connection:waiting');
  await runtime.stop();
  await started;
  assert.equal(runtime.status().state, 'stopped');
  assert.deepEqual(clock.timers(), []);
});

test('a start that was stopped meanwhile resolves when the stop has ended', async () => {
  const twin = createTwin();
  twin.onTopology = () => connectionFault('UNAVAILABLE');
  const { runtime, event } = observe({
    outbound: [quick],
    connection: twin.connection,
    clock: createManualClock(),
  });
  const started = runtime.start().then(() => runtime.status().state);
  await event('connection:waiting');
  runtime.stop();
  assert.equal(await started, 'stopped');
});

for (const [status, reason] of [
  ['UNAUTHENTICATED', 'credentials'],
  ['UNAVAILABLE', 'certificate'],
  ['UNIMPLEMENTED', 'rejected'],
] as const) {
  test(`the start fails at once if waiting does not help: ${reason}`, async () => {
    const twin = createTwin();
    const refusal = connectionFault(status, reason, 'The cluster says no.');
    twin.onTopology = () => refusal;
    const { runtime, seen } = observe({ outbound: [quick], connection: twin.connection });
    await assert.rejects(runtime.start(), (error) => error === refusal);
    assert.equal(runtime.status().state, 'failed');
    assert.equal(seen['runtime:state'].at(-1)?.error, refusal);
    await runtime.stop();
    assert.equal(runtime.status().state, 'failed');
  });
}

test('an invalid configuration fails the start with an error that names the problem', async () => {
  const { runtime } = observe({ outbound: [quick], connection: { type: 'INSECURE' } as never });
  await assert.rejects(runtime.start(), (error) => isFault(error, 'configuration') && /hostname/.test(error.message));
  assert.equal(runtime.status().state, 'failed');
});

test('stop waits for active jobs and takes no new ones', async () => {
  const twin = createTwin();
  const gates: (() => void)[] = [];
  const slow = defineOutbound({
    name: 'Slow',
    type: 'slow',
    input: v.object({}),
    run: () => new Promise<object>((open) => gates.push(() => open({}))),
  });
  const { runtime, count, seen } = observe({ outbound: [slow], connection: twin.connection });
  await runtime.start();
  twin.push({ type: 'slow' });
  await count('job:started', 1);
  const stopped = runtime.stop();
  await settle();
  twin.push({ type: 'slow' });
  await settle();
  assert.equal(runtime.status().state, 'draining');
  assert.equal(twin.waiting('slow'), 0);
  gates[0]!();
  await stopped;
  assert.equal(seen['job:started'].length, 1);
  assert.deepEqual(
    twin.accepted.map(({ kind }) => kind),
    ['completeJob'],
  );
});

test('after the drain timeout, active jobs are aborted and returned with all their retries', async () => {
  const twin = createTwin();
  const { connector, reasons } = endless();
  const clock = createManualClock();
  const { runtime, count } = observe({ outbound: [connector], connection: twin.connection, clock, drainTimeout: 7 });
  await runtime.start();
  twin.push({ type: 'endless', retries: 1 });
  await count('job:started', 1);
  const stopped = runtime.stop();
  await settle();
  clock.advance(6_999);
  await settle();
  assert.equal(runtime.status().state, 'draining');
  clock.advance(1);
  await stopped;
  const [command] = twin.accepted;
  assert.ok(command?.kind === 'failJob' && command.retries === 1 && /No attempt is lost/.test(command.message));
  assert.equal(reasons.length, 1);
  assert.deepEqual(clock.timers(), []);
});

test('a cluster that cannot be reached does not delay the stop', async () => {
  const twin = createTwin();
  const { connector } = endless();
  const clock = createManualClock();
  const { runtime, count, event } = observe({
    outbound: [connector],
    connection: twin.connection,
    clock,
    drainTimeout: 0,
  });
  await runtime.start();
  twin.push({ type: 'endless' });
  await count('job:started', 1);
  twin.onSend = () => connectionFault('UNAVAILABLE');
  const stopped = runtime.stop();
  await settle();
  clock.advance(0);
  await event('command:repeated');
  clock.advance(5_000);
  await stopped;
  const { delivery } = await event('job:settled');
  assert.equal(delivery.kind, 'abandoned');
});

test('jobs that arrive after the poll was aborted are returned', async () => {
  const twin = createTwin();
  // The gateway had already sent its answer when the poll was aborted.
  const late = twin.connection.activateJobs;
  const connection = {
    ...twin.connection,
    activateJobs: async (request: Parameters<typeof late>[0], options: Parameters<typeof late>[1]) => {
      await new Promise<void>((ended) => options!.signal!.addEventListener('abort', () => ended()));
      return late(request, {});
    },
  };
  const { runtime, event, seen } = observe({ outbound: [quick], connection });
  await runtime.start();
  twin.push({ type: 'quick', retries: 2 });
  await runtime.stop();
  await event('job:returned');
  assert.deepEqual(seen['job:started'], []);
  assert.ok(twin.accepted[0]?.kind === 'failJob' && twin.accepted[0].retries === 2);
});

test('subscriptions that end with the process are reported once', async () => {
  const twin = createTwin();
  const ticker = defineInbound({ name: 'ticker', cycle: 3_600, loop: () => null });
  const { runtime, event, lines } = observe({ inbound: [ticker], connection: twin.connection });
  await runtime.start();
  for (const key of ['a', 'b']) {
    const variables = JSON.stringify({ name: 'ticker', correlation_key: key });
    twin.push({ type: '_activate_inbound_connector', variables });
  }
  await event('subscription:opened', ({ subscription }) => subscription.activation.correlationKey === 'b');
  assert.deepEqual(
    runtime.status().subscriptions.map(({ activation }) => activation.correlationKey),
    ['a', 'b'],
  );
  await runtime.stop();
  assert.equal(lines.filter((line) => /^warn Subscriptions that end with this process: 2\. /.test(line)).length, 1);
});

test('the first signal stops the runtime, further signals force it', () => {
  const listeners = new Map<string, () => void>();
  const calls: string[] = [];
  const source = {
    on: (signal: string, listener: () => void) => listeners.set(signal, listener),
    off: (signal: string) => listeners.delete(signal),
  };
  const handlers = {
    stop: (signal: string) => void calls.push(`stop ${signal}`),
    force: (signal: string) => void calls.push(`force ${signal}`),
  };
  const ignore = onSignals(handlers, source);
  listeners.get('SIGTERM')!();
  listeners.get('SIGINT')!();
  listeners.get('SIGINT')!();
  ignore();
  assert.deepEqual(calls, ['stop SIGTERM', 'force SIGINT', 'force SIGINT']);
  assert.equal(listeners.size, 0);
});

test('a signal stops the runtime, and no listener remains', async () => {
  const twin = createTwin();
  const before = process.listenerCount('SIGTERM');
  const { runtime, event } = observe({ outbound: [quick], connection: twin.connection, signals: true });
  assert.equal(process.listenerCount('SIGTERM'), before);
  await runtime.start();
  assert.equal(process.listenerCount('SIGTERM'), before + 1);
  // A twin has no socket that would keep the process alive until the signal arrives.
  const alive = setInterval(() => {}, 1_000);
  process.kill(process.pid, 'SIGTERM');
  await event('runtime:state', ({ state }) => state === 'stopped');
  clearInterval(alive);
  assert.equal(process.listenerCount('SIGTERM'), before);
});

test('two runtimes run in one process', async () => {
  const one = createTwin();
  const two = createTwin();
  const first = observe({ outbound: [quick], connection: one.connection });
  const second = observe({ outbound: [quick], connection: two.connection });
  await Promise.all([first.runtime.start(), second.runtime.start()]);
  one.push({ type: 'quick' });
  two.push({ type: 'quick' });
  await Promise.all([first.event('job:settled'), second.event('job:settled')]);
  await first.runtime.stop();
  assert.equal(second.runtime.status().state, 'running');
  await second.runtime.stop();
});

test('creating a runtime has no effect', () => {
  const runtime = createRuntime({ outbound: [quick] });
  assert.equal(runtime.status().state, 'idle');
  assert.throws(() => createRuntime({ outbound: [quick, quick] }), /outbound\[0\] and outbound\[1\]/);
});
