import { createHash } from 'node:crypto';
import { type FSWatcher, readdirSync, readFileSync, realpathSync, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { debounceTime } from '../../modules/watch-sources.ts';

/** Watches folders for changes of files. */
export interface FileWatch {
  /** Watches these folders from now on, and no others. */
  update(folders: readonly string[]): void;
  /** Reports these files when they are written the next time, also without a change of their content. */
  forget(paths: readonly string[]): void;
  close(): void;
}

const contentOf = (path: string): string => {
  try {
    return createHash('sha1').update(readFileSync(path)).digest('base64');
  } catch {
    return 'absent';
  }
};

const realPath = (path: string): string | undefined => {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
};

/** Milliseconds between two looks for a folder that is gone. */
const returnTime = 250;

/** What distinguishes a folder from one that has taken its place, e.g. with another branch of a repository; `undefined` if it is gone. */
const identityOf = (folder: string): string | undefined => {
  try {
    const { dev, ino, birthtimeMs } = statSync(folder);
    return `${dev} ${ino} ${birthtimeMs}`;
  } catch {
    return undefined;
  }
};

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

/**
 * Watches folders, but not their subfolders. A folder that is replaced or comes back is watched again.
 *
 * @param isRelevant whether changes of a file count
 * @param changed receives the paths of files whose content has changed, some time after the last change of several
 * @param failed receives the error of a folder that the system cannot watch
 */
export const watchFiles = (
  isRelevant: (path: string) => boolean,
  changed: (paths: readonly string[]) => void,
  failed: (error: unknown) => void,
): FileWatch => {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
  let wanted: ReadonlySet<string> = new Set();
  let returning: NodeJS.Timeout | undefined;
  /** By path. Editors touch files without a change, and report a change several times. */
  const contents = new Map<string, string>();
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const report = (): void => {
    timer = undefined;
    const paths = [...touched].filter((path) => {
      const content = contentOf(path);
      const isSame = contents.get(path) === content;
      contents.set(path, content);
      return !isSame;
    });
    touched.clear();
    if (paths.length > 0) changed(paths);
  };

  const touch = (path: string): void => {
    if (!isRelevant(path)) return;
    touched.add(path);
    clearTimeout(timer);
    timer = setTimeout(report, debounceTime);
  };

  const close = (folder: string): void => {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  };

  const open = (folder: string, identity: string): void => {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null) return;
        // The folder itself is moved or deleted.
        if (name === basename(folder)) renew(true);
        touch(join(folder, name));
      });
      watcher.on('error', failed);
      watchers.set(folder, { watcher, identity });
    } catch (error) {
      failed(error);
    }
  };

  /**
   * Opens the wanted folders that are not open, or that are no longer what was opened.
   *
   * @param mayDiffer whether the files of such a folder may have changed since
   */
  const renew = (mayDiffer: boolean): void => {
    clearTimeout(returning);
    returning = undefined;
    let isMissing = false;
    for (const folder of wanted) {
      const identity = identityOf(folder);
      if (identity !== undefined && watchers.get(folder)?.identity === identity) continue;
      close(folder);
      if (identity === undefined) isMissing = true;
      else {
        open(folder, identity);
        if (mayDiffer) for (const path of filesIn(folder)) touch(path);
      }
    }
    if (isMissing) returning = setTimeout(() => renew(true), returnTime).unref();
  };

  return {
    update: (folders) => {
      wanted = new Set(folders.map((folder) => realPath(folder) ?? folder));
      for (const folder of watchers.keys()) if (!wanted.has(folder)) close(folder);
      renew(false);
    },
    forget: (paths) => {
      for (const path of paths) contents.delete(path);
    },
    close: () => {
      clearTimeout(timer);
      clearTimeout(returning);
      for (const { watcher } of watchers.values()) watcher.close();
    },
  };
};

/** The file to which a symbolic link leads; `undefined` if a path is no link. */
export const linkTarget = (path: string): string | undefined => {
  const target = realPath(path);
  return target === undefined || target === realFile(path) ? undefined : target;
};

/** The folder of a file, with links resolved; the file itself need not exist. */
export const realFile = (path: string): string =>
  join(realPath(dirname(path)) ?? dirname(path), path.slice(dirname(path).length + 1));
