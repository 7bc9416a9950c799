/** Compiles the benchmark, and the library into the files of its package, since users run these. */
import { execFile } from 'node:child_process';
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundlePackage } from '../scripts/bundle.ts';
import { removeAtExit } from './temporary.ts';

/** The compiled benchmark, removed with the process. */
export interface Build {
  /** Where a file of `bench/` is, e.g. `lean/main.ts`. */
  path(file: string): string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export const build = async (): Promise<Build> => {
  const folder = await mkdtemp(join(tmpdir(), 'camunda-connectors-bench-'));
  removeAtExit(folder);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'bench', 'tsconfig.build.json');
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', folder]);
  } catch (error) {
    throw new Error(`The benchmark does not compile.\n${(error as { readonly stdout?: string }).stdout ?? ''}`);
  }
  // The entries; what only the benchmark imports stays as it is.
  await bundlePackage(join(folder, 'src'));
  return {
    path: (file) => join(folder, 'bench', file.replace(/\.ts$/, '.js')),
  };
};
