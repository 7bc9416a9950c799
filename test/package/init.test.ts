/** A new project of `init`, in the hands of its user: its tests, its process and its templates. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { compiled } from '../../scripts/compiled.ts';
import { emptyFolder, manifestIn, runInit } from '../cli/support/init.ts';

/** Installs without npm: our packages, and this package as it is compiled for tests. */
const install = async (folder: string): Promise<void> => {
  const own = resolve(await compiled('src/index.ts'), '../..');
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of ['valibot', 'tsx', 'typescript', '@types/node', 'undici-types']) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  }
  symlinkSync(own, join(folder, 'node_modules/camunda-connectors'));
};

const runScript = (folder: string, name: string): string => {
  const script = manifestIn(folder).scripts![name]!.replace(
    /^camunda-connectors /,
    'node node_modules/camunda-connectors/src/cli/main.js ',
  );
  const { status, stdout, stderr } = spawnSync(script, {
    cwd: folder,
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  assert.equal(status, 0, `${script}\n${stdout}${stderr}`);
  return stdout;
};

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
  test(`a new project in ${language} works at once: its tests pass and its process runs`, async (t) => {
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
    assert.match(runScript(folder, 'test'), /pass 3/);
    assert.ok(text.includes(`npm test runs every src/*.test.${extension}.`), text);
    writeFileSync(
      join(folder, `src/second.test.${extension}`),
      "import { test } from 'node:test';\ntest('second', () => {});\n",
    );
    assert.match(runScript(folder, 'test'), /pass 4/);
    const coverage = runScript(folder, 'coverage');
    assert.match(coverage, /greeting +100 % of elements and flows/);
    assert.match(coverage, /Report: coverage\/processes\/index\.html/);
    assert.equal(existsSync(join(folder, 'coverage/processes/index.html')), true);
    assert.match(runScript(folder, 'try'), /greeting completed with .*"greeting":"Hello, Ada"/);
    runScript(folder, 'template');
    assert.equal(existsSync(join(folder, '.camunda/element-templates/greet.json')), true);
  });
}
