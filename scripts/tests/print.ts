/** What a run of tests prints. */
import type { Counts, Failure } from './channel.ts';
import type { FileResult } from './child.ts';

const indent = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** One file in one line. */
export const fileLine = ({ file, counts, failures, milliseconds, cpu }: FileResult): string => {
  const { tests, skipped } = counts;
  const left = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${failures.length === 0 ? '✔' : '✖'} ${file} (${tests} tests${left}, ${seconds(milliseconds)}, CPU ${seconds(cpu)})`;
};

const failureText = ({ title, text }: Failure): string => `${title || 'The file as a whole'}\n${indent(text, '    ')}`;

/** All that is known about a file that failed. */
export const failureReport = ({ file, failures, output, ranBefore }: FileResult): string =>
  [
    `✖ ${file}`,
    ...failures.map((failure) => indent(failureText(failure), '  ')),
    ...(output.trim() === '' ? [] : ['  It printed:', indent(output.trimEnd(), '    ')]),
    `  Run it alone: npx tsx scripts/test.ts ${file}`,
    ...(ranBefore.length === 0
      ? []
      : [
          `  After the same files: npx tsx scripts/test.ts --processes 1 ${[...new Set([...ranBefore, file])].join(' ')}`,
        ]),
  ].join('\n');

const add = (one: Counts, other: Counts): Counts => ({
  tests: one.tests + other.tests,
  suites: one.suites + other.suites,
  pass: one.pass + other.pass,
  fail: one.fail + other.fail,
  cancelled: one.cancelled + other.cancelled,
  skipped: one.skipped + other.skipped,
  todo: one.todo + other.todo,
});

/** The failures that no test has: each counts as one, as node's test runner counts a file that does not load. */
const besideTests = ({ failures, counts }: FileResult): Counts => {
  const tests = counts.fail + counts.cancelled;
  const fail = failures.length > 0 && tests === 0 ? 1 : 0;
  return { ...counts, tests: counts.tests + fail, fail: counts.fail + fail };
};

/**
 * Closing lines in the words of node's test runner.
 *
 * @param milliseconds that the run has taken
 * @param cpu milliseconds of CPU time that it has taken
 */
export const closingLines = (results: readonly FileResult[], milliseconds: number, cpu: number): string => {
  const none: Counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
  const counts = results.map(besideTests).reduce(add, none);
  return [...Object.entries(counts), ['cpu_ms', cpu.toFixed(0)], ['duration_ms', milliseconds.toFixed(0)]]
    .map(([name, value]) => `ℹ ${name} ${value}`)
    .join('\n');
};
