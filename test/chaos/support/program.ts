import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Where a file finds the project's packages, and where nobody looks for sources. */
const cache = 'node_modules/.cache';

const make = async (): Promise<string> => {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'chaos-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'runtime.mjs');
  await build({
    entryPoints: ['test/chaos/support/runtime.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return outfile;
};

let made: Promise<string> | undefined;

/** The program of a runtime's process in one file: dozens are started, and one that is compiled costs a third. */
export const program = (): Promise<string> => {
  made ??= make();
  return made;
};
