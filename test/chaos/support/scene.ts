import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { compiled } from '../../../scripts/compiled.ts';
import { createEngine, createTestClock, type Engine, type TestClock } from '../../../src/engine/index.ts';
import type { ConnectionInput } from '../../../src/index.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { freePort } from '../../support/free-port.ts';
import { type Board, createBoard } from './board.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { size } from './size.ts';
import type { WorkerSettings } from './told.ts';
import { startWorker, type Worker } from './worker.ts';

/** An engine with a process, runtimes, and all that is counted about them. */
export interface Scene {
  readonly board: Board;
  readonly ledger: Ledger;
  readonly clock: TestClock;
  readonly engine: () => Engine;
  /** Kills the engine like a process that crashes; its state is kept. */
  crash(): Promise<void>;
  /** Starts it again from that state, on the same port. */
  revive(): Promise<void>;
  /** Starts instances. */
  load(count: number): void;
  /** Keeps so many instances going from now on; returns the way to let them run out. */
  feed(outstanding: number): () => void;
  started(): number;
  /** Starts a runtime in a process of its own and waits until it runs. */
  runtime(connection: ConnectionInput, settings?: Partial<WorkerSettings>): Promise<Worker>;
  /** Resolves when so many instances have completed. */
  completed(count: number): Promise<void>;
  /** Goes on until all instances have completed, letting what a fault has swallowed time out. */
  finish(): Promise<void>;
  /** Closes something after the runtimes and before the engine. */
  after(close: () => Promise<void>): void;
}

const content = processFile(
  'chaos',
  ...chain(
    start(),
    serviceTask('work', { type: 'work', inputs: { n: '=n' }, outputs: { done: '=done' } }),
    serviceTask('ask', {
      type: '_activate_inbound_connector',
      inputs: { name: '="letter"', correlation_key: '=order', order: '=order' },
    }),
    catchEvent('wait', { message: { name: 'letter', correlationKey: '=order' } }),
    end(),
  ),
);

/** Seconds: a lease that is longer than what any scenario lasts, so that it ends only by the engine's clock. */
const lease = 60;

/** Milliseconds beyond every job timeout and lease of a scenario. */
const pastEverything = 75_000;

const maxRounds = 8;

/** A runtime's connection to a port of this machine. */
export const direct = (port: number): ConnectionInput => ({ type: 'INSECURE', hostname: '127.0.0.1', port });

const countJobs = (engine: Engine): string => {
  const counts = new Map<string, number>();
  for (const { type, state, worker } of engine.jobs()) {
    const kind = `${type} ${state} ${worker}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
};

/** Sets the scene, with the engine's REST API as well if asked; everything is closed after the test. */
export const setScene = async (t: TestContext, { rest = false } = {}): Promise<Scene> => {
  const clock = createTestClock();
  const workers: Worker[] = [];
  const closing: (() => Promise<void>)[] = [];
  const keys: string[] = [];
  let engine = await createEngine({ clock, port: await freePort(), ...(rest ? { restPort: await freePort() } : {}) });

  const describe = (): string =>
    [
      `${ledger.completed.size} of ${keys.length} instances completed`,
      ...workers.map(
        ({ name, state, inHand, runs, deliveries, lines }) =>
          `runtime ${name} is ${state()} with ${inHand.size} jobs in hand, has run ${runs.size} jobs (${[...deliveries].map(([kind, count]) => `${count} ${kind}`).join(', ')}) and said: ${lines.map(({ text }) => text).join(' / ')}`,
      ),
      `jobs: ${countJobs(engine)}`,
    ].join('; ');
  const board = createBoard(size.limit, describe);
  const ledger = createLedger('chaos', 'letter', clock.now, board.changed);
  ledger.watch(engine);
  await engine.deploy({ name: 'chaos.bpmn', content });

  t.after(async () => {
    await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
    for (const close of closing) await close();
    await engine.stop();
  });

  const load = (count: number): void => {
    for (let left = count; left > 0; left--) {
      const n = keys.length;
      keys.push(engine.createInstance({ bpmnProcessId: 'chaos', variables: { n, order: `o${n}` } }).processInstanceKey);
    }
  };
  const isDone = (key: string): boolean => ledger.completed.has(key);
  const allDone = (): boolean => ledger.completed.size === keys.length;
  const isIdle = (): boolean =>
    workers.every((worker) => !worker.living() || worker.inHand.size === 0) &&
    engine.jobs().every(({ state }) => state !== 'ACTIVATABLE');

  /** The subscriptions' own instances too. */
  const nothingLeft = (): boolean =>
    allDone() &&
    engine.jobs().length === 0 &&
    engine.instances().every(({ bpmnProcessId, state }) => bpmnProcessId === 'chaos' || state !== 'ACTIVE');

  const finish = async (): Promise<void> => {
    for (let round = 0; round < maxRounds; round++) {
      await board.until('everything is done or nothing moves', () => nothingLeft() || isIdle());
      if (nothingLeft()) return;
      // One more instance from its start to the end of its subscription: what was before it in the same queues is through
      // as well, or lost.
      const before = new Set(engine.jobs().map(({ key }) => key));
      load(1);
      const probe = keys.at(-1)!;
      await board.until(
        'one more instance is through',
        () => isDone(probe) && engine.jobs().every(({ key }) => before.has(key)) && (nothingLeft() || isIdle()),
      );
      if (nothingLeft()) return;
      clock.advance(pastEverything);
    }
    assert.fail(`Not done although all time limits have passed ${maxRounds} times. ${describe()}`);
  };

  return {
    board,
    ledger,
    clock,
    engine: () => engine,
    crash: () => engine.stop({ abrupt: true }),
    revive: async () => {
      const { port, restAddress } = engine;
      const restPort = restAddress === undefined ? {} : { restPort: Number(new URL(restAddress).port) };
      engine = await createEngine({ port, ...restPort, snapshot: engine.snapshot(), clock });
      ledger.watch(engine);
    },
    load,
    feed: (outstanding) => {
      load(Math.max(0, outstanding - (keys.length - ledger.completed.size)));
      return engine.on((event) => {
        if (event.kind === 'instance:completed' && event.instance.bpmnProcessId === 'chaos') load(1);
      });
    },
    started: () => keys.length,
    runtime: async (connection, settings = {}) => {
      const file = await compiled('test/chaos/support/runtime.ts');
      const name = `r${workers.length + 1}`;
      const worker = startWorker(
        file,
        { name, connection, work: 5, timeout: 60, lease, maxJobs: 32, ...settings },
        board.changed,
      );
      workers.push(worker);
      await board.until(`runtime ${name} runs`, () => worker.state() === 'running' || worker.ended() !== undefined);
      assert.equal(worker.ended(), undefined, `runtime ${name} runs`);
      return worker;
    },
    completed: (count) => board.until(`${count} instances complete`, () => ledger.completed.size >= count),
    finish,
    after: (close) => void closing.push(close),
  };
};
