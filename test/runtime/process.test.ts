/** How a process with a runtime ends. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { compiled } from '../../scripts/compiled.ts';
import { createEngine, createTestClock, type EngineOptions } from '../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';

const setUp = async (t: TestContext, mode: string, options: EngineOptions = {}) => {
  const engine = await createEngine(options);
  const program = await compiled('test/runtime/support/worker.ts');
  const child = spawn(process.execPath, [program, String(engine.port), mode], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { text: '' };
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk;
      for (const watcher of [...watchers]) watcher();
    });
  }
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const watcher = (): void => {
        if (output.text.includes(text)) resolve();
      };
      watchers.add(watcher);
      watcher();
      child.once('close', () => reject(new Error(`The process ended without "${text}": ${output.text}`)));
    });
  t.after(async () => {
    child.kill('SIGKILL');
    await engine.stop();
  });
  return { engine, child, says, output };
};

const ended = async (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode };
};

test('the process ends by itself after stop', async (t) => {
  const { child, output } = await setUp(t, 'stop');
  assert.deepEqual(await ended(child), { code: 0, signal: null });
  assert.match(output.text, /Running, connected to/);
  assert.match(output.text, /Stopped\./);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops the runtime, and the process ends by itself`, async (t) => {
    const { child, says } = await setUp(t, 'run');
    await says('STARTED');
    child.kill(signal);
    assert.deepEqual(await ended(child), { code: 0, signal: null });
  });
}

test('a second signal returns the jobs and ends the process, whatever a connector does', async (t) => {
  const { engine, child, says } = await setUp(t, 'stubborn');
  const content = processFile('p', ...chain(start(), serviceTask('work', { type: 'work' }), end()));
  await engine.deploy({ name: 'p.bpmn', content });
  engine.createInstance({ bpmnProcessId: 'p' });
  await says('WORKING');
  child.kill('SIGTERM');
  await says('SIGTERM: stopping');
  child.kill('SIGINT');
  assert.deepEqual(await ended(child), { code: null, signal: 'SIGINT' });
  assert.deepEqual(
    engine.jobs().map(({ state, retries }) => [state, retries]),
    [['ACTIVATABLE', 3]],
  );
});

test('the job of a process that is killed comes back within one lease, although its timeout is twice as long', async (t) => {
  const clock = createTestClock();
  const { engine, child, says } = await setUp(t, 'stubborn', { clock });
  const content = processFile('p', ...chain(start(), serviceTask('work', { type: 'work' }), end()));
  await engine.deploy({ name: 'p.bpmn', content });
  engine.createInstance({ bpmnProcessId: 'p' });
  await says('WORKING');
  child.kill('SIGKILL');
  await ended(child);
  const returned: number[] = [];
  engine.on((event) => {
    if (event.kind === 'job:activatable') returned.push(clock.now());
  });
  const killed = clock.now();
  clock.advance(300_000);
  assert.deepEqual(returned, [killed + 300_000]);
});
