import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../../../common/fault.ts';
import { fileLimits, readFailure, readFileWithinSync } from '../../../common/files/read-file.ts';
import { asList, findProblems } from '../../../connector/rules/rule-engine.ts';
import { parseDocument } from '../../../connector/values/json-text.ts';
import type { PathPart } from '../../../connector/values/path.ts';
import type { TestCase, TestCaseFile } from '../types.ts';
import { fileRule } from './instruction-rules.ts';

/**
 * Writes a path as a JSON pointer.
 *
 * @example
 * jsonPointer(['testCases', 0, 'name']); // '/testCases/0/name'
 */
export const jsonPointer = (path: readonly PathPart[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Reads the text of a file of test cases, with integers of any length as they are.
 *
 * @param file the path, for messages and results
 * @throws a fault of kind `definition` that names everything wrong with it, each with a JSON pointer
 */
export const readTestCases = (text: string, file: string): TestCaseFile => {
  let content: Readonly<Record<string, unknown>>;
  try {
    content = parseDocument(text, file);
  } catch (cause) {
    const what = `${file} does not contain a JSON object.`;
    throw fault('definition', { what, fix: 'write { "testCases": [ … ] }.', cause });
  }
  const problems = findProblems(fileRule, content).map(
    ({ path, text: problem }) => `${file}#${jsonPointer(path)}: ${problem}`,
  );
  if (problems.length > 0) {
    throw fault('definition', {
      what: `The test cases cannot be run:\n${asList(problems)}`,
      fix: 'correct what is listed above. Nothing was run.',
    });
  }
  return { file, testCases: content.testCases as readonly TestCase[] };
};

const unreadable = (path: string, error: unknown): Error =>
  fault('definition', {
    what: `${path} cannot be read: ${readFailure(error)}.`,
    fix: 'correct the path.',
    cause: error,
  });

const filesAt = (path: string, resolvePath: (path: string) => string): readonly string[] => {
  let names: readonly string[];
  try {
    if (!statSync(resolvePath(path)).isDirectory()) return [path];
    names = readdirSync(resolvePath(path));
  } catch (error) {
    throw unreadable(path, error);
  }
  const found = names.filter((name) => name.endsWith('.json')).sort();
  if (found.length > 0) return found.map((name) => join(path, name));
  throw fault('definition', {
    what: `There is no file of test cases in ${path}.`,
    fix: 'name a folder with files that end with .json, or the files themselves.',
  });
};

/**
 * Reads files of test cases, before any of them runs.
 *
 * @param paths of files, or of folders whose `.json` files are meant
 * @param resolvePath from a path as it was given to one that can be opened
 * @throws a fault of kind `definition` for a file that cannot be read, or that is not a file of test cases
 */
export const readTestCaseFiles = (
  paths: readonly string[],
  resolvePath: (path: string) => string = (path) => path,
): readonly TestCaseFile[] =>
  paths
    .flatMap((path) => filesAt(path, resolvePath))
    .map((path) => {
      let text: string;
      try {
        text = readFileWithinSync(resolvePath(path), fileLimits.resource).toString('utf8');
      } catch (error) {
        throw unreadable(path, error);
      }
      return readTestCases(text, path);
    });
