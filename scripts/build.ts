/**
 * Builds the package into `dist`: ES modules with their declarations, and below `dist/cjs` the same modules for `require`.
 *
 * - The ES modules are the sources, put together into few files. See scripts/bundle.ts. The description of Zeebe's extension
 *   elements is put into its module, so that no file is read at run time.
 * - The declarations are those of the single sources, as the compiler emits them.
 * - The CommonJS modules are made of the files of the ES modules, one for one, so that the entries share what they import.
 *   Dependencies that exist only as ES modules cannot be required in Jest or in Node.js before 20.19. Each becomes one file
 *   in `dist/cjs/vendor`.
 * - The command line is an ES module only, because it is a program that nothing imports.
 * - The page of `dev` is bundled for browsers, because nothing is installed there. See scripts/page.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundlePackage, libraryEntries, target } from './bundle.ts';
import { licenceOf, packageFolder, packagesOf } from './licences.ts';
import { buildPage } from './page.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const dist = join(project, 'dist');
const cjs = join(dist, 'cjs');

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const emitDeclarations = (): void => {
  const compiler = join(project, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: project,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
};

/** Paths below `dist` of the declarations of modules that programs can import, with forward slashes. */
const libraryDeclarations = (): readonly string[] =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.d.ts') && !/^(?:cli|cjs|page)\//.test(name))
    .sort();

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
      const folder = relative(dist, dirname(importer)).replaceAll('\\', '/');
      const bundle = posix.relative(folder, `vendor/${path}.js`);
      return { path: bundle.startsWith('.') ? bundle : `./${bundle}`, external: true };
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

/** The declarations name each other by the modules that exist, and lie beside them in both forms. */
const copyDeclarations = (): void => {
  for (const name of libraryDeclarations()) {
    const text = readFileSync(join(dist, name), 'utf8').replace(
      /((?:from |import\()['"]\.[^'"]*)\.ts(?=['"])/g,
      '$1.js',
    );
    write(join(dist, name), text);
    write(join(cjs, name), text);
  }
};

rmSync(dist, { recursive: true, force: true });
emitDeclarations();
const modules = await bundlePackage(dist);
const library = await libraryFiles();
const inside = await bundleVendors(await translate(library));
copyDeclarations();
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
