/** Workers in Python against the same gateway, where Python and its packages can be had; otherwise the reason why not. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClientStart } from '../client.ts';
import { type LapSettings, type Racer, usualLap } from '../race.ts';
import { removeAtExit } from '../temporary.ts';

/** Who takes part, and what is to be said about them. */
export interface PythonRacers {
  readonly racers: readonly Racer[];
  readonly notes: readonly string[];
}

const run = promisify(execFile);
const workerFile = fileURLToPath(new URL('./worker.py', import.meta.url));
/** Milliseconds for pip. */
const installTime = 180_000;

/** Once 32 jobs run, pyzeebe looks again after five seconds, so that anything shorter would measure where it begins. */
const longLap: LapSettings = { ...usualLap, measured: 10_100, paced: 20, every: 100, rest: 6_000, drain: 12_000 };

const packages = [
  {
    name: 'python-camunda-sdk',
    requirement: 'python-camunda-sdk==1.0.1',
    workers: [{ kind: 'sdk', suffix: '', lap: longLap }],
  },
  {
    name: 'pyzeebe',
    requirement: 'pyzeebe',
    workers: [
      { kind: 'pyzeebe', suffix: ', defaults', lap: longLap },
      { kind: 'pyzeebe tuned', suffix: ', 256 jobs per request, unlimited concurrency', lap: undefined },
    ],
  },
] as const;

const answerOf = <Answer>(child: ChildProcess, lines: Interface): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const take = (line: string): void => {
      child.off('exit', gone);
      resolve((JSON.parse(line) as { readonly answer: Answer }).answer);
    };
    const gone = (code: number | null): void => {
      lines.off('line', take);
      reject(new Error(`The worker in Python ended with code ${code}.`));
    };
    lines.once('line', take);
    child.once('exit', gone);
  });

const pythonClient =
  (python: string, kind: string): ClientStart =>
  async (_path, address) => {
    const child = spawn(python, [workerFile, kind, ...address.split(':')], { stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface(child.stdout);
    const begun = await answerOf<number>(child, lines);
    const ask = async <Answer>(request: string): Promise<Answer> => {
      const answer = answerOf<Answer>(child, lines);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return await answer;
    };
    return {
      begun,
      mark: () => ask('mark'),
      markClean: () => ask('mark'),
      listen: () => ask('listen'),
      pickups: () => ask('pickups'),
      stop: () =>
        new Promise((resolve) => {
          if (child.exitCode !== null) {
            resolve();
            return;
          }
          child.once('exit', () => resolve());
          child.stdin.end();
        }),
    };
  };

/** Installs a package in an environment of its own; gives its Python and the version that came. */
const install = async (
  folder: string,
  { requirement, name }: (typeof packages)[number],
): Promise<{ readonly python: string; readonly version: string }> => {
  await run('python3', ['-m', 'venv', folder], { timeout: installTime });
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement], {
    timeout: installTime,
  });
  const script = `import importlib.metadata as m, platform; print(m.version('${name}'), 'on Python', platform.python_version())`;
  const { stdout } = await run(python, ['-c', script]);
  return { python, version: stdout.trim() };
};

const reasonOf = (error: unknown): string => {
  const text = (error as { readonly stderr?: string }).stderr || String(error);
  return text.trim().split('\n').at(-1) ?? 'unknown';
};

/** Prepares what can be had, in a temporary folder that goes with the process. */
export const pythonRacers = async (): Promise<PythonRacers> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-python-'));
  removeAtExit(folder);
  const racers: Racer[] = [];
  const notes: string[] = [];
  for (const entry of packages) {
    try {
      const { python, version } = await install(join(folder, entry.name), entry);
      for (const { kind, suffix, lap } of entry.workers) {
        racers.push({
          name: `${entry.name} ${version}${suffix}`,
          push: false,
          start: pythonClient(python, kind),
          optional: true,
          ...(lap === undefined ? {} : { lap }),
        });
      }
    } catch (error) {
      notes.push(`${entry.name} was left out: ${reasonOf(error)}`);
    }
  }
  return { racers, notes };
};
