/** The runner's side of a process that runs test files. */
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type Counts, type Failure, onLine, type Report, sendLine } from './channel.ts';

/** What became of a test file. */
export interface FileResult {
  readonly file: string;
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  /** Each test with its outcome. */
  readonly lines: readonly string[];
  readonly milliseconds: number;
  /** Milliseconds of CPU time, with that of the programs that it has started. */
  readonly cpu: number;
  /** What the process printed meanwhile. */
  readonly output: string;
  /** The files that ran before it in the same process. */
  readonly ranBefore: readonly string[];
}

/** A process that runs test files one after the other. */
export interface TestProcess {
  /** Runs a file. Never rejects; whatever goes wrong is a failure of the file. */
  run(file: string, shared: boolean): Promise<FileResult>;
  /** Whether it can run another file. */
  usable(): boolean;
  /** Lets it end by itself; resolves with what was wrong with that, as a failure of the last file. */
  end(): Promise<FileResult | undefined>;
}

/** Milliseconds that a process may take to end when all its tests are over. */
const ending = 30_000;

/** How to kill the processes that run. */
const living = new Set<() => void>();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const kill of living) kill();
    process.exit(1);
  });
}

const noTests: Counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };

const wholeFile = (text: string): Failure => ({ title: '', text });

const leftFailures = ({ resources, changes }: Extract<Report, { kind: 'left' }>): readonly Failure[] => [
  ...(resources.length === 0
    ? []
    : [wholeFile(`Its tests are over, and it still keeps the process alive with: ${resources.join(', ')}.`)]),
  ...(changes.length === 0
    ? []
    : [wholeFile(`It leaves changes for the files after it in the same process: ${changes.join(', ')}.`)]),
];

/**
 * Starts a process.
 *
 * @param compiled the path of the compiled form of a file, as `compileTests` knows it
 * @param limit milliseconds within which a test has to begin or to end. It bounds no file: one with many tests may take
 *   as long as it likes.
 */
export const startProcess = (compiled: (path: string) => string, limit: number): TestProcess => {
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      ...['--test-reporter', pathToFileURL(compiled('scripts/tests/reporter.ts')).href],
      compiled('scripts/tests/process.ts'),
    ],
    // In a group of its own, to be killed with the programs that its tests have started.
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
  );
  const kill = (): void => {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else if (closed === undefined) process.kill(-child.pid, 'SIGKILL');
    killed = true;
  };
  living.add(kill);
  const line = child.stdio[3] as Duplex;
  const ran: string[] = [];
  let failed = false;
  let killed = false;
  let output = '';
  let closed: string | undefined;
  let hear: (what: Report | 'closed') => void = () => {};

  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  line.on('error', () => {});
  onLine<Report>(line, (report) => hear(report));
  child.on('error', (error) => {
    output += String(error);
  });
  const closing = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      closed = signal ?? `code ${code}`;
      living.delete(kill);
      hear('closed');
      resolve();
    });
  });

  const run = (file: string, shared: boolean): Promise<FileResult> =>
    new Promise((resolve) => {
      const began = performance.now();
      const ranBefore = [...ran];
      const running: string[] = [];
      let tests: Extract<Report, { kind: 'tests' }> | undefined;
      let left: Extract<Report, { kind: 'left' }> | undefined;
      let guard: NodeJS.Timeout;
      output = '';

      const finish = (failures: readonly Failure[]): void => {
        clearTimeout(guard);
        hear = () => {};
        ran.push(file);
        const all = [...(tests?.failures ?? []), ...failures];
        if (all.length > 0) failed = true;
        const { counts = noTests, lines = [], milliseconds = performance.now() - began } = tests ?? {};
        resolve({ file, counts, failures: all, lines, milliseconds, cpu: left?.cpu ?? 0, output, ranBefore });
      };
      const fail = (text: string): void => {
        hear = () => {};
        kill();
        void closing.then(() => finish([wholeFile(text)]));
      };
      const runningNow = (): string => (running.length === 0 ? '' : ` Running: ${running.join(', ')}.`);
      const watch = (): void => {
        clearTimeout(guard);
        guard = setTimeout(() => fail(`No test has begun or ended for ${limit / 1000} s.${runningNow()}`), limit);
      };
      const complete = (): void => {
        if (tests === undefined || left === undefined) return;
        const failures = leftFailures(left);
        if (left.resources.length > 0) kill();
        const empty = tests.counts.tests === 0 && tests.failures.length === 0;
        finish(empty ? [...failures, wholeFile('It holds no test.')] : failures);
      };
      hear = (what) => {
        if (what === 'closed') return finish([wholeFile(`The process ended in the middle of it, with ${closed}.`)]);
        if (what.kind === 'stuck') return fail(`A test waits, and nothing is left that could end it.${runningNow()}`);
        if (what.kind === 'began') running.push(what.title);
        else if (what.kind === 'ended' && running.includes(what.title)) running.splice(running.indexOf(what.title), 1);
        else if (what.kind === 'tests') tests = what;
        else if (what.kind === 'left') left = what;
        watch();
        complete();
      };
      watch();
      sendLine(line, { kind: 'run', file, compiled: compiled(file), shared });
    });

  return {
    run,
    usable: () => closed === undefined && !killed,
    end: async () => {
      if (closed === undefined && !killed) sendLine(line, { kind: 'end' });
      let late = false;
      const guard = setTimeout(() => {
        late = true;
        kill();
      }, ending);
      await closing;
      clearTimeout(guard);
      if (!late && (failed || closed === 'code 0')) return undefined;
      const text = late
        ? 'All tests are over, and the process has not ended.'
        : `All tests passed, and the process ended with ${closed}.`;
      const file = ran.at(-1)!;
      const failures = [wholeFile(text)];
      return { file, counts: noTests, failures, lines: [], milliseconds: 0, cpu: 0, output, ranBefore: ran };
    },
  };
};
