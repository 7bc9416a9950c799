import type { ArgsDef } from 'citty';
import { fault } from '../../common/fault.ts';
import { isTenantId } from '../../connection/tenants.ts';
import { type Parsed, readPort, readVariables, single } from '../arguments.ts';

/** The options of `dev`, for reading them and for `--help`. */
export const devOptions: ArgsDef = {
  resource: {
    type: 'string',
    valueHint: 'FILE',
    description:
      'File to deploy (BPMN, DMN, a form or any other), or folder with BPMN and DMN files and forms; may be repeated',
  },
  tenant: {
    type: 'string',
    valueHint: 'TENANT',
    description: 'Id of a tenant, into which the files are deployed; may be repeated; --run uses the first one',
  },
  port: { type: 'string', valueHint: 'PORT', description: 'Port of the engine on 127.0.0.1; default: a free one' },
  'rest-port': {
    type: 'string',
    valueHint: 'PORT',
    description: "Port of the engine's REST API on 127.0.0.1; default: a free one",
  },
  'test-clock': {
    type: 'boolean',
    description: 'Time passes as usual, but the command engine clock can set it',
  },
  'no-page': { type: 'boolean', description: 'Serve no page, which otherwise shows what the processes do' },
  'page-port': {
    type: 'string',
    valueHint: 'PORT',
    description: 'Port of the page on 127.0.0.1; default: one that stays the same for a folder, if it is free',
  },
  open: { type: 'boolean', description: 'Open the page in the browser' },
  trace: {
    type: 'boolean',
    description: 'Show what happens in each instance, line by line; default on a terminal',
  },
  'no-trace': { type: 'boolean', description: 'Show only log lines and what waits' },
  json: { type: 'boolean', description: 'Show it as JSON, one object per line; all other text goes to stderr' },
  watch: {
    type: 'boolean',
    description: 'Take over changes of connectors, processes and .env while instances run; default on a terminal',
  },
  'no-watch': { type: 'boolean', description: 'Take over no changes' },
  run: {
    type: 'string',
    valueHint: 'PROCESS_ID',
    description: 'Run one instance of this process, print its variables and exit',
  },
  variables: {
    type: 'string',
    valueHint: 'JSON',
    description: 'Variables of the instance that --run starts, as a JSON object',
  },
  record: {
    type: 'string',
    valueHint: 'FILE',
    description: "File to which a test case of what is done is added at the end, in Camunda's JSON format",
  },
};

/** What `dev` should do. */
export interface DevRequest {
  readonly modules: readonly string[];
  readonly resources: readonly string[];
  /** The tenants of the engine; empty without multi-tenancy. */
  readonly tenants: readonly string[];
  readonly port: number;
  readonly restPort: number;
  /** Whether the time of processes can be set. The page can set it, too. */
  readonly hasTestClock: boolean;
  /** Whether a page shows what the processes do. */
  readonly hasPage: boolean;
  readonly pagePort: number;
  /** Whether the page opens in the browser. */
  readonly opensPage: boolean;
  /** Whether and how to show what happens in instances. Absent: as text on a terminal, otherwise not. */
  readonly trace?: 'text' | 'json' | 'none';
  /** The file that gets a test case of what is done. */
  readonly record?: string;
  /** Whether changes of files are taken over. Absent: on a terminal. */
  readonly watch?: boolean;
  /** The process to run once. Without it, `dev` runs until it is stopped. */
  readonly run?: { readonly processId: string; readonly variables: Readonly<Record<string, unknown>> };
}

const readTenants = (ids: readonly string[]): readonly string[] => {
  if (ids.every(isTenantId)) return [...new Set(ids)];
  throw fault('definition', {
    what: '--tenant must be the id of a tenant: at most 31 letters, digits, ".", "-" and "_".',
    fix: 'give one id each time, e.g. --tenant north --tenant south',
  });
};

/** Whether there is a page. There is none for a run that ends by itself. */
const readPage = (flags: Parsed['flags'], options: Parsed['options'], isRun: boolean): boolean => {
  const hasPage = !isRun && !flags.has('no-page');
  const given = [...(flags.has('open') ? ['--open'] : []), ...(options['page-port']?.length ? ['--page-port'] : [])];
  if (hasPage || given.length === 0) return hasPage;
  throw fault('definition', {
    what: `${given.join(' and ')} ${given.length === 1 ? 'needs' : 'need'} the page, which ${isRun ? '--run' : '--no-page'} leaves out.`,
    fix: `leave out ${isRun ? '--run' : '--no-page'}, or ${given.join(' and ')}.`,
  });
};

const readTrace = (flags: Parsed['flags']): DevRequest['trace'] => {
  const chosen = ['trace', 'no-trace', 'json'].filter((name) => flags.has(name));
  if (flags.has('no-trace') && chosen.length > 1) {
    throw fault('definition', {
      what: `--no-trace and --${chosen.find((name) => name !== 'no-trace')} contradict each other.`,
      fix: 'give one of them.',
    });
  }
  if (flags.has('json')) return 'json';
  if (flags.has('trace')) return 'text';
  return flags.has('no-trace') ? 'none' : undefined;
};

const readWatch = (flags: Parsed['flags'], isRun: boolean): boolean | undefined => {
  if (flags.has('watch') && flags.has('no-watch')) {
    throw fault('definition', { what: '--watch and --no-watch contradict each other.', fix: 'give one of them.' });
  }
  if (flags.has('watch') && isRun) {
    throw fault('definition', {
      what: '--watch does not work with --run, which ends with its instance.',
      fix: 'leave one of them out.',
    });
  }
  if (isRun || flags.has('no-watch')) return false;
  return flags.has('watch') ? true : undefined;
};

/**
 * Checks the arguments of `dev`.
 *
 * @throws a fault of kind `definition` that names the wrong option
 */
export const readDevRequest = ({ positionals, options, flags }: Parsed): DevRequest => {
  const processId = single(options, 'run');
  const variables = single(options, 'variables');
  const port = single(options, 'port');
  const restPort = single(options, 'rest-port');
  const trace = readTrace(flags);
  const record = single(options, 'record');
  const watch = readWatch(flags, processId !== undefined);
  if (variables !== undefined && processId === undefined) {
    throw fault('definition', {
      what: '--variables works only with --run.',
      fix: 'name the process to run: --run <process id>',
    });
  }
  const hasPage = readPage(flags, options, processId !== undefined);
  const pagePort = single(options, 'page-port');
  return {
    modules: positionals,
    resources: options.resource ?? [],
    tenants: readTenants(options.tenant ?? []),
    port: port === undefined ? 0 : readPort(port, 'port'),
    restPort: restPort === undefined ? 0 : readPort(restPort, 'rest-port'),
    hasTestClock: hasPage || flags.has('test-clock'),
    hasPage,
    pagePort: pagePort === undefined ? 0 : readPort(pagePort, 'page-port'),
    opensPage: flags.has('open'),
    ...(trace === undefined ? {} : { trace }),
    ...(record === undefined ? {} : { record }),
    ...(watch === undefined ? {} : { watch }),
    ...(processId === undefined ? {} : { run: { processId, variables: readVariables(variables) } }),
  };
};
