/** The folder of a developer, and `dev` in it as a process of its own. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chain, end, file, processPart, serviceTask, start } from '../../test/engine/support/bpmn.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

const urlOf = (path: string): string => JSON.stringify(pathToFileURL(path).href);

/** Where the command line and the library are. */
export interface Program {
  readonly flags: readonly string[];
  readonly main: string;
  readonly library: string;
}

/** The compiled modules with the built page beside them, as in the package. */
export const installed = (path: (file: string) => string): Program => {
  const sources = join(path('page'), '../../src');
  return { flags: [], main: join(sources, 'cli/main.js'), library: join(sources, 'index.js') };
};

/** The sources, through tsx. */
export const clone: Program = {
  flags: ['--import', pathToFileURL(join(repository, 'node_modules/tsx/dist/esm/index.mjs')).href],
  main: join(repository, 'src/cli/main.ts'),
  library: join(repository, 'src/index.ts'),
};

/** The text of the module with the connector of a project. The version changes nothing. */
export const connectorOf = ({ library }: Program, version = 0): string => `// ${version}
import { defineOutbound } from ${urlOf(library)};
import * as v from ${urlOf(join(repository, 'node_modules/valibot/dist/index.mjs'))};
export const charge = defineOutbound({
  name: 'Charge a card',
  type: 'charge',
  input: v.object({ total: v.number() }),
  run: ({ total }) => ({ paid: total }),
});
`;

/** Makes the folder of a project with a connector and a process; `remove` deletes it. */
export const makeProject = (program: Program): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-project-'));
  writeFileSync(join(folder, 'connectors.mjs'), connectorOf(program));
  mkdirSync(join(folder, 'models'));
  writeFileSync(
    join(folder, 'models', 'order.bpmn'),
    file(
      processPart(
        'order',
        { name: 'Order' },
        ...chain(start('Ordered'), serviceTask('Charge', { name: 'Charge the card', type: 'charge' }), end('Done')),
      ),
    ),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** `dev` at work. */
export interface RunningDev {
  readonly pid: number;
  /** When the process was started, on the clock of `performance.now()`. */
  readonly began: number;
  /** Resolves with the first match in what it prints from now on, or has printed after the last match. */
  readonly prints: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly stop: () => Promise<void>;
}

export const startDev = (program: Program, folder: string, args: readonly string[]): RunningDev => {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...program.flags, program.main, 'dev', './connectors.mjs', '--resource', 'models', ...args],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CAMUNDA_CONNECTION_TYPE: undefined } },
  );
  let text = '';
  let look = (): void => {};
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    look();
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid ?? 0,
    began,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const match = pattern.exec(text);
          if (match === null) return;
          text = text.slice(match.index + match[0].length);
          resolve(match);
        };
        void closed.then(() => reject(new Error(`dev has ended without ${pattern}: ${text}`)));
        look();
      }),
    stop: async () => {
      child.kill('SIGINT');
      await closed;
    },
  };
};
