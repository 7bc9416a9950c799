import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { fault } from '../../common/fault.ts';
import { type ConnectionConfig, type Environment, parseConfig } from './config.ts';
import type { Files } from './pem.ts';

/** The files of this machine. */
export const disk: Files = {
  read: (path) => readFileSync(path, 'utf8'),
  exists: existsSync,
};

/** The variables of the file `.env` in the working directory; none where there is no such file. */
export const readDotEnv = (): Environment => {
  let text: string;
  try {
    text = readFileSync('.env', 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return {};
    throw fault('configuration', {
      what: `The file .env is there but cannot be read (${code}).`,
      where: 'the working directory',
      fix: 'make .env a readable text file, or remove it and set the environment variables.',
    });
  }
  return parse(text);
};

/**
 * Reads the connection's settings from the file `.env` of the working directory and from `process.env`, which wins.
 * Changes neither of them.
 *
 * @param env read these variables instead, and neither `.env` nor `process.env`
 * @throws ConfigurationFault that names every missing or malformed variable at once, and no secret
 * @example
 * const connection = createConnection(configFromEnv());
 */
export const configFromEnv = (env?: Environment): ConnectionConfig =>
  parseConfig(env ?? { ...readDotEnv(), ...process.env }, disk);
