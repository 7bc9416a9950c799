/**
 * Builds the package into `dist`: ES modules with their declarations, and below `dist/cjs` the same modules for `require`.
 *
 * - The ES modules are the sources, put together into few files. See scripts/bundle.ts. The description of Zeebe's extension
 *   elements is put into its module, so that no file is read at run time.
 * - The declarations are those of the single sources, as the compiler emits them: only those that the entries of the library reach, and
 *   once. They lie beside the modules for `require`, because the declarations of an ES module can name those of a CommonJS module, and not
 *   the other way round in every version of TypeScript. The ES modules of the entries have declarations that pass those on. Other packages
 *   are taken as ES modules take them, so that the compiler does not read them twice for these.
 * - The CommonJS modules are made of the files of the ES modules, one for one, so that the entries share what they import.
 *   Dependencies that exist only as ES modules cannot be required in Jest or in Node.js before 20.19. Each becomes one file
 *   in `dist/cjs/vendor`.
 * - The command line is an ES module only, because it is a program that nothing imports.
 * - The page of `dev` is bundled for browsers, because nothing is installed there. See scripts/page.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundlePackage, libraryEntries, pathFrom, target } from './bundle.ts';
import { licenceOf, packageFolder, packagesOf } from './licences.ts';
import { buildPage } from './page.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');
const cjs = join(dist, 'cjs');

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

/** Writes the declarations of all sources into a folder. */
const emitDeclarations = (folder: string): void => {
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', folder], {
    cwd: project,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The declarations cannot be made. Fix: npm run types');
};

/** A comment, the path of another declaration, or another text in quotes. */
const quoted = /\/\*[\s\S]*?\*\/|\b(from |import |import\()(['"])(\.[^'"]*)\.ts\2|(['"])(?:(?!\4)[^\\\n]|\\.)*\4/g;

/** The import of another package. The name of one of Node.js means the same in both forms. */
const packageImport = /^import (?:type )?(.+ from (['"])(?!\.|node:)[^'"]+\2);$/gm;

/**
 * Writes the declarations that the entries reach, each beside its module for `require`, and one for the ES module of each entry.
 *
 * @param folder the declarations of all sources
 */
const writeDeclarations = (folder: string): void => {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    // They name each other by the modules that exist.
    const text = readFileSync(join(folder, `${name}.d.ts`), 'utf8').replace(
      quoted,
      (whole: string, keyword: string, quote: string, path?: string) => {
        if (path === undefined) return whole;
        visit(posix.join(posix.dirname(name), path));
        return `${keyword}${quote}${path}.js${quote}`;
      },
    );
    write(
      join(cjs, `${name}.d.ts`),
      text.replace(packageImport, "import type $1 with { 'resolution-mode': 'import' };"),
    );
  };
  for (const name of libraryEntries) {
    visit(name);
    const path = pathFrom(name, `cjs/${name}.js`);
    write(join(dist, `${name}.d.ts`), `export * from '${path}';\n`);
  }
};

/** Paths below `dist` of the files that the entries of the library import, now or later. */
const libraryFiles = async (): Promise<readonly string[]> => {
  const { metafile } = await build({
    absWorkingDir: dist,
    entryPoints: libraryEntries.map((name) => `${name}.js`),
    outdir: cjs,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  return Object.keys(metafile.inputs).sort();
};

interface Manifest {
  readonly type?: string;
  readonly main?: string;
  readonly exports?: unknown;
}

/** Whether a package cannot be required by a Node.js that requires only CommonJS. */
const isOnlyModule = (name: string): boolean => {
  const manifest = JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as Manifest;
  return manifest.type === 'module' && !JSON.stringify(manifest.exports ?? {}).includes('"require"');
};

/** Keeps every import. Those of packages that are only ES modules lead to their bundles, whose names `found` collects. */
const keepImports = (found: Set<string>): Plugin => ({
  name: 'keep-imports',
  setup: ({ onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path, importer }) => {
      if (kind === 'entry-point') return undefined;
      if (path.startsWith('.') || path.startsWith('node:') || path === '@opentelemetry/api' || !isOnlyModule(path)) {
        return { path, external: true };
      }
      found.add(path);
      const from = relative(dist, importer).replaceAll('\\', '/');
      return { path: pathFrom(from, `vendor/${path}.js`), external: true };
    });
  },
});

/** Translates the ES modules and returns the packages whose bundles they need. */
const translate = async (files: readonly string[]): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  await build({
    absWorkingDir: dist,
    entryPoints: [...files],
    outbase: '.',
    outdir: cjs,
    bundle: true,
    plugins: [keepImports(found)],
    platform: 'node',
    format: 'cjs',
    target,
    // Jest refuses `import()` without a flag.
    supported: { 'dynamic-import': false },
    // A module that asks for its own place would not work.
    logOverride: { 'empty-import-meta': 'error' },
    logLevel: 'warning',
  });
  return found;
};

/** Bundles the packages and returns the names of all packages that are inside. */
const bundleVendors = async (names: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [...names].map((name) => ({ in: name, out: name })),
    outdir: join(cjs, 'vendor'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return packagesOf(metafile);
};

rmSync(dist, { recursive: true, force: true });
const declarations = mkdtempSync(join(tmpdir(), 'camunda-connectors-declarations-'));
try {
  emitDeclarations(declarations);
  writeDeclarations(declarations);
} finally {
  rmSync(declarations, { recursive: true });
}
const modules = await bundlePackage(dist);
const library = await libraryFiles();
const inside = await bundleVendors(await translate(library));
await buildPage(join(dist, 'page'));
write(join(cjs, 'package.json'), `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`);
write(
  join(dist, 'THIRD-PARTY.txt'),
  [
    'This package contains parts of the following packages.\n',
    ...[...inside, 'zeebe-bpmn-moddle'].sort().map(licenceOf),
  ].join(`\n${'-'.repeat(80)}\n\n`),
);
console.log(
  `Built ${relative(process.cwd(), resolve(dist)) || '.'}: ${modules.length} files, ${library.length} of them in both forms.`,
);
