import { failureOfCaseText } from '../../../testing/cases/result-text.ts';
import type { TestCaseResult } from '../../../testing/cases/types.ts';
import type { Reporter } from './types.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML has no characters for most control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are to be replaced
const impossible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const attribute = (text: string): string =>
  text.replaceAll(impossible, '?').replaceAll(/[&<>"\n]/g, (character) => escapes[character]!);

const content = (text: string): string =>
  text.replaceAll(impossible, '?').replaceAll(/[&<>]/g, (character) => escapes[character]!);

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const caseXml = (result: TestCaseResult): string => {
  const { file, name, milliseconds, failure, warnings } = result;
  const inside = [
    failure === undefined
      ? ''
      : `      <failure message="${attribute(failure.message.split('\n')[0]!)}">${content(failureOfCaseText(result, failure))}</failure>\n`,
    warnings.length === 0 ? '' : `      <system-out>${content(warnings.join('\n'))}</system-out>\n`,
  ].join('');
  const start = `    <testcase classname="${attribute(file)}" name="${attribute(name)}" time="${seconds(milliseconds)}"`;
  return inside === '' ? `${start}/>\n` : `${start}>\n${inside}    </testcase>\n`;
};

const countsOf = (results: readonly TestCaseResult[]): string => {
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  const time = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return `tests="${results.length}" failures="${failures}" time="${seconds(time)}"`;
};

/** Writes the XML of JUnit, when all test cases have ended: a suite for each file. */
export const createJunitReporter = (): Reporter => ({
  begin: () => '',
  result: () => '',
  end: ({ results }) => {
    const files = [...new Set(results.map(({ file }) => file))];
    const suites = files.map((file) => {
      const own = results.filter((result) => result.file === file);
      return `  <testsuite name="${attribute(file)}" ${countsOf(own)}>\n${own.map(caseXml).join('')}  </testsuite>\n`;
    });
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${countsOf(results)}>\n${suites.join('')}</testsuites>\n`;
  },
});
