/** A new project of `init`, in the hands of its user: its tests, its process and its templates. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { compiled } from '../../scripts/compiled.ts';
import { emptyFolder, manifestIn, runInit } from '../cli/support/init.ts';

/** Installs without a registry: our packages, and this package as it is compiled for tests. */
const install = async (folder: string): Promise<void> => {
  const own = resolve(await compiled('src/index.ts'), '../..');
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['valibot', 'tsx', 'typescript', '@types/node', 'undici-types']) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  symlinkSync(own, join(folder, 'node_modules/camunda-connectors'));
  mkdirSync(join(folder, 'node_modules/.bin'));
  const program = '#!/bin/sh\nexec node node_modules/camunda-connectors/src/cli/main.js "$@"\n';
  writeFileSync(join(folder, 'node_modules/.bin/camunda-connectors'), program, { mode: 0o755 });
};

/** The commands in the README of a project, as they stand there, without their comments. */
const readmeCommands = (folder: string): readonly string[] =>
  [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, lines]) => lines!.trim().split('\n'))
    .map((line) => line.split(' # ')[0]!.trim());

/** Runs a command of the README word for word. */
const runCommand = (folder: string, command: string, input = ''): string => {
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, shell: true, encoding: 'utf8', env, input });
  assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
  return stdout;
};

/** What the README shows that does not run here: a registry, a cluster or the declarations of the packed package are missing. */
const needsMore = ['npm install', 'npm run types', 'npx camunda-connectors check src/greet.', 'npm start'];

test('the tests of a project in TypeScript are found without a shell that expands patterns', async (t) => {
  const folder = emptyFolder(t);
  assert.equal((await runInit(folder)).code, 0);
  await install(folder);
  const [program, ...words] = manifestIn(folder).scripts!.test!.split(' ');
  assert.equal(program, 'camunda-connectors');
  assert.ok(words.includes('src/*.test.ts'), 'the script has a pattern');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['node_modules/camunda-connectors/src/cli/main.js', ...words],
    {
      ...{ cwd: folder, encoding: 'utf8' },
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    },
  );
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /pass 3/);
});

for (const [language, flags, extension] of [
  ['TypeScript', [], 'ts'],
  ['JavaScript', ['--javascript'], 'js'],
] as const) {
  test(`a new project in ${language} works at once: the commands of its README work word for word`, async (t) => {
    const parent = emptyFolder(t);
    const { code, text } = await runInit(parent, 'My Connectors', ...flags);
    assert.equal(code, 0, text);
    assert.match(text, /^ {2}cd My Connectors$/m);
    const folder = join(parent, 'My Connectors');
    const { name, type, dependencies, devDependencies } = manifestIn(folder);
    assert.deepEqual([name, type], ['my-connectors', 'module']);
    assert.deepEqual(Object.keys(dependencies!), ['camunda-connectors', 'valibot']);
    const tools = language === 'TypeScript' ? ['@types/node', 'tsx', 'typescript'] : [];
    assert.deepEqual(Object.keys(devDependencies ?? {}), tools);
    assert.equal(existsSync(join(folder, `src/greet.${extension}`)), true);
    await install(folder);
    const commands = readmeCommands(folder);
    const run = (command: string, input?: string): string => {
      assert.ok(commands.includes(command), `the README has ${command}`);
      return runCommand(folder, command, input);
    };
    assert.match(run('npm test'), /pass 3/);
    assert.ok(text.includes(`npm test runs every src/*.test.${extension}.`), text);
    writeFileSync(
      join(folder, `src/second.test.${extension}`),
      "import { test } from 'node:test';\ntest('second', () => {});\n",
    );
    assert.match(run('npm test'), /pass 4/);
    const coverage = run('npm run coverage');
    assert.match(coverage, /greeting +100 % of elements and flows/);
    assert.match(coverage, /Report: coverage\/processes\/index\.html/);
    assert.equal(existsSync(join(folder, 'coverage/processes/index.html')), true);
    assert.match(run('npm run try'), /greeting completed with .*"greeting":"Hello, Ada"/);
    const shown = run('npm run dev', 'start greeting { "visitor": "Ada" }\nquit\n');
    assert.match(shown, /Page: http:/);
    assert.match(shown, /Started greeting: instance \d+/);
    run('npm run template');
    assert.equal(existsSync(join(folder, '.camunda/element-templates/greet.json')), true);
    const ran = ['npm test', 'npm run try', 'npm run dev', 'npm run coverage', 'npm run template'];
    const others = commands.filter((command) => !ran.includes(command));
    assert.deepEqual(
      others.filter((command) => !needsMore.some((known) => command.startsWith(known))),
      [],
    );
    for (const [, script] of others.join('\n').matchAll(/npm (?:run )?(\w+)$/gm)) {
      assert.ok(script === 'install' || manifestIn(folder).scripts![script!] !== undefined, `a script ${script}`);
    }
  });
}
