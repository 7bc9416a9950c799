/** Runs a TypeScript program of this project as a process of its own. */
import { spawn } from 'node:child_process';
import { compiled } from './compiled.ts';

/** How to run it. */
export interface ProgramOptions {
  /** Added to this process's own environment; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working directory; default: this process's own. */
  readonly folder?: string;
  /** For a program that runs until a signal: the signal is sent when this text has appeared in what it prints. */
  readonly until?: string;
  readonly signal?: NodeJS.Signals;
}

/** How it ended and what it printed. */
export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs the program until it ends.
 *
 * @param args the program's path, as seen from the project, and its arguments; those that are modules of the project are
 *   given as compiled too
 */
export const runProgram = async (
  args: readonly [string, ...string[]],
  options: ProgramOptions = {},
): Promise<Ended> => {
  const { env, folder = process.cwd(), until, signal = 'SIGTERM' } = options;
  const programArgs = await Promise.all(args.map((arg) => (arg.endsWith('.ts') ? compiled(arg) : arg)));
  const child = spawn(process.execPath, programArgs, {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // Once only: a second signal would end the program without its farewell.
    if (until !== undefined && !child.killed && output.includes(until)) child.kill(signal);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
};
