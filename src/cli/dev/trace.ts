import type { Environment } from '../../connection/settings/config.ts';
import type { Logger } from '../../connector/types.ts';
import type { Engine } from '../../engine/index.ts';
import { createLogger, readLogSettings } from '../../runtime/observe/log-output.ts';
import { createRedactor } from '../../runtime/secrets/redactor.ts';
import type { CliContext } from '../command.ts';
import { clusterSecretsOf } from './cluster-secrets.ts';
import type { DevRequest } from './options.ts';

/** What a session writes: the log, and the trace of its instances if it is wanted. */
export interface DevOutput {
  /** Of the connectors and of the runtime. */
  readonly logger: Logger;
  /** What shows why a job has failed. Absent: nothing does. */
  readonly failuresIn?: 'log' | 'trace';
  /** Begins to show what happens in the engine. */
  follow(engine: Engine): void;
  /** The context in which all other text is written. */
  readonly context: CliContext;
}

/**
 * Decides where the output of a session goes. On a terminal there is a trace by default. With a trace as JSON, stdout has nothing
 * else.
 *
 * @throws a fault of kind `configuration` if a setting of the log is wrong
 */
export const createOutput = async (
  { trace }: DevRequest,
  env: Environment,
  context: CliContext,
): Promise<DevOutput> => {
  // A developer reads the log, also through a pipe, so it is text by default.
  const settings = readLogSettings(env, true);
  const form = trace ?? (context.isTerminal === true ? 'text' : 'none');
  const isJson = form === 'json';
  const { stdout, stderr } = process;
  const logger = await createLogger(settings, isJson ? { stdout: stderr, stderr } : { stdout, stderr }, {
    isCompact: form === 'text',
  });
  if (form === 'none') {
    return { logger, ...(settings.level === 'silent' ? {} : { failuresIn: 'log' }), follow: () => {}, context };
  }
  const { createTrace } = await import('../../testing/trace/trace.ts');
  const { text: masked } = createRedactor(Object.values(clusterSecretsOf(env)), true);
  const { print, printError, colours } = context;
  const shown = createTrace({ write: (line) => print(`${masked(line)}\n`), format: form, colours: colours && !isJson });
  return {
    logger: shown.logger(logger),
    failuresIn: 'trace',
    follow: (engine) => void shown.engine(engine),
    context: isJson ? { ...context, print: printError } : context,
  };
};
