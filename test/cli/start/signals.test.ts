/** Signals that end a process by default, to one process and to all of them at once, while jobs are in hand. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';
import { clean, createGate, posix, withEngine } from './support/processes.ts';

const waiting = (url: string): string =>
  moduleOf('A', 'a', `async () => { await fetch('${url}'); return { pid: process.pid }; }`);

/** Starts the program in a group of its own. */
const startGroup = async (t: TestContext, args: readonly string[]) => {
  const { engine, env } = await withEngine(t);
  const gate = await createGate(t);
  const folder = folderWith(t, { 'a.mjs': waiting(gate.url) });
  const program = runCommand(t, ['start', './a.mjs', ...args], { folder, env, group: true });
  /** Starts jobs, and resolves when connectors have them in hand. */
  const takeJobs = async (count: number) => {
    gate.close();
    const keys = Array.from({ length: count }, () => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
    await gate.holds(count);
    return async (): Promise<readonly string[]> => {
      gate.open();
      return (await Promise.all(keys.map((key) => engine.ended(key)))).map(({ state }) => state);
    };
  };
  return { program, takeJobs };
};

describe('SIGUSR2 to a process that has nothing to replace', posix, () => {
  for (const [title, args, explanation] of [
    ['start', [], /SIGUSR2 replaces processes only if there are at least two\. Fix: /],
    ['start --processes 1', ['--processes', '1'], /SIGUSR2 replaces processes only if there are at least two\. Fix: /],
    [
      'start --watch',
      ['--watch'],
      /SIGUSR2 is ignored: with --watch, the process restarts on every change of a source file\./,
    ],
  ] as const) {
    test(`${title} ignores and explains it, and finishes its job`, async (t) => {
      const { program, takeJobs } = await startGroup(t, args);
      await program.prints(/Running, connected/);
      const finish = await takeJobs(1);
      program.signalGroup('SIGUSR2');
      await program.prints(explanation);
      assert.deepEqual(await finish(), ['COMPLETED']);
      program.signal('SIGTERM');
      assert.deepEqual(await program.ended(), clean);
    });
  }

  test('start ignores and explains it while its modules load', async (t) => {
    const { env } = await withEngine(t);
    const gate = await createGate(t);
    gate.close();
    const folder = folderWith(t, { 'a.mjs': `await fetch('${gate.url}');\n${moduleOf('A', 'a')}` });
    const program = runCommand(t, ['start', './a.mjs'], { folder, env });
    await gate.holds(1);
    program.signal('SIGUSR2');
    await program.prints(/SIGUSR2 replaces processes only if there are at least two/);
    gate.open();
    await program.prints(/Running, connected/);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });
});

describe('a signal to a supervisor and all of its processes', posix, () => {
  const bothWork = /(?:of 2 works \(pid[\s\S]*?){2}/;

  test('SIGUSR2 replaces the processes one after the other, and their jobs are finished', async (t) => {
    const { program, takeJobs } = await startGroup(t, ['--processes', '2']);
    await program.prints(bothWork);
    const finish = await takeJobs(8);
    program.signalGroup('SIGUSR2');
    await program.prints(/Stopping: no new jobs/);
    assert.deepEqual(new Set(await finish()), new Set(['COMPLETED']));
    await program.prints(/All 2 processes are new\./);
    assert.doesNotMatch(program.output(), /was ended by/);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('SIGUSR2 leaves a process alone that loads its modules', async (t) => {
    const { env } = await withEngine(t);
    const gate = await createGate(t);
    gate.close();
    const folder = folderWith(t, { 'a.mjs': `await fetch('${gate.url}');\n${moduleOf('A', 'a')}` });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env, group: true });
    await gate.holds(1);
    program.signalGroup('SIGUSR2');
    await program.prints(/SIGUSR2: ignored, because the processes are starting\./);
    gate.open();
    await program.prints(bothWork);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} stops them gracefully: it counts once, and their jobs are finished`, async (t) => {
      const { program, takeJobs } = await startGroup(t, ['--processes', '2']);
      await program.prints(bothWork);
      const finish = await takeJobs(8);
      program.signalGroup(signal);
      await program.prints(/(?:Stopping: no new jobs[\s\S]*?){2}/);
      assert.deepEqual(new Set(await finish()), new Set(['COMPLETED']));
      assert.deepEqual(await program.ended(), clean);
      assert.doesNotMatch(program.output(), /again: aborting/);
    });
  }
});
