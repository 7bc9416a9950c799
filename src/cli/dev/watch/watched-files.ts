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
  /** Ends the watch; a later `update` does nothing. */
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

/** The paths of what is in a folder; none if it is gone. */
export const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

/** The folders in which a path is, from the inside to the outside. */
const foldersAbove = (path: string): readonly string[] => {
  const above: string[] = [];
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) above.push(folder);
  return above;
};

/** The folders, and those between one of them and another one inside of it: if these are moved, the inner one is moved with them. */
const withFoldersBetween = (folders: ReadonlySet<string>): ReadonlySet<string> => {
  const all = new Set(folders);
  for (const folder of folders) {
    const above = foldersAbove(folder);
    const outermost = above.findLastIndex((each) => folders.has(each));
    for (const each of above.slice(0, outermost + 1)) all.add(each);
  }
  return all;
};

/** Resolves the links of folders. What is gone is where it was last. */
export const realFolders = (): ((folder: string) => string) => {
  const last = new Map<string, string>();
  return (folder) => {
    const real = realPath(folder) ?? last.get(folder) ?? folder;
    last.set(folder, real);
    return real;
  };
};

/** A folder that is watched. */
interface WatchedFolder {
  readonly watcher: FSWatcher;
  readonly identity: string;
  /** The files that it had in the beginning: nothing reports them one by one when the folder is moved away. */
  readonly files: readonly string[];
}

/**
 * Watches folders, but not their subfolders. A folder that is replaced or comes back is watched again, and a link that leads elsewhere
 * is followed.
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
  const opened = new Map<string, WatchedFolder>();
  const realFolder = realFolders();
  let given: ReadonlySet<string> = new Set();
  /** The folders that were open or missing before, and what has led to them: their files may differ when they are opened. */
  let known: ReadonlySet<string> = new Set();
  /** The paths of the wanted folders and of the folders in which they are. */
  let ways: ReadonlySet<string> = new Set();
  let returning: NodeJS.Timeout | undefined;
  let isClosed = false;
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

  const close = (folder: string): readonly string[] => {
    const before = opened.get(folder);
    before?.watcher.close();
    opened.delete(folder);
    return before?.files ?? [];
  };

  /** Whether the folder is there. */
  const open = (folder: string, isWanted: boolean): boolean => {
    const identity = identityOf(folder);
    if (identity === undefined) return false;
    try {
      const watcher = watch(folder, (event, name) => {
        if (name === null) return;
        const path = join(folder, name);
        // The folder itself is moved or deleted, or what leads to a folder is.
        if (event === 'rename' && (name === basename(folder) || ways.has(path))) renew();
        touch(path);
      });
      watcher.on('error', failed);
      opened.set(folder, { watcher, identity, files: filesIn(folder) });
    } catch (error) {
      // It may have gone in between.
      if (identityOf(folder) === undefined) return false;
      if (isWanted) failed(error);
    }
    return true;
  };

  /** Opens the wanted folders that are not open, or that are no longer what was opened, and closes all others. */
  const renew = (): void => {
    if (isClosed) return;
    clearTimeout(returning);
    returning = undefined;
    const wanted = new Set([...given].map(realFolder));
    const all = withFoldersBetween(wanted);
    ways = new Set([...given, ...wanted].flatMap((path) => [path, ...foldersAbove(path)]));
    for (const folder of opened.keys()) if (!all.has(folder)) close(folder);
    /** Where what was wanted before leads now. */
    const linked = new Set([...given].filter((path) => known.has(path)).map(realFolder));
    let isMissing = false;
    for (const folder of all) {
      const before = opened.get(folder);
      if (before !== undefined && before.identity === identityOf(folder)) continue;
      const lost = close(folder);
      const isThere = open(folder, wanted.has(folder));
      isMissing ||= !isThere;
      if (known.has(folder) || linked.has(folder)) for (const path of [...lost, ...filesIn(folder)]) touch(path);
    }
    known = new Set([...given, ...all]);
    if (isMissing) returning = setTimeout(renew, returnTime).unref();
  };

  return {
    update: (folders) => {
      given = new Set(folders);
      renew();
    },
    forget: (paths) => {
      for (const path of paths) contents.delete(path);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      clearTimeout(returning);
      for (const { watcher } of opened.values()) watcher.close();
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
