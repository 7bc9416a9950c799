/** Workers in Python against the same gateway, where Python and its packages can be had; otherwise the reason why not. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LapSettings, type Racer, usualLap } from '../race.ts';
import { lineClient, type OtherRacers, reasonOf, run } from './lines.ts';

const workerFile = fileURLToPath(new URL('./worker.py', import.meta.url));
/** Milliseconds for pip. */
const installTime = 180_000;

/** Once 32 jobs run, pyzeebe looks again after five seconds, so that anything shorter would measure where it begins. */
const longLap: LapSettings = { ...usualLap, measured: 10_100, paced: 20, every: 100, rest: 6_000 };

const packages = [
  {
    name: 'python-camunda-sdk',
    requirement: 'python-camunda-sdk==1.0.1',
    workers: [{ id: 'python-camunda-sdk', kind: 'sdk', suffix: '', lap: longLap }],
  },
  {
    name: 'pyzeebe',
    requirement: 'pyzeebe',
    workers: [
      { id: 'pyzeebe', kind: 'pyzeebe', suffix: ', defaults', lap: longLap },
      {
        ...{ id: 'tuned-pyzeebe', kind: 'pyzeebe tuned', suffix: ', 256 jobs per request, unlimited concurrency' },
        lap: undefined,
      },
    ],
  },
] as const;

/** The short names of all workers. */
export const pythonIds: readonly string[] = packages.flatMap(({ workers }) => workers.map(({ id }) => id));

/** Installs a package in an environment of its own; gives its Python and the version that came. */
export const installPython = async (
  folder: string,
  name: string,
  requirement = name,
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

/** Prepares what is wanted and can be had, in the folder. */
export const pythonRacers = async (folder: string, isWanted: (id: string) => boolean): Promise<OtherRacers> => {
  const racers: Racer[] = [];
  const notes: string[] = [];
  for (const entry of packages) {
    const workers = entry.workers.filter(({ id }) => isWanted(id));
    if (workers.length === 0) continue;
    try {
      const { python, version } = await installPython(join(folder, entry.name), entry.name, entry.requirement);
      for (const { id, kind, suffix, lap } of workers) {
        racers.push({
          id,
          name: `${entry.name} ${version}${suffix}`,
          push: false,
          start: lineClient(python, [workerFile, kind]),
          optional: true,
          ...(lap === undefined ? {} : { lap, once: true }),
        });
      }
    } catch (error) {
      notes.push(`${entry.name} was left out: ${reasonOf(error)}`);
    }
  }
  return { racers, notes };
};
