/**
 * Puts the modules of the package together into few files, because Node.js finds, reads and links each file of its own: with a file for
 * each module, that took half of the start of a runtime.
 *
 * - `core.js` has what a program loads that imports the library, as one file. Every other file imports from there what it shares with it,
 *   so there is one copy of each module.
 * - `base.js` has the part of it that programs need which do not run connectors, so that these load nothing else of it: the command line,
 *   and the engine.
 * - The entries, the programs of the command line, and what `core.js` loads when it is needed are files under their own names. What they
 *   share lies in `chunks`.
 *
 * Nothing is minified or renamed, so that stacks stay readable, and a comment names the source of each part.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin, transform } from 'esbuild';

/** What is put together. */
export interface BundleOptions {
  /** The folder of the sources. */
  readonly sources: string;
  /** The folder of the files. */
  readonly into: string;
  /** What begins a program, as paths below the sources without extension. The first is the library. */
  readonly entries: readonly [string, ...string[]];
  /** What loads little of what the library loads, as paths below the sources without extension. Default: nothing. */
  readonly light?: readonly string[];
  /** The oldest version of Node.js, e.g. `node20.12`. */
  readonly target: string;
  /** Texts of modules that are not their source, by the path below the sources without extension. */
  readonly replaced?: Readonly<Record<string, string>>;
}

/** Marks a path below the folder of the files, until it is known from where it is imported. */
const mark = 'files:';

const core = 'core';
const base = 'base';

/** The file of a module below the folder of the sources, as `runtime/plan`. */
const nameOf = (sources: string, path: string): string =>
  relative(sources, path).replaceAll('\\', '/').replace(/\.ts$/, '');

const isRelative = (path: string): boolean => path.startsWith('.');

/** Texts of modules that are not their source. */
const replace = ({ sources, replaced = {} }: BundleOptions): Plugin => ({
  name: 'replace',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = replaced[nameOf(sources, path)];
      return contents === undefined ? undefined : { contents, loader: 'js' };
    }),
});

/** Leaves what is imported later to files of its own, and collects the names of its modules. */
const leaveLater = ({ sources }: BundleOptions, later: Set<string>): Plugin => ({
  name: 'leave-later',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const name = nameOf(sources, join(resolveDir, path));
      later.add(name);
      return { path: `${mark}${name}.js`, external: true };
    }),
});

const common = ({ target }: BundleOptions): BuildOptions & { readonly metafile: true; readonly write: false } => ({
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  target,
  metafile: true,
  write: false,
  logLevel: 'warning',
});

/** The modules that the library loads, each with its exports, and those that it imports later. */
const findCore = async (
  options: BundleOptions,
): Promise<{ readonly modules: ReadonlyMap<string, readonly string[]>; readonly later: ReadonlySet<string> }> => {
  const { sources, entries } = options;
  const later = new Set<string>();
  const { metafile } = await build({
    ...common(options),
    absWorkingDir: sources,
    entryPoints: [join(sources, `${entries[0]}.ts`)],
    outdir: sources,
    plugins: [leaveLater(options, later), replace(options)],
  });
  const names = Object.keys(metafile.inputs).map((path) => nameOf(sources, join(sources, path)));
  const each = await build({
    ...common(options),
    absWorkingDir: sources,
    entryPoints: names.map((name) => ({ in: join(sources, `${name}.ts`), out: name })),
    outdir: sources,
    plugins: [
      {
        name: 'each-alone',
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) =>
            kind === 'entry-point' ? undefined : { path, external: true },
          ),
      },
    ],
  });
  const exportsOf = Object.entries(each.metafile.outputs).map(([path, output]): [string, readonly string[]] => [
    path.replace(/\.js$/, ''),
    output.exports,
  ]);
  return { modules: new Map(exportsOf), later };
};

/** The modules of `core.js` that light programs load. */
const findBase = async (options: BundleOptions, names: CoreNames): Promise<CoreNames> => {
  const { sources, light = [] } = options;
  if (light.length === 0) return new Map();
  const { metafile } = await build({
    ...common(options),
    absWorkingDir: sources,
    entryPoints: light.map((name) => join(sources, `${name}.ts`)),
    outdir: sources,
    splitting: true,
    plugins: [leaveLater(options, new Set()), replace(options)],
  });
  const loaded = new Set(Object.keys(metafile.inputs).map((path) => nameOf(sources, join(sources, path))));
  return new Map([...names].filter(([name]) => loaded.has(name)));
};

