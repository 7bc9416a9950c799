/** Several processes under load: one is killed, one is stopped, all are replaced, and all stop. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as nextRound } from 'node:timers/promises';
import { folderWith, library, moduleOf, type Running, runCommand } from '../support/running.ts';
import { clean, createGate, type Gate, pidsOf, posix, valuesOf, variablesOf, withEngine } from './support/processes.ts';

type Engine = Awaited<ReturnType<typeof withEngine>>['engine'];

const works = /Process \d of 2 works \(pid (\d+)\)/g;

/** Resolves when processes have begun to work that many times. */
const haveWorked = async (program: Running, times: number): Promise<readonly number[]> => {
  await program.prints(new RegExp(`(?:of 2 works \\(pid[\\s\\S]*?){${times}}`));
  return [...program.output().matchAll(works)].map(([, pid]) => Number(pid));
};

/** A module whose connector notes each job at once, and then waits at a gate. */
const noting = (url: string): string =>
  `import { appendFileSync } from 'node:fs';\n${moduleOf(
    'A',
    'a',
    `async (_, { job }) => {
  appendFileSync('runs.txt', job.processInstanceKey + ' ' + process.pid + '\\n');
  await fetch('${url}/' + process.pid + '/' + job.processInstanceKey);
  return { pid: process.pid };
}`,
  )}`;

/** What the connectors have noted: the pids of each instance. */
const runsIn = (folder: string): ReadonlyMap<string, readonly number[]> => {
  const runs = new Map<string, number[]>();
  for (const line of readFileSync(join(folder, 'runs.txt'), 'utf8').trim().split('\n')) {
    const [instance, pid] = line.split(' ');
    runs.set(instance!, [...(runs.get(instance!) ?? []), Number(pid)]);
  }
  return runs;
};

/**
 * Runs instances, a few at a time, until it is stopped. A job that is pushed to a process at the moment when it stops is lost
 * until its timeout, and its instance waits so long, so after each stop other instances must take over.
 */
