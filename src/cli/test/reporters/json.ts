import { stringifyValue } from '../../../connector/values/json-text.ts';
import type { Reporter } from './types.ts';

/** Writes one JSON object, when all test cases have ended. */
export const createJsonReporter = (): Reporter => ({
  begin: () => '',
  result: () => '',
  end: ({ results, notRun, milliseconds }) => {
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    const report = { passed: results.length - failed, failed, notRun, milliseconds, testCases: results };
    return `${stringifyValue(report)}\n`;
  },
});
