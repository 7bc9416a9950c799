/**
 * What the entries of the package export, with the full declaration of each export and of every type that it mentions.
 * Where the sources lie and what their comments say does not matter; a name, a property, an option or a type does.
 *
 * After an intended change: `UPDATE_PUBLIC=1 npx tsx scripts/test.ts test/public`, then review the difference.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import * as engine from '../../src/engine/index.ts';
import * as main from '../../src/index.ts';
import * as template from '../../src/template/index.ts';
import * as testing from '../../src/testing/index.ts';
import { describeEntries, type Entry, emitDeclarations } from './support/declarations.ts';
import { checkSnapshot } from './support/snapshot.ts';

interface Package {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly import: { readonly types: string } }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: object;
  readonly peerDependencies: object;
  readonly peerDependenciesMeta: object;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Package;

/** Where the declarations of each entry lie in a folder. */
const entriesIn = (folder: string): readonly Entry[] =>
  Object.entries(manifest.exports).flatMap(([key, target]) =>
    typeof target === 'string'
      ? []
      : [{ name: key.replace('.', manifest.name), path: resolve(folder, target.import.types.replace('./dist/', '')) }],
  );

const describePackage = (): ReadonlyMap<string, string> => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-public-'));
  try {
    emitDeclarations(folder);
    return describeEntries(entriesIn(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const described = describePackage();

for (const [name, text] of described) {
  test(`what ${name} exports stays as it is`, () => checkSnapshot(`entry-${name.split('/')[1] ?? 'main'}`, text));
}

const valuesOf = (entry: object): readonly string[] =>
  Object.entries(entry)
    .map(([name, value]) => `${name}: ${typeof value}`)
    .sort();

test('the entries, the program and the values that can be imported stay as they are', () => {
  const lines = [
    '# Entries',
    ...Object.keys(manifest.exports).map((key) => key.replace('.', manifest.name)),
    '\n# Programs',
    ...Object.keys(manifest.bin),
    '\n# Demands',
    ...[manifest.engines, manifest.peerDependencies, manifest.peerDependenciesMeta].map((part) => JSON.stringify(part)),
    ...Object.entries({ '': main, '/engine': engine, '/template': template, '/testing': testing }).flatMap(
      ([name, entry]) => [`\n# Values of ${manifest.name}${name}`, ...valuesOf(entry)],
    ),
  ];
  checkSnapshot('package', lines.join('\n'));
});

test('every value has a declaration', () => {
  for (const [name, entry] of [
    ['', main],
    ['/engine', engine],
    ['/template', template],
    ['/testing', testing],
  ] as const) {
    const text = described.get(`${manifest.name}${name}`)!;
    for (const value of Object.keys(entry)) assert.match(text, new RegExp(`^(const|function) ${value}\\b`, 'm'));
  }
});
