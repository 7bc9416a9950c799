import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { fault } from '../connector/fault.ts';

/** Options by name, each with all the values it was given, and the rest. */
export interface Parsed {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, readonly string[]>>;
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
 * // { positionals: ['a.js'], options: { resource: ['x.bpmn'] } }
 */
export const readArguments = (args: readonly string[], definitions: ArgsDef): Parsed => {
  const names = Object.keys(definitions).filter((name) => definitions[name]?.type !== 'positional');
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const, multiple: true }])),
    });
    return { positionals, options: Object.fromEntries(names.map((name) => [name, values[name] ?? []])) };
  } catch (cause) {
    throw fault('definition', { what: messageOf(cause), fix: 'see --help for the options.', cause });
  }
};

const single = (options: Parsed['options'], name: string): string | undefined => {
  const values = options[name] ?? [];
  if (values.length > 1)
    throw fault('definition', { what: `--${name} is given ${values.length} times, but once is all.` });
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

const readPort = (text: string | undefined): number => {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw fault('definition', { what: '--port needs a number from 0 to 65535.', fix: 'leave it out for a free port.' });
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
  if (variables !== undefined && processId === undefined) {
    throw fault('definition', {
      what: '--variables goes with --run.',
      fix: 'name the process to run: --run <process id>',
    });
  }
  return {
    modules: positionals,
    resources: options.resource ?? [],
    port: readPort(single(options, 'port')),
    ...(processId === undefined ? {} : { run: { processId, variables: readVariables(variables) } }),
  };
};
