/**
 * The sources as JavaScript, for the programs that tests start: a process that has nothing to compile begins in a quarter
 * of the time. The files lie as in the project, so that they find each other and what lies beside them.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { made } from './made.ts';
import { buildPage } from './page.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * What is put together into few files, since a program starts faster with fewer: the entries of the library, and what tests
 * start as a program or load in one.
 */
const programs: readonly string[] = [
  ...['index', 'engine/index', 'template/index', 'testing/index', 'connection/index'].map((name) => `src/${name}.ts`),
  ...['main', 'template/watch-child', 'dev/host/thread', 'dev/host/thread-host', 'dev/host/import-hooks'].map(
    (name) => `src/cli/${name}.ts`,
  ),
  ...['hooks', 'letterbox', 'runtime', 'sleeper'].map((name) => `test/chaos/support/${name}.ts`),
  'test/runtime/support/worker.ts',
];

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
  const options: BuildOptions = {
    absWorkingDir: project,
    outbase: '.',
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.12',
    logLevel: 'silent',
  };
  await build({
    ...options,
    entryPoints: [...programs],
    splitting: true,
    // As deep as the file that looks for others from its own place: see src/cli/own-files.ts.
    chunkNames: 'src/chunks/[name]-[hash]',
    packages: 'external',
  });
  const examples = paths.filter((path) => path.startsWith('examples'));
  // An example finds out whether it is the program from its own place, so each stays a file.
  await build({
    ...options,
    entryPoints: examples.filter((path) => extname(path) === '.ts'),
    // Only bundling has plugins; since every import stays one, each file is compiled by itself.
    plugins: [importsCompiled],
  });
  for (const path of examples.filter((path) => extname(path) !== '.ts')) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(join(project, path), join(folder, path));
  }
  await buildPage(join(folder, 'src/page'));
  // The examples import the package by its name.
  const description = readFileSync(join(project, 'package.json'), 'utf8');
  writeFileSync(join(folder, 'package.json'), description.replaceAll('./dist/', './src/'));
};

const make = (): Promise<string> => {
  const paths = inputs();
  return made(
    'compiled',
    [...paths, 'package.json', 'package-lock.json', 'scripts/compiled.ts', 'scripts/page.ts'],
    (into) => compileInto(into, paths),
  );
};

let folder: Promise<string> | undefined;

/**
 * The compiled form of an example, or of a program of the sources or of the tests, as an absolute path. Compiles all of
 * them where that has not been done yet since the last change.
 *
 * @param path below the project's folder, or absolute; one outside of the project comes back as it is
 * @throws for another file of the project: it has to be added to `programs`
 * @example
 * spawn(process.execPath, [await compiled('src/cli/main.ts'), '--help']);
 */
export const compiled = async (path: string): Promise<string> => {
  const source = resolve(project, path);
  if (!source.startsWith(project)) return path;
  folder ??= make();
  const file = join(await folder, source.slice(project.length).replace(/\.ts$/, '.js'));
  if (!existsSync(file))
    throw new Error(`${path} is not compiled. Fix: add it to the programs of scripts/compiled.ts.`);
  return file;
};
