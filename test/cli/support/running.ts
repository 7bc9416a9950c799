/** The command line as a process that a test talks to while it runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compiled } from '../../../scripts/compiled.ts';

/** A running program. */
export interface Running {
  /** Resolves with the first match in what it prints, past or future; rejects when it ends without one. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has ended and nobody holds its output any more, not even a process that it has started. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  output(): string;
}

/** A folder of its own for a test, with files in it. */
export const folderWith = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

const program = await compiled('src/cli/main.ts');

const moduleUrl = (path: string): string => JSON.stringify(pathToFileURL(resolve(path)).href);

/** The library as the program has loaded it. */
const library = moduleUrl(await compiled('src/index.ts'));

/** The text of a module with one outbound connector, for a folder without packages. */
export const moduleOf = (name: string, type: string, run = '() => ({ done: true })'): string =>
  `import { defineOutbound } from ${library};
import * as v from ${moduleUrl('node_modules/valibot/dist/index.mjs')};
export const connector = defineOutbound({ name: '${name}', type: '${type}', input: v.object({}), run: ${run} });
`;

/** Starts the command line in a folder, with no connection settings but the given ones. */
export const runCommand = (
  t: TestContext,
  args: readonly string[],
  { folder, env = {} }: { readonly folder: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Running => {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      ...process.env,
      CAMUNDA_CONNECTION_TYPE: undefined,
      CAMUNDA_RESOURCES: undefined,
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let closed = false;
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      look();
    });
  }
  child.once('close', () => {
    closed = true;
    look();
  });
  t.after(() => child.kill('SIGKILL'));
  return {
    says: (pattern) =>
      new Promise((done, fail) => {
        const watcher = (): void => {
          const match = pattern.exec(text);
          if (match === null && !closed) return;
          watchers.delete(watcher);
          if (match === null) fail(new Error(`It ended without ${pattern}:\n${text}`));
          else done(match);
        };
        watchers.add(watcher);
        watcher();
      }),
    signal: (name) => void child.kill(name),
    ended: async () => {
      if (!closed) await once(child, 'close');
      return { code: child.exitCode, signal: child.signalCode };
    },
    output: () => text,
  };
};
