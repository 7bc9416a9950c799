import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, readSources } from '../../../scripts/imports.ts';

// A program without decisions must not pay for them.
test('what reads DMN files is loaded only by a dynamic import', () => {
  const imports = readSources().flatMap(importsOf);
  const reached = new Set(['engine/index.ts']);
  // The loop adds to the set.
  for (const file of reached) {
    for (const { file: from, target, dynamic } of imports) if (from === file && !dynamic) reached.add(target);
  }
  assert.ok(reached.has('engine/machine/commands/decisions.ts'), 'The engine is reached.');
  const loaded = [...reached].filter(
    (file) => file.startsWith('engine/decisions/') && file !== 'engine/decisions/types.ts',
  );
  assert.deepEqual(loaded, []);
  const by = imports.filter(({ target }) => target === 'engine/decisions/compile-dmn.ts');
  assert.deepEqual(
    by.map(({ file, dynamic }) => [file, dynamic]),
    [['engine/deployment/compile-files.ts', true]],
  );
});
