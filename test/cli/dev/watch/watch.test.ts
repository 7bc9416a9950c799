/** `dev --watch` takes changes over while instances run. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';
import { runInProcess } from '../../support/in-process.ts';
import { folderWith, library, moduleOf, type Running, runCommand } from '../../support/running.ts';

const helper = (greeting: string): string => `export const greet = () => ${JSON.stringify(greeting)};\n`;

const connectors = `import { greet } from './helper.mjs';\n${moduleOf('A', 'a', '() => { if (greet() === "bad") throw new Error("bad greeting"); return { said: greet() + (process.env.NEVER ?? "") }; }')}`;

const task = serviceTask('Task', { type: 'a', retries: '1' });

interface Session extends Running {
  readonly address: string;
  write(name: string, text: string): void;
  /** Starts an instance with the command line. */
  begin(processId: string, variables?: object): Promise<void>;
}

const session = async (
  t: TestContext,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Session> => {
  const folder = folderWith(t, { 'package.json': '{ "type": "module" }', 'a.mjs': connectors, ...files });
  const args = ['dev', './a.mjs', '--resource', 'p.bpmn', '--watch', '--trace', '--no-page'];
  const program = runCommand(t, args, { folder, env });
  const [, address = ''] = await program.prints(/--address (\S+)/);
  await program.prints(/Watching for changes\./);
  return {
    ...program,
    address,
    write: (name, text) => writeFileSync(join(folder, name), text),
    begin: async (processId, variables = {}) => {
      const start = ['engine', 'start', processId, '--variables', JSON.stringify(variables), '--address', address];
      assert.equal((await runInProcess(start)).code, 0);
    },
  };
};

const process = processFile('p', ...chain(start('Start'), task, end('End')));

test('a module that a connector imports is taken over, and failed jobs are offered', async (t) => {
  const program = await session(t, { 'helper.mjs': helper('bad'), 'p.bpmn': process });
  await program.begin('p');
  await program.prints(/failed bad greeting/);
  program.write('helper.mjs', helper('good'));
  await program.prints(/Reloaded the connectors: helper\.mjs changed\./);
  await program.prints(/1 failed job of a can run again with the changed connectors: command retry\./);
  await program.begin('p');
  await program.prints(/result \{ said: 'good' \}/);
  program.signal('SIGINT');
  assert.deepEqual(await program.ended(), { code: 0, signal: null });
});

test('a module that cannot be loaded leaves the last one at work, until it is correct', async (t) => {
  const program = await session(t, { 'helper.mjs': helper('one'), 'p.bpmn': process });
  program.write('helper.mjs', 'export const greet = () => {');
  await program.prints(/\.\/a\.mjs cannot be loaded[\s\S]*The connectors from before stay at work\./);
  await program.begin('p');
  await program.prints(/result \{ said: 'one' \}/);
  program.write('helper.mjs', helper('two'));
  await program.prints(/Reloaded the connectors/);
  await program.begin('p');
  await program.prints(/result \{ said: 'two' \}/);
});

test('a changed process is a new version, its instances stay, and are offered to be migrated', async (t) => {
  const waiting = processFile(
    'p',
    ...chain(start('Start'), catchEvent('Wait', { message: { name: 'go', correlationKey: '="k"' } }), end('End')),
  );
  const program = await session(t, { 'helper.mjs': helper('one'), 'p.bpmn': waiting });
  await program.begin('p');
  program.write('p.bpmn', waiting.replaceAll('"End"', '"Over"'));
  await program.prints(/Deployed p in version 2 \(p\.bpmn\)\./);
  await program.prints(/1 instance of p runs in an older version: command migrate p, or restart p to start anew\./);
  program.write('p.bpmn', '<nothing>');
  await program.prints(/What was deployed before stays\./);
  program.write('p.bpmn', waiting.replaceAll('"End"', '"Over"'));
  await program.prints(/Deployed nothing: the files are as they were deployed before\./);
  program.write('p.bpmn', waiting.replaceAll('"End"', '"Last"'));
  await program.prints(/Deployed p in version 3/);
});

test('links are followed, folders that are replaced are watched again, and a file that is gone is named', async (t) => {
  const named = (id: string, last: string): string => processFile(id, ...chain(start('Start'), task, end(last)));
  const folder = folderWith(t, {
    'package.json': '{ "type": "module" }',
    'a.mjs': connectors.replace('./helper.mjs', './lib/helper.mjs'),
    'linked.xml': named('p', 'One'),
  });
  const at = (...path: readonly string[]): string => join(folder, ...path);
  for (const name of ['lib', 'models', 'shared']) mkdirSync(at(name));
  writeFileSync(at('lib', 'helper.mjs'), helper('one'));
  symlinkSync(at('linked.xml'), at('models', 'p.bpmn'));
  writeFileSync(at('models', 'q.bpmn'), named('q', 'One'));
  writeFileSync(at('shared', 's.bpmn'), named('s', 'One'));
  symlinkSync(at('shared'), at('link'), 'dir');
  const args = ['dev', './a.mjs', '--resource', 'models', '--resource', 'link', '--watch', '--trace', '--no-page'];
  const program = runCommand(t, args, { folder, input: true });
  await program.prints(/Watching for changes\./);
  writeFileSync(at('linked.xml'), named('p', 'Two'));
  await program.prints(/Deployed p in version 2 \(p\.bpmn\)\./);
  writeFileSync(at('shared', 's.bpmn'), named('s', 'Two'));
  await program.prints(/Deployed s in version 2 \(s\.bpmn\)\./);

  for (const name of ['lib', 'models']) {
    cpSync(at(name), at(`other-${name}`), { recursive: true, verbatimSymlinks: true });
    rmSync(at(name), { recursive: true });
  }
  await program.prints(/The connectors from before stay at work\./);
  for (const name of ['lib', 'models']) renameSync(at(`other-${name}`), at(name));
  await program.prints(/Reloaded the connectors: .*helper\.mjs changed\./);
  writeFileSync(at('lib', 'helper.mjs'), helper('two'));
  // A reload that had begun before may have read it already, so that no line names it.
  for (let count = 1; !program.output().includes("said: 'two'"); count += 1) {
    program.type('start p\n');
    await program.prints(new RegExp(`(?:result \\{ said: [\\s\\S]*?){${count}}`));
  }
  writeFileSync(at('models', 'q.bpmn'), named('q', 'Two'));
  await program.prints(/Deployed q in version 2 \(q\.bpmn\)\./);

  // While its folder was away, it may have been named.
  const { length } = program.output();
  renameSync(at('models', 'q.bpmn'), at('models', 'r.bpmn'));
  await program.prints(/Deployed q in version 3 \(r\.bpmn\)\./);
  rmSync(at('models', 'r.bpmn'));
  await program.prints(
    /r\.bpmn is gone, but what it has deployed \(q\) stays\. Fix: start dev again to be without it\./,
  );
  assert.ok(!program.output().slice(length).includes('q.bpmn is gone'), 'what another file deploys is not named');
});

test('.env is taken over: its secrets reach connectors', async (t) => {
  const showing = moduleOf('A', 'a', '({ key }) => ({ length: key.length })').replace(
    'v.object({})',
    'v.object({ key: v.string() })',
  );
  const reading = processFile(
    'p',
    ...chain(start('Start'), serviceTask('Task', { type: 'a', inputs: { key: '{{secrets.KEY}}' } }), end('End')),
  );
  const program = await session(t, { 'a.mjs': showing, 'p.bpmn': reading, '.env': 'SECRET_KEY=four' });
  await program.begin('p');
  await program.prints(/result \{ length: 4 \}/);
  program.write('.env', 'SECRET_KEY=seventy');
  await program.prints(/Reloaded the connectors: \.env changed\./);
  await program.begin('p');
  await program.prints(/result \{ length: 7 \}/);
  // The hints are those for the secrets of now.
  program.write('.env', 'SECRTE_KEY=seventy');
  await program.prints(
    /no secret has the name KEY, .* The environment has SECRTE_KEY, which would have to be called SECRET_KEY\./,
  );
});

test('TypeScript is taken over as well', async (t) => {
  const folder = folderWith(t, {
    'package.json': '{ "type": "module" }',
    'a.ts': connectors.replace('./helper.mjs', './helper.ts'),
    'helper.ts': helper('one').replace('()', '(): string'),
    'p.bpmn': process,
  });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const args = ['dev', './a.ts', '--resource', 'p.bpmn', '--watch', '--trace', '--no-page'];
  const program = runCommand(t, args, { folder, input: true });
  await program.prints(/Watching for changes\./);
  writeFileSync(join(folder, 'helper.ts'), helper('two').replace('()', '(): string'));
  await program.prints(/Reloaded the connectors: helper\.ts changed\./);
  program.type('start p\n');
  await program.prints(/result \{ said: 'two' \}/);
});

test('a connector that ends its thread is reported, and the next change starts the connectors again', async (t) => {
  const program = await session(t, { 'helper.mjs': helper('one'), 'p.bpmn': process });
  program.write('helper.mjs', 'export const greet = () => process.exit(7);\n');
  await program.prints(/Reloaded the connectors/);
  await program.begin('p');
  await program.prints(/The connectors have stopped\. Fix:/);
  program.write('helper.mjs', helper('again'));
  await program.prints(/Reloaded the connectors[\s\S]*Reloaded the connectors/);
  await program.begin('p');
  await program.prints(/result \{ said: 'again' \}/);
});

/** Why the command ends before it works. The modules load while everything else starts, so each reason has to end both. */
const failures: Readonly<Record<string, { readonly args: readonly string[]; readonly says: readonly RegExp[] }>> = {
  'a module without a connector': { args: ['./nothing.mjs'], says: [/There is no connector in \.\/nothing\.mjs\./] },
  'modules that cannot be loaded': {
    args: ['./stuck.mjs', './broken.mjs'],
    says: [/\.\/stuck\.mjs does not finish loading\./, /\.\/broken\.mjs cannot be loaded/],
  },
  'a module that ends its thread': {
    args: ['./ending.mjs'],
    says: [/The modules have ended their thread while they were loaded\./],
  },
  'a port in use': { args: ['./a.mjs', '--port', 'USED'], says: [/EADDRINUSE/] },
  'a port of the page in use': {
    args: ['./a.mjs', '--page-port', 'USED'],
    says: [/The page cannot listen on .*EADDRINUSE/],
  },
  'a file that cannot be deployed': { args: ['./a.mjs', '--resource', 'bad.bpmn'], says: [/bad\.bpmn/] },
};

test('what is wrong at the start ends the command, and the thread of the connectors with it', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const used = String((server.address() as AddressInfo).port);
  const folder = folderWith(t, {
    'a.mjs': moduleOf('A', 'a'),
    'nothing.mjs': 'export const nothing = 1;',
    'stuck.mjs': 'await new Promise(() => {});',
    'broken.mjs': "import './missing.mjs';",
    'ending.mjs': 'process.exit(0);',
    'bad.bpmn': 'This is not BPMN.',
  });
  for (const [title, { args, says }] of Object.entries(failures)) {
    const program = runCommand(t, ['dev', ...args.map((arg) => (arg === 'USED' ? used : arg)), '--watch'], { folder });
    assert.deepEqual(await program.ended(), { code: 2, signal: null }, title);
    for (const text of says) assert.match(program.output(), text, title);
    assert.doesNotMatch(program.output(), /Page:|Running/, title);
  }
});

