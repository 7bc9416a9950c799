/**
 * Runtimes that do not run for longer than their jobs and leases last, as after SIGSTOP or on a laptop that sleeps: when they go on,
 * they send nothing for what another runtime has by then.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { compiled } from '../../scripts/compiled.ts';
import { createEngine, createTestClock, type Engine, type TestClock } from '../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { engineUntil, leasesOf, order, waitingProcess } from '../runtime/support/subscriptions.ts';
import { assertNothingLost, assertRunsAccounted } from './support/checks.ts';
import { needsSuspension, untilStopped } from './support/process-state.ts';
import { direct, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';
import type { SleeperSettings } from './support/sleeper.ts';

type JobView = ReturnType<Engine['jobs']>[number];

/** Longer than every time limit of the runtimes, in milliseconds. */
const long = 600_000;

/** A runtime in a process of its own. */
interface Sleeper {
  /** Resolves with the first line that matches, past or future. */
  tells(pattern: RegExp): Promise<string>;
  readonly lines: readonly string[];
  /** Resolves when it has suspended itself. */
  suspended(): Promise<void>;
  /** Lets it go on, much later by its own time. */
  resumeLater(): void;
  release(): void;
  kill(): Promise<void>;
}

interface Scene {
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly letter: string;
  start(name: string, moments?: Pick<SleeperSettings, 'suspends' | 'holds'>): Promise<Sleeper>;
  /** Lets the time of a job end again and again until a runtime has it: it may go to one that is suspended. */
  handTo(name: string, find: () => JobView | undefined): Promise<void>;
}

const createSleeper = async (settings: SleeperSettings, children: ChildProcess[]): Promise<Sleeper> => {
  const program = await compiled('test/chaos/support/sleeper.ts');
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  const looks = new Set<() => void>();
  const changed = (): void => {
    for (const look of [...looks]) look();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    changed();
  });
  child.once('exit', changed);
  const tells = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const line = lines.find((text) => pattern.test(text));
        const isGone = child.exitCode !== null || child.signalCode !== null;
        if (line === undefined && !isGone) return;
        looks.delete(look);
        if (line === undefined) reject(new Error(`${settings.name} ended without ${pattern}: ${lines.join(', ')}`));
        else resolve(line);
      };
      looks.add(look);
      look();
    });
  await tells(/^started$/);
  return {
    tells,
    lines,
    suspended: async () => {
      await tells(/^suspending$/);
      await untilStopped(child.pid!);
    },
    resumeLater: () => {
      writeFileSync(settings.time, String(long));
      child.kill('SIGCONT');
    },
    release: () => void child.stdin.write('release\n'),
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
};

const setUp = async (t: TestContext): Promise<Scene> => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'suspensions-'));
  const children: ChildProcess[] = [];
  t.after(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await engine.stop();
    rmSync(folder, { recursive: true });
  });
  await engine.deploy([
    {
      name: 'work.bpmn',
      content: processFile('work', ...chain(start(), serviceTask('task', { type: 'work' }), end())),
    },
    { name: 'waiting.bpmn', content: waitingProcess('box') },
  ]);
  const letter = join(folder, 'letter');
  return {
    engine,
    clock,
    letter,
    start: (name, moments = {}) =>
      createSleeper({ port: engine.port, name, time: join(folder, name), letter, ...moments }, children),
    handTo: async (name, find) => {
      while (find()?.worker !== name || find()?.state !== 'ACTIVATED') {
        clock.advance(75_000);
        await engineUntil(engine, () => find()?.state === 'ACTIVATED');
      }
    },
  };
};

const workJob = (engine: Engine) => (): JobView | undefined => engine.jobs().find(({ type }) => type === 'work');
const leaseJob = (engine: Engine) => (): JobView | undefined => leasesOf(engine)[0];

test(
  'a job: suspended between its work and its result, a runtime leaves it to the one that has it now',
  needsSuspension,
  async (t) => {
    const { engine, start: startSleeper, handTo } = await setUp(t);
    const first = await startSleeper('first', { suspends: { in: 'run' } });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'work', variables: {} });
    await first.suspended();
    const second = await startSleeper('second', { holds: { in: 'run' } });
    await handTo('second', workJob(engine));
    await second.tells(/^ran$/);
    first.resumeLater();
    assert.equal(await first.tells(/^settled/), 'settled expired');
    await first.tells(/^resumed$/);
    assert.equal(engine.instance(processInstanceKey)?.state, 'ACTIVE');
    second.release();
    assert.equal(await second.tells(/^settled/), 'settled accepted');
    assert.equal((await engine.ended(processInstanceKey)).variables.by, 'second');
    assert.equal(
      first.lines.filter((line) => line === 'ran').length,
      1,
      'what had waited for it in a buffer does not run',
    );
  },
);

