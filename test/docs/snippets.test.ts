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
