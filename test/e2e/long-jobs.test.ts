/** Jobs that take longer than the cluster waits for a runtime that was killed, through the real protocols. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { createConnection } from '../../src/connection/index.ts';
import type { Command, Connection } from '../../src/connection/port.ts';
import { createEngine, createTestClock, type Engine, type EngineEvent } from '../../src/engine/index.ts';
import { defineOutbound, type OutboundContext } from '../../src/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { createManualClock, type ManualClock, settle } from '../runtime/support/clock.ts';
import { connectionFault } from '../runtime/support/cluster.ts';
import { observe, type TestRuntime } from '../runtime/support/runtime.ts';

const seconds = 1_000;

type EventOf<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: Kind }>;

/** A gateway whose accepted commands a test can wait for, and which it can take off the network. */
const watched = (real: Connection) => {
  const accepted: Command[] = [];
  const watchers = new Set<() => void>();
  const cut = new AbortController();
  let isBack = false;
  const reach = (): void => {
    if (cut.signal.aborted && !isBack) throw connectionFault('UNAVAILABLE');
  };
  const connection: Connection = {
    ...real,
    activateJobs: async (request, options = {}) => {
      // Once off the network, it takes no more jobs.
      if (cut.signal.aborted) throw connectionFault('UNAVAILABLE');
      const signals = options.signal === undefined ? [] : [options.signal];
      return real.activateJobs(request, { ...options, signal: AbortSignal.any([cut.signal, ...signals]) });
    },
    send: async (command, options) => {
      reach();
      await real.send(command, options);
      accepted.push(command);
      for (const watcher of [...watchers]) watcher();
    },
  };
  /** Resolves when the gateway has accepted so many commands of a kind. */
  const acceptedAtLeast = (kind: Command['kind'], atLeast: number): Promise<void> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (accepted.filter((command) => command.kind === kind).length < atLeast) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
    });
  return {
    connection,
    accepted,
    acceptedAtLeast,
    cut: () => cut.abort(),
    /** Lets it send again. */
    restore: () => {
      isBack = true;
    },
  };
};

interface Options {
  readonly timeout: number;
  readonly lease?: number;
  readonly leaseToken?: boolean;
}

/** A connector whose `run` ends when the test says so. */
const openConnector = (options: Options) => {
  const runs: { readonly context: OutboundContext; readonly end: (result: object) => void }[] = [];
  const connector = defineOutbound({
    name: 'Long',
    type: 'long',
    ...options,
    input: v.object({}),
    run: (_input, context) => new Promise<object>((end) => runs.push({ context, end })),
  });
  return { connector, runs };
};

interface Member
  extends TestRuntime,
    Pick<ReturnType<typeof watched>, 'accepted' | 'acceptedAtLeast' | 'cut' | 'restore'> {
  readonly clock: ManualClock;
  readonly runs: ReturnType<typeof openConnector>['runs'];
}

