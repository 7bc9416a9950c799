import { configFromEnv, createConnection } from '../connection/index.ts';
import { readDotEnv } from '../connection/settings/environment.ts';
import { createRuntime, type Runtime, serveHealth } from '../runtime/index.ts';
import { createLogger, readLogSettings } from '../runtime/observe/log-output.ts';
import { type CliContext, exitCodes } from './context.ts';
import { loadConnectors } from './modules/modules.ts';
import { applyOverrides } from './overrides.ts';
import { settled } from './settled.ts';
import type { StartRequest } from './start-request.ts';

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/** A process that `--watch` has started stops when the one that watches is gone; returns the way to stop listening. */
const stopWithParent = (runtime: Runtime): (() => void) => {
  if (!process.connected) return () => {};
  const stop = (): void => void runtime.stop();
  process.once('disconnect', stop);
  return () => {
    process.off('disconnect', stop);
    if (process.connected) process.disconnect();
  };
};

/**
 * Runs the modules' connectors on the cluster that the environment names, until a signal comes. Resolves with the exit
 * code when the runtime has stopped; rejects with a fault when it cannot start.
 */
export const start = async (
  { modules, health, maxJobs, log }: StartRequest,
  { folder }: CliContext,
): Promise<number> => {
  const env = { ...readDotEnv(), ...process.env };
  const logger = await createLogger({ ...readLogSettings(env, process.stdout.isTTY === true), ...log });
  const { outbound, inbound, disabled } = applyOverrides(await loadConnectors(modules, folder), env);
  const connection = createConnection(configFromEnv());
  let leaveParent = (): void => {};
  try {
    const limit = maxJobs === undefined ? {} : { maxJobs };
    const runtime = createRuntime({ outbound, inbound, connection, logger, ...limit });
    const stopped = settled(runtime);
    leaveParent = stopWithParent(runtime);
    if (health !== undefined) {
      const { url } = await serveHealth(runtime, health);
      logger.info(`Health at ${url}/health/ready, measurements at ${url}/metrics.`);
    }
    await runtime.start();
    if (runtime.status().state !== 'running') return exitCodes.done;
    const names = [listed(outbound.map(({ type }) => type)), listed(inbound.map(({ name }) => name))];
    logger.info(`Outbound: ${names[0]}. Inbound: ${names[1]}.`);
    if (disabled.length > 0) logger.info(`Switched off by the environment: ${listed(disabled)}.`);
    await stopped;
    return exitCodes.done;
  } finally {
    leaveParent();
    await connection.close();
  }
};