/** For each module of `core.js`, the name there of each of its exports. */
type CoreNames = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** The name under which `core.js` exports what a module exports: its own, with a number if several modules have it. */
const coreNames = (modules: ReadonlyMap<string, readonly string[]>): CoreNames => {
  const taken = new Set<string>();
  const free = (name: string): string => {
    let wanted = name;
    for (let number = 2; taken.has(wanted); number++) wanted = `${name}${number}`;
    taken.add(wanted);
    return wanted;
  };
  return new Map(
    [...modules].map(([module, names]) => [module, Object.fromEntries(names.map((name) => [name, free(name)]))]),
  );
};

/** Exports what `core.js` has of a module, under the names of the module. */
const exportList = (own: Readonly<Record<string, string>>, path: string): string => {
  const items = Object.entries(own).map(([name, inCore]) => (name === inCore ? name : `${inCore} as ${name}`));
  return `export { ${items.join(', ')} } from ${JSON.stringify(path)};\n`;
};

/** One import or re-export of a module, as esbuild prints it. */
const statement = /^(import|export) \{ (.+) \} from "(\.[^"]+)";$/gm;

/** Lets a module take what it imports from one of these files directly: modules in between would become many small files. */
const takeFrom = (file: string, options: BundleOptions, names: CoreNames): Plugin => {
  const { sources, target, replaced = {} } = options;
  const rename = (list: string, own: Readonly<Record<string, string>>): string =>
    list
      .split(', ')
      .map((item) => {
        const [from = '', to = from] = item.split(' as ');
        return own[from] === to ? to : `${own[from]} as ${to}`;
      })
      .join(', ');
  const translate = async (path: string): Promise<string> => {
    const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm', target });
    return code.replaceAll(statement, (whole, keyword: string, list: string, specifier: string) => {
      const own = names.get(nameOf(sources, join(dirname(path), specifier)));
      return own === undefined ? whole : `${keyword} { ${rename(list, own)} } from "${mark}${file}.js";`;
    });
  };
  return {
    name: `take-from-${file}`,
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: new RegExp(`^${mark}`) }, ({ path }) => ({ path, external: true, sideEffects: false }));
      // A module of the file that is imported later, and elsewhere with others that are not.
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const name = nameOf(sources, join(resolveDir, path));
        return names.has(name) ? { path: name, namespace: file, sideEffects: false } : undefined;
      });
      onLoad({ filter: /./, namespace: file }, ({ path }) => ({
        contents: exportList(names.get(path)!, `${mark}${file}.js`),
      }));
      onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
        contents: replaced[nameOf(sources, path)] ?? (await translate(path)),
        loader: 'js',
      }));
    },
  };
};

/** A path below the folder of the files, as seen from one of them. */
export const pathFrom = (file: string, target: string): string => {
  const path = posix.relative(posix.dirname(file), target);
  return isRelative(path) ? path : `./${path}`;
};

/** Imports and re-exports of what a file has, as esbuild prints them. */
const statementsFrom = (file: string): RegExp =>
  new RegExp(`\\b(import|export) \\{([^}]*)\\} from "${mark}${file}\\.js"`, 'g');

const itemsOf = (list: string): readonly string[] => list.split(',').map((item) => item.trim());

const takenName = (item: string): string => item.split(' as ')[0]!;

/** What these texts take from a file. */
const takenFrom = (file: string, texts: readonly string[]): ReadonlySet<string> =>
  new Set(
    texts.flatMap((text) =>
      [...text.matchAll(statementsFrom(file))].flatMap(([, , list = '']) => itemsOf(list).map(takenName)),
    ),
  );

/** Lets a text take from `base.js` what is there, instead of from `core.js`. */
const takeFromBase = (text: string, names: CoreNames): string => {
  const inBase = new Set([...names.values()].flatMap((own) => Object.values(own)));
  return text.replaceAll(statementsFrom(core), (_, keyword: string, list: string) => {
    const items = itemsOf(list);
    const part = (file: string, own: readonly string[]): readonly string[] =>
      own.length === 0 ? [] : [`${keyword} { ${own.join(', ')} } from "${mark}${file}.js"`];
    return [
      ...part(
        base,
        items.filter((item) => inBase.has(takenName(item))),
      ),
      ...part(
        core,
        items.filter((item) => !inBase.has(takenName(item))),
      ),
    ].join(';\n');
  });
};

/** The text of a module that exports what is taken of these modules. */
const exportsOf = (names: CoreNames, taken: ReadonlySet<string>): string =>
  [...names]
    .flatMap(([module, own]) => {
      const items = Object.entries(own).filter(([, name]) => taken.has(name));
      const list = items.map(([name, exported]) => (name === exported ? name : `${name} as ${exported}`)).join(', ');
      return items.length === 0 ? [] : [`export { ${list} } from "./${module}.ts";\n`];
    })
    .join('');

/**
 * Writes the files.
 *
 * @returns their paths below the folder, sorted
 */
