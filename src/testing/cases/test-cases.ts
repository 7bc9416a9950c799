import { AssertionError } from 'node:assert';
import { readTestCaseFiles } from './read/read-files.ts';
import type { TestCasesOptions } from './types.ts';

/**
 * Registers the test cases of Camunda's JSON format as tests, each with an engine of its own. They are the same files that
 * `camunda-connectors test` runs.
 *
 * Time passes only by the instructions of a case, so that the verdict is that of Camunda's own runner.
 *
 * @param test the function of the test runner: of node:test, Vitest, Jest or another one
 * @param files paths of files, or of folders whose `.json` files are meant; relative to the working directory
 * @param options files to deploy, connectors, secrets and mocks as for `createProcessTest`
 * @throws a fault of kind `definition` that names everything wrong with the files, each with its path and a JSON pointer
 * @example
 * import { test } from 'node:test';
 * import { testCases } from 'camunda-connectors/testing';
 *
 * testCases(test, 'cases', { resources: 'processes', connectors: { outbound: [log] } });
 */
export const testCases = (
  test: (name: string, run: () => Promise<void>) => unknown,
  files: string | readonly string[],
  options: TestCasesOptions = {},
): void => {
  for (const { file, testCases: cases } of readTestCaseFiles(typeof files === 'string' ? [files] : files)) {
    for (const [index, testCase] of cases.entries()) {
      test(testCase.name, async () => {
        // Here, so that unit tests of connectors do not load the engine.
        const { runTestCase } = await import('./run.ts');
        const result = await runTestCase({ file, index, testCase }, options);
        if (result.failure === undefined) return;
        const { failureOfCaseText } = await import('./result-text.ts');
        throw new AssertionError({ message: failureOfCaseText(result, result.failure), operator: 'test case' });
      });
    }
  }
};
