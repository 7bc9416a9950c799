/** The command line in a process of its own, for tests that interact with it while it runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../scripts/compiled.ts';

/** A running program. */
export interface Running {
  /** Resolves with the first match in the whole lines of its output, past or future. Rejects if it exits without a match. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Signals it and every process that it has started, as Ctrl-C in a terminal does; with the option `group` only. */
  signalGroup(name: NodeJS.Signals): void;
  /** Writes to its input, which is open with the option `input` only. */
  type(text: string): void;
  /** Resolves when the program and every process that it started have exited. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  output(): string;
}

/** Creates a folder with the given files; it is removed after the test. */
export const folderWith = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
};

const program = await compiled('src/cli/main.ts');

const moduleUrl = (path: string): string => JSON.stringify(pathToFileURL(resolve(path)).href);

/** The library as the program has loaded it. */
export const library = moduleUrl(await compiled('src/index.ts'));

/** The text of a module with one outbound connector. It works in a folder without packages. */
export const moduleOf = (name: string, type: string, run = '() => ({ done: true })'): string =>
  `import { defineOutbound } from ${library};
import * as v from ${moduleUrl('node_modules/valibot/dist/index.mjs')};
export const connector = defineOutbound({ name: '${name}', type: '${type}', input: v.object({}), run: ${run} });
`;

/**
 * A program whose errors come through the same pipe as its other output, so that they are read in the order in which they were
 * written. Two pipes of a busy process are read in any order.
 */
export const withOnePipe = (file: string, args: readonly string[]): readonly [file: string, args: string[]] =>
  process.platform === 'win32' ? [file, [...args]] : ['/bin/sh', ['-c', 'exec "$0" "$@" 2>&1', file, ...args]];

/** Starts a program in a folder, with no connection settings but the given ones. */
export const runProgram = (
  t: TestContext,
  args: readonly string[],
  {
    folder,
    env = {},
    input = false,
    group = false,
  }: {
    readonly folder: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly input?: boolean;
    readonly group?: boolean;
  },
): Running => {
  const child = spawn(...withOnePipe(process.execPath, args), {
    cwd: folder,
    env: {
      ...process.env,
      CAMUNDA_CONNECTION_TYPE: undefined,
      CAMUNDA_RESOURCES: undefined,
      NO_COLOR: '1',
      ...env,
    },
    detached: group,
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let closed = false;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      notify();
    });
  }
  child.once('close', () => {
    closed = true;
    notify();
  });
  t.after(() => child.kill('SIGKILL'));
  return {
    prints: (pattern) =>
      new Promise((done, fail) => {
        const listener = (): void => {
          // A part of a line could match with a part of a number.
          const match = pattern.exec(closed ? text : text.slice(0, text.lastIndexOf('\n') + 1));
          if (match === null && !closed) return;
          listeners.delete(listener);
          if (match === null) fail(new Error(`The program exited without ${pattern}:\n${text}`));
          else done(match);
        };
        listeners.add(listener);
        listener();
      }),
    signal: (name) => void child.kill(name),
    signalGroup: (name) => void process.kill(-child.pid!, name),
    type: (text) => void child.stdin?.write(text),
    ended: async () => {
      if (!closed) await once(child, 'close');
      return { code: child.exitCode, signal: child.signalCode };
    },
    output: () => text,
  };
};

/** Starts the command line in a folder, with no connection settings but the given ones. */
export const runCommand = (
  t: TestContext,
  args: readonly string[],
  options: Parameters<typeof runProgram>[2],
): Running => runProgram(t, [program, ...args], options);