test('installed packages are taken over at the end of their installation', async (t) => {
  const program = await session(t, {
    'helper.mjs': "import { greeting } from 'greeting';\nexport const greet = () => greeting;\n",
    'p.bpmn': process,
    'node_modules/greeting/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/greeting/index.js': "export const greeting = 'one';\n",
    'node_modules/.package-lock.json': '{}',
  });
  program.write('node_modules/greeting/index.js', "export const greeting = 'two';\n");
  program.write('node_modules/.package-lock.json', '{ "packages": {} }');
  await program.prints(/Reloaded the connectors: node_modules changed\./);
  await program.begin('p');
  await program.prints(/result \{ said: 'two' \}/);
});

test('connectors that cannot start leave the last ones at work, and the reason is shown', async (t) => {
  const program = await session(t, { 'helper.mjs': helper('one'), 'p.bpmn': process });
  const webhook = `import { defineWebhook } from ${library};
export const hook = defineWebhook({ name: 'hook', path: '/h', auth: { type: 'github', secret: '{{secrets.MISSING}}' }, run: () => undefined });\n`;
  program.write('a.mjs', `${connectors}\n${webhook}`);
  await program.prints(
    /The changed connectors could not start: [\s\S]*MISSING[\s\S]*The connectors from before stay at work\./,
  );
  await program.begin('p');
  await program.prints(/result \{ said: 'one' \}/);
});

