/** Running other programs. */
import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Finished {
  readonly ok: boolean;
  /** What it printed to both streams. */
  readonly output: string;
}

/** Milliseconds after which a program is ended. An installation of all tools may take minutes. */
const limit = 600_000;

/**
 * Runs a program to its end.
 *
 * @param command the program and its arguments
 * @param folder its working directory
 * @param env added to this process's environment
 */
export const run = (
  command: readonly [string, ...string[]],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> =>
  new Promise((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd: folder,
      // Log lines of the runtime are not what is tested.
      env: { ...process.env, CAMUNDA_CONNECTORS_LOG_LEVEL: 'error', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limit,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });

/** Runs a program that has to succeed, and returns what it printed. */
export const runOrThrow = async (...given: Parameters<typeof run>): Promise<string> => {
  const { ok, output } = await run(...given);
  if (!ok) throw new Error(`${given[0].join(' ')} failed in ${given[1]}:\n${output}`);
  return output;
};
