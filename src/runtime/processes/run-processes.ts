import { fault } from '../../common/fault.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import { text } from '../../connector/rules/common-rules.ts';
import { asList, check, objectOf, type Rule, when } from '../../connector/rules/rule-engine.ts';
import type { Logger } from '../../connector/types.ts';
import { sharedRules } from '../execute/execute-outbound.ts';
import { type HealthOptions, serveHealth } from '../observe/health-server.ts';
import { createLogger, readLogSettings } from '../observe/log-output.ts';
import type { Runtime } from '../shared/runtime-interface.ts';
import { isProcessCount, type ProcessCount, processCountRule, resolveCount } from './count.ts';
import { processVariable } from './messages.ts';

/** The settings of {@link runProcesses}. */
export interface ProcessesOptions {
  /** How many processes, from 1 to 1024. Default `auto`: one for each core that the program may use. */
  readonly processes?: number | 'auto';
  /** Where the health and the metrics of all processes are served. Default: nowhere. */
  readonly health?: HealthOptions;
  /** Receives the lines about the processes. Default: as for `createRuntime`. */
  readonly logger?: Logger;
}

const healthRules: Readonly<Record<keyof HealthOptions, Rule>> = {
  port: when(
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
    'a port, from 0 to 65535',
  ),
  host: text,
};

const rules: Readonly<Record<keyof ProcessesOptions, Rule>> = {
  processes: when(isProcessCount, processCountRule),
  health: objectOf(healthRules, {
    expected: 'an object, e.g. { port: 8080 }',
    noun: 'option of health',
    required: ['port'],
  }),
  logger: sharedRules.logger,
};

const optionsRule = objectOf(rules, { expected: 'an object of options, e.g. { processes: 4 }', noun: 'option' });

const checkArguments = (create: unknown, options: unknown): void => {
  const problems = [
    ...(typeof create === 'function' ? [] : ['create: expected a function that returns a runtime']),
    ...check(optionsRule, options),
  ];
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The processes cannot run:\n${asList(problems)}`,
    where: 'runProcesses(create, options)',
    fix: 'correct what is named above.',
  });
};

/** Runs a runtime until it has stopped. */
const runUntilStopped = async (runtime: Runtime): Promise<number> => {
  const stopped = new Promise<void>((resolve) => {
    runtime.on('runtime:state', ({ state }) => {
      if (state === 'stopped' || state === 'failed') resolve();
    });
  });
  await runtime.start();
  await stopped;
  return 0;
};

/**
 * Runs a program in several processes, to use all cores. The process that calls it first becomes a supervisor: it runs the
 * same program several times, starts a process that has ended again, and stops all of them on SIGINT and SIGTERM. On SIGUSR2,
 * it replaces them one after the other: the program is loaded afresh, and a new process works before the old one stops. In the
 * processes that it starts, the call creates the runtime and runs it until it has stopped.
 *
 * Everything before the call runs in the supervisor as well, so connect to databases and the like within `create`. Each
 * process needs a connection to the same cluster; an embedded engine cannot be shared.
 *
 * Rejects with a fault of kind `definition` if an argument is wrong, of kind `configuration` if the health server cannot
 * listen, and in each process with the errors of `create` and `start`.
 *
 * @param create makes the runtime of a process, which is not started yet; it gets the number of the process, from 1
 * @param options the number of processes, the health server and the logger
 * @returns the exit code for the program: 0 after a graceful stop, otherwise that of the process that has failed
 * @example
 * process.exitCode = await runProcesses(
 *   (number) => createRuntime({ outbound: [log], workerName: `log-${number}` }),
 *   { processes: 'auto', health: { port: 8080 } },
 * );
 */
export const runProcesses = async (
  create: (number: number) => Runtime | Promise<Runtime>,
  options: ProcessesOptions = {},
): Promise<number> => {
  checkArguments(create, options);
  const { health } = options;
  // Loaded here, because most programs have one process.
  if (process.env[processVariable] !== undefined) {
    const { joinSupervisor, leaveSupervisor, processNumber } = await import('./member.ts');
    const number = processNumber();
    if (number !== undefined) {
      try {
        const runtime = await create(number);
        joinSupervisor(runtime);
        return await runUntilStopped(runtime);
      } finally {
        await leaveSupervisor();
      }
    }
  }
  const processes = resolveCount((options.processes ?? 'auto') satisfies ProcessCount);
  const logger =
    options.logger ?? (await createLogger(readLogSettings(readEnvironment(), process.stdout.isTTY === true)));
  if (processes === 1) {
    const { explainReplaceSignal } = await import('./replace-signal.ts');
    const ignoreSignal = explainReplaceSignal(logger);
    try {
      const runtime = await create(1);
      if (health !== undefined) await serveHealth(runtime, health);
      return await runUntilStopped(runtime);
    } finally {
      ignoreSignal();
    }
  }
  const { supervise } = await import('./supervisor.ts');
  return await supervise({ processes, health, logger });
};
