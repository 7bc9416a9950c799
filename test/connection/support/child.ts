import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../scripts/compiled.ts';

/** The output and the exit code of a process. */
export interface ChildResult {
  /** The output and the errors. */
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

const entry = pathToFileURL(await compiled('src/connection/index.ts')).href;

/**
 * Runs a script (ESM) in a Node process of its own, with `ENTRY` as the address of the connection's module.
 *
 * @param script source text
 * @param options working directory, and variables beside `PATH`; nothing else of this process's environment is passed on
 */
export const run = async (
  script: string,
  { folder, env = {} }: { readonly folder?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ChildResult> => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: {
      PATH: process.env.PATH ?? '',
      ENTRY: entry,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output: stdout + stderr, errors: stderr, code: code as number | null };
};
