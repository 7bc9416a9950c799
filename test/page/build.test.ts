import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtPage } from '../../scripts/page.ts';

const folder = await builtPage();
const content = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The scripts that load with the page: it and the parts that it imports at once. */
const firstScripts = (): readonly string[] => {
  const names = new Set(['page.js']);
  for (const name of names) {
    for (const [, part] of content(name).matchAll(/(?:^|[;}])import\s*(?:[\w*{},$\s]+from)?\s*"\.\/([^"]+)"/g)) {
      names.add(part!);
    }
  }
  return [...names];
};

test('the first view stays within its size: 280 kB of scripts, 85 kB compressed, and 25 kB of styles', () => {
  const scripts = firstScripts().map(content);
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  const plain = sum(scripts.map((text) => Buffer.byteLength(text)));
  const compressed = sum(scripts.map((text) => gzipSync(text).length));
  assert.ok(plain <= 280_000, `the scripts have ${plain} bytes`);
  assert.ok(compressed <= 85_000, `the scripts have ${compressed} bytes when they are compressed`);
  const styles = content('page.css');
  assert.ok(Buffer.byteLength(styles) <= 25_000, `the styles have ${Buffer.byteLength(styles)} bytes`);
  assert.match(styles, /\.djs-element>\.djs-hit-all/, 'what a viewer needs of the diagrams');
  assert.doesNotMatch(styles, /\.djs-(?:palette|context-pad|popup) \.entry/, 'an editor has more');
});

test('what only some processes need loads later', () => {
  const later = readdirSync(folder).filter((name) => name.endsWith('.js') && !firstScripts().includes(name));
  assert.ok(
    later.some((name) => content(name).includes('generated_diagram')),
    'the layout of files without diagram information is a part of its own',
  );
  assert.ok(
    later.some((name) => content(name).includes('evaluateForm')),
    'the forms of user tasks are a part of their own',
  );
});

test('the licences of everything inside are with it, and those of the diagrams name the mark that must stay', () => {
  const licences = content('LICENSES.txt');
  for (const name of ['bpmn-js', 'diagram-js', 'preact', 'bpmn-moddle', 'min-dash']) {
    assert.match(licences, new RegExp(`^${name} \\d+\\.`, 'm'));
  }
  assert.match(licences, /The source code responsible for displaying the bpmn\.io project watermark/);
});

test('it asks for nothing from elsewhere', () => {
  for (const name of readdirSync(folder).filter((each) => /\.(?:css|html)$/.test(each))) {
    assert.doesNotMatch(content(name), /url\(["']?https?:|(?:src|href)="https?:/);
  }
});

test('its sources have the types that its server sends', () => {
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'src/page/tsconfig.json'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});