for (const protocol of ['gRPC', 'REST'] as const) {
  describe(`long jobs over ${protocol}`, () => {
    const setUp = async (t: TestContext) => {
      const clock = createTestClock();
      const engine = await createEngine({ clock, restPort: 0 });
      const content = processFile('p', ...chain(start(), serviceTask('work', { type: 'long' }), end()));
      await engine.deploy({ name: 'p.bpmn', content });
      const ends: (() => Promise<unknown>)[] = [];
      t.after(async () => {
        await Promise.all(ends.map((close) => close()));
        await engine.stop();
      });
      const join = async (options: Options): Promise<Member> => {
        const { restAddress, port } = engine;
        const network = watched(
          createConnection(
            protocol === 'REST' ? { restAddress: restAddress! } : { type: 'INSECURE', hostname: '127.0.0.1', port },
          ),
        );
        const { connector, runs } = openConnector(options);
        const own = createManualClock();
        const observed = observe({
          outbound: [connector],
          connection: network.connection,
          clock: own,
          streaming: false,
        });
        ends.push(async () => {
          for (const { end: finish } of runs) finish({});
          let stopped = false;
          const stopping = observed.runtime.stop().then(() => {
            stopped = true;
          });
          // Its pauses pass only with its clock.
          while (!stopped) {
            own.advance(seconds);
            await settle();
          }
          await stopping;
          await network.connection.close();
        });
        await observed.runtime.start();
        return { ...observed, ...network, clock: own, runs };
      };
      const begin = (): string => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
      return { engine, clock, join, begin };
    };

    const activations = (engine: Engine): EventOf<'job:activated'>[] => {
      const seen: EventOf<'job:activated'>[] = [];
      engine.on((event) => {
        if (event.kind === 'job:activated') seen.push(event);
      });
      return seen;
    };

    test('a job stays with its runtime for many leases, and completes', async (t) => {
      const { engine, clock, join, begin } = await setUp(t);
      const activated = activations(engine);
      const member = await join({ timeout: 600, lease: 20 });
      const key = begin();
      await member.event('job:started');
      await settle();
      assert.equal(engine.jobs()[0]?.deadline, clock.now() + 20 * seconds);
      for (let round = 1; round <= 20; round++) {
        member.clock.advance(7.5 * seconds);
        clock.advance(7.5 * seconds);
        await member.acceptedAtLeast('updateJobTimeout', round);
        await settle();
      }
      assert.equal(member.runs[0]!.context.signal.aborted, false);
      member.runs[0]!.end({ done: true });
      assert.equal((await engine.ended(key)).state, 'COMPLETED');
      assert.equal(activated.length, 1);
    });

    test('the job of a runtime that is gone comes back within one lease; its run is aborted, and its result is not sent', async (t) => {
      const { engine, clock, join, begin } = await setUp(t);
      const first = await join({ timeout: 600, lease: 20 });
      const key = begin();
      await first.event('job:started');
      first.clock.advance(7.5 * seconds);
      clock.advance(7.5 * seconds);
      await first.acceptedAtLeast('updateJobTimeout', 1);
      await settle();
      first.cut();
      const second = await join({ timeout: 600, lease: 20 });
      clock.advance(20 * seconds);
      await second.event('job:started');
      await settle();
      assert.equal(second.runs.length, 1);

      while (first.seen['job:settled'].length === 0) {
        first.clock.advance(seconds);
        await settle();
      }
      const { delivery } = await first.event('job:settled');
      assert.equal(delivery.kind, 'expired');
      assert.equal(first.runs[0]!.context.signal.aborted, true);
      first.runs[0]!.end({ by: 'first' });
      second.runs[0]!.end({ by: 'second' });
      assert.equal((await engine.ended(key)).state, 'COMPLETED');
      assert.equal(engine.instance(key)?.variables.by, 'second');
      assert.deepEqual(
        first.accepted.map(({ kind }) => kind),
        ['updateJobTimeout'],
      );
    });

    test('a job whose instance is cancelled aborts run at the next renewal', async (t) => {
      const { engine, join, begin } = await setUp(t);
      const member = await join({ timeout: 600, lease: 20 });
      const key = begin();
      await member.event('job:started');
      await settle();
      engine.cancelInstance(key);
      member.clock.advance(7.5 * seconds);
      const { delivery } = await member.event('job:settled');
      assert.equal(delivery.kind, 'gone');
      assert.match(String(member.runs[0]!.context.signal.reason), /no longer has the job/);
      assert.deepEqual(member.accepted, []);
    });

    test('extend gives a job more time on the cluster and in the runtime', async (t) => {
      const { engine, clock, join, begin } = await setUp(t);
      const activated = activations(engine);
      const member = await join({ timeout: 10 });
      const key = begin();
      await member.event('job:started');
      await settle();
      assert.equal(engine.jobs()[0]?.deadline, clock.now() + 20 * seconds);
      await member.runs[0]!.context.extend(120 * seconds);
      assert.equal(engine.jobs()[0]?.deadline, clock.now() + 130 * seconds);
      member.clock.advance(119 * seconds);
      clock.advance(119 * seconds);
      assert.equal(member.runs[0]!.context.signal.aborted, false);
      member.runs[0]!.end({ done: true });
      assert.equal((await engine.ended(key)).state, 'COMPLETED');
      assert.equal(activated.length, 1);
    });

    test('case 100: of two runtimes with lease tokens, the late result of the first is refused, and that of the second counts', async (t) => {
      const { engine, clock, join, begin } = await setUp(t);
      const options = { timeout: 40, leaseToken: true };
      const first = await join(options);
      const key = begin();
      await first.event('job:started');
      await settle();
      first.cut();
      const second = await join(options);
      clock.advance(50 * seconds);
      await second.event('job:started');
      await settle();
      first.restore();
      first.runs[0]!.end({ by: 'first' });
      const { delivery } = await first.event('job:settled');
      assert.deepEqual(delivery, { kind: 'superseded' });
      assert.deepEqual(first.accepted, []);
      second.runs[0]!.end({ by: 'second' });
      assert.equal((await engine.ended(key)).state, 'COMPLETED');
      assert.equal(engine.instance(key)?.variables.by, 'second');
      assert.equal((await second.event('job:settled')).delivery.kind, 'accepted');
    });

    test('a worker without tokens gets no job that had one', async (t) => {
      const { engine, clock, join, begin } = await setUp(t);
      const leasing = await join({ timeout: 40, leaseToken: true });
      begin();
      await leasing.event('job:started');
      await settle();
      leasing.cut();
      const plain = await join({ timeout: 40 });
      clock.advance(50 * seconds);
      assert.equal(engine.jobs()[0]?.state, 'ACTIVATABLE');
      // A job that never had one is for everybody.
      const other = begin();
      await plain.event('job:started');
      await settle();
      plain.runs[0]!.end({});
      assert.equal((await engine.ended(other)).state, 'COMPLETED');
      assert.deepEqual(
        engine.jobs().map(({ state }) => state),
        ['ACTIVATABLE'],
      );
    });
  });
}

for (const protocol of ['gRPC', 'REST'] as const) {
  test(`priorities: with polling over ${protocol}, the most important job is executed first`, async (t) => {
    const engine = await createEngine({ restPort: 0 });
    const extensions = '<zeebe:jobPriorityDefinition priority="=urgency"/>';
    const content = processFile('p', ...chain(start(), serviceTask('work', { type: 'one', extensions }), end()));
    await engine.deploy({ name: 'p.bpmn', content });
    for (const urgency of [1, 5, 3]) engine.createInstance({ bpmnProcessId: 'p', variables: { urgency } });
    const order: number[] = [];
    const connector = defineOutbound({
      name: 'One',
      type: 'one',
      maxJobs: 1,
      input: v.object({ urgency: v.number() }),
      run: ({ urgency }) => void order.push(urgency),
    });
    const { restAddress, port } = engine;
    const connection =
      protocol === 'REST'
        ? { restAddress: restAddress! }
        : ({ type: 'INSECURE', hostname: '127.0.0.1', port } as const);
    const { runtime, count } = observe({ outbound: [connector], connection, streaming: false });
    t.after(async () => {
      await runtime.stop();
      await engine.stop();
    });
    await runtime.start();
    await count('job:settled', 3);
    assert.deepEqual(order, [5, 3, 1]);
  });
}
