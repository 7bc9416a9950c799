import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { type Fault, fault } from '../common/fault.ts';
import { isObject } from '../common/is-object.ts';
import { didYouMean, nearest } from '../common/nearest-name.ts';
import { parsePort } from '../common/port.ts';
import { parseValue } from '../connector/values/json-text.ts';

/** The arguments of one command, as they were given. */
export interface Parsed {
  readonly positionals: readonly string[];
  /** The values of each option that takes one, in the order given. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** Names of the given options that take no value. */
  readonly flags: ReadonlySet<string>;
}

/** The argument definitions of all commands, by the command's name. */
export type CommandArguments = Readonly<Record<string, ArgsDef>>;

const typeOf = (definitions: ArgsDef, name: string): unknown =>
  Object.hasOwn(definitions, name) ? definitions[name]?.type : undefined;

const isOption = (definitions: ArgsDef, name: string): boolean =>
  typeOf(definitions, name) === 'string' || typeOf(definitions, name) === 'boolean';

const unknownOption = (option: string, name: string, command: string, commands: CommandArguments): Fault => {
  const own = Object.keys(commands[command] ?? {}).filter((candidate) => isOption(commands[command] ?? {}, candidate));
  const others = Object.keys(commands).filter((other) => isOption(commands[other] ?? {}, name));
  const guess = nearest(name, own);
  const owners = others.length === 0 ? '' : ` It is an option of ${others.join(' and ')}.`;
  return fault('definition', {
    what: didYouMean(`${command} has no option ${option}.${owners}`, guess && `--${guess}`),
    fix: `see camunda-connectors ${command} --help.`,
  });
};

/**
 * Reads the arguments of one command. An unknown option or a missing value is an error, and an option that is given
 * twice keeps both values; citty itself accepts the former and drops the latter.
 *
 * @param args what follows the command's name
 * @param command name of the command
 * @param commands argument definitions of all commands; an unknown option may belong to another one
 * @throws a fault of kind `definition` that names the wrong argument
 * @example
 * readArguments(['a.js', '--resource', 'x.bpmn'], 'dev', { dev: { resource: { type: 'string' } } });
 * // { positionals: ['a.js'], options: { resource: ['x.bpmn'] }, flags: new Set() }
 */
export const readArguments = (args: readonly string[], command: string, commands: CommandArguments): Parsed => {
  const definitions = commands[command] ?? {};
  const names = (type: 'string' | 'boolean'): readonly string[] =>
    Object.keys(definitions).filter((name) => typeOf(definitions, name) === type);
  const options = Object.fromEntries(names('string').map((name) => [name, [] as string[]]));
  const flags = new Set<string>();
  // Not strict: the messages of strict mode speak of the parser, not of this program.
  const { tokens, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      [...names('string').map((name) => [name, 'string']), ...names('boolean').map((name) => [name, 'boolean'])].map(
        ([name, type]) => [name, { type: type as 'string' | 'boolean' }],
      ),
    ),
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!isOption(definitions, name)) throw unknownOption(rawName, name, command, commands);
    if (typeOf(definitions, name) === 'boolean') {
      if (value !== undefined) {
        throw fault('definition', { what: `${rawName} takes no value.`, fix: `write ${rawName} alone.` });
      }
      flags.add(name);
      continue;
    }
    // In `--resource --port 1` the value is missing; parseArgs would take `--port` for it.
    if (value === undefined || (inlineValue === false && /^-./.test(value))) {
      const hint = (definitions[name] as { readonly valueHint?: string }).valueHint ?? 'VALUE';
      throw fault('definition', { what: `${rawName} needs a value.`, fix: `write ${rawName}=<${hint}>.` });
    }
    options[name]!.push(value);
  }
  return { positionals, options, flags };
};

/**
 * The value of an option that may be given once.
 *
 * @returns `undefined` if it was not given
 * @throws a fault of kind `definition` if it was given several times
 */
export const single = (options: Parsed['options'], name: string): string | undefined => {
  const values = options[name] ?? [];
  if (values.length > 1) {
    throw fault('definition', { what: `--${name} is given ${values.length} times.`, fix: 'give it once.' });
  }
  return values[0];
};

/**
 * The value of an option that takes a port.
 *
 * @throws a fault of kind `definition` unless it is a number from 0 to 65535
 */
export const readPort = (text: string, option: string): number => {
  const port = parsePort(text, 0);
  if (port !== undefined) return port;
  throw fault('definition', {
    what: `--${option} must be a number from 0 to 65535.`,
    fix: `give a port, e.g. --${option} 8080; 0 selects a free one.`,
  });
};

/** Reads variables as a person types them; `undefined` unless they are a JSON object. */
export const parseVariables = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value = parseValue(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The value of an option that takes variables; no variables without it.
 *
 * @throws a fault of kind `definition` unless it is a JSON object
 */
export const readVariables = (text: string | undefined): Readonly<Record<string, unknown>> => {
  if (text === undefined) return {};
  const variables = parseVariables(text);
  if (variables !== undefined) return variables;
  throw fault('definition', {
    what: '--variables must be a JSON object.',
    fix: 'quote it for the shell, e.g. --variables \'{ "name": "Ada" }\'',
  });
};
