import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { made } from '../../scripts/made.ts';

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bin?: unknown;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

/** What `npm pack --json` tells of the tarball. */
export interface Packed {
  /** The tarball's path. */
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

/** What the package is made of. */
const contents = [
  'src',
  'scripts',
  'docs',
  'examples',
  'bench/README.md',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
];

const filesOf = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, encoding: 'utf8' })
        .map((name) => join(path, name))
        .filter((name) => statSync(name).isFile())
        .sort();

/** Builds in a copy, so that the project's own `dist` stays as it is. */
const packInto = (folder: string): void => {
  const copy = temporaryFolder();
  for (const path of contents) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'dir');
  const output = npm(['pack', '--json', '--silent', '--pack-destination', folder], copy);
  writeFileSync(join(folder, 'pack.json'), output.slice(output.indexOf('[')));
  rmSync(copy, { recursive: true });
};

/** Builds the package and packs it, once for all tests. */
export const pack = async (): Promise<Packed> => {
  const folder = await made('packed', [...contents.flatMap(filesOf), 'package-lock.json'], packInto);
  const [packed] = JSON.parse(readFileSync(join(folder, 'pack.json'), 'utf8')) as readonly [Packed];
  return { ...packed, filename: join(folder, packed.filename) };
};

const readLock = (): Readonly<Record<string, LockedPackage>> =>
  (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> }).packages;

/** The packages that the library needs in any case: `node_modules/…` in our lock file, without the optional ones. */
export const requiredPackages = (): readonly string[] =>
  Object.entries(readLock())
    .filter(([path, { dev, optional, devOptional }]) => path !== '' && !(dev || optional || devOptional))
    .map(([path]) => path);

/** Bytes of all files in a folder. */
export const sizeOf = (folder: string): number => filesOf(folder).reduce((sum, path) => sum + statSync(path).size, 0);

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
