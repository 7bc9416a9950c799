/** CONTRIBUTING.md names the folders and files that exist. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { importsOf, readSources } from '../../scripts/imports.ts';

const page = readFileSync('CONTRIBUTING.md', 'utf8');

/** The paths in an indented list. */
const pathsOf = (tree: string): readonly string[] => {
  const parents: string[] = [];
  return tree.split('\n').map((line) => {
    const [name = ''] = line.trim().split(/\s+/);
    const depth = (line.length - line.trimStart().length) / 2;
    parents.length = depth;
    parents.push(name);
    return parents.join('');
  });
};

const map = pathsOf(/```\n(src\/\n[\s\S]*?)\n```/.exec(page)?.[1] ?? '');

test('the map is read as it is indented', () => {
  assert.deepEqual(pathsOf('src/\n  a/   one\n    b/\n  c.ts'), ['src/', 'src/a/', 'src/a/b/', 'src/c.ts']);
});

test('the map names every folder of src and no other', () => {
  const folders = new Set<string>();
  for (const { name } of readSources()) {
    for (let folder = dirname(`src/${name}`); folder !== '.'; folder = dirname(folder)) folders.add(`${folder}/`);
  }
  const named = map.filter((path) => path.endsWith('/'));
  assert.deepEqual([...named].sort(), [...folders].sort());
});

const folders = map.filter((path) => path.endsWith('/'));

/** The place of a file in the map: its outermost folder that does not contain the other file as well. */
const placeOf = (file: string, other: string): number =>
  folders.findIndex((folder) => `src/${file}`.startsWith(folder) && !`src/${other}`.startsWith(folder));

test('each folder imports only folders above it in the map', () => {
  const upward = readSources()
    .flatMap(importsOf)
    .filter(({ dynamic, typeOnly }) => !dynamic && !typeOnly)
    .map(({ file, target }) => ({ file, target, from: placeOf(file, target), to: placeOf(target, file) }))
    .filter(({ from, to }) => from >= 0 && to > from);
  assert.deepEqual([...new Set(upward.map(({ from, to }) => `${folders[from]} -> ${folders[to]}`))], []);
});

/** Whether the file exists: as it is written, or next to the file that the same line names in full. */
const isThere = (name: string, line: string): boolean => {
  if (existsSync(name)) return true;
  const [folder] = /\b(?:src|test)\/[\w/-]+\//.exec(line) ?? [];
  return !name.includes('/') && folder !== undefined && existsSync(`${folder}${name}`);
};

test('every file that the recipes name exists', () => {
  const recipes = page.split('\n## Recipes\n')[1]?.split('\n## ')[0] ?? '';
  const named = recipes
    .split('\n')
    .flatMap((line) => [...line.matchAll(/`([\w./-]+\.(?:ts|md))`/g)].map(([, name]) => ({ name: name!, line })));
  assert.ok(named.length > 15);
  assert.deepEqual(
    named.filter(({ name, line }) => !isThere(name, line)).map(({ name }) => name),
    [],
  );
});

test('every command that the page names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = [...page.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name]) => name!);
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((name) => scripts[name] === undefined),
    [],
  );
});

test('every page of the documentation is listed for its readers', () => {
  const list = readFileSync('docs/README.md', 'utf8');
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'README.md');
  assert.deepEqual(
    pages.filter((name) => !list.includes(`](${name})`)),
    [],
  );
});
