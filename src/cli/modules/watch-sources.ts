import { type Dirent, existsSync, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault } from '../../common/fault.ts';

/** Milliseconds between a change and the reaction to it: editors save a file in several steps. */
export const debounceTime = 100;

const sourceFile = /(?:^\.env$|\.(?:[cm]?[jt]s|[jt]sx|json|svg|png)$)/i;

/** The folder of the package that a file or folder belongs to. Outside of a package: the folder itself, or the file's. */
export const packageFolder = (path: string): string => {
  const own = statSync(path).isDirectory() ? path : dirname(path);
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return own;
};

/** What is in a folder; nothing if it has gone since it was listed, e.g. with a change of the branch. */
const entriesOf = (folder: string): readonly Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (existsSync(folder)) throw error;
    return [];
  }
};

/**
 * A folder and its subfolders, except hidden ones and `node_modules`, which can be very large.
 *
 * @param ignored absolute path of a folder to skip
 */
export const sourceFolders = (folder: string, ignored?: string): readonly string[] => [
  folder,
  ...entriesOf(folder)
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .filter((path) => path !== ignored)
    .flatMap((path) => sourceFolders(path, ignored)),
];

/** A set of watched folders. */
export interface SourceWatch {
  /** Resolves when a source file has changed. Rejects with a fault if the system cannot watch a folder. */
  readonly changed: Promise<void>;
  readonly close: () => void;
}

const cannotWatch = (folders: readonly string[], cause: unknown): unknown =>
  fault('definition', {
    what: `Cannot watch the folders of the modules: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: folders.join(', '),
    fix: 'run the command without --watch.',
    cause,
  });

/** Watches folders, but not their subfolders, for changes of source files and of `.env`. */
export const watchSources = (folders: readonly string[]): SourceWatch => {
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
