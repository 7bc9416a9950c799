import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { isObject } from '../../../common/is-object.ts';
import { parseDocument, stringifyValue } from '../../../connector/values/json-text.ts';
import { readTestCases } from '../read/read-files.ts';
import type { TestCase } from '../types.ts';

/** The file, its list, a case, the instructions of a case: deeper values are written in one line. */
const deepest = 4;

/**
 * Writes a file of test cases as people do: each instruction in a line.
 *
 * @param value a JSON value
 */
export const layOut = (value: unknown, depth = 0): string => {
  const isList = Array.isArray(value);
  if (depth >= deepest || !(isList || isObject(value)) || Object.keys(value).length === 0) return stringifyValue(value);
  const indent = '  '.repeat(depth + 1);
  const lines = isList
    ? value.map((item) => `${indent}${layOut(item, depth + 1)}`)
    : Object.entries(value).map(([name, item]) => `${indent}${JSON.stringify(name)}: ${layOut(item, depth + 1)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}\n${'  '.repeat(depth)}${close}`;
};

/** A file that recorded test cases are added to. */
export interface CaseFile {
  /**
   * Adds a test case to what is in the file by then, and writes the file.
   *
   * @throws a fault of kind `definition` if it is no longer a file of test cases; it stays as it is
   */
  add(testCase: TestCase): Promise<void>;
}

/**
 * Opens a file for recorded test cases. It need not exist; test cases that are in it stay.
 *
 * @param path of the file
 * @param shown the path as the user has given it, for errors
 * @throws a fault of kind `definition` if it is not a file of test cases
 */
export const openCaseFile = async (path: string, shown: string): Promise<CaseFile> => {
  const read = async (): Promise<Readonly<Record<string, unknown>>> => {
    const text = existsSync(path) ? await readFile(path, 'utf8') : '{ "testCases": [] }';
    readTestCases(text, shown);
    return parseDocument(text, shown);
  };
  await read();
  return {
    add: async (testCase) => {
      // A session can take hours, in which the file may be edited.
      const before = await read();
      const testCases = [...(before.testCases as readonly unknown[]), testCase];
      await writeFile(path, `${layOut({ ...before, testCases })}\n`);
    },
  };
};
