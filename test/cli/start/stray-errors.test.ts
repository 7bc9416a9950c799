/** What happens to the jobs of all connectors when one connector causes an error outside its `run`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine } from '../../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

const posix = { skip: process.platform === 'win32' ? 'no signals on Windows' : false };

/** What the two connectors share: both runs have begun, and the error has reached the process. */
const shared = `
  globalThis.error ??= new Promise((done) => {
    process.once('unhandledRejection', done);
    process.once('uncaughtException', done);
  });
  globalThis.bothBegan ??= new Promise((done) => {
    let began = 0;
    globalThis.begin = () => void (++began === 2 && done());
  });`;

/** Causes the error and ends after it. The timer would keep the process alive. */
const strayRun = (cause: string): string => `(() => {${shared}
  return async (_input, { signal }) => {
    begin();
    await bothBegan;
    setInterval(() => {}, 1000);
    ${cause};
    await error;
    return { aborted: signal.aborted };
  };
})()`;

/** Ends after the error, too. */
const otherRun = `(() => {${shared}
  return async () => {
    begin();
    await error;
    return { done: true };
  };
})()`;

const processOf = (id: string): { name: string; content: string } => ({
  name: `${id}.bpmn`,
  content: processFile(id, ...chain(start(), serviceTask('Task', { type: id }), end())),
});

describe('a stray error', posix, () => {
  for (const [title, cause] of [
    ['a rejected promise that nothing awaits', "void Promise.reject(new Error('lost'))"],
    ['an exception in a timer', "setTimeout(() => { throw new Error('lost'); }, 0)"],
    ['an exception in a microtask', "queueMicrotask(() => { throw new Error('lost'); })"],
  ] as const) {
    test(`${title}: the runtime finishes its jobs, logs a hint and exits with 3`, async (t) => {
      const engine = await createEngine();
      t.after(() => engine.stop());
      await engine.deploy([processOf('stray'), processOf('other')]);
      const folder = folderWith(t, {
        'a.mjs': moduleOf('Stray', 'stray', strayRun(cause)),
        'b.mjs': moduleOf('Other', 'other', otherRun),
      });
      const env = {
        CAMUNDA_CONNECTION_TYPE: 'INSECURE',
        ZEEBE_HOSTNAME: '127.0.0.1',
        ZEEBE_PORT: String(engine.port),
        CAMUNDA_CONNECTORS_LOG_FORMAT: 'json',
      };
      const program = runCommand(t, ['start', './a.mjs', './b.mjs'], { folder, env });
      await program.prints(/Outbound: stray, other\./);
      const other = engine.createInstance({ bpmnProcessId: 'other' });
      const stray = engine.createInstance({ bpmnProcessId: 'stray' });
      assert.deepEqual(await program.ended(), { code: 3, signal: null });
      // Both jobs were finished, not left to their timeouts.
      assert.deepEqual((await engine.ended(other.processInstanceKey)).variables, { done: true });
      assert.deepEqual((await engine.ended(stray.processInstanceKey)).variables, { aborted: false });
      const line = program
        .output()
        .split('\n')
        .find((text) => text.includes('outside of every job'))!;
      const { level, message } = JSON.parse(line) as { level: string; message: string };
      assert.equal(level, 'error');
      assert.match(message, /Error: lost \(.*a\.mjs:\d+:\d+\)\. Fix: /);
      assert.match(program.output(), /"Stopped\."/);
    });
  }

  test('dev ends with 3 too, also when the instance of --run completes', async (t) => {
    const folder = folderWith(t, {
      'a.mjs': moduleOf(
        'Stray',
        'stray',
        `() => { void Promise.reject(new Error('lost')); return new Promise((done) => process.once('unhandledRejection', () => done({}))); }`,
      ),
      'stray.bpmn': processOf('stray').content,
    });
    const program = runCommand(t, ['dev', './a.mjs', '--resource', 'stray.bpmn', '--run', 'stray'], { folder });
    assert.deepEqual(await program.ended(), { code: 3, signal: null });
    assert.match(program.output(), /outside of every job: Error: lost/);
  });
});
