/** The memory of `dev --watch` after many changes of a connector. Needs Linux, whose processes say what they take. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readable, table } from '../measure.ts';
import { connectorOf, installed, makeProject, startDev } from './project.ts';

const marks = [0, 10, 50, 100, 200];

/** Resident memory in MB. */
const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_000;

/**
 * @param path where a compiled file of the benchmark is
 */
export const reloadsTable = async (path: (file: string) => string): Promise<string> => {
  if (!existsSync('/proc/self/status')) return 'The memory of reloads was left out: it is read from /proc.';
  const program = installed(path);
  const { folder, remove } = makeProject(program);
  const dev = startDev(program, folder, ['--watch']);
  const rows: string[][] = [];
  try {
    await dev.prints(/Watching for changes/);
    for (let reload = 0; reload <= marks.at(-1)!; reload += 1) {
      if (reload > 0) {
        writeFileSync(join(folder, 'connectors.mjs'), connectorOf(program, reload));
        await dev.prints(/Reloaded the connectors/);
      }
      if (marks.includes(reload)) rows.push([String(reload), readable(residentOf(dev.pid))]);
    }
  } finally {
    await dev.stop();
    remove();
  }
  return table(['changes of a connector', 'resident memory of dev --watch, MB'], rows);
};
