import { fork } from 'node:child_process';
import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fault, isFault } from '../connector/fault.ts';
import type { CliContext } from './context.ts';
import { locateModule } from './modules.ts';
import type { ChildAnswer } from './template-child.ts';
import type { TemplateData } from './template-folder.ts';

/** What watching needs of the command. */
export interface WatchOptions extends CliContext {
  /** Output folder, absolute: its files are no sources. */
  readonly out: string;
  /** Writes the templates and says what it has done. Throws a fault when there is something to mend first. */
  readonly update: (templates: readonly TemplateData[]) => string;
}

/** Editors write a file in several steps; one round for all of them is enough. Milliseconds. */
const settling = 100;

const sourceFile = /\.(?:[cm]?[jt]s|[jt]sx|json|svg|png)$/i;

/** The folder of the package that a file belongs to, or else its own. */
const packageFolder = (file: string): string => {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return dirname(file);
};

const foldersBelow = (folder: string, out: string): readonly string[] => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .filter((path) => path !== out)
    .flatMap((path) => foldersBelow(path, out)),
];

interface Watching {
  /** Resolves when a source file has changed; rejects when the system cannot watch. */
  readonly changed: Promise<void>;
  readonly close: () => void;
}

/** Each folder by itself: to watch whole trees would take in `node_modules`, which can be very large. */
const watchFolders = (roots: readonly string[], out: string): Watching => {
  const watchers: FSWatcher[] = [];
  const changed = new Promise<void>((resolve, reject) => {
    for (const folder of new Set(roots.flatMap((root) => foldersBelow(root, out)))) {
      const watcher = watch(folder, (_event, name) => {
        const path = name === null ? folder : join(folder, name);
        if (sourceFile.test(path) && !path.startsWith(out + sep)) resolve();
      });
      watcher.on('error', reject);
      watchers.push(watcher);
    }
  });
  return {
    changed,
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
};

/** The program as it stands beside this file, built or not. */
const childProgram = (): string => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`template-child.${extension}`, import.meta.url));
};

const generateAfresh = (modules: readonly string[], folder: string, signal: AbortSignal): Promise<ChildAnswer> =>
  new Promise((resolve, reject) => {
    const child = fork(childProgram(), modules, { cwd: folder, signal });
    let answer: ChildAnswer | undefined;
    child.on('message', (message) => {
      answer = message as ChildAnswer;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve(answer ?? { problem: `The modules ended the process that loaded them, with code ${code}.` });
    });
  });

/** Aborts at the first SIGINT or SIGTERM; `release` gives the signals back. */
const stopSignal = (): { readonly signal: AbortSignal; readonly release: () => void } => {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.once(name, stop);
  return {
    signal: stopping.signal,
    release: () => {
      for (const name of names) process.removeListener(name, stop);
    },
  };
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });

/**
 * Generates the templates of the modules now and whenever a source file of their packages changes, until SIGINT or
 * SIGTERM. What is wrong is told, and the next change is another try.
 *
 * Rejects with a fault of kind `definition` when a module is not there or the system cannot watch its folders.
 */
export const watchTemplates = async (modules: readonly string[], options: WatchOptions): Promise<void> => {
  const { folder, out, print, printError, update } = options;
  const roots = modules.map((name) => packageFolder(fileURLToPath(locateModule(name, folder))));
  const { signal, release } = stopSignal();
  const stopped = untilAborted(signal);

  const round = async (): Promise<void> => {
    const answer = await generateAfresh(modules, folder, signal);
    if ('problem' in answer) return printError(`${answer.problem}\n`);
    try {
      print(update(answer.templates));
    } catch (error) {
      if (!isFault(error)) throw error;
      printError(`${error.message}\n`);
    }
  };

  try {
    while (!signal.aborted) {
      // Before the round, so that a change during it begins another.
      const watching = watchFolders(roots, out);
      try {
        await round();
        print('Watching for changes.\n');
        await Promise.race([watching.changed, stopped]);
        await pause(settling, undefined, { signal });
      } finally {
        watching.close();
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    if (isFault(error)) throw error;
    throw fault('definition', {
      what: `The folders of the modules cannot be watched: ${error instanceof Error ? error.message : String(error)}`,
      where: roots.join(', '),
      fix: 'run it without --watch.',
      cause: error,
    });
  } finally {
    release();
  }
};
