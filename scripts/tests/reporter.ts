/** Reporter of node's test runner for a process of `scripts/test.ts`: reports the tests of a file when all are over. */
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { Counts, Failure } from './channel.ts';
import { fileEnded, report } from './inbox.ts';

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

/** What node's error around that of a test says. */
interface TestError {
  readonly failureType?: string;
  readonly cause?: unknown;
}

const none: Counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };

const errorOf = ({ type, data }: Ended): (Error & TestError) | undefined =>
  type === 'test:fail' ? data.details.error : undefined;

const isCancelled = (event: Ended): boolean =>
  ['cancelledByParent', 'testAborted', 'testTimeoutFailure'].includes(errorOf(event)?.failureType ?? '');

/** As node's own reporters count. */
const outcomeOf = (event: Ended): 'pass' | 'fail' | 'cancelled' | 'skipped' | 'todo' => {
  const { skip, todo } = event.data;
  if (skip !== undefined && skip !== false) return 'skipped';
  if (todo !== undefined && todo !== false) return 'todo';
  if (isCancelled(event)) return 'cancelled';
  return event.type === 'test:pass' ? 'pass' : 'fail';
};

const marks = { pass: '✔', fail: '✖', cancelled: '✖', skipped: '﹣', todo: '⚠' } as const;

const textOf = ({ message, failureType, cause }: Error & TestError): string => {
  if (failureType === 'cancelledByParent' || cause === undefined) return message;
  return typeof cause === 'string' ? cause : inspect(cause, { depth: 8 });
};

const failureOf = (event: Ended, title: string): Failure | undefined => {
  const error = errorOf(event);
  const { todo } = event.data;
  // What failed below it is a failure of its own.
  if (error === undefined || error.failureType === 'subtestsFailed' || (todo !== undefined && todo !== false))
    return undefined;
  return { title, text: textOf(error) };
};

/** Sends the outcomes to the runner, and prints diagnostics only. */
export default async function* (source: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  /** Names of the tests around the one that is reported, by how deep they lie; the file's suite is the first. */
  const path: string[] = [];
  let counts: Counts = none;
  let failures: Failure[] = [];
  let lines: string[] = [];

  const hear = (event: Ended): void => {
    const { name, nesting, details } = event.data;
    const title = nesting === 0 ? '' : [...path.slice(1, nesting), name].join(' > ');
    const failure = failureOf(event, title);
    if (failure !== undefined) failures.push(failure);
    if (nesting > 0) {
      const outcome = outcomeOf(event);
      const isSuite = details.type === 'suite';
      counts = isSuite
        ? { ...counts, suites: counts.suites + 1 }
        : { ...counts, tests: counts.tests + 1, [outcome]: counts[outcome] + 1 };
      if (!isSuite) lines.push(`${marks[outcome]} ${title} (${details.duration_ms.toFixed(1)} ms)`);
      return;
    }
    report({ kind: 'tests', counts, failures, lines, milliseconds: details.duration_ms });
    fileEnded();
    counts = none;
    failures = [];
    lines = [];
  };

  for await (const event of source) {
    if (event.type === 'test:start') path[event.data.nesting] = event.data.name;
    else if (event.type === 'test:dequeue') report({ kind: 'began', title: event.data.name });
    else if (event.type === 'test:pass' || event.type === 'test:fail') {
      report({ kind: 'ended', title: event.data.name });
      hear(event);
    }
    // What a test says goes with what it prints; the counts of all files are not for one process to tell.
    if (
      event.type === 'test:diagnostic' &&
      !/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(event.data.message)
    )
      yield `${event.data.message}\n`;
  }
}
