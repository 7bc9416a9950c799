import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isFault } from '../../common/fault.ts';
import type { CliContext } from '../context.ts';
import { locateModule } from '../modules/modules.ts';
import { packageFolder, settling, sourceFolders, watchSources } from '../modules/watch.ts';
import type { ChildAnswer } from './child.ts';
import type { TemplateData } from './folder.ts';

/** What watching needs of the command. */
export interface WatchOptions extends CliContext {
  /** Output folder, absolute: its files are no sources. */
  readonly out: string;
  /** Writes the templates and says what it has done. Throws a fault when there is something to mend first. */
  readonly update: (templates: readonly TemplateData[]) => string;
}

/** The program as it stands beside this file, built or not. */
const childProgram = (): string => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`child.${extension}`, import.meta.url));
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
  const stopped = once(signal, 'abort');

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
      const watching = watchSources(roots.flatMap((root) => sourceFolders(root, out)));
      const change = Promise.race([watching.changed, stopped]);
      // A failure to watch is told after the round.
      change.catch(() => {});
      try {
        await round();
        print('Watching for changes.\n');
        await change;
        await pause(settling, undefined, { signal });
      } finally {
        watching.close();
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    release();
  }
};
