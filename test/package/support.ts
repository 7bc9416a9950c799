import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bin?: unknown;
  readonly dev?: boolean;
}

/** What `npm pack --json` tells of the tarball. */
export interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Where npm is started: on Windows it is a script that only a shell runs. */
const shell = process.platform === 'win32';

/** Runs npm and returns what it prints; its own complaints go to the terminal. */
export const npm = (args: readonly string[], folder: string): string =>
  execFileSync('npm', args, { cwd: folder, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'inherit'] });

/** An empty folder of this test run. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'camunda-connectors-package-'));

/**
 * Builds the package and packs it into `folder`.
 *
 * @param project folder of its sources; building writes into it, so that tests that run at the same time need copies
 */
export const pack = (folder: string, project: string = process.cwd()): Packed => {
  const output = npm(['pack', '--json', '--silent', '--pack-destination', folder], project);
  return (JSON.parse(output.slice(output.indexOf('['))) as readonly [Packed])[0];
};

const readLock = (): Readonly<Record<string, LockedPackage>> =>
  (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> }).packages;

/** The parts of a project's package.json that its lock file repeats. */
export interface Project {
  readonly name: string;
  readonly version?: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * The lock file of a project that has the tarball among its dependencies. The versions are those of our own lock file,
 * so that npm finds everything in its cache and needs no network.
 *
 * @param beside packages of our lock file, ours for development included, that the project uses itself
 */
export const lockFile = (project: Project, tarball: string, beside: readonly string[]): string => {
  const lock = readLock();
  const { version, dependencies, bin } = lock['']!;
  const wanted = new Set(beside.map((name) => `node_modules/${name}`));
  const packages = Object.fromEntries(
    Object.entries(lock)
      .filter(([path, { dev }]) => path !== '' && (dev !== true || wanted.has(path)))
      .map(([path, entry]) => [path, { ...entry, dev: undefined }]),
  );
  return JSON.stringify({
    name: project.name,
    version: project.version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': project,
      'node_modules/camunda-connectors': { version, resolved: `file:${tarball}`, dependencies, bin },
      ...packages,
    },
  });
};

/**
 * Installs the tarball into an empty project, as a user would.
 *
 * @param beside further packages of our lock file that the project uses itself
 */
export const installTarball = (folder: string, { filename }: Packed, beside: readonly string[]): void => {
  const lock = readLock();
  const own = Object.fromEntries(beside.map((name) => [name, lock[`node_modules/${name}`]!.version!]));
  const project = {
    name: 'user',
    version: '1.0.0',
    dependencies: { 'camunda-connectors': `file:${filename}`, ...own },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...project, private: true, type: 'module' }));
  writeFileSync(join(folder, 'package-lock.json'), lockFile(project, filename, beside));
  copyFileSync('.npmrc', join(folder, '.npmrc'));
  npm(['ci', '--prefer-offline', '--ignore-scripts', '--silent'], folder);
};
