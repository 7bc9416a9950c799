import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseDotEnv } from 'dotenv';
import { fault } from '../../common/fault.ts';
import { parseDocument, stringifyValue } from '../../connector/values/json-text.ts';
import type { SecretProvider } from './provider.ts';

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code ?? 'unknown reason');

const unreadable = (path: string, error: unknown): Error =>
  fault('secret', {
    what: `The secrets in ${path} cannot be read (${codeOf(error)}).`,
    where: 'fileSecrets(…)',
    fix: 'name a readable file or folder.',
  });

/** Names of files in the folder itself: anything else could lead out of it. */
const isFileName = (name: string): boolean => !/[/\\:\0]/.test(name) && !name.startsWith('..') && name !== '.';

/** Files end their last line, and a secret does not. */
const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, '');

const fromFolder = async (folder: string, name: string): Promise<string | undefined> => {
  if (!isFileName(name)) return undefined;
  const path = join(folder, name);
  try {
    return withoutLastBreak(await readFile(path, 'utf8'));
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
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  const secrets = parseFile(path, text);
  const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : stringifyValue(value);
};

/**
 * Secrets from files: a folder with a file per secret, as Docker and Kubernetes mount them (the file's name is the
 * secret's, and a line break at its end is not part of the value); a `.json` file with an object of secrets by name; or
 * any other file with lines `NAME=value`. Read again each time, so that a changed file counts at once.
 *
 * @param path the folder or file
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
