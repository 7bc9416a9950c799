/**
 * The code blocks of README and docs that no file backs: each is a module that compiles under `strict` in a project of a
 * user, beside the examples. Blocks that show a file are checked with that file.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { documents } from '../../scripts/readme.ts';

/** The blocks of a page in TypeScript, with the line on which each begins. */
const blocksOf = (page: string): readonly { readonly line: number; readonly text: string }[] => {
  const markdown = readFileSync(page, 'utf8');
  return [...markdown.matchAll(/(<!-- file: [^\n]+ -->\n\n?)?^```(?:ts|typescript)\n([\s\S]*?)^```/gm)]
    .filter(([, backed]) => backed === undefined)
    .map(({ index, 2: text }) => ({ line: markdown.slice(0, index).split('\n').length, text: text! }));
};

/** What a reader has of their own. */
const own: Readonly<Record<string, string>> = {
  'session.ts':
    "export const session = async (): Promise<{ readonly accessToken: string }> => ({ accessToken: '' });\n",
};

/** A project of a user, where the package's entries are our sources. */
const compile = (files: Readonly<Record<string, string>>): string => {
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'blocks-'));
  try {
    cpSync('examples', folder, { recursive: true, filter: (path) => !/\.test\.ts$|docker|templates|bpmn/.test(path) });
    for (const [name, text] of Object.entries({ ...own, ...files })) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const entry = (name: string): readonly [string] => [resolve('src', name, 'index.ts')];
    const config = {
      compilerOptions: {
        target: 'es2022',
        module: 'nodenext',
        types: ['node'],
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        paths: {
          'camunda-connectors': entry(''),
          ...Object.fromEntries(
            ['engine', 'template', 'testing'].map((name) => [`camunda-connectors/${name}`, entry(name)]),
          ),
        },
      },
      files: Object.keys(files),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
    });
    // Our sources have settings of their own.
    return stdout
      .split(/^(?=\S)/m)
      .filter((part) => !part.startsWith('..'))
      .join('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

test('every block of TypeScript is a module that compiles in a user’s project', () => {
  const files = Object.fromEntries(
    documents.flatMap((page) =>
      blocksOf(page).map(({ line, text }) => [`${page.replace(/\W/g, '-')}-line-${line}.ts`, `${text}\nexport {};\n`]),
    ),
  );
  assert.ok(Object.keys(files).length >= 8, Object.keys(files).join(', '));
  assert.equal(compile(files), '');
});

test('a block with an error is found', () => {
  assert.match(compile({ 'wrong.ts': "const name: number = 'x';\nexport {};\n" }), /wrong\.ts\(1,7\): error TS2322/);
});
