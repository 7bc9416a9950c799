import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { coverageVariable } from '../../testing/coverage/record.ts';
import { coverageLines, isBelow, writeCoverageReport } from '../../testing/coverage/report.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { expandPatterns } from './expand-patterns.ts';
import type { CoverageRequest } from './options.ts';

/** The part of the folder that the tests write into. */
const dataIn = (folder: string): string => join(folder, 'data');

const signalCode = 128;

/**
 * Runs a command that runs process tests, such as `node --test`, in the terminal of this one.
 *
 * @param env variables beside those of this process
 * @param words the command and its arguments, in which patterns such as `src/*.test.ts` are expanded
 * @returns its exit code
 * @throws a `definition` fault if there is no such command, or no file that fits a pattern
 */
export const runTestCommand = (
  words: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<number> => {
  const [program = '', ...args] = expandPatterns(words, folder);
  return new Promise((done, fail) => {
    // On Windows, npm and npx are scripts, which only a shell starts. It splits words at blanks.
    const isWindows = process.platform === 'win32';
    const child = spawn(program, isWindows ? args.map((word) => (/\s/.test(word) ? `"${word}"` : word)) : args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      shell: isWindows,
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        fault('definition', {
          what: `The command ${JSON.stringify(program)} cannot be started (${error.code ?? error.message}).`,
          where: 'what follows -- on the command line',
          fix: 'correct its name, or write its path.',
          cause: error,
        }),
      ),
    );
    child.once('close', (code, signal) =>
      done(code ?? signalCode + (signal === null ? 0 : (constants.signals[signal] ?? 0))),
    );
  });
};

/** Removes what an earlier run has left, and returns where tests leave their coverage. */
export const prepareCoverage = async ({ folder }: CoverageRequest, context: CliContext): Promise<string> => {
  const data = dataIn(resolve(context.folder, folder));
  await rm(data, { recursive: true, force: true });
  return data;
};

/** Runs tests of this process with the variable that makes them leave their coverage. */
export const withCoverage = async <T>(data: string, run: () => Promise<T>): Promise<T> => {
  const before = process.env[coverageVariable];
  process.env[coverageVariable] = data;
  try {
    return await run();
  } finally {
    if (before === undefined) delete process.env[coverageVariable];
    else process.env[coverageVariable] = before;
  }
};

/** The variable for tests in another process. */
export const coverageEnvironment = (data: string): Readonly<Record<string, string>> => ({ [coverageVariable]: data });

/**
 * Writes the pages, and prints the figures.
 *
 * @returns the exit code: `failed` if a process or a decision is below the threshold
 * @throws a `configuration` fault if no test has left coverage
 */
export const reportCoverage = async ({ folder, min }: CoverageRequest, context: CliContext): Promise<number> => {
  const target = resolve(context.folder, folder);
  const report = await writeCoverageReport(dataIn(target), target);
  context.print(`\n${coverageLines({ ...report, page: join(folder, 'index.html') }, min).join('\n')}\n`);
  const below = report.entries.filter(({ figures }) => isBelow(figures.all, min));
  if (below.length === 0) return exitCodes.done;
  context.print(`Below ${min} %: ${below.map(({ id }) => id).join(', ')}.\n`);
  return exitCodes.failed;
};
