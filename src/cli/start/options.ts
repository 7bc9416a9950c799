import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { Environment } from '../../connection/index.ts';
import type { HealthOptions } from '../../runtime/index.ts';
import { type LogSettings, logFormats, logLevels } from '../../runtime/observe/log-output.ts';
import { isProcessCount, type ProcessCount, processCountRule, resolveCount } from '../../runtime/processes/count.ts';
import { type Parsed, readPort, single } from '../arguments.ts';

/** The options of `start`, for reading them and for `--help`. */
export const startOptions: ArgsDef = {
  'health-port': {
    type: 'string',
    valueHint: 'PORT',
    description: 'Serve /health/live, /health/ready and /metrics on this port; default: no server',
  },
  'health-host': {
    type: 'string',
    valueHint: 'ADDRESS',
    description: 'Address of that server; default: 127.0.0.1; a container needs 0.0.0.0',
  },
  'max-jobs': {
    type: 'string',
    valueHint: 'N',
    description: 'Maximum number of jobs to run at once, across all connectors; default: the sum of their maxJobs',
  },
  processes: {
    type: 'string',
    valueHint: 'N',
    description: 'Number of processes that share the work, or auto: one for each core; default: 1',
  },
  'log-level': { type: 'string', valueHint: 'LEVEL', description: `One of ${logLevels.join(', ')}; default: info` },
  'log-format': {
    type: 'string',
    valueHint: 'FORMAT',
    description: 'text or json; default: text on a terminal, otherwise json',
  },
  watch: { type: 'boolean', description: 'Restart when a source file or .env changes, for development' },
};

/** What `start` should do. */
export interface StartRequest {
  readonly modules: readonly string[];
  readonly health?: HealthOptions;
  readonly maxJobs?: number;
  /** `auto`: one for each core. Takes precedence over the environment. */
  readonly processes?: ProcessCount;
  /** Takes precedence over the environment. */
  readonly log: Partial<LogSettings>;
  readonly watch: boolean;
}

const readMaxJobs = (text: string): number => {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw fault('definition', {
    what: '--max-jobs must be a whole number of at least 1.',
    fix: 'give one, e.g. --max-jobs 32, or omit the option.',
  });
};

/** The environment variable with the number of processes. */
const processesVariable = 'CAMUNDA_CONNECTORS_PROCESSES';

const countOf = (text: string): ProcessCount | undefined => {
  const value = text.toLowerCase() === 'auto' ? 'auto' : /^\d{1,4}$/.test(text) ? Number(text) : undefined;
  return isProcessCount(value) ? value : undefined;
};

const processesRule = `must be ${processCountRule}.`;

const readProcesses = (text: string): ProcessCount => {
  const count = countOf(text);
  if (count !== undefined) return count;
  throw fault('definition', {
    what: `--processes ${processesRule}`,
    fix: 'give one, e.g. --processes 4, or omit the option.',
  });
};

/**
 * How many processes `start` runs.
 *
 * @param given the option of the command line, which takes precedence
 * @param env `CAMUNDA_CONNECTORS_PROCESSES`: a number or `auto`
 * @returns `undefined` if neither is given, which means one
 * @throws a fault of kind `configuration` if the variable has another value
 */
export const processCount = (given: ProcessCount | undefined, env: Environment): number | undefined => {
  const text = (Object.hasOwn(env, processesVariable) ? (env[processesVariable] ?? '') : '').trim();
  if (given === undefined && text === '') return undefined;
  const count = given ?? countOf(text);
  if (count === undefined) {
    throw fault('configuration', {
      what: `${processesVariable} ${processesRule}`,
      fix: 'set it to one of these values, or remove it.',
    });
  }
  return resolveCount(count);
};

const readChoice = <Choice extends string>(
  { options }: Parsed,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const text = single(options, name);
  const choice = choices.find((one) => one === text);
  if (text === undefined || choice !== undefined) return choice;
  const guess = nearest(text, choices);
  throw fault('definition', {
    what: didYouMean(`--${name} must be one of ${choices.join(', ')}.`, guess),
    fix: `give one of them, e.g. --${name} ${guess ?? choices.at(-1)}, or omit the option.`,
  });
};

const readHealth = ({ options }: Parsed): HealthOptions | undefined => {
  const [port, host] = [single(options, 'health-port'), single(options, 'health-host')];
  if (host !== undefined && port === undefined) {
    throw fault('definition', {
      what: '--health-host works only with --health-port.',
      fix: 'give both, e.g. --health-port 8080 --health-host 0.0.0.0, or omit --health-host.',
    });
  }
  if (host?.trim() === '') {
    throw fault('definition', {
      what: '--health-host must be an address.',
      fix: 'give one, e.g. --health-host 0.0.0.0, or omit the option.',
    });
  }
  if (port === undefined) return undefined;
  return { port: readPort(port, 'health-port'), ...(host === undefined ? {} : { host }) };
};

/**
 * Checks the arguments of `start`.
 *
 * @throws a fault of kind `definition` that names the wrong option
 */
export const readStartRequest = (parsed: Parsed): StartRequest => {
  const health = readHealth(parsed);
  const maxJobs = single(parsed.options, 'max-jobs');
  const processes = single(parsed.options, 'processes');
  const watch = parsed.flags.has('watch');
  if (watch && processes !== undefined) {
    throw fault('definition', {
      what: '--watch and --processes cannot be combined: --watch is for development, with one process.',
      fix: 'omit one of them.',
    });
  }
  const level = readChoice(parsed, 'log-level', logLevels);
  const format = readChoice(parsed, 'log-format', logFormats);
  return {
    modules: parsed.positionals,
    ...(health === undefined ? {} : { health }),
    ...(maxJobs === undefined ? {} : { maxJobs: readMaxJobs(maxJobs) }),
    ...(processes === undefined ? {} : { processes: readProcesses(processes) }),
    log: { ...(level === undefined ? {} : { level }), ...(format === undefined ? {} : { format }) },
    watch,
  };
};
