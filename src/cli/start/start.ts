import { configFromEnv, createConnection } from '../../connection/index.ts';
import type { Environment } from '../../connection/settings/config.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import type { Logger } from '../../connector/types.ts';
import { createRuntime, type Runtime, serveHealth } from '../../runtime/index.ts';
import { createLogger, readLogSettings } from '../../runtime/observe/log-output.ts';
import { processVariable } from '../../runtime/processes/messages.ts';
import { explainReplaceSignal } from '../../runtime/processes/replace-signal.ts';
import { type CliContext, runtimeEnd } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { refuseDuplicates } from '../modules/duplicates.ts';
import { loadConnectors } from '../modules/load-modules.ts';
import { watchStrayErrors } from '../modules/stray-errors.ts';
import { applyOverrides } from './environment-overrides.ts';
import { processCount, type StartRequest } from './options.ts';

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

/**
 * Stops the runtime when the parent process disappears, if `start --watch` started this one.
 *
 * @returns a function that ends the connection to the parent
 */
const stopWithParent = (runtime: Runtime): (() => void) => {
  if (!process.connected) return () => {};
  const stop = (): void => void runtime.stop();
  process.once('disconnect', stop);
  return () => {
    process.off('disconnect', stop);
    if (process.connected) process.disconnect();
  };
};

/** This process as one of several that share the work. */
interface Member {
  readonly number: number;
  readonly join: (runtime: Runtime) => () => Promise<void>;
}

/** What the runtime is started with. */
interface Surroundings {
  readonly env: Environment;
  readonly logger: Logger;
  /** Absent if this process works alone. */
  readonly member: Member | undefined;
}

const thisProcess = async (): Promise<Member | undefined> => {
  if (process.env[processVariable] === undefined) return undefined;
  const { joinSupervisor, processNumber } = await import('../../runtime/processes/member.ts');
  const number = processNumber();
  return number === undefined ? undefined : { number, join: joinSupervisor };
};

/** Runs the connectors in this process. */
const startRuntime = async (
  { modules, health, maxJobs }: StartRequest,
  folder: string,
  { env, logger, member }: Surroundings,
): Promise<number> => {
  const { outbound, inbound, disabled } = applyOverrides(await loadConnectors(modules, folder), env);
  refuseDuplicates({ outbound, inbound });
  const connection = createConnection(configFromEnv());
  let disconnect = (): void | Promise<void> => {};
  let ignoreStrayErrors = (): void => {};
  try {
    const limit = maxJobs === undefined ? {} : { maxJobs };
    const name = member === undefined ? {} : { workerName: `camunda-connectors-${member.number}` };
    const runtime = createRuntime({ outbound, inbound, connection, logger, ...limit, ...name });
    const stopped = runtimeEnd(runtime);
    disconnect = member === undefined ? stopWithParent(runtime) : member.join(runtime);
    const strayErrors = watchStrayErrors(logger, () => void runtime.stop().catch(() => {}));
    ignoreStrayErrors = strayErrors.remove;
    const code = (): number => (strayErrors.seen() ? exitCodes.stray : exitCodes.done);
    // With several processes, the supervisor serves the health of all.
    if (health !== undefined && member === undefined) {
      const { url } = await serveHealth(runtime, health);
      logger.info(`Health at ${url}/health/ready, metrics at ${url}/metrics.`);
    }
    await runtime.start();
    if (runtime.status().state !== 'running') return code();
    const names = [listed(outbound.map(({ type }) => type)), listed(inbound.map(({ name }) => name))];
    logger.info(`Outbound: ${names[0]}. Inbound: ${names[1]}.`);
    if (disabled.length > 0) logger.info(`Disabled by the environment: ${listed(disabled)}.`);
    await stopped;
    return code();
  } finally {
    await disconnect();
    await connection.close();
    ignoreStrayErrors();
  }
};

/**
 * Runs the connectors of the modules on the cluster that the environment selects, until a signal or a stray error stops the
 * runtime. With several processes, this one starts and supervises them.
 *
 * @param args the arguments of `start`, for other processes
 * @returns the exit code
 * @throws a fault if the runtime cannot start
 */
export const start = async (
  request: StartRequest,
  args: readonly string[],
  { folder }: CliContext,
): Promise<number> => {
  const env = readEnvironment();
  const member = await thisProcess();
  const settings = { ...readLogSettings(env, process.stdout.isTTY === true), ...request.log };
  const logger = await createLogger(settings, process, { processNumber: member?.number });
  const count = processCount(request.processes, env);
  if (member === undefined && count !== undefined && count > 1) {
    const { startProcesses } = await import('./processes.ts');
    return startProcesses(count, request, args, logger);
  }
  // Before the modules load: they may take a while, and the signal would end the process.
  const ignoreReplaceSignal = member === undefined ? explainReplaceSignal(logger) : () => {};
  try {
    return await startRuntime(request, folder, { env, logger, member });
  } finally {
    ignoreReplaceSignal();
  }
};
