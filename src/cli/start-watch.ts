import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type CliContext, exitCodes } from './context.ts';
import { locateModule } from './modules/modules.ts';
import { packageFolder, settling, sourceFolders, watchSources } from './modules/watch.ts';
import type { StartRequest } from './start-request.ts';

/** The program as it stands beside this file, built or not. */
const program = (): string =>
  fileURLToPath(new URL(`main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));

/**
 * Starts a process of its own, which reads every module afresh. Detached, so that Ctrl-C reaches this process alone: two
 * signals at once would end the other one without its farewell. It stops by itself when this process is gone.
 */
const startChild = (args: readonly string[], folder: string): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, program(), 'start', ...args], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/**
 * Runs `start` in a process of its own, and anew whenever a source file of the modules' packages or `.env` has changed,
 * until SIGINT or SIGTERM. What is wrong with the modules is told by that process, and the next change is another try.
 *
 * Rejects with a fault of kind `definition` when a module is not there.
 *
 * @param args what `start` was given
 */
export const watchStart = async (
  { modules }: StartRequest,
  args: readonly string[],
  { folder, print }: CliContext,
): Promise<number> => {
  const roots = modules.map((name) => packageFolder(fileURLToPath(locateModule(name, folder))));
  const childArgs = args.filter((arg) => arg !== '--watch');
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort');
  const run = (): ChildProcess => {
    const child = startChild(childArgs, folder);
    child.once('exit', (code) => {
      if (!child.killed) print(`It ended with code ${code}; the next change starts it again.\n`);
    });
    return child;
  };
  let child = run();
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (!hasEnded(child)) await once(child, 'close');
  };
  const stop = (): void => {
    // The second signal goes on to the other process, which then ends at once.
    if (stopping.signal.aborted) child.kill('SIGTERM');
    stopping.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    while (true) {
      const watching = watchSources([folder, ...new Set(roots.flatMap((root) => sourceFolders(root)))]);
      try {
        print('Watching for changes.\n');
        await Promise.race([watching.changed, stopped]);
      } finally {
        watching.close();
      }
      if (stopping.signal.aborted) return exitCodes.done;
      await pause(settling);
      await end();
      print('Starting again.\n');
      child = run();
    }
  } finally {
    await end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
};
