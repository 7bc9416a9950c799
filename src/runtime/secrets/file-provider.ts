import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../common/fault.ts';
import { parseDotEnv } from '../../common/files/dot-env.ts';
import { fileLimits, fileTooLongCode, readFailure, readFileWithin } from '../../common/files/read-file.ts';
import { parseDocument, stringifyValue } from '../../connector/values/json-text.ts';
import type { SecretProvider } from './provider.ts';

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

const read = async (path: string): Promise<string> =>
  (await readFileWithin(path, fileLimits.settings)).toString('utf8');

const unreadable = (path: string, error: unknown): Error =>
  fault('secret', {
    what: `The secrets in ${path} cannot be read (${readFailure(error)}).`,
    where: 'fileSecrets(…)',
    fix:
      codeOf(error) === fileTooLongCode
        ? 'pass the path of a file of secrets, or split the file.'
        : 'pass the path of a readable file or folder.',
  });

/** Whether a name is that of a file directly in the folder. Other names could lead out of it. */
const isFileName = (name: string): boolean => !/[/\\:\0]/.test(name) && !name.startsWith('..') && name !== '.';

/** A file usually ends with a line break that is not part of the secret. */
const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, '');

const fromFolder = async (folder: string, name: string): Promise<string | undefined> => {
  if (!isFileName(name)) return undefined;
  const path = join(folder, name);
  try {
    return withoutLastBreak(await read(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
};

const parseFile = (path: string, text: string): Readonly<Record<string, unknown>> =>
  path.endsWith('.json') ? parseDocument(text, `The secrets in ${path}`) : parseDotEnv(text);

const fromFile = async (path: string, name: string): Promise<string | undefined> => {
  let text: string;
  try {
    text = await read(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  const secrets = parseFile(path, text);
  const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : stringifyValue(value);
};

/**
 * Reads secrets from files: from a folder with one file per secret, as Docker and Kubernetes mount them (the secret has the
 * name of the file, and a line break at the end is not part of the value); from a `.json` file with an object of secrets by
 * name; or from any other file with lines `NAME=value`. The files are read on every call, so a change takes effect at once. A
 * file may have at most 1 MB.
 *
 * @param path the path of the folder or file
 * @example
 * createRuntime({ outbound: [log], secrets: fileSecrets('/run/secrets') });
 */
export const fileSecrets =
  (path: string): SecretProvider =>
  async (name) => {
    let isFolder: boolean;
    try {
      isFolder = (await stat(path)).isDirectory();
    } catch (error) {
      throw unreadable(path, error);
    }
    return isFolder ? fromFolder(path, name) : fromFile(path, name);
  };