test(
  'a subscription: suspended between its loop and storing, a runtime does not set the state back',
  needsSuspension,
  async (t) => {
    const { engine, start: startSleeper, handTo } = await setUp(t);
    const first = await startSleeper('first', { suspends: { in: 'loop', call: 3 } });
    const key = order(engine, 'o1');
    await first.suspended();
    const second = await startSleeper('second', { holds: { in: 'loop', call: 8 } });
    await handTo('second', leaseJob(engine));
    await second.tells(/^loop 8$/);
    assert.deepEqual(
      second.lines.filter((line) => line.startsWith('loop')),
      ['loop 3', 'loop 4', 'loop 5', 'loop 6', 'loop 7', 'loop 8'],
    );
    first.resumeLater();
    assert.equal(await first.tells(/^released/), 'released lost');
    await first.kill();
    await second.kill();
    const third = await startSleeper('third', { holds: { in: 'loop' } });
    await handTo('third', leaseJob(engine));
    assert.equal(await third.tells(/^loop/), 'loop 8');
    assert.equal(engine.instance(key)?.state, 'ACTIVE');
  },
);

test(
  'a message: suspended between its loop and the publication, a runtime still delivers it, and once',
  needsSuspension,
  async (t) => {
    const { engine, letter, start: startSleeper, handTo } = await setUp(t);
    let published = 0;
    engine.on((event) => {
      if (event.kind === 'message:published' && event.message.name === 'box') published += 1;
    });
    const first = await startSleeper('first', { suspends: { in: 'message' } });
    const key = order(engine, 'o1');
    await first.tells(/^loop 1$/);
    writeFileSync(letter, '');
    await first.suspended();
    const second = await startSleeper('second');
    await handTo('second', leaseJob(engine));
    await second.tells(/^loop/);
    first.resumeLater();
    await first.tells(/^delivered$/);
    const { state } = engine.instance(key)?.state === 'COMPLETED' ? engine.instance(key)! : await engine.ended(key);
    assert.equal(state, 'COMPLETED');
    await engineUntil(engine, () => engine.jobs().length === 0);
    assert.equal(published, 1);
    assert.deepEqual(engine.incidents(), []);
  },
);

test('one of three is suspended again and again under load, for longer than its jobs and leases', {
  ...notSelected,
  ...needsSuspension,
}, async (t) => {
  const scene = await setScene(t);
  const folder = mkdtempSync(join(tmpdir(), 'suspensions-'));
  scene.after(async () => rmSync(folder, { recursive: true }));
  const time = join(folder, 'time');
  const connection = direct(scene.engine().port);
  const [sleeper, ...others] = await Promise.all([
    scene.runtime(connection, { work: 20, time }),
    scene.runtime(connection, { work: 20 }),
    scene.runtime(connection, { work: 20 }),
  ]);
  const hasAll = (): boolean => {
    const jobs = scene.engine().jobs();
    return jobs.every(
      ({ state, worker, type }) =>
        state === 'ACTIVATED' &&
        // An activation of another runtime completes when its subscription is safe, which may be up to this one.
        (worker === sleeper.name || type === '_activate_inbound_connector'),
    );
  };
  /** Waits for a condition. If all jobs wait unread for the runtime that is suspended, or was, their time ends. */
  const proceedUntil = async (what: string, condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await scene.board.until(`${what}, or all jobs are with ${sleeper.name}`, () => condition() || hasAll());
      if (!condition()) scene.clock.advance(75_000);
      // Lets the runtimes get what is free now.
      await new Promise(setImmediate);
    }
  };
  const proceed = (): Promise<void> => {
    const goal = scene.ledger.completed.size + size.batch / 2;
    return proceedUntil('instances complete', () => scene.ledger.completed.size >= goal);
  };
  const stopFeeding = scene.feed(size.batch);
  for (let round = 1; round <= size.times; round += 1) {
    const before = sleeper.count('suspended');
    await proceedUntil('jobs are in hand', () => sleeper.inHand.size > 0);
    await sleeper.suspend();
    await proceed();
    scene.clock.advance(75_000);
    await proceed();
    writeFileSync(time, String(round * long));
    sleeper.resume();
    await scene.board.until('it has noticed', () => sleeper.count('suspended') > before);
    await proceed();
  }
  stopFeeding();
  await scene.finish();
  assertNothingLost(scene);
  assertRunsAccounted(scene, [sleeper, ...others]);
  for (const worker of [sleeper, ...others]) {
    const { code, errors } = await worker.end('SIGTERM');
    assert.deepEqual([code, errors], [0, '']);
  }
});
