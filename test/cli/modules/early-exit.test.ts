/** Modules that end the process, or that never finish loading. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadModules } from '../../../src/cli/modules/load-modules.ts';
import { isFault } from '../../../src/common/fault.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

const embedded = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' };

const exits = /module\.mjs, while it was loaded, ended the process \(process\.exit\)\.\nFix: a module of connectors/;

const cases: readonly (readonly [title: string, command: string, text: string, message: RegExp])[] = [
  ['ends the process with 0', 'check', 'process.exit(0);', exits],
  ['ends the process with 1', 'check', 'process.exit(1);', exits],
  ['ends the process with 0', 'template', 'process.exit(0);', exits],
  ['ends the process with 0', 'start', 'process.exit(0);', exits],
  ['ends the process with 0', 'dev', 'process.exit(0);', exits],
  [
    'ends the process later',
    'check',
    `${moduleOf('Log', 'log')}setImmediate(() => process.exit(0));`,
    /^A module that check loaded ended the process \(process\.exit\)\.$/m,
  ],
  [
    'causes an error outside of every function',
    'check',
    `${moduleOf('Log', 'log')}setImmediate(() => { throw new Error('no luck'); });`,
    /^A module that check loaded caused an error outside of every function, which nothing caught\.$/m,
  ],
  [
    'waits for something that nothing can settle',
    'check',
    `await new Promise(() => {});${moduleOf('Log', 'log')}`,
    /module\.mjs does not finish loading\.\nFix: a top-level await of the module/,
  ],
  [
    'waits for something that nothing can settle',
    'template',
    `await new Promise(() => {});${moduleOf('Log', 'log')}`,
    /module\.mjs does not finish loading\.\nFix: a top-level await of the module/,
  ],
  [
    'cannot be loaded and keeps the process alive',
    'start',
    "setInterval(() => {}, 1000);\nthrow new Error('no luck');",
    /module\.mjs cannot be loaded: no luck/,
  ],
];

describe('a module that', { concurrency: 2 }, () => {
  for (const [title, command, text, message] of cases) {
    test(`${title} makes ${command} say so and exit with 2`, async (t) => {
      const folder = folderWith(t, { 'module.mjs': text });
      const program = runCommand(t, [command, './module.mjs'], { folder, env: embedded });
      assert.deepEqual(await program.ended(), { code: 2, signal: null }, program.output());
      assert.match(program.output(), message);
      assert.equal(program.output().match(/ended the process/g)?.length ?? 1, 1, 'it is said once');
    });
  }

  for (const command of ['check', 'template']) {
    test(`keeps the process alive does not keep ${command} from ending`, async (t) => {
      const folder = folderWith(t, { 'module.mjs': `${moduleOf('Log', 'log')}setInterval(() => {}, 1000);` });
      const program = runCommand(t, [command, './module.mjs'], { folder, env: embedded });
      assert.deepEqual(await program.ended(), { code: 0, signal: null }, program.output());
    });
  }
});

test('a module that takes longer than the limit is named, although the process stays alive', async (t) => {
  const folder = folderWith(t, {});
  // It is released after the test, since a promise that is never settled would keep nothing alive.
  writeFileSync(
    join(folder, 'slow.mjs'),
    'await new Promise((resolve) => { globalThis.releaseSlowModule = resolve; });',
  );
  t.after(() => {
    const holder = globalThis as { releaseSlowModule?: () => void };
    holder.releaseSlowModule?.();
    delete holder.releaseSlowModule;
  });
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  await assert.rejects(loadModules(['./slow.mjs'], folder, 20), (error) => {
    assert.ok(isFault(error, 'definition'), String(error));
    assert.match(error.message, /^\.\/slow\.mjs does not finish loading within 0\.02 s\.\nFix: /);
    return true;
  });
  assert.deepEqual(
    process.listeners('beforeExit').filter(({ name }) => name === 'onEmpty'),
    [],
  );
});
