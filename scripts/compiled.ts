/**
 * The sources as JavaScript, for the programs that tests start: a process that has nothing to compile begins in a quarter
 * of the time. The files lie as in the project, so that they find each other and what lies beside them.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));

/** Where a file finds the project's packages, and where nobody looks for sources. */
const cache = join(project, 'node_modules', '.cache', 'compiled');

/** Milliseconds after which what was compiled from other sources is removed: no run of tests takes that long. */
const lifetime = 3 * 3_600_000;

/** What programs are made of: the sources, the examples with their files, and what tests share. */
const inputs = (): readonly string[] =>
  ['src', 'examples', 'test'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(project.length))
      .filter((path) => !/[\\/]node_modules[\\/]|\.(test|d)\.ts$/.test(path))
      .filter((path) => folder !== 'test' || path.endsWith('.ts'))
      .sort(),
  );

const digest = (paths: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of ['package.json', fileURLToPath(import.meta.url).slice(project.length), ...paths]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(project, path)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};

/** Leaves every import as it is, but for the ending of the project's own files. */
const importsCompiled: Plugin = {
  name: 'imports-compiled',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.startsWith('.') ? path.replace(/\.ts$/, '.js') : path, external: true },
    );
  },
};

const compileInto = async (folder: string, paths: readonly string[]): Promise<void> => {
  await build({
    absWorkingDir: project,
    entryPoints: paths.filter((path) => extname(path) === '.ts'),
    outbase: '.',
    outdir: folder,
    // Only bundling has plugins; since every import stays one, each file is compiled by itself.
    bundle: true,
    plugins: [importsCompiled],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  for (const path of paths.filter((path) => extname(path) !== '.ts')) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(join(project, path), join(folder, path));
  }
  // The examples import the package by its name.
  const description = readFileSync(join(project, 'package.json'), 'utf8');
  writeFileSync(join(folder, 'package.json'), description.replaceAll('./dist/', './src/'));
};

/** Processes may get here at the same time: the first one that is done wins. */
const moveInto = (folder: string, from: string): void => {
  try {
    renameSync(from, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(from, { recursive: true });
  }
};

const removeOld = (): void => {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    if (Date.now() - statSync(folder).mtimeMs > lifetime) rmSync(folder, { recursive: true, force: true });
  }
};

const make = async (): Promise<string> => {
  const paths = inputs();
  const folder = join(cache, digest(paths));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  removeOld();
  const fresh = mkdtempSync(join(cache, 'new-'));
  await compileInto(fresh, paths);
  moveInto(folder, fresh);
  return folder;
};

let made: Promise<string> | undefined;

/**
 * The compiled form of a file of the project, as an absolute path. Compiles all of them where that has not been done yet
 * since the last change.
 *
 * @param path below the project's folder, or absolute; one that is not compiled comes back as it is
 * @example
 * spawn(process.execPath, [await compiled('src/cli/main.ts'), '--help']);
 */
export const compiled = async (path: string): Promise<string> => {
  const source = resolve(project, path);
  if (!source.startsWith(project)) return path;
  made ??= make();
  const file = join(await made, source.slice(project.length).replace(/\.ts$/, '.js'));
  return existsSync(file) ? file : path;
};
