import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** What each room may import, beside itself. `index` is the public entry, which only gathers. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  connector: [],
  feel: ['connector/fault.ts'],
  connection: ['connector'],
  engine: ['connector', 'feel', 'connection/proto.ts'],
  runtime: ['connector', 'feel', 'connection'],
  template: ['connector', 'feel'],
  cli: ['connector', 'feel', 'connection', 'runtime', 'template', 'engine'],
  index: ['connector', 'connection', 'runtime'],
};

/** Imports that are allowed only where they load nothing until they are called for. */
const onlyDynamic: Readonly<Record<string, readonly string[]>> = { connection: ['engine'] };

interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
  readonly dynamic: boolean;
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join('src', name), 'utf8') }));

const room = (file: string): string =>
  file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace('.ts', '');

const importsOf = (name: string, text: string): readonly Import[] =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|(\bimport\())'(\.[^']*)'/g)].map((match) => ({
    file: name,
    line: text.slice(0, match.index).split('\n').length,
    target: normalize(join(dirname(name), match[2]!)).replaceAll('\\', '/'),
    dynamic: match[1] !== undefined,
  }));

const allows = (rules: readonly string[], target: string): boolean =>
  rules.some((rule) => rule === target || rule === room(target));

const imports = sources.flatMap(({ name, text }) => importsOf(name, text));

test('the check sees static, type, side-effect and dynamic imports', () => {
  const text =
    "import a from '../b/c.ts';\nimport type { D } from './d.ts';\nimport './e.ts';\nawait import('../f/g.ts');";
  assert.deepEqual(
    importsOf('a/x.ts', text).map(({ line, target, dynamic }) => [line, target, dynamic]),
    [
      [1, 'b/c.ts', false],
      [2, 'a/d.ts', false],
      [3, 'a/e.ts', false],
      [4, 'f/g.ts', true],
    ],
  );
  assert.ok(imports.length > 10);
});

test('every room imports only what it may', () => {
  const forbidden = imports
    .filter(({ file, target, dynamic }) => {
      const from = room(file);
      return !(
        from === room(target) ||
        allows(mayImport[from] ?? [], target) ||
        (dynamic && allows(onlyDynamic[from] ?? [], target))
      );
    })
    .map(({ file, line, target }) => `src/${file}:${line} imports ${target}`);
  assert.deepEqual(forbidden, []);
});

test('no module of ours is imported without its extension', () => {
  assert.deepEqual(
    imports
      .filter(({ target }) => !target.endsWith('.ts'))
      .map(({ file, line, target }) => `${file}:${line} ${target}`),
    [],
  );
});

/** The text without comments and strings, as far as a search for a keyword needs it. */
const codeOnly = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');

// A .d.ts file describes a library's own classes, and holds no code of ours.
test('there are no classes', () => {
  assert.match(codeOnly('export class A {}'), /\bclass\b/);
  const offenders = sources
    .filter(({ name, text }) => !name.endsWith('.d.ts') && /\bclass\b/.test(codeOnly(text)))
    .map(({ name }) => name);
  assert.deepEqual(offenders, []);
});

test('a file is about one thing: none is longer than 400 lines', () => {
  const long = sources
    .map(({ name, text }) => ({ name, lines: text.split('\n').length }))
    .filter(({ lines }) => lines > 400)
    .map(({ name, lines }) => `${name}: ${lines}`);
  assert.deepEqual(long, []);
});
