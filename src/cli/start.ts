import { configFromEnv, createConnection } from '../connection/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { type CliContext, exitCodes } from './context.ts';
import { loadConnectors } from './modules.ts';
import { settled } from './settled.ts';

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/**
 * Runs the modules' connectors on the cluster that the environment names, until a signal comes. Resolves with the exit
 * code when the runtime has stopped; rejects with a fault when it cannot start.
 */
export const start = async (modules: readonly string[], { folder, print }: CliContext): Promise<number> => {
  const connectors = await loadConnectors(modules, folder);
  const connection = createConnection(configFromEnv());
  try {
    const runtime = createRuntime({ ...connectors, connection });
    const stopped = settled(runtime);
    await runtime.start();
    const outbound = listed(connectors.outbound.map(({ type }) => type));
    const inbound = listed(connectors.inbound.map(({ name }) => name));
    print(`Running on ${connection.address}. Outbound: ${outbound}. Inbound: ${inbound}.\n`);
    await stopped;
    return exitCodes.done;
  } finally {
    await connection.close();
  }
};
