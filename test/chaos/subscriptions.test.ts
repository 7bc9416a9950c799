/** Runtimes that hold subscriptions are killed like crashed machines: every message is delivered, and once. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { compiled } from '../../scripts/compiled.ts';
import { createEngine, createTestClock, type Engine, type EngineOptions } from '../../src/engine/index.ts';
import { engineUntil, leasesOf, order, subscriptionsOf, waitingProcess } from '../runtime/support/subscriptions.ts';
import { notSelected } from './support/size.ts';

/** A runtime in a process of its own. */
interface Runtime {
  /** The orders of the lines that begin with the word. */
  told(word: string): readonly string[];
  kill(signal: NodeJS.Signals): Promise<void>;
}

interface Scene {
  readonly engine: Engine;
  /** Orders whose message came to the engine; a message that it refuses is none. */
  readonly published: readonly string[];
  start(name: string): Promise<Runtime>;
  /** Puts the letters there. */
  write(orders: readonly string[]): void;
}

const startChild = async (args: readonly string[], children: ChildProcess[]): Promise<Runtime> => {
  const program = await compiled('test/chaos/support/letterbox.ts');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  const input = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    input.on('line', (line) => {
      lines.push(line);
      if (line === 'started') resolve();
    });
    child.once('exit', (code, signal) => reject(new Error(`the runtime ended with ${code ?? signal}`)));
  });
  return {
    told: (word) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)),
    kill: async (signal) => {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
};

/** Seconds. The engine's clock decides when a lease is over; on the runtimes' own, none is. */
const lease = 60;

/** Lets the engine see that the connection of a process that has just ended is closed: else it may hand it jobs again. */
const closed = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
};

const setUp = async (t: TestContext, options: EngineOptions = {}): Promise<Scene> => {
  const engine = await createEngine(options);
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-'));
  const children: ChildProcess[] = [];
  t.after(async () => {
    const living = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(
      living.map(async (child) => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }),
    );
    await engine.stop();
    rmSync(folder, { recursive: true });
  });
  await engine.deploy({ name: 'waiting.bpmn', content: waitingProcess('box') });
  const published: string[] = [];
  engine.on((event) => {
    if (event.kind === 'message:published' && event.message.name === 'box')
      published.push(event.message.correlationKey);
  });
  return {
    engine,
    published,
    start: (name) => startChild([String(engine.port), folder, name, String(lease)], children),
    write: (orders) => {
      for (const one of orders) writeFileSync(join(folder, one), '');
    },
  };
};

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `o${index}`);

/** The workers of the leases that are held, each once. */
const holders = (engine: Engine): readonly string[] => [
  ...new Set(
    leasesOf(engine)
      .filter(({ state }) => state === 'ACTIVATED')
      .map(({ worker }) => worker),
  ),
];

const allHeld = (engine: Engine, count: number): Promise<void> =>
  engineUntil(engine, () => leasesOf(engine).filter(({ state }) => state === 'ACTIVATED').length === count);

const assertEachOnce = async (
  { engine, published }: Scene,
  keys: readonly string[],
  orders: readonly string[],
): Promise<void> => {
  for (const key of keys) {
    const { state } = engine.instance(key)?.state === 'COMPLETED' ? engine.instance(key)! : await engine.ended(key);
    assert.equal(state, 'COMPLETED');
  }
  await engineUntil(engine, () => subscriptionsOf(engine).every(({ state }) => state === 'COMPLETED'));
  assert.deepEqual([...published].sort(), [...orders].sort());
  assert.deepEqual(engine.incidents(), []);
};

test('the subscriptions of a runtime that is killed go on elsewhere when their leases are over', async (t) => {
  const clock = createTestClock();
  const scene = await setUp(t, { clock });
  const { engine } = scene;
  const first = await scene.start('first');
  const orders = names(40);
  const keys = orders.map((name) => order(engine, name));
  await allHeld(engine, 40);
  const second = await scene.start('second');
  await first.kill('SIGKILL');
  await closed();
  clock.advance(lease * 1000);
  await engineUntil(
    engine,
    () => holders(engine).join() === 'second' && leasesOf(engine).every(({ worker }) => worker),
  );
  scene.write(orders);
  await assertEachOnce(scene, keys, orders);
  assert.equal(subscriptionsOf(engine).length, orders.length);
  assert.deepEqual([...second.told('opened')].sort(), [...orders].sort());
});

test(
  'three runtimes share subscriptions; one is killed and one is told to stop while more arrive',
  notSelected,
  async (t) => {
    const clock = createTestClock();
    const scene = await setUp(t, { clock });
    const { engine } = scene;
    const runtimes = await Promise.all(['a', 'b', 'c'].map((name) => scene.start(name)));
    const orders = names(200);
    const keys: string[] = [];
    const ask = (from: number, to: number): void => {
      for (const name of orders.slice(from, to)) keys.push(order(engine, name));
    };
    ask(0, 100);
    await allHeld(engine, 100);
    assert.deepEqual([...holders(engine)].sort(), ['a', 'b', 'c']);
    ask(100, 150);
    await runtimes[0]!.kill('SIGKILL');
    ask(150, 200);
    const stopped = runtimes[1]!.kill('SIGTERM');
    scene.write(orders.slice(0, 100));
    await stopped;
    // What the killed one had in hand: activations come back after their own time, leases after theirs. That the clock
    // jumps beyond the leases of the living one as well must not deliver anything twice; an activation that it takes away
    // in the middle may get a second subscription, whose message is refused.
    clock.advance(20_000);
    await engineUntil(engine, () => !engine.jobs().some(({ type }) => type === '_activate_inbound_connector'));
    scene.write(orders);
    clock.advance(lease * 1000);
    await assertEachOnce(scene, keys, orders);
  },
);
