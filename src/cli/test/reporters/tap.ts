import { failureOfCaseText } from '../../../testing/cases/result-text.ts';
import type { TestCaseResult } from '../../../testing/cases/types.ts';
import type { Reporter } from './types.ts';

/** The characters # and \ have a meaning in the description of a test. */
const description = ({ file, name }: TestCaseResult): string =>
  `${file}: ${name}`.replaceAll(/[\\#]/g, '\\$&').replaceAll(/\s+/g, ' ');

const block = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');

/** Writes the Test Anything Protocol, version 14. */
export const createTapReporter = (): Reporter => ({
  begin: (count) => `TAP version 14\n1..${count}\n`,
  result: (result, number) => {
    const { failure, milliseconds, warnings } = result;
    return [
      ...warnings.map((warning) => `# Warning: ${warning.replaceAll('\n', ' ')}\n`),
      `${failure === undefined ? 'ok' : 'not ok'} ${number} - ${description(result)}\n`,
      `  ---\n  duration_ms: ${milliseconds}\n`,
      failure === undefined ? '' : `  message: |\n${block(failureOfCaseText(result, failure))}`,
      '  ...\n',
    ].join('');
  },
  end: ({ notRun }) => (notRun === 0 ? '' : 'Bail out! A test case has failed.\n'),
});
