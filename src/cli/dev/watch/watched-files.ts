import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, realpathSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
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

/**
 * Watches folders, but not their subfolders.
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
  const watchers = new Map<string, FSWatcher>();
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

  const open = (folder: string): void => {
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null) return;
        const path = join(folder, name);
        if (!isRelevant(path)) return;
        touched.add(path);
        clearTimeout(timer);
        timer = setTimeout(report, debounceTime);
      });
      watcher.on('error', failed);
      watchers.set(folder, watcher);
    } catch (error) {
      failed(error);
    }
  };

  return {
    update: (folders) => {
      const wanted = new Set(folders.flatMap((folder) => realPath(folder) ?? []));
      for (const [folder, watcher] of watchers) {
        if (wanted.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of wanted) if (!watchers.has(folder)) open(folder);
    },
    forget: (paths) => {
      for (const path of paths) contents.delete(path);
    },
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
};

/** The folder of a file, with links resolved; the file itself need not exist. */
export const realFile = (path: string): string =>
  join(realPath(dirname(path)) ?? dirname(path), path.slice(dirname(path).length + 1));
