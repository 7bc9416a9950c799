/**
 * Test files as JavaScript. All of them are compiled together before the first one runs, since compiling each module when a
 * process loads it costs every process as much again, and a second thread in each.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { compiled } from '../compiled.ts';
import { removeOld } from '../made.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Where modules find the packages of the project. */
const cache = join(project, 'node_modules', '.cache', 'tests');

/** The programs of a process that runs tests. */
const programs = ['scripts/tests/process.ts', 'scripts/tests/reporter.ts'];

/** Packages whose imports only bundlers can resolve: the Modeler's, for which nothing needs an extension. */
const onlyForBundlers = ['bpmn-js', 'bpmn-js-element-templates', 'bpmn-js-headless'];

/** The other packages, which every process loads itself. */
const externalPackages = (): string[] => {
  const description = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as Record<string, object>;
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
    .flatMap((kind) => Object.keys(description[kind] ?? {}))
    .filter((name) => !onlyForBundlers.includes(name));
};

/** The one source that finds other files from its own place. In tests it is one of the compiled programs. */
const ownFiles = join(project, 'src/cli/own-files.ts');

/** The sources that know their own place. */
const placedSources = (): readonly string[] =>
  ['src', 'test', 'examples', 'bench', 'scripts'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .filter((path) => readFileSync(path, 'utf8').includes('import.meta')),
  );

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Lets modules know the places of their sources, although the compiled form lies elsewhere. */
const knowsPlaces: Plugin = {
  name: 'knows-places',
  setup: ({ onLoad }) => {
    const filter = new RegExp(`^(?:${placedSources().map(escaped).join('|')})$`);
    onLoad({ filter }, async ({ path }) => {
      const place = path === ownFiles ? (await compiled('src/cli/main.ts')).replace(/main\.js$/, 'own-files.js') : path;
      const { code } = await transform(await readFile(path, 'utf8'), {
        loader: 'ts',
        sourcefile: path,
        sourcemap: 'inline',
        target: 'node20.12',
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
        define: {
          'import.meta.url': JSON.stringify(pathToFileURL(place).href),
          'import.meta.dirname': JSON.stringify(dirname(place)),
        },
      });
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * Compiles test files and what they import. What is made is removed when this process ends.
 *
 * @param paths below the project's folder, or absolute
 * @returns the path of the compiled form of a test file, or of a program of `scripts/tests`; one outside of the project
 *   comes back as it is
 */
export const compileTests = async (paths: readonly string[]): Promise<(path: string) => string> => {
  mkdirSync(cache, { recursive: true });
  // What a run has left because it was killed.
  removeOld(cache);
  const folder = mkdtempSync(join(cache, 'run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const inProject = (path: string): boolean => resolve(project, path).startsWith(project);
  await build({
    absWorkingDir: project,
    outbase: '.',
    outdir: folder,
    entryPoints: [...programs, ...paths.filter(inProject)],
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    external: externalPackages(),
    platform: 'node',
    format: 'esm',
    target: 'node20.12',
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [knowsPlaces],
    logLevel: 'error',
  });
  return (path) => {
    const source = resolve(project, path);
    return inProject(path) ? join(folder, source.slice(project.length).replace(/\.ts$/, '.js')) : source;
  };
};
