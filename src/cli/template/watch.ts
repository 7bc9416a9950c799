import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isFault } from '../../common/fault.ts';
import type { CliContext } from '../command.ts';
import { moduleFolders } from '../modules/load-modules.ts';
import { debounceTime, sourceFolders, watchSources } from '../modules/watch-sources.ts';
import { programPath } from '../own-files.ts';
import type { TemplateData } from './output-folder.ts';
import type { GenerateResult } from './watch-child.ts';

/** What watching needs from the command. */
export interface WatchOptions extends CliContext {
  /** Absolute path of the output folder. Its files are not sources. */
  readonly out: string;
  /** Writes the templates and returns a report. Throws a fault if something has to be fixed first. */
  readonly update: (templates: readonly TemplateData[]) => string;
}

/** Generates the templates in a new process, which loads every module afresh. */
const generateInChild = (modules: readonly string[], folder: string, signal: AbortSignal): Promise<GenerateResult> =>
  new Promise((resolve, reject) => {
    const child = fork(programPath('cli/template/watch-child'), modules, { cwd: folder, signal });
    let result: GenerateResult | undefined;
    child.on('message', (message) => {
      result = message as GenerateResult;
    });
    child.on('error', reject);
    child.on('close', () => {
      resolve(result ?? { problem: 'The modules ended the process that loaded them.' });
    });
  });

/** A signal that fires at the first SIGINT or SIGTERM; `release` restores the default handling. */
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
 * Generates the templates of the modules now, and again whenever a source file of their packages changes, until SIGINT
 * or SIGTERM. Problems are printed, and the next change tries again.
 *
 * @throws a fault of kind `definition` if a module does not exist or the system cannot watch its folders
 */
export const watchTemplates = async (modules: readonly string[], options: WatchOptions): Promise<void> => {
  const { folder, out, print, printError, update } = options;
  const packages = moduleFolders(modules, folder);
  const { signal, release } = stopSignal();
  const stopped = once(signal, 'abort');

  const generate = async (): Promise<void> => {
    const result = await generateInChild(modules, folder, signal);
    if ('problem' in result) return printError(`${result.problem}\n`);
    try {
      print(update(result.templates));
    } catch (error) {
      if (!isFault(error)) throw error;
      printError(`${error.message}\n`);
    }
  };

  try {
    while (!signal.aborted) {
      // Watch before generating, so that a change during it is not missed.
      const watch = watchSources(packages.flatMap((root) => sourceFolders(root, out)));
      const change = Promise.race([watch.changed, stopped]);
      // A failure to watch is handled after generating.
      change.catch(() => {});
      try {
        await generate();
        print('Watching for changes.\n');
        await change;
        await pause(debounceTime, undefined, { signal });
      } finally {
        watch.close();
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    release();
  }
};
