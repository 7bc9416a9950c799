import type { ArgsDef } from 'citty';
import { fault } from '../common/fault.ts';
import type { HealthOptions } from '../runtime/index.ts';
import { type LogSettings, logFormats, logLevels } from '../runtime/observe/log-output.ts';
import { type Parsed, readPort, single } from './arguments.ts';

/** The options of `start`, for reading them and for `--help`. */
export const startOptions: ArgsDef = {
  'health-port': {
    type: 'string',
    valueHint: 'PORT',
    description: 'Serve /health/live, /health/ready and /metrics on this port; default: not at all',
  },
  'health-host': {
    type: 'string',
    valueHint: 'ADDRESS',
    description: 'Address for it; default: 127.0.0.1; 0.0.0.0 for probes from outside of a container',
  },
  'max-jobs': { type: 'string', valueHint: 'N', description: 'Most jobs in hand at once, over all connectors' },
  'log-level': { type: 'string', valueHint: 'LEVEL', description: `One of ${logLevels.join(', ')}; default: info` },
  'log-format': {
    type: 'string',
    valueHint: 'FORMAT',
    description: 'text or json; default: text on a terminal, otherwise json',
  },
  watch: { type: 'boolean', description: 'Start again whenever a source file or .env changes, until SIGINT' },
};

/** What `start` was asked for. */
export interface StartRequest {
  readonly modules: readonly string[];
  readonly health?: HealthOptions;
  readonly maxJobs?: number;
  /** What goes before the environment. */
  readonly log: Partial<LogSettings>;
  readonly watch: boolean;
}

const readCount = (text: string): number => {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw fault('definition', {
    what: '--max-jobs needs a whole number from 1.',
    fix: 'give one, e.g. --max-jobs 32, or leave it out.',
  });
};

const readChoice = <Choice extends string>(
  { options }: Parsed,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const text = single(options, name);
  const choice = choices.find((one) => one === text);
  if (text === undefined || choice !== undefined) return choice;
  throw fault('definition', {
    what: `--${name} needs one of ${choices.join(', ')}.`,
    fix: `give one of them, e.g. --${name} ${choices[0]}, or leave it out.`,
  });
};

const readHealth = ({ options }: Parsed): HealthOptions | undefined => {
  const [port, host] = [single(options, 'health-port'), single(options, 'health-host')];
  if (host !== undefined && (port === undefined || host.trim() === '')) {
    throw fault('definition', {
      what: '--health-host needs an address, and goes with --health-port.',
      fix: 'give both, e.g. --health-port 8080 --health-host 0.0.0.0, or leave it out.',
    });
  }
  if (port === undefined) return undefined;
  return { port: readPort(port, 'health-port'), ...(host === undefined ? {} : { host }) };
};

/** Checks what `start` was given. Throws a fault of kind `definition`. */
export const readStartRequest = (parsed: Parsed): StartRequest => {
  const health = readHealth(parsed);
  const maxJobs = single(parsed.options, 'max-jobs');
  const level = readChoice(parsed, 'log-level', logLevels);
  const format = readChoice(parsed, 'log-format', logFormats);
  return {
    modules: parsed.positionals,
    ...(health === undefined ? {} : { health }),
    ...(maxJobs === undefined ? {} : { maxJobs: readCount(maxJobs) }),
    log: { ...(level === undefined ? {} : { level }), ...(format === undefined ? {} : { format }) },
    watch: parsed.flags.has('watch'),
  };
};