test('if a changed .env lacks what the connectors need, those from before go on with the values from before', async (t) => {
  const showing = moduleOf('A', 'a', '({ key }) => ({ length: key.length })').replace(
    'v.object({})',
    'v.object({ key: v.string() })',
  );
  const webhook = `import { defineWebhook } from ${library};
export const hook = defineWebhook({ name: 'hook', path: '/h', auth: { type: 'github', secret: '{{secrets.HOOK}}' }, run: () => undefined });\n`;
  const reading = processFile(
    'p',
    ...chain(start('Start'), serviceTask('Task', { type: 'a', inputs: { key: '{{secrets.KEY}}' } }), end('End')),
  );
  const before = 'SECRET_HOOK=hook-secret\nSECRET_KEY=four\nCAMUNDA_CONNECTORS_PORT=0\n';
  const program = await session(t, { 'a.mjs': `${showing}\n${webhook}`, 'p.bpmn': reading, '.env': before });
  // The port is wrong, too: those from before need theirs.
  program.write('.env', 'SECRET_KEY=seventy\nCAMUNDA_CONNECTORS_PORT=none\n');
  await program.prints(
    /The changed connectors could not start: [\s\S]*CAMUNDA_CONNECTORS_PORT[\s\S]*The connectors from before stay at work\./,
  );
  await program.begin('p');
  await program.prints(/result \{ length: 4 \}/);
  program.write('.env', 'SECRET_KEY=seventy\nCAMUNDA_CONNECTORS_PORT=0\n');
  await program.prints(
    /The changed connectors could not start: [\s\S]*HOOK[\s\S]*The connectors from before stay at work\./,
  );
  program.write('.env', before.replace('four', 'seventy'));
  await program.prints(/Reloaded the connectors: \.env changed\./);
  await program.begin('p');
  await program.prints(/result \{ length: 7 \}/);
});

test('a changed file does not give the processes of other files a new version', async (t) => {
  const folder = folderWith(t, {
    'package.json': '{ "type": "module" }',
    'a.mjs': connectors,
    'helper.mjs': helper('one'),
    'models/p.bpmn': process,
    'models/q.bpmn': process.replaceAll('"p"', '"q"'),
  });
  const program = runCommand(t, ['dev', './a.mjs', '--resource', 'models', '--watch', '--no-page'], { folder });
  await program.prints(/Watching for changes\./);
  writeFileSync(join(folder, 'models', 'p.bpmn'), process.replaceAll('"End"', '"Over"'));
  await program.prints(/Deployed p in version 2/);
  writeFileSync(join(folder, 'models', 'q.bpmn'), process.replaceAll('"p"', '"q"').replaceAll('"End"', '"Over"'));
  await program.prints(/Deployed q in version 2/);
  assert.doesNotMatch(program.output(), /in version 3|Deployed q in version 2[\s\S]*Deployed p in version/);
});
