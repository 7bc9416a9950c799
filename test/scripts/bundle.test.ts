/** How modules become few files. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bundleModules } from '../../scripts/bundle.ts';

const bundle = async (
  t: TestContext,
  modules: Readonly<Record<string, string>>,
  entries = ['index', 'other/index'],
  light: readonly string[] = [],
) => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-bundle-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(modules)) {
    const path = join(folder, 'src', `${name}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const into = join(folder, 'dist');
  const files = await bundleModules({
    sources: join(folder, 'src'),
    into,
    entries: entries as [string, ...string[]],
    light,
    target: 'node20.12',
    replaced: { 'shared/text': 'export const text = "replaced";' },
  });
  return {
    files,
    textOf: (file: string): string => readFileSync(join(into, file), 'utf8'),
    /** What a program in the folder prints. */
    run: (program: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: into,
        encoding: 'utf8',
      }).trim(),
  };
};

/** Two modules that both export `make`, one of which is also imported by another entry and later. */
const modules = {
  'shared/count': `let count = 0;
console.log('loaded');
export const make = (): number => ++count;
export type Count = number;
`,
  'shared/text': 'export const text: string = "source";\n',
  'shared/other': `export const make = (): string => 'other';
export const unused = (): string => 'nobody takes this';
`,
  index: `export { make } from './shared/count.ts';
import { make as makeOther } from './shared/other.ts';
import { text } from './shared/text.ts';
export const later = async (): Promise<string> =>
  (await import('./later/late.ts')).late() + (await import('./shared/count.ts')).make();
export const both = (): string => makeOther() + text;
`,
  'later/late': `import { type Count, make } from '../shared/count.ts';
import { make as makeOther } from '../shared/other.ts';
import { helper } from './helper.ts';
const next: Count = make();
export const late = (): string => next + makeOther() + helper;
`,
  'later/helper': "export const helper: string = 'helper';\n",
  'other/index': `import { make } from '../shared/count.ts';
import { helper } from '../later/helper.ts';
export { make as makeOther } from '../shared/other.ts';
export const count = (): number => make();
export const help: string = helper;
export const again = async (): Promise<number> => (await import('../shared/count.ts')).make();
`,
};

test('each module exists once, whichever file takes it, now or later', async (t) => {
  const { run } = await bundle(t, modules);
  const program = `import { both, later, make } from './index.js';
import { again, count, help, makeOther } from './other/index.js';
console.log(make(), count(), await later(), await again(), both(), makeOther(), help);`;
  assert.equal(run(program), 'loaded\n1 2 3otherhelper4 5 otherreplaced other helper');
});

test('the first entry has one file for all that it loads; the others have their names, and share chunks', async (t) => {
  const { files, textOf } = await bundle(t, modules);
  assert.deepEqual(
    files.filter((file) => !file.startsWith('chunks/')),
    ['core.js', 'index.js', 'later/late.js', 'other/index.js', 'shared/count.js'],
  );
  assert.match(textOf('index.js'), /^export \{[^}]+\} from "\.\/core\.js";\n$/);
  assert.match(textOf('later/late.js'), /from "\.\.\/core\.js"/);
  assert.match(textOf('core.js'), /import\("\.\/later\/late\.js"\)/);
  assert.match(textOf('core.js'), /^\/\/ src\/shared\/count\.ts$/m);
  assert.doesNotMatch(textOf('core.js'), /nobody takes this/);
});

test('what a light program loads of the library is a file of its own, and each module still exists once', async (t) => {
  const light = `import { make } from './shared/count.ts';
import { text } from './shared/text.ts';
export const small = (): string => text + make();
`;
  const given = await bundle(t, { ...modules, light }, ['index', 'other/index', 'light'], ['light']);
  const { files, textOf, run } = given;
  assert.deepEqual(
    files.filter((file) => !file.startsWith('chunks/')),
    ['base.js', 'core.js', 'index.js', 'later/late.js', 'light.js', 'other/index.js', 'shared/count.js'],
  );
  assert.doesNotMatch(textOf('light.js'), /core\.js/);
  assert.deepEqual(textOf('base.js').match(/^\/\/ src\/.+$/gm), ['// src/shared/count.ts', '// src/shared/text.ts']);
  assert.doesNotMatch(textOf('core.js'), /^\/\/ src\/shared\/(?:count|text)\.ts$/m);
  // Names that both files have: `make` of one module and of another.
  const program = `import { small } from './light.js';
import { both, later, make } from './index.js';
import { again, count, help, makeOther } from './other/index.js';
console.log(small(), make(), count(), await later(), await again(), both(), makeOther(), help);`;
  assert.equal(run(program), 'loaded\nreplaced1 2 3 4otherhelper5 6 otherreplaced other helper');
});

test('a module that uses its own place may lie in a folder below the root only', async (t) => {
  const place = 'export const place: string = import.meta.url;\n';
  const fine = await bundle(t, { index: 'export {};\n', 'a/main': place }, ['index', 'a/main']);
  assert.match(fine.textOf('a/main.js'), /import\.meta\.url/);
  await assert.rejects(
    bundle(t, { index: 'export {};\n', 'a/b/main': place }, ['index', 'a/b/main']),
    /a\/b\/main\.js uses import\.meta, .* Fix: see src\/cli\/own-files\.ts\./,
  );
});
