/** Patterns in the command that `test` runs. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { expandPatterns } from '../../../src/cli/test/expand-patterns.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-patterns-'));
after(() => rmSync(folder, { recursive: true }));

for (const path of [
  ...['src/b.test.ts', 'src/a.test.ts', 'src/a.ts', 'src/axtest.ts', 'src/.hidden.test.ts', 'src/deep/c.test.ts'],
  ...['node_modules/p/d.test.ts', 'e.test.ts', 'src/f.test.ts/g.txt'],
]) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), '');
}

const rows: readonly (readonly [word: string, expanded: readonly string[]])[] = [
  ['src/*.test.ts', ['src/a.test.ts', 'src/b.test.ts']],
  ['*.test.ts', ['e.test.ts']],
  ['*/a.ts', ['src/a.ts']],
  ['**/*.test.ts', ['e.test.ts', 'src/a.test.ts', 'src/b.test.ts', 'src/deep/c.test.ts']],
  ['src/**/c.test.ts', ['src/deep/c.test.ts']],
  ['src/a.ts', ['src/a.ts']],
  ['--pattern=*', ['--pattern=*']],
  ['C:\\*.ts', ['C:\\*.ts']],
];

for (const [word, expanded] of rows) {
  test(`${word} becomes ${expanded.join(' ')}`, () => {
    assert.deepEqual(expandPatterns(['node', word], folder), ['node', ...expanded]);
  });
}

test('a pattern that no file fits is refused', () => {
  assert.throws(
    () => expandPatterns(['src/*.spec.ts'], folder),
    /No file fits src\/\*\.spec\.ts\.\n[\s\S]*Fix: correct the pattern/,
  );
});
