import { failureOfCaseText } from '../../../testing/cases/result-text.ts';
import type { Reporter } from './types.ts';

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `      ${line}\n`)
    .join('');

/** Writes for people: a line for each test case below its file, and what is the case instead for those that have failed. */
export const createSpecReporter = (): Reporter => {
  let file: string | undefined;
  return {
    begin: () => '',
    result: (result) => {
      const { name, milliseconds, warnings, failure } = result;
      const title = result.file === file ? '' : `${result.file}\n`;
      file = result.file;
      return [
        title,
        `  ${failure === undefined ? '✔' : '✖'} ${name} (${milliseconds} ms)\n`,
        ...warnings.map((warning) => indent(`Warning: ${warning}`)),
        failure === undefined ? '' : indent(failureOfCaseText(result, failure)),
      ].join('');
    },
    end: ({ results, notRun, milliseconds }) => {
      const failed = results.filter(({ failure }) => failure !== undefined).length;
      const rest = notRun === 0 ? '' : `, ${notRun} not run`;
      return `\n${results.length - failed} passed, ${failed} failed${rest} (${milliseconds} ms)\n`;
    },
  };
};
