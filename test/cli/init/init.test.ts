import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { missingPatterns } from '../../../src/cli/init/guide.ts';
import { installingFolder, projectManifest } from '../../../src/cli/init/manifest.ts';
import { emptyFolder, manifestIn, runInit } from '../support/init.ts';

test('a package.json that exists is completed: what it has stays, and only a placeholder of npm is replaced', async (t) => {
  const folder = emptyFolder(t);
  const before = {
    name: 'mine',
    type: 'commonjs',
    scripts: { test: 'echo "Error: no test specified" && exit 1', start: 'node mine.js' },
    dependencies: { 'camunda-connectors': 'file:../own.tgz', valibot: '1.0.0' },
    devDependencies: { typescript: '5.9.3' },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(before));
  assert.equal((await runInit(folder, '--javascript')).code, 0);
  const after = manifestIn(folder);
  assert.deepEqual([after.name, after.type, after.scripts!.start], ['mine', 'commonjs', 'node mine.js']);
  assert.equal(after.scripts!.test, 'node --test');
  assert.deepEqual([after.dependencies, after.devDependencies], [before.dependencies, before.devDependencies]);
});

test('files that exist are named, and nothing is written', async (t) => {
  const folder = emptyFolder(t);
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/greet.ts'), 'mine');
  const { code, text } = await runInit(folder);
  assert.equal(code, 2);
  assert.match(text, /These files exist already: src\/greet\.ts\nFix: /);
  assert.equal(readFileSync(join(folder, 'src/greet.ts'), 'utf8'), 'mine');
  assert.equal(existsSync(join(folder, 'package.json')), false);
});

test('a README.md and a .gitignore that exist stay as they are, and what the .gitignore lacks is named', async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'README.md'), '# Mine\n');
  writeFileSync(join(folder, '.gitignore'), '/node_modules\r\n.env\r\n');
  const { code, text } = await runInit(folder);
  assert.equal(code, 0, text);
  assert.equal(readFileSync(join(folder, 'README.md'), 'utf8'), '# Mine\n');
  assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), '/node_modules\r\n.env\r\n');
  assert.match(text, /^README\.md exists already and stays as it is\.$/m);
  assert.match(text, /^\.gitignore exists already .* Add to it .*: coverage\/, camunda-recordings\/$/m);
  assert.doesNotMatch(text, /Wrote .*(README|gitignore)|README\.md says/);
});

test('a .gitignore that cannot be read stays as it is, and the project is written', async (t) => {
  for (const make of [
    (path: string) => mkdirSync(path),
    (path: string) => writeFileSync(path, Buffer.alloc(1024 * 1024 + 1, '\n')),
    (path: string) => symlinkSync('elsewhere', path),
  ]) {
    const folder = emptyFolder(t);
    const path = join(folder, '.gitignore');
    make(path);
    const before = lstatSync(path);
    const { code, text } = await runInit(folder);
    assert.equal(code, 0, text);
    assert.match(text, /^\.gitignore exists already and stays as it is\.$/m);
    assert.match(text, /^Next:$/m);
    assert.deepEqual([lstatSync(path).mtimeMs, existsSync(join(folder, 'elsewhere'))], [before.mtimeMs, false]);
  }
});

test('a link that leads nowhere is not followed: what it stands for exists, and nothing is written', async (t) => {
  for (const [path, problem] of [
    ['tsconfig.json', /These files exist already: tsconfig\.json\nFix: /],
    ['package.json', /package\.json cannot be read \(.*\)\.\s+Fix: /],
  ] as const) {
    const folder = emptyFolder(t);
    symlinkSync('elsewhere', join(folder, path));
    const { code, text } = await runInit(folder);
    assert.equal(code, 2, text);
    assert.match(text, problem);
    assert.deepEqual(readdirSync(folder), [path]);
  }
});

for (const [text, missing] of [
  ['.env*\nnode_modules\ncoverage/*\n/camunda-recordings/**', []],
  ['**/node_modules/\n/.env \r\ncoverage*\ncamunda-recordings*', []],
  // These ignore something else.
  ['.env/\n.env.local\nnode_modules_old\n!coverage\n# camunda-recordings', 'all'],
  ['.env/**\nmy/node_modules/\ncoverage/*.html\ncamunda-recordings/a*', 'all'],
  ['', 'all'],
] as const) {
  const expected = missing === 'all' ? ['node_modules/', 'coverage/', 'camunda-recordings/', '.env'] : missing;
  test(`a .gitignore ${JSON.stringify(text)} lacks ${expected.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(missingPatterns(text), expected);
  });
}

test('a new project has a README.md that names each of its files, and a .gitignore for what its commands write', async (t) => {
  for (const flags of [[], ['--javascript']]) {
    const folder = emptyFolder(t);
    const { text } = await runInit(folder, ...flags);
    const written = /^Wrote (.*)\.$/m.exec(text)![1]!.split(', ');
    assert.deepEqual(written.slice(-2), ['README.md', '.gitignore']);
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const described = [...readme.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path!);
    assert.deepEqual(described.toSorted(), written.slice(0, -2).toSorted());
    const ignored = readFileSync(join(folder, '.gitignore'), 'utf8').split('\n');
    for (const pattern of ['node_modules/', 'coverage/', '.env']) assert.ok(ignored.includes(pattern), pattern);
  }
});

test('the README names commands that run our scripts, also where package.json has others of the same name', async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'mine', scripts: { dev: 'vite', test: 'vitest' } }),
  );
  const { text } = await runInit(folder);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const [where, shown] of [
    ['the output', text],
    ['the README', readme],
  ] as const) {
    assert.match(shown, /^ *npx camunda-connectors dev src\/greet\.ts/m, where);
    assert.match(shown, /^ *npx camunda-connectors test -- node --import tsx/m, where);
    assert.match(shown, /^ *npm run coverage /m, where);
    assert.doesNotMatch(shown, /npm test|npm run dev/, where);
  }
  assert.match(readme, /^# mine$/m);
});

test('a package.json that cannot be read, and two folders, are refused', async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, 'package.json'), '{');
  const broken = await runInit(folder);
  assert.equal(broken.code, 2);
  assert.match(broken.text, /package\.json is not valid JSON\./);
  assert.match((await runInit(folder, 'a', 'b')).text, /init takes one folder/);
});

test('a project made from a packed file names the same file, from its own folder', () => {
  const own = {
    manifest: { version: '1.2.3', dependencies: { valibot: '^1.0.0' } },
    installed: { folder: resolve('/work/user'), spec: 'file:../camunda-connectors-1.2.3.tgz' },
  };
  const request = { language: 'javascript', name: 'n', extension: 'js', folder: resolve('/work/user/new') } as const;
  const specOf = (given: Parameters<typeof projectManifest>[1]) =>
    projectManifest(undefined, given, request).dependencies!['camunda-connectors'];
  assert.equal(specOf(own), 'file:../../camunda-connectors-1.2.3.tgz');
  assert.equal(specOf({ ...own, installed: { ...own.installed, spec: '^1.2.0' } }), '^1.2.3');
  assert.equal(specOf({ manifest: own.manifest }), '^1.2.3');
  assert.equal(installingFolder('/work/user/node_modules/camunda-connectors/'), resolve('/work/user'));
  assert.equal(installingFolder('/work/clone/'), undefined);
});
