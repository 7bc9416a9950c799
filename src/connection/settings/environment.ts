import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { fault } from '../../common/fault.ts';
import { checkSettings, checkType, configurationFault, isEmpty, type SettingSource } from './check-config.ts';
import type { ConfigurationFault, ConnectionConfig, Environment } from './config.ts';
import { settings } from './definitions.ts';
import type { Files } from './pem.ts';

/** The files of this machine. */
export const localFiles: Files = {
  read: (path) => readFileSync(path, 'utf8'),
  exists: existsSync,
};

/**
 * Reads the variables of the file `.env` in the working directory.
 *
 * @returns no variables if the file does not exist
 * @throws a fault of kind `configuration` if the file cannot be read
 */
export const readDotEnv = (): Environment => {
  let text: string;
  try {
    text = readFileSync('.env', 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return {};
    throw fault('configuration', {
      what: `The file .env exists but cannot be read (${code}).`,
      where: 'the working directory',
      fix: 'make .env a readable text file, or remove it and set the environment variables.',
    });
  }
  return parse(text);
};

/** Reads the variables of the file `.env` and of `process.env`, which takes precedence. Throws as {@link readDotEnv} does. */
export const readEnvironment = (): Environment => ({ ...readDotEnv(), ...process.env });

/**
 * Reads a connection's settings from environment variables. An empty variable counts as not set.
 *
 * @param env variables by name; docs/connection.md lists them
 * @param files reads the files that `SSL_…` and `CAMUNDA_RESOURCES` name
 * @throws a {@link ConfigurationFault} that names every missing or malformed variable, and no secret
 * @example
 * parseConfig({ CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'localhost' }, files)
 * // { type: 'INSECURE', hostname: 'localhost', port: 26500 }
 */
export const parseConfig = (env: Environment, files: Files): ConnectionConfig => {
  const lookUp = (variable: string): unknown => {
    // A program in JavaScript may pass anything.
    const value: unknown = Object.hasOwn(env, variable) ? env[variable] : undefined;
    return isEmpty(value) ? undefined : value;
  };
  const where = 'the environment variables and the file .env';
  const type = checkType(lookUp('CAMUNDA_CONNECTION_TYPE'), 'CAMUNDA_CONNECTION_TYPE');
  if (typeof type !== 'string') throw configurationFault(where, [type]);
  const source: SettingSource = {
    where,
    read: (name) =>
      settings[name].variables
        .map((label) => ({ label, value: lookUp(label) }))
        .find(({ value }) => value !== undefined),
    label: (name) => settings[name].variables.join(' (or ').concat(')'.repeat(settings[name].variables.length - 1)),
    example: (name, example) => `${settings[name].variables[0]}=${example}`,
  };
  return checkSettings(type, source, files, []);
};

/**
 * Reads the connection's settings from the file `.env` in the working directory and from `process.env`, which takes
 * precedence. Changes neither of them.
 *
 * @param env variables to read instead of `.env` and `process.env`
 * @returns the validated settings, for `createConnection`
 * @throws a {@link ConfigurationFault} that names every missing or malformed variable, and no secret
 * @example
 * const connection = createConnection(configFromEnv());
 */
export const configFromEnv = (env?: Environment): ConnectionConfig => parseConfig(env ?? readEnvironment(), localFiles);
