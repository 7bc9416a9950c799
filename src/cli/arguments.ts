import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { fault } from '../common/fault.ts';

/** Options by name, each with all the values it was given, and the rest. */
export interface Parsed {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** Names of the options without a value that were given. */
  readonly flags: ReadonlySet<string>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Reads the arguments of one command. Unlike citty's own reading, an unknown option or a missing value is an error,
 * and an option given twice keeps both values.
 *
 * Throws a fault of kind `definition` that says which argument is wrong.
 *
 * @example
 * readArguments(['a.js', '--resource', 'x.bpmn'], { resource: { type: 'string' } });
 * // { positionals: ['a.js'], options: { resource: ['x.bpmn'] }, flags: new Set() }
 */
export const readArguments = (args: readonly string[], definitions: ArgsDef): Parsed => {
  const ofType = (type: string): readonly string[] =>
    Object.keys(definitions).filter((name) => definitions[name]?.type === type);
  const names = ofType('string');
  const switches = ofType('boolean');
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const, multiple: true }])),
        ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const, multiple: true }])),
      },
    });
    return {
      positionals,
      options: Object.fromEntries(names.map((name) => [name, (values[name] ?? []) as readonly string[]])),
      flags: new Set(switches.filter((name) => values[name] !== undefined)),
    };
  } catch (cause) {
    throw fault('definition', { what: messageOf(cause), fix: 'see --help for the options.', cause });
  }
};

/** The one value of an option that may be given once; undefined: it was not given. */
export const single = (options: Parsed['options'], name: string): string | undefined => {
  const values = options[name] ?? [];
  if (values.length > 1)
    throw fault('definition', {
      what: `--${name} is given ${values.length} times, but once is all.`,
      fix: 'keep one of them.',
    });
  return values[0];
};

/** What `dev` was asked for. */
export interface DevRequest {
  readonly modules: readonly string[];
  readonly resources: readonly string[];
  readonly port: number;
  /** Process to run once; absent: run until a signal. */
  readonly run?: { readonly processId: string; readonly variables: Readonly<Record<string, unknown>> };
}

/** The port that an option gives. Throws a fault of kind `definition`. */
export const readPort = (text: string, option: string): number => {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw fault('definition', { what: `--${option} needs a number from 0 to 65535.`, fix: 'give 0 for a free port.' });
};

const readVariables = (text: string | undefined): Readonly<Record<string, unknown>> => {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fault('definition', {
    what: '--variables needs a JSON object.',
    fix: 'quote it for the shell, e.g. --variables \'{ "name": "Ada" }\'',
  });
};

/** Checks what `dev` was given. Throws a fault of kind `definition`. */
export const readDevRequest = ({ positionals, options }: Parsed): DevRequest => {
  const processId = single(options, 'run');
  const variables = single(options, 'variables');
  const port = single(options, 'port');
  if (variables !== undefined && processId === undefined) {
    throw fault('definition', {
      what: '--variables goes with --run.',
      fix: 'name the process to run: --run <process id>',
    });
  }
  return {
    modules: positionals,
    resources: options.resource ?? [],
    port: port === undefined ? 0 : readPort(port, 'port'),
    ...(processId === undefined ? {} : { run: { processId, variables: readVariables(variables) } }),
  };
};
