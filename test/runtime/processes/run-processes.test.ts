/** A program that runs in several processes. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine } from '../../../src/engine/index.ts';
import { isFault, type ProcessesOptions, runProcesses } from '../../../src/index.ts';
import { folderWith, library, moduleOf, runProgram } from '../../cli/support/running.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';

const posix = { skip: process.platform === 'win32' ? 'no signals on Windows' : false };
const create = (): never => assert.fail('create is not called');

for (const [what, options, message] of [
  ['a wrong number of processes', { processes: 0 }, /processes: expected auto or a whole number from 1 to 1024/],
  ['a health server without a port', { health: { host: '127.0.0.1' } }, /health\.port/],
  ['a misspelt option', { process: 2 }, /process: unknown option\. Did you mean processes\?/],
  ['options that are no object', null, /expected an object of options/],
] as const) {
  test(`refuses ${what}`, async () => {
    await assert.rejects(
      runProcesses(create, options as unknown as ProcessesOptions),
      (error) => isFault(error, 'definition') && message.test(error.message) && error.message.includes('\nFix: '),
    );
  });
}

test('refuses something other than a function', async () => {
  await assert.rejects(runProcesses('x' as never), /create: expected a function that returns a runtime/);
});

const source = `import { createRuntime, runProcesses } from ${library};
import { connector } from './a.mjs';
const [processes, health] = [Number(process.argv[2]), { port: 0 }];

process.exitCode = await runProcesses(
  (number) => createRuntime({ outbound: [connector], workerName: 'mine-' + number }),
  { processes, health: processes === 1 ? undefined : health },
);
console.log('ended ' + process.pid);
`;

describe('a program', posix, () => {
  test('runs in two processes, passes its arguments on, replaces them on SIGUSR2, and ends with 0 on SIGTERM', async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    await engine.deploy({
      name: 'p.bpmn',
      content: processFile('p', ...chain(start(), serviceTask('t', { type: 'a' }), end())),
    });
    const env = { ZEEBE_GRPC_ADDRESS: `grpc://${engine.address}`, CAMUNDA_CONNECTORS_LOG_FORMAT: 'text' };
    const run = '() => ({ pid: process.pid })';
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a', run), 'main.mjs': source });
    const program = runProgram(t, ['main.mjs', '2'], { folder, env });
    const [, url] = await program.prints(/Health at (http:\/\/127\.0\.0\.1:\d+)\/health\/ready/);
    await program.prints(/Process 2 of 2 works/);
    assert.equal((await fetch(`${url}/health/ready`)).status, 200);
    const pidsOfTwo = async (): Promise<Set<unknown>> => {
      const pids = new Set<unknown>();
      for (let round = 0; round < 200 && pids.size < 2; round++) {
        const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
        const { state, variables } = await engine.ended(processInstanceKey);
        assert.equal(state, 'COMPLETED');
        pids.add((variables as { readonly pid: unknown }).pid);
      }
      return pids;
    };
    const pids = await pidsOfTwo();
    assert.equal(pids.size, 2);

    program.signal('SIGUSR2');
    await program.prints(/All 2 processes are new\./);
    const newPids = await pidsOfTwo();
    assert.equal(newPids.size, 2);
    assert.equal(new Set([...pids, ...newPids]).size, 4);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), { code: 0, signal: null });
    assert.equal(program.output().match(/^ended \d+$/gm)?.length, 5);
  });

  test('runs in its own process if there is one', async (t) => {
    const env = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_CONNECTORS_LOG_FORMAT: 'text' };
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a'), 'main.mjs': source });
    const program = runProgram(t, ['main.mjs', '1'], { folder, env });
    await program.prints(/Running/);
    program.signal('SIGUSR2');
    await program.prints(/SIGUSR2 replaces processes only if there are at least two\. Fix: /);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), { code: 0, signal: null });
    assert.equal(program.output().match(/^ended \d+$/gm)?.length, 1);
  });

  test('that cannot start says so once and ends with 1', async (t) => {
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a'), 'main.mjs': source });
    const env = { CAMUNDA_CONNECTION_TYPE: 'WRONG', CAMUNDA_CONNECTORS_LOG_FORMAT: 'text' };
    const program = runProgram(t, ['main.mjs', '3'], { folder, env });
    assert.deepEqual(await program.ended(), { code: 1, signal: null });
    assert.equal(program.output().match(/Fault|Error: .*CAMUNDA_CONNECTION_TYPE/g)?.length, 1);
  });
});
