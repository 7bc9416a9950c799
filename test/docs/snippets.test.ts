import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, danglingMarkers, regionOf, replaceBlocks } from '../../scripts/snippets.ts';

const markdown = `# Title

<!-- file: a.ts#part -->
\`\`\`ts
old
\`\`\`

\`\`\`sh
untouched
\`\`\`

<!-- output: demo -->

\`\`\`
\`\`\`

<!-- picture: rooms -->
\`\`\`mermaid
flowchart
\`\`\`
`;

test('blocks are found by their markers', () => {
  assert.deepEqual(blocksOf(markdown), [
    { kind: 'file', name: 'a.ts#part', content: 'old' },
    { kind: 'output', name: 'demo', content: '' },
    { kind: 'picture', name: 'rooms', content: 'flowchart' },
  ]);
});

test('only the marked blocks are replaced, also by text with dollar signs', () => {
  const replaced = replaceBlocks(markdown, ({ name }) => `new $& ${name}`);
  assert.deepEqual(
    blocksOf(replaced).map(({ content }) => content),
    ['new $& a.ts#part', 'new $& demo', 'new $& rooms'],
  );
  assert.match(replaced, /```sh\nuntouched\n```/);
  assert.equal(
    replaceBlocks(replaced, ({ content }) => content),
    replaced,
  );
});

test('a marker without a block is reported', () => {
  assert.deepEqual(danglingMarkers(markdown), []);
  assert.deepEqual(danglingMarkers('<!-- file: x.ts -->\n\ntext'), ['<!-- file: x.ts -->']);
});

test('regions of one name are joined, outdented and without their markers', () => {
  const text = [
    '// #region a',
    'one',
    '// #endregion',
    'two',
    '  // #region a',
    '  three',
    '    four',
    '  // #endregion',
  ].join('\n');
  assert.equal(regionOf(text, 'a'), 'one\n\nthree\n  four');
  assert.equal(regionOf(text), 'one\ntwo\n  three\n    four');
  assert.throws(() => regionOf(text, 'b'), /no region b/);
});

test('a region of code begins with those imports of its file that it uses', () => {
  const text = [
    "import assert from 'node:assert/strict';",
    "import * as v from 'valibot';",
    "import type { Only } from './only.ts';",
    "import { type Third, fourth } from './third.ts';",
    'import {',
    '  first,',
    '  type Second,',
    '  third as other,',
    "} from './a.ts';",
    "import { log } from './log.ts';",
    "import './effect.ts';",
    '// #region a',
    "/** A second, first and assert('v') of words. */",
    "export const mine: Second = other(console.log, { ...log }, 'first');",
    '// #endregion',
    '// #region b',
    'export const plain = 1; // assert',
    '// #endregion',
    '// #region c',
    'export const text: Only & Third = v.string();',
    '// #endregion',
  ].join('\n');
  assert.deepEqual(regionOf(text, 'a').split('\n'), [
    "import { type Second, third as other } from './a.ts';",
    "import { log } from './log.ts';",
    '',
    "/** A second, first and assert('v') of words. */",
    "export const mine: Second = other(console.log, { ...log }, 'first');",
  ]);
  assert.equal(regionOf(text, 'b'), 'export const plain = 1; // assert');
  assert.deepEqual(regionOf(text, 'c').split('\n').slice(0, 4), [
    "import * as v from 'valibot';",
    "import type { Only } from './only.ts';",
    "import type { Third } from './third.ts';",
    '',
  ]);
});
