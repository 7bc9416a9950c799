import { existsSync, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault } from '../../common/fault.ts';

/** Editors write a file in several steps; one round for all of them is enough. Milliseconds. */
export const settling = 100;

const sourceFile = /(?:^\.env$|\.(?:[cm]?[jt]s|[jt]sx|json|svg|png)$)/i;

/** The folder of the package that a file or folder belongs to, or else its own. */
export const packageFolder = (path: string): string => {
  const own = statSync(path).isDirectory() ? path : dirname(path);
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return own;
};

/**
 * A folder and those below it, without hidden ones and without `node_modules`, which can be very large.
 *
 * @param ignored folder to leave out, absolute
 */
export const sourceFolders = (folder: string, ignored?: string): readonly string[] => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .filter((path) => path !== ignored)
    .flatMap((path) => sourceFolders(path, ignored)),
];

/** Folders that are watched. */
export interface Watching {
  /** Resolves when a source file has changed; rejects with a fault when the system cannot watch. */
  readonly changed: Promise<void>;
  readonly close: () => void;
}

const cannotWatch = (folders: readonly string[], cause: unknown): unknown =>
  fault('definition', {
    what: `The folders of the modules cannot be watched: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: folders.join(', '),
    fix: 'run it without --watch.',
    cause,
  });

/** Watches folders, each by itself, for changes of source files and of `.env`. */
export const watchSources = (folders: readonly string[]): Watching => {
  const watchers: FSWatcher[] = [];
  const changed = new Promise<void>((resolve, reject) => {
    const fail = (cause: unknown): void => reject(cannotWatch(folders, cause));
    try {
      for (const folder of new Set(folders)) {
        const watcher = watch(folder, (_event, name) => {
          if (name === null || sourceFile.test(name)) resolve();
        });
        watcher.on('error', fail);
        watchers.push(watcher);
      }
    } catch (cause) {
      fail(cause);
    }
  });
  return {
    changed,
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
};
