import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { type Parsed, single } from '../arguments.ts';

/** What `test` does about coverage. */
export interface CoverageRequest {
  /** Where the pages go. */
  readonly folder: string;
  /** Percent of its elements, flows or rules that each process and decision must have; absent: nothing is demanded. */
  readonly min: number | undefined;
}

/** The folder for pages if only a threshold is given. */
const defaultCoverageFolder = 'coverage/processes';

/** The options of `test`, for reading them and for `--help`. */
export const testOptions: ArgsDef = {
  resource: {
    type: 'string',
    valueHint: 'FILE',
    description:
      'File to deploy for each test case (BPMN, DMN, a form or any other), or folder with BPMN and DMN files and forms; may be repeated',
  },
  connectors: {
    type: 'string',
    valueHint: 'MODULE',
    description: 'Module that exports connectors: file, folder or package name; may be repeated',
  },
  reporter: {
    type: 'string',
    valueHint: 'NAME',
    description: 'Form of the report: spec (default), tap, junit or json',
  },
  filter: { type: 'string', valueHint: 'TEXT', description: 'Run only the test cases whose names contain this text' },
  bail: { type: 'boolean', description: 'Stop after the first test case that fails' },
  coverage: {
    type: 'string',
    valueHint: 'FOLDER',
    description: 'Write pages that show what the tests have used of each process and decision',
  },
  min: {
    type: 'string',
    valueHint: 'PERCENT',
    description: `Fail if a process or a decision is covered less; pages go to ${defaultCoverageFolder} unless --coverage is given`,
  },
  cluster: {
    type: 'boolean',
    description: 'Run the test cases on the cluster of the settings, over its REST API; --resource is deployed there',
  },
  'move-clock': {
    type: 'boolean',
    description: 'With --cluster: INCREASE_TIME and SET_TIME move the clock of the cluster, for all its processes',
  },
  'time-limit': {
    type: 'string',
    valueHint: 'SECONDS',
    description: 'With --cluster: how long an instruction waits for what it expects; default: 10',
  },
  now: {
    type: 'string',
    valueHint: 'TIME',
    description: 'Time at which each test case starts, e.g. 2030-01-31T09:00:00Z; default: the same in every run',
  },
};

/** How test cases run on a cluster. */
export interface ClusterRequest {
  readonly moveClock: boolean;
  /** Milliseconds. */
  readonly timeLimit: number;
}

const reporterNames = ['spec', 'tap', 'junit', 'json'] as const;

/** The forms of a report. */
export type ReporterName = (typeof reporterNames)[number];

/** A request to the command `test`. */
export interface TestRequest {
  readonly files: readonly string[];
  readonly resources: readonly string[];
  readonly connectors: readonly string[];
  readonly reporter: ReporterName;
  readonly filter: string | undefined;
  readonly bail: boolean;
  readonly now: string | undefined;
  /** Absent: each test case has an embedded engine of its own. */
  readonly cluster: ClusterRequest | undefined;
  /** Absent: coverage is not recorded. */
  readonly coverage: CoverageRequest | undefined;
  /** A command with its arguments that runs process tests; empty: none. */
  readonly command: readonly string[];
}

const readReporter = (name: string | undefined): ReporterName => {
  const found = name === undefined ? 'spec' : reporterNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw fault('definition', {
    what: didYouMean(`There is no reporter ${name}.`, nearest(name ?? '', reporterNames)),
    fix: `use one of ${reporterNames.join(', ')}.`,
  });
};

const readNow = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) && Date.parse(text) >= 0) return text;
  throw fault('definition', {
    what: '--now must be a date and time with an offset, in 1970 or later.',
    fix: 'write e.g. --now 2030-01-31T09:00:00Z.',
  });
};

const readMin = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const min = Number(text);
  if (text.trim() !== '' && min >= 0 && min <= 100) return min;
  throw fault('definition', {
    what: '--min must be a percentage from 0 to 100.',
    fix: 'write e.g. --min 80.',
  });
};

const readCoverageRequest = (options: Parsed['options']): CoverageRequest | undefined => {
  const folder = single(options, 'coverage');
  const min = readMin(single(options, 'min'));
  return folder === undefined && min === undefined ? undefined : { folder: folder ?? defaultCoverageFolder, min };
};

const defaultTimeLimit = 10;

const readTimeLimit = (text: string | undefined): number => {
  const seconds = text === undefined ? defaultTimeLimit : Number(text);
  if (text?.trim() !== '' && seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw fault('definition', {
    what: '--time-limit must be a number of seconds, from more than 0 to 3600.',
    fix: 'write e.g. --time-limit 30.',
  });
};

/** Options that a cluster cannot follow, with the reason. */
const embeddedOnly: Readonly<Record<string, string>> = {
  now: 'a cluster has its own time; with --move-clock, SET_TIME moves it.',
  connectors: 'run them in another terminal: camunda-connectors start <module>.',
  coverage: 'coverage is recorded by the embedded engine only; run the test cases without --cluster for it.',
  min: 'coverage is recorded by the embedded engine only; run the test cases without --cluster for it.',
};

const readCluster = ({ options, flags }: Parsed): ClusterRequest | undefined => {
  const timeLimit = single(options, 'time-limit');
  if (!flags.has('cluster')) {
    const useless = flags.has('move-clock') ? 'move-clock' : timeLimit === undefined ? undefined : 'time-limit';
    if (useless === undefined) return undefined;
    throw fault('definition', {
      what: `--${useless} works only with --cluster.`,
      fix: 'add --cluster, or leave it out.',
    });
  }
  for (const [name, fix] of Object.entries(embeddedOnly)) {
    if ((options[name] ?? []).length > 0) {
      throw fault('definition', { what: `--${name} does not work with --cluster.`, fix: `leave it out: ${fix}` });
    }
  }
  return { moveClock: flags.has('move-clock'), timeLimit: readTimeLimit(timeLimit) };
};

/** The arguments behind `--`: a command of its own. */
const commandIn = (rawArgs: readonly string[]): readonly string[] => {
  const dashes = rawArgs.indexOf('--');
  return dashes < 0 ? [] : rawArgs.slice(dashes + 1);
};

/**
 * Checks the arguments of `test`.
 *
 * @param rawArgs all arguments after the name of the command
 *
 * @throws a fault of kind `definition` that names the wrong argument
 */
export const readTestRequest = (parsed: Parsed, rawArgs: readonly string[]): TestRequest => {
  const { positionals, options, flags } = parsed;
  const command = commandIn(rawArgs);
  const files = positionals.slice(0, positionals.length - command.length);
  const coverage = readCoverageRequest(options);
  if (files.length === 0 && command.length === 0 && coverage === undefined) {
    throw fault('definition', {
      what: 'test needs at least one file of test cases.',
      fix: 'name files or folders, e.g. camunda-connectors test cases --resource bpmn, or a command that runs process tests, e.g. camunda-connectors test --coverage coverage -- node --test.',
    });
  }
  const cluster = readCluster(parsed);
  if (cluster !== undefined && (files.length === 0 || command.length > 0)) {
    throw fault('definition', {
      what: '--cluster runs files of test cases, and no other tests.',
      fix: 'name the files, and leave out what follows --.',
    });
  }
  return {
    files,
    cluster,
    resources: options.resource ?? [],
    connectors: options.connectors ?? [],
    reporter: readReporter(single(options, 'reporter')),
    filter: single(options, 'filter'),
    bail: flags.has('bail'),
    now: readNow(single(options, 'now')),
    coverage,
    command,
  };
};
