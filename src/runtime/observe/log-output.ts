import { format as formatted, inspect } from 'node:util';
import { fault } from '../../common/fault.ts';
import { printableEntry } from '../../common/printable.ts';
import type { Environment } from '../../connection/settings/config.ts';
import type { Logger } from '../../connector/types.ts';
import { type FieldLogger, type LogFields, noLine } from '../shared/logger.ts';

/** The level and the format of the runtime's own logger. */
export interface LogSettings {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Text for people, or one JSON object per line. */
  readonly format: 'text' | 'json';
}

/** The environment variables with the settings. */
const logVariables = {
  level: 'CAMUNDA_CONNECTORS_LOG_LEVEL',
  format: 'CAMUNDA_CONNECTORS_LOG_FORMAT',
} as const;

/** The numbers of consola's levels. */
const levels: Readonly<Record<LogSettings['level'], number>> = {
  silent: Number.NEGATIVE_INFINITY,
  error: 0,
  warn: 1,
  info: 3,
  debug: 4,
};

/** All levels, from the fewest lines to the most. */
export const logLevels: readonly LogSettings['level'][] = ['silent', 'error', 'warn', 'info', 'debug'];

/** All formats. */
export const logFormats: readonly LogSettings['format'][] = ['text', 'json'];

const choose = <Choice extends string>(
  env: Environment,
  variable: string,
  choices: readonly Choice[],
  problems: string[],
): Choice | undefined => {
  const text = (Object.hasOwn(env, variable) ? (env[variable] ?? '') : '').trim().toLowerCase();
  if (text === '') return undefined;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) problems.push(`${variable} must be one of ${choices.join(', ')}.`);
  return choice;
};

/**
 * Reads the settings of the log. Pure.
 *
 * Throws a fault of kind `configuration` that names every variable with an invalid value.
 *
 * @param env `CAMUNDA_CONNECTORS_LOG_LEVEL` (default `info`), `CAMUNDA_CONNECTORS_LOG_FORMAT` (default: text on a
 *   terminal, otherwise JSON)
 * @param isTerminal whether the lines are written to a terminal
 * @example
 * readLogSettings({ CAMUNDA_CONNECTORS_LOG_LEVEL: 'debug' }, false); // { level: 'debug', format: 'json' }
 */
export const readLogSettings = (env: Environment, isTerminal: boolean): LogSettings => {
  const problems: string[] = [];
  const level = choose(env, logVariables.level, logLevels, problems);
  const format = choose(env, logVariables.format, logFormats, problems);
  if (problems.length > 0) {
    throw fault('configuration', { what: problems.join('\n'), fix: 'set it to one of these values, or remove it.' });
  }
  return { level: level ?? 'info', format: format ?? (isTerminal ? 'text' : 'json') };
};

const serializable = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? (value.stack ?? value.message) : value;
};

const jsonText = (entry: object): string => {
  try {
    return JSON.stringify(entry, serializable);
  } catch {
    // A cycle, or a getter that throws.
    return JSON.stringify({ ...entry, details: inspect('details' in entry ? entry.details : undefined) });
  }
};

/** Characters that JSON leaves as they are and a terminal or an editor obeys: control characters, line breaks, directions. */
const obeyed = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

type Method = 'debug' | 'info' | 'warn' | 'error';
type Line = (...args: unknown[]) => void;

/** An entry as one JSON object. Fields never replace `time`, `level` and `message`. */
const jsonLine = (level: Method, args: readonly unknown[], fields: LogFields): string => {
  const [first, ...rest] = args;
  const message = typeof first === 'string' ? first : first instanceof Error ? first.message : '';
  const details = typeof first === 'string' ? rest : args;
  const head = { time: new Date().toISOString(), level, message };
  const entry = { ...head, ...fields, ...head, ...(details.length === 0 ? {} : { details }) };
  return jsonText(entry).replace(obeyed, escaped);
};

/** Where the lines are written. */
export interface LogStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** What surrounds the lines. */
export interface LogSurroundings {
  /** Whether there are no blank lines around warnings and errors in text, because other lines stand around them. Default: false. */
  readonly isCompact?: boolean;
  /** The number of this process, if several of them write to the same place: each line names it. */
  readonly processNumber?: number | undefined;
}

/**
 * Makes the runtime's own logger. It writes text for people with consola, with warnings and errors to stderr and without
 * control characters; or JSON lines with the time, level, message and fields, all of them to stdout.
 *
 * @param streams default: those of the process
 * @param surroundings default: the lines are those of one process, and stand alone
 */
export const createLogger = async (
  { level, format }: LogSettings,
  streams: LogStreams = process,
  { isCompact = false, processNumber }: LogSurroundings = {},
): Promise<Logger> => {
  const { stdout, stderr } = streams;
  const isWanted = (method: Method): boolean => levels[method] <= levels[level];
  if (format === 'text') {
    // Loaded here because consola reads the environment when it is loaded, and because JSON lines do not need it.
    const { createConsola } = await import('consola');
    const consola = createConsola({ level: levels[level], stdout, stderr });
    const prefix = processNumber === undefined ? '' : `[process ${processNumber}] `;
    // Formatted here, because consola would format messages by their content.
    const line = (method: Method): Line => {
      if (!isWanted(method)) return noLine;
      // Without its badge, consola writes no blank lines.
      const write = isCompact
        ? (message: string): void => consola[method]({ message, badge: false })
        : (message: string): void => consola[method](message);
      return (...args) => write(prefix + printableEntry(formatted(...args)));
    };
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }
  const make = (fields: LogFields): FieldLogger => {
    const line = (method: Method): Line =>
      isWanted(method) ? (...args) => void stdout.write(`${jsonLine(method, args, fields)}\n`) : noLine;
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      child: (more) => make({ ...fields, ...more }),
    };
  };
  return make(processNumber === undefined ? {} : { process: processNumber });
};