const startFlow = (engine: Engine, lanes: number) => {
  const open = new Map<string, Promise<unknown>>();
  const runs: Promise<void>[] = [];
  let generation = 0;
  let completed = 0;
  const listeners = new Set<() => void>();
  const run = async (own: number): Promise<void> => {
    while (own === generation) {
      const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
      const ended = engine.ended(key);
      open.set(key, ended);
      assert.equal((await ended).state, 'COMPLETED');
      open.delete(key);
      completed++;
      for (const listener of listeners) listener();
    }
  };
  const begin = (): void => {
    generation++;
    runs.push(...Array.from({ length: lanes }, () => run(generation)));
  };
  begin();
  return {
    /** Starts others in place of those that are under way, which start no more. To call when a process has ended. */
    renew: async (): Promise<void> => {
      // The engine must have read that the process has closed its stream.
      await nextRound();
      begin();
    },
    /** The instances that have not completed, each with its end. */
    open: (): ReadonlyMap<string, Promise<unknown>> => new Map(open),
    /** Resolves when so many more have completed. */
    completes: (more: number): Promise<void> =>
      new Promise((resolve) => {
        const wanted = completed + more;
        const listener = (): void => {
          if (completed < wanted) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
      }),
    /** Starts no more. */
    end: (): void => {
      generation++;
    },
    /** Resolves with the number of instances when all have completed. */
    done: async (): Promise<number> => {
      await Promise.all(runs);
      return completed;
    },
  };
};

const startTwo = async (t: TestContext, module: (gate: Gate) => string) => {
  const { engine, clock, env } = await withEngine(t);
  const gate = await createGate(t);
  const folder = folderWith(t, { 'a.mjs': module(gate) });
  const args = ['start', './a.mjs', '--processes', '2', '--health-port', '0'];
  const program = runCommand(t, args, { folder, env });
  const [, url] = await program.prints(/Health at (http:\/\/127\.0\.0\.1:\d+)\/health\/ready/);
  const pids = await haveWorked(program, 2);
  return { engine, clock, gate, folder, program, url: url!, pids };
};

const detailsOf = async (url: string): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> => {
  const response = await fetch(`${url}/health/ready`);
  assert.equal(response.status, 200);
  const { components } = (await response.json()) as {
    readonly components: Readonly<Record<string, { readonly details: Readonly<Record<string, unknown>> }>>;
  };
  return Object.fromEntries(Object.entries(components).map(([name, { details }]) => [name, details]));
};

describe('start --processes under load', posix, () => {
  test('does each job once: one process is killed, one is stopped, both are replaced, and all stop', async (t) => {
    const { engine, clock, gate, folder, program, url, pids } = await startTwo(t, ({ url: to }) => noting(to));

    // One is killed: its jobs run again, the others do not.
    gate.close();
    const started = Array.from({ length: 8 }, () => variablesOf(engine));
    const held = await gate.holds(8);
    const killed = Number(held[0]!.split('/')[1]);
    process.kill(killed, 'SIGKILL');
    await program.prints(new RegExp(`\\(pid ${killed}\\) was ended by SIGKILL\\. It starts again in`));
    gate.open();
    await haveWorked(program, 3);
    clock.advance(21_000);
    await Promise.all(started);
    const afterKill = runsIn(folder);
    assert.equal(afterKill.size, 8);
    for (const [instance, [first, ...again]] of afterKill) {
      assert.equal(again.length, first === killed ? 1 : 0, `${instance}: ${first} ${again}`);
    }
    assert.match(
      await (await fetch(`${url}/metrics`)).text(),
      new RegExp(`^camunda_connector_process_restarts_total\\{process="${pids.indexOf(killed) + 1}"\\} 1$`, 'm'),
    );

    // One is stopped, and then both are replaced, while jobs flow.
    const flow = startFlow(engine, 8);
    await flow.completes(50);
    const stopped = pids.find((pid) => pid !== killed)!;
    process.kill(stopped, 'SIGTERM');
    await program.prints(new RegExp(`\\(pid ${stopped}\\) has ended with exit code 0\\. It starts again in`));
    const beforeReplacing = await haveWorked(program, 4);
    await flow.renew();
    await flow.completes(50);
    program.signal('SIGUSR2');
    await program.prints(/All 2 processes are new\./);
    const now = (await haveWorked(program, 6)).slice(4);
    await flow.renew();
    await flow.completes(50);
    flow.end();

    // The new processes have got everything that was pushed to them, once each has got something that was pushed later.
    assert.deepEqual(await pidsOf(engine, 2), new Set(now));
    const runs = runsIn(folder);
    const open = flow.open();
    await Promise.all([...open].filter(([instance]) => runs.has(instance)).map(([, ended]) => ended));
    // What is left was pushed to a process that had stopped.
    clock.advance(21_000);
    const count = await flow.done();
    assert.ok(count >= 150, `${count} instances`);
    const all = runsIn(folder);
    const repeated = [...all].filter(([instance, { length }]) => length > 1 && !afterKill.has(instance));
    assert.deepEqual(repeated, []);
    for (const pid of [...now, ...beforeReplacing.slice(2)]) {
      assert.ok(
        [...all.values()].some((by) => by.includes(pid)),
        `${pid} has had no job`,
      );
    }

    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
    // One for each process that was not killed.
    assert.equal(program.output().match(/Stopped\./g)?.length, 5);
  });

  test('an old process finishes its jobs while the new one works, and the health shows both', async (t) => {
    const { engine, gate, program, url, pids } = await startTwo(t, ({ url: to }) => noting(to));
    gate.close();
    const started = Array.from({ length: 8 }, () => variablesOf(engine));
    const held = await gate.holds(8);
    const holders = new Set(held.map((path) => Number(path.split('/')[1])));
    program.signal('SIGUSR2');
    for (const [index, pid] of pids.entries()) {
      if (holders.has(pid)) {
        const [, successor] = await program.prints(new RegExp(`pid (\\d+) has replaced pid ${pid}, which stops`));
        const details = await detailsOf(url);
        assert.deepEqual(details[`process${index + 1}`], {
          ...{ pid: Number(successor), stopping: pid, restarts: 0, reasons: [] },
        });
        gate.release((path) => path.startsWith(`/${pid}/`));
      }
      await program.prints(new RegExp(`Process ${index + 1} \\(pid ${pid}\\) has ended with exit code 0\\.`));
    }
    await program.prints(/All 2 processes are new\./);
    const done = await Promise.all(started);
    assert.deepEqual(new Set(done.map(({ pid }) => pid)), holders);
    const details = await detailsOf(url);
    for (const { pid, ...rest } of Object.values(details)) {
      assert.equal(pids.includes(pid as number), false);
      assert.deepEqual(rest, { restarts: 0, reasons: [] });
    }
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('a new process that does not start leaves the old ones at work, until the module is correct', async (t) => {
    const answers = (version: number): string =>
      moduleOf('A', 'a', `() => ({ pid: process.pid, version: ${version} })`);
    const { engine, folder, program, pids } = await startTwo(t, () => answers(1));
    const path = join(folder, 'a.mjs');
    const write = (text: string): void => {
      // In one step, as no process may read half a file.
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    };
    write('export const a = ;\n');
    program.signal('SIGUSR2');
    await program.prints(
      new RegExp(
        `Process 1 was not replaced: pid \\d+ has ended with exit code 2\\. Pid ${pids[0]} continues to work\\. No further process is replaced\\. Fix: `,
      ),
    );
    assert.deepEqual(await pidsOf(engine, 2), new Set(pids));
    write(answers(2));
    program.signal('SIGUSR2');
    await program.prints(/All 2 processes are new\./);
    assert.deepEqual(await valuesOf(engine, 'version', 1), new Set([2]));
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('webhooks are served without a gap while the processes are replaced', async (t) => {
    const { env } = await withEngine(t);
    const module = `import { defineWebhook } from ${library};
export const ping = defineWebhook({ name: 'ping', path: '/ping', auth: 'none',
  run: () => ({ answer: { status: 200, body: String(process.pid) } }) });
`;
    const folder = folderWith(t, { 'a.mjs': module });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], {
      folder,
      env: { ...env, CAMUNDA_CONNECTORS_PORT: '0' },
    });
    const [, url] = await program.prints(/(http:\/\/127\.0\.0\.1:\d+)/);
    await haveWorked(program, 2);
    const pids = new Set<number>();
    let isOver = false;
    const replaced = program.prints(/All 2 processes are new\./).then(() => {
      isOver = true;
    });
    program.signal('SIGUSR2');
    const call = async (): Promise<void> => {
      for (let calls = 0; !isOver || calls < 50; calls++) {
        const answer = await fetch(`${url}/ping`, { method: 'POST', body: 'x', headers: { connection: 'close' } });
        const text = await answer.text();
        assert.equal(answer.status, 200, text);
        pids.add(Number(text));
      }
    };
    await Promise.all([replaced, ...Array.from({ length: 4 }, call)]);
    assert.deepEqual([...pids].sort(), [...(await haveWorked(program, 4))].sort());
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('a stop ends the replacement, and the process that is starting', async (t) => {
    const module = `import { existsSync } from 'node:fs';
if (existsSync('wait')) {
  console.log('waiting');
  setInterval(() => {}, 1_000);
  await new Promise(() => {});
}
${moduleOf('A', 'a')}`;
    const { folder, program, pids } = await startTwo(t, () => module);
    appendFileSync(join(folder, 'wait'), '');
    program.signal('SIGUSR2');
    await program.prints(/waiting/);
    rmSync(join(folder, 'wait'));
    program.signal('SIGUSR2');
    await program.prints(/SIGUSR2: the processes will be replaced once more\./);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
    assert.equal(program.output().match(/of 2 works/g)?.length, pids.length);
    assert.doesNotMatch(program.output(), /has replaced|not replaced/);
  });

  test('with one process, the signal is explained and changes nothing', async (t) => {
    const { engine, env } = await withEngine(t);
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a', '() => ({ pid: process.pid })') });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '1'], { folder, env });
    await program.prints(/Outbound: a\./);
    program.signal('SIGUSR2');
    await program.prints(/SIGUSR2 replaces processes only if there are at least two\. Fix: /);
    assert.equal(typeof (await variablesOf(engine)).pid, 'number');
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });
});
