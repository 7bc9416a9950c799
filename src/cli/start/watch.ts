import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { replaceSignal } from '../../runtime/processes/replace-signal.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { moduleFolders } from '../modules/load-modules.ts';
import { debounceTime, sourceFolders, watchSources } from '../modules/watch-sources.ts';
import { programPath } from '../own-files.ts';
import type { StartRequest } from './options.ts';

/**
 * Starts a new process, which loads every module afresh. It is detached, so that Ctrl-C reaches only this process: if
 * both received the signal and this one passed it on, the child would end without a graceful stop. The child stops when
 * this process is gone.
 */
const startChild = (args: readonly string[], folder: string): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, programPath('cli/main'), 'start', ...args], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/**
 * Runs `start` in a process of its own, and restarts it whenever `.env` or a source file of the modules' packages
 * changes, until SIGINT or SIGTERM. The child process reports broken modules; the next change starts it again.
 *
 * @param args the arguments of `start`
 * @returns the exit code
 * @throws a fault of kind `definition` if a module does not exist or the system cannot watch its folders
 */
export const watchStart = async (
  { modules }: StartRequest,
  args: readonly string[],
  { folder, print }: CliContext,
): Promise<number> => {
  const packages = moduleFolders(modules, folder);
  const childArgs = args.filter((arg) => arg !== '--watch');
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort');
  const run = (): ChildProcess => {
    const child = startChild(childArgs, folder);
    child.once('exit', (code) => {
      if (!child.killed) print(`The process exited with code ${code}. The next change starts it again.\n`);
    });
    return child;
  };
  let child = run();
  const stopChild = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (!hasEnded(child)) await once(child, 'close');
  };
  const onSignal = (): void => {
    // A second signal makes the child end at once.
    if (stopping.signal.aborted) child.kill('SIGTERM');
    stopping.abort();
  };
  const onReplaceSignal = (): void =>
    print(`${replaceSignal} is ignored: with --watch, the process restarts on every change of a source file.\n`);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on(replaceSignal, onReplaceSignal);
  try {
    while (true) {
      const watch = watchSources([folder, ...packages.flatMap((root) => sourceFolders(root))]);
      try {
        print('Watching for changes.\n');
        await Promise.race([watch.changed, stopped]);
      } finally {
        watch.close();
      }
      if (stopping.signal.aborted) return exitCodes.done;
      await pause(debounceTime);
      await stopChild();
      print('Restarting.\n');
      child = run();
    }
  } finally {
    await stopChild();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off(replaceSignal, onReplaceSignal);
  }
};
