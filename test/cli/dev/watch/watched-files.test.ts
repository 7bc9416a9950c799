/** Folders that are moved, replaced and linked elsewhere while their files are watched. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { type TestContext, test } from 'node:test';
import { modelsIn } from '../../../../src/cli/dev/watch/model-files.ts';
import { watchFiles } from '../../../../src/cli/dev/watch/watched-files.ts';
import { sourceFolders } from '../../../../src/cli/modules/watch-sources.ts';

/** A folder whose files are watched; all paths are relative to it. */
interface Tree {
  write(path: string, text: string): void;
  remove(path: string): void;
  move(from: string, to: string): void;
  link(target: string, path: string): void;
  /** Resolves when a file is reported that was not reported since the last call for it. */
  reports(path: string): Promise<void>;
}

/** Watches a folder of models in a new folder, and updates the watch after each report, as a session does. */
const watchTree = (t: TestContext, prepare: (tree: Tree) => void, models: string): Tree => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'camunda-connectors-watch-')));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const at = (path: string): string => join(root, path);
  const reported = new Set<string>();
  const waiting = new Map<string, () => void>();
  const tree: Tree = {
    write: (path, text) => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    remove: (path) => rmSync(at(path), { recursive: true }),
    move: (from, to) => renameSync(at(from), at(to)),
    link: (target, path) => symlinkSync(at(target), at(path), 'dir'),
    reports: (path) =>
      new Promise((done) => {
        const found = (): void => {
          waiting.delete(path);
          reported.delete(path);
          done();
        };
        if (reported.has(path)) found();
        else waiting.set(path, found);
      }),
  };
  prepare(tree);
  const folders = ['.', models].map(at);
  const update = (): void => watch.update(folders);
  const watch = watchFiles(
    (path) => path.endsWith('.bpmn'),
    (paths) => {
      for (const path of paths.map((each) => relative(root, each).replaceAll(sep, '/'))) {
        reported.add(path);
        waiting.get(path)?.();
      }
      setImmediate(update);
    },
    (error) => assert.fail(String(error)),
  );
  t.after(watch.close);
  update();
  return tree;
};

/** What happens to the folder a/b/models with the file p.bpmn. */
const cases: Readonly<
  Record<
    string,
    {
      readonly prepare?: (tree: Tree) => void;
      readonly models?: string;
      readonly run: (tree: Tree) => Promise<void>;
    }
  >
> = {
  'the new files of a folder that is back before anybody looks for it are reported': {
    run: async (tree) => {
      tree.remove('a/b/models');
      await tree.reports('a/b/models/p.bpmn');
      tree.write('a/b/models/new.bpmn', 'new');
      await tree.reports('a/b/models/new.bpmn');
    },
  },
  'a folder that is moved away takes its files with it': {
    run: async (tree) => {
      tree.move('a/b/models', 'a/b/old');
      await tree.reports('a/b/models/p.bpmn');
      tree.move('a/b/old', 'a/b/models');
      await tree.reports('a/b/models/p.bpmn');
    },
  },
  'a folder in another one that is replaced is watched again': {
    run: async (tree) => {
      tree.move('a', 'old');
      tree.write('a/b/models/p.bpmn', 'changed');
      await tree.reports('a/b/models/p.bpmn');
      tree.write('a/b/models/new.bpmn', 'new');
      await tree.reports('a/b/models/new.bpmn');
    },
  },
  'a folder between two watched ones is noticed when it is replaced': {
    run: async (tree) => {
      tree.move('a/b', 'a/old');
      await tree.reports('a/b/models/p.bpmn');
      tree.write('a/b/models/new.bpmn', 'new');
      await tree.reports('a/b/models/new.bpmn');
    },
  },
  'a link to a folder is followed, also when it leads elsewhere': {
    prepare: (tree) => {
      tree.write('other/q.bpmn', 'q');
      tree.link('a/b/models', 'link');
    },
    models: 'link',
    run: async (tree) => {
      tree.write('a/b/models/p.bpmn', 'changed');
      await tree.reports('a/b/models/p.bpmn');
      tree.remove('link');
      tree.link('other', 'link');
      await tree.reports('other/q.bpmn');
      tree.write('other/q.bpmn', 'changed');
      await tree.reports('other/q.bpmn');
    },
  },
  'a folder behind a link that is replaced is watched again': {
    prepare: (tree) => tree.link('a/b/models', 'link'),
    models: 'link',
    run: async (tree) => {
      tree.remove('a/b/models');
      await tree.reports('a/b/models/p.bpmn');
      tree.write('a/b/models/new.bpmn', 'new');
      await tree.reports('a/b/models/new.bpmn');
    },
  },
};

for (const [title, { prepare, models = 'a/b/models', run }] of Object.entries(cases)) {
  test(title, async (t) => {
    const tree = watchTree(
      t,
      (each) => {
        each.write('a/b/models/p.bpmn', 'p');
        prepare?.(each);
      },
      models,
    );
    await run(tree);
  });
}

test('a folder that goes while folders are listed is left out', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'camunda-connectors-watch-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const gone = join(root, 'gone');
  assert.deepEqual(sourceFolders(gone), [gone]);
  assert.deepEqual(modelsIn(gone), []);
});
