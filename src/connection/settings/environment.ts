import { existsSync } from 'node:fs';
import { fault } from '../../common/fault.ts';
import { parseDotEnv } from '../../common/files/dot-env.ts';
import { fileLimits, readFailure, readFileWithinSync } from '../../common/files/read-file.ts';
import { checkSettings } from './check-config.ts';
import { checkType, chooseType } from './choose-type.ts';
import type { ConfigurationFault, ConnectionConfig, Environment } from './config.ts';
import { settings } from './definitions.ts';
import { createEnvironmentSource } from './environment-source.ts';
import type { Files } from './pem.ts';
import { configurationFault, isEmpty } from './source.ts';

/** The files of this machine. */
export const localFiles: Files = {
  read: (path) => readFileWithinSync(path, fileLimits.certificates).toString('utf8'),
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
    text = readFileWithinSync('.env', fileLimits.settings).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw fault('configuration', {
      what: `The file .env exists but cannot be read (${readFailure(error)}).`,
      where: 'the working directory',
      fix: 'make .env a readable text file, or remove it and set the environment variables.',
    });
  }
  return parseDotEnv(text);
};

/**
 * Puts the variables of `.env` under those of the process. A variable of the process also replaces other names of the same
 * setting in `.env`.
 */
export const mergeEnvironments = (file: Environment, process: Environment): Environment => {
  const replaced = Object.values(settings)
    .filter(({ variables }) => variables.some((name) => !isEmpty(process[name])))
    .flatMap(({ variables }) => variables);
  const kept = Object.entries(file).filter(([name]) => !replaced.includes(name));
  return { ...Object.fromEntries(kept), ...process };
};

/** Reads the variables of the file `.env` and of `process.env`, which takes precedence. Throws as {@link readDotEnv} does. */
export const readEnvironment = (): Environment => mergeEnvironments(readDotEnv(), process.env);

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
  const { source, hints, typeValue, problems, warningsFor } = createEnvironmentSource(env);
  const typeGiven = checkType(typeValue, hints.label);
  const type = typeGiven ?? chooseType(source, hints);
  if (typeof type !== 'string') throw configurationFault(source.where, [type]);
  const isTypeGiven = typeGiven !== undefined;
  return checkSettings({ type, isTypeGiven, source, notes: warningsFor(type) }, files, problems(type));
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