export const bundleModules = async (options: BundleOptions): Promise<readonly string[]> => {
  const { sources, into, entries } = options;
  const { modules, later } = await findCore(options);
  const names = coreNames(modules);
  const shared = { ...common(options), absWorkingDir: join(sources, '..'), outdir: into };
  const starts = [...new Set([...entries, ...later])];
  const { outputFiles, metafile } = await build({
    ...shared,
    entryPoints: starts
      .filter((name) => !names.has(name))
      .map((name) => ({ in: join(sources, `${name}.ts`), out: name })),
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [takeFrom(core, options, names)],
  });
  const twice = Object.keys(metafile.inputs).filter((path) => names.has(nameOf(sources, join(sources, '..', path))));
  if (twice.length > 0) throw new Error(`These modules would exist twice: ${twice.join(', ')}`);
  const baseNames = await findBase(options, names);
  const others = [
    ...starts.flatMap((name) => {
      const own = names.get(name);
      return own === undefined ? [] : [{ file: `${name}.js`, text: exportList(own, `${mark}${core}.js`) }];
    }),
    ...outputFiles.map(({ path, text }) => ({ file: relative(into, path).replaceAll('\\', '/'), text })),
  ].map(({ file, text }) => ({ file, text: takeFromBase(text, baseNames) }));
  const one = async (file: string, own: CoreNames, taken: ReadonlySet<string>, lower: CoreNames): Promise<string> => {
    const { outputFiles } = await build({
      ...shared,
      stdin: { contents: exportsOf(own, taken), resolveDir: sources, sourcefile: file },
      plugins: [leaveLater(options, new Set()), takeFrom(base, options, lower), replace(options)],
    });
    return outputFiles[0]!.text;
  };
  const texts = others.map(({ text }) => text);
  const ownNames = new Map([...names].filter(([name]) => !baseNames.has(name)));
  const coreText = await one(core, ownNames, takenFrom(core, texts), baseNames);
  const files = [...others, { file: `${core}.js`, text: coreText }];
  if (baseNames.size > 0) {
    const baseText = await one(base, baseNames, takenFrom(base, [...texts, coreText]), new Map());
    files.push({ file: `${base}.js`, text: baseText });
  }
  for (const { file, text } of files) {
    const path = join(into, file);
    mkdirSync(dirname(path), { recursive: true });
    const linked = text.replaceAll(new RegExp(`"${mark}([^"]+)"`, 'g'), (_, target: string) =>
      JSON.stringify(pathFrom(file, target)),
    );
    // What asks for its own place expects to lie in a folder below the root.
    if (/\bimport\.meta\b/.test(linked) && file.split('/').length !== 2) {
      throw new Error(`${file} uses import.meta, and lies elsewhere than its source. Fix: see src/cli/own-files.ts.`);
    }
    writeFileSync(path, linked);
  }
  return files.map(({ file }) => file).sort();
};

const project = fileURLToPath(new URL('..', import.meta.url));
const { resolve: resolvePackage } = createRequire(import.meta.url);

/** The oldest version of Node.js that the package supports, for esbuild. */
export const target = ((): string => {
  const manifest = readFileSync(join(project, 'package.json'), 'utf8');
  const { engines } = JSON.parse(manifest) as { readonly engines: { readonly node: string } };
  return `node${/\d+\.\d+/.exec(engines.node)![0]}`;
})();

/** The module with the description of Zeebe's extension elements, which reads a file in the sources. */
const description = (): string => {
  const content = JSON.parse(readFileSync(resolvePackage('zeebe-bpmn-moddle/resources/zeebe.json'), 'utf8'));
  return `// From zeebe-bpmn-moddle; see THIRD-PARTY.txt.\nexport const zeebeTypes = ${JSON.stringify(content)};\n`;
};

/** The entries of the library, as paths below the sources without extension. */
export const libraryEntries = ['index', 'engine/index', 'template/index', 'testing/index'] as const;

/** What the command line starts as a process, a thread or hooks of its own. */
const programs = ['cli/main', 'cli/dev/host/thread', 'cli/dev/host/import-hooks', 'cli/template/watch-child'] as const;

/**
 * Writes the files of the package into a folder.
 *
 * @param more other entries, as paths below the sources without extension
 */
export const bundlePackage = (into: string, more: readonly string[] = []): Promise<readonly string[]> =>
  bundleModules({
    sources: join(project, 'src'),
    into,
    entries: [...libraryEntries, ...programs, ...more],
    light: ['engine/index', 'cli/main', 'cli/dev/run-dev', 'cli/dev/page/start-page', 'cli/dev/host/thread-host'],
    target,
    replaced: { 'engine/model/xml/zeebe-types': description() },
  });
