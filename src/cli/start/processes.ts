import { fault } from '../../common/fault.ts';
import { configFromEnv } from '../../connection/index.ts';
import type { Logger } from '../../connector/types.ts';
import { supervise } from '../../runtime/processes/supervisor.ts';
import { programPath } from '../own-files.ts';
import type { StartRequest } from './options.ts';

/**
 * Runs `start` in several processes.
 *
 * @param count how many
 * @param args the arguments of `start`, which each process gets
 * @returns the exit code
 * @throws a fault of kind `configuration` if the settings of the connection are wrong, or if they select the embedded engine
 */
export const startProcesses = async (
  count: number,
  { health }: StartRequest,
  args: readonly string[],
  logger: Logger,
): Promise<number> => {
  if (configFromEnv().type === 'EMBEDDED') {
    throw fault('configuration', {
      what: `${count} processes cannot share an embedded engine: each would start its own.`,
      where: '--processes or CAMUNDA_CONNECTORS_PROCESSES, and CAMUNDA_CONNECTION_TYPE=EMBEDDED',
      fix: 'use one process, or connect to a cluster or to the engine of `camunda-connectors dev`.',
    });
  }
  const program = { file: programPath('cli/main'), args: ['start', ...args] };
  return supervise({ processes: count, health, logger, program });
};
