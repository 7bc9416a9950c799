/** What the command line of the package starts as a process, a thread or hooks of its own, and what it reads of its files. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { clean, pidsOf, posix, withEngine } from '../cli/start/support/processes.ts';
import { type Running, runProgram } from '../cli/support/running.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { installTarball, pack, temporaryFolder } from './support.ts';

const connector = (greeting: string): string => `import { defineOutbound } from 'camunda-connectors';
import * as v from 'valibot';
export const a = defineOutbound({ name: 'A', type: 'a', input: v.object({}), run: () => ({ pid: process.pid, said: '${greeting}' }) });
`;

const webhook = `import { defineWebhook } from 'camunda-connectors';
export const hook = defineWebhook({
  name: 'hook',
  path: '/hook',
  auth: { type: 'apiKey', key: 'right', header: 'x-key' },
  run: () => ({ answer: { status: 202 } }),
});
`;

const model = processFile('p', ...chain(start('Start'), serviceTask('Task', { type: 'a' }), end('End')));

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

describe('the command line of the packed package', posix, () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  before(async () => {
    installTarball(folder, await pack(), ['valibot']);
    write('p.bpmn', model);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (
    t: TestContext,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input = false,
  ): Running =>
    runProgram(t, ['node_modules/camunda-connectors/dist/cli/main.js', ...args], {
      ...{ folder, input },
      env: { CAMUNDA_CONNECTORS_LOG_FORMAT: 'text', ...env },
    });

  test('start --processes runs and replaces processes', async (t) => {
    const { engine, env } = await withEngine(t);
    write('several.js', connector('hello'));
    const program = run(t, ['start', './several.js', '--processes', '2'], env);
    await program.prints(/Process 2 of 2 works/);
    assert.equal((await pidsOf(engine, 2)).size, 2);
    program.signal('SIGUSR2');
    await program.prints(/All 2 processes are new\./);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('start --watch runs the connectors in a process of its own', async (t) => {
    const { env } = await withEngine(t);
    write('watched.js', connector('hello'));
    const program = run(t, ['start', './watched.js', '--watch'], env);
    await program.prints(/Outbound: a\./);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('dev --watch runs the connectors in a thread, takes changes over, and serves the page', async (t) => {
    write('dev.js', connector('one'));
    const program = run(t, ['dev', './dev.js', '--resource', 'p.bpmn', '--watch', '--trace']);
    const [, page] = await program.prints(/Page: (\S+)/);
    await program.prints(/Watching for changes\./);
    const entered = await fetch(page!, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/page.js', 'text/javascript'],
    ] as const) {
      const answer = await fetch(new URL(path, page), { headers: { cookie } });
      assert.equal(answer.status, 200, path);
      assert.match(answer.headers.get('content-type')!, new RegExp(`^${type}`));
      await answer.text();
    }
    write('dev.js', connector('two'));
    await program.prints(/Reloaded the connectors: dev\.js changed\./);
    write('dev.js', 'export const a = ;\n');
    await program.prints(/\.\/dev\.js cannot be loaded[\s\S]*dev\.js:1/);
    program.signal('SIGINT');
    assert.deepEqual(await program.ended(), clean);
  });

  test('dev sends a call of a webhook again, from the thread of the connectors and without one', async (t) => {
    write('hook.js', webhook);
    for (const mode of ['--watch', '--no-watch']) {
      const program = run(t, ['dev', './hook.js', '--no-page', mode], { CAMUNDA_CONNECTORS_PORT: '0' }, true);
      const [, address] = await program.prints(/^Webhook hook: POST (\S+)$/m);
      const headers = { 'content-type': 'application/json', 'x-key': 'wrong' };
      assert.equal((await fetch(address!, { method: 'POST', headers, body: '{}' })).status, 401);
      await program.prints(/^POST \/hook -> 401, refused: /m);
      program.type('resend\n');
      await program.prints(/^Sent the call 1 again, signed anew: POST \/hook -> 202\.$/m);
      program.type('quit\n');
      assert.deepEqual(await program.ended(), clean);
    }
  });

  test('template --watch loads the modules in a process of its own', async (t) => {
    write('modeled.js', connector('hello'));
    const program = run(t, ['template', './modeled.js', '--watch']);
    await program.prints(/Watching for changes\./);
    assert.match(program.output(), /a\.json/);
    program.signal('SIGINT');
    assert.deepEqual(await program.ended(), clean);
  });

  test('init and --version know the package', async (t) => {
    const version = run(t, ['--version']);
    assert.deepEqual(await version.ended(), clean);
    assert.equal(version.output(), `${manifest.version}\n`);
    const init = run(t, ['init', './fresh', '--javascript']);
    assert.deepEqual(await init.ended(), clean);
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'fresh/package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    // As this project has it: the tarball.
    assert.match(dependencies['camunda-connectors']!, /\.tgz$/);
  });
});
