import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { documents, refreshed, withoutVolatile } from '../../scripts/readme.ts';
import { blocksOf } from '../../scripts/snippets.ts';

for (const document of documents) {
  test(`${document}: code and outputs are those of the files and programs (fix: npm run readme)`, async () => {
    assert.equal(readFileSync(document, 'utf8'), await refreshed(document));
  });
}

test('README.md shows at least a connector, its test, a runtime and two outputs', () => {
  const kinds = blocksOf(readFileSync('README.md', 'utf8')).map(({ kind }) => kind);
  assert.ok(kinds.filter((kind) => kind === 'file').length >= 4);
  assert.ok(kinds.filter((kind) => kind === 'output').length >= 2);
});

test('what differs from run to run does not make an output stale, anything else does', () => {
  const run = (key: string, port: number, number: number): string =>
    withoutVolatile(`key ${key} at grpc://127.0.0.1:${port}, the number is ${number}`);
  assert.equal(run('2251799813685249', 4711, 3), run('2251799813699999', 26500, 99));
  assert.notEqual(withoutVolatile('result { status: "ok" }'), withoutVolatile('result { status: "error" }'));
});
