import type { CliContext } from '../command.ts';
import type { DevRequest } from './options.ts';

/**
 * Runs the connectors of the modules on an embedded engine, until a signal stops it or the instance of `--run` has ended.
 *
 * @returns the exit code, after the runtime and the engine have stopped
 * @throws a fault if the engine or the runtime cannot start
 */
export const dev = async (request: DevRequest, context: CliContext): Promise<number> => {
  const isWatching = request.watch ?? context.isTerminal === true;
  // The modules load in a thread of their own meanwhile, so it starts before the engine is loaded.
  const thread = isWatching
    ? (await import('./host/connector-thread.ts')).startThread({ modules: request.modules, folder: context.folder })
    : undefined;
  try {
    const [{ runDev }] = await Promise.all([
      import('./run-dev.ts'),
      // Needed a little later. Both share most of what they import.
      ...(request.hasPage ? [import('./page/start-page.ts')] : []),
    ]);
    return await runDev(request, context, thread);
  } finally {
    await thread?.terminate();
  }
};
