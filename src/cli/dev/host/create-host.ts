import type { Logger } from '../../../connector/types.ts';
import type { Engine } from '../../../engine/index.ts';
import type { ServerOptions } from '../../../runtime/index.ts';
import { refuseDuplicates } from '../../modules/duplicates.ts';
import { loadConnectors } from '../../modules/load-modules.ts';
import type { DevRequest } from '../options.ts';
import type { ConnectorHost } from '../session.ts';
import type { ConnectorThread } from './connector-thread.ts';
import type { ThreadHost } from './thread-host.ts';

/** Creates the host of connectors on an engine that has started. */
export type CreateHost = (
  engine: Engine,
  logger: Logger,
  server: () => ServerOptions,
) => Promise<{ readonly host: ConnectorHost; readonly replaceable?: ThreadHost }>;

/**
 * Loads the connectors into this thread.
 *
 * @throws a fault of kind `definition` if the modules cannot be loaded, or if their connectors cannot run together
 */
export const loadHere = async ({ modules, tenants, hasPage }: DevRequest, folder: string): Promise<CreateHost> => {
  // Before the modules: once TypeScript is loaded, every import takes longer.
  const { createLocalHost } = await import('./local-host.ts');
  const connectors = await loadConnectors(modules, folder);
  refuseDuplicates(connectors);
  return async ({ port, restAddress }, logger, server) => ({
    host: createLocalHost(connectors, { port, restAddress, tenants, server: server(), showsValues: hasPage }, logger),
  });
};

/**
 * Lets a thread load the connectors, so that changed ones can replace them.
 *
 * @param thread the first thread; it has begun already
 */
export const loadInThread =
  (request: DevRequest, folder: string, thread: ConnectorThread): CreateHost =>
  async (engine, logger, server) => {
    const { createThreadHost } = await import('./thread-host.ts');
    const host = await createThreadHost({ request, folder, thread, engine, logger, server });
    return { host, replaceable: host };
  };
