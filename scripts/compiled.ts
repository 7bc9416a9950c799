/**
 * The sources as JavaScript, for the programs that tests start: a process that has nothing to compile begins in a quarter
 * of the time. The files lie as in the project, so that they find each other and what lies beside them.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundlePackage, target } from './bundle.ts';
import { made } from './made.ts';
import { buildPage } from './page.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** What tests load of the sources beside the entries and the programs of the package, below `src` and without extension. */
const sources: readonly string[] = ['connection/index', 'cli/dev/host/thread-host'];

/** What tests start as a program of their own. */
const programs: readonly string[] = [
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
    target,
    logLevel: 'silent',
  };
  // As in the package: a program starts faster with few files.
  await bundlePackage(join(folder, 'src'), sources);
  await build({
    ...options,
    entryPoints: [...programs],
    splitting: true,
    chunkNames: 'test/chunks/[hash]',
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
    [...paths, 'package.json', 'package-lock.json', 'scripts/bundle.ts', 'scripts/compiled.ts', 'scripts/page.ts'],
    (into) => compileInto(into, paths),
  );
};

let folder: Promise<string> | undefined;

/**
 * The compiled form of an example, or of a program of the sources or of the tests, as an absolute path. Compiles all of
 * them where that has not been done yet since the last change.
 *
 * @param path below the project's folder, or absolute; one outside of the project comes back as it is
 * @throws for another file of the project: it has to be added to `sources` or `programs`
 * @example
 * spawn(process.execPath, [await compiled('src/cli/main.ts'), '--help']);
 */
export const compiled = async (path: string): Promise<string> => {
  const source = resolve(project, path);
  if (!source.startsWith(project)) return path;
  folder ??= make();
  const file = join(await folder, source.slice(project.length).replace(/\.ts$/, '.js'));
  if (!existsSync(file))
    throw new Error(`${path} is not compiled. Fix: add it to the sources or the programs of scripts/compiled.ts.`);
  return file;
};
