/** The page is only for `dev`: nothing that a program imports may load it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, readSources } from '../../scripts/imports.ts';

const sources = readSources();
const targets = new Map(sources.map((source) => [source.name, importsOf(source)]));

/** All files that a file loads, those included that it loads only when it is called. */
const reachedFrom = (file: string): ReadonlySet<string> => {
  const reached = new Set([file]);
  for (const name of reached) for (const { target } of targets.get(name) ?? []) reached.add(target);
  return reached;
};

const isOfPage = (file: string): boolean => file.startsWith('page/') || file.startsWith('cli/dev/page/');

for (const entry of ['index.ts', 'engine/index.ts', 'template/index.ts', 'testing/index.ts', 'cli/start/start.ts']) {
  test(`${entry} does not reach the page`, () => {
    assert.ok(targets.has(entry), `${entry} exists`);
    assert.deepEqual([...reachedFrom(entry)].filter(isOfPage), []);
  });
}

/** The module of the command `view` that shows a recording on the page; it loads only for that. */
const viewPage = 'cli/view/show-recording.ts';

test('dev and view load the server of the page only if there is a page', () => {
  assert.ok(reachedFrom('cli/dev/dev.ts').has('cli/dev/page/start-page.ts'), 'dev reaches the page');
  const isStatic = sources
    .flatMap(importsOf)
    .filter(
      ({ file, target, dynamic }) =>
        !isOfPage(file) && file !== viewPage && (isOfPage(target) || target === viewPage) && !dynamic,
    );
  assert.deepEqual(isStatic, []);
});

test('no module of ours imports what runs in the browser', () => {
  const imports = sources.flatMap(importsOf).filter(({ file }) => !file.startsWith('page/'));
  assert.deepEqual(
    imports.filter(({ target }) => target.startsWith('page/')),
    [],
  );
});
