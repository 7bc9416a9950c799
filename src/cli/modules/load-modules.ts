import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as threads from 'node:worker_threads';
import { fault } from '../../common/fault.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { AnyOutboundConnector } from '../../connector/types.ts';
import type { AnyInbound } from '../../runtime/index.ts';
import { rememberOrigin } from './duplicates.ts';
import { loadWithin } from './early-exit.ts';
import { loadingFix, whereLoadingFailed } from './load-failure.ts';
import { packageFolder } from './watch-sources.ts';

/** Connectors by direction, as a runtime takes them. */
export interface Connectors {
  readonly outbound: readonly AnyOutboundConnector[];
  /** Inbound connectors and webhooks. */
  readonly inbound: readonly AnyInbound[];
}

/** A module and its exports. */
export interface LoadedModule {
  /** The name from the command line. A module in a folder has the folder's name. */
  readonly name: string;
  /** URL of its file, `file://…`. */
  readonly url: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const kindOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;

const isInbound = (value: unknown): value is AnyInbound => kindOf(value) === 'inbound' || kindOf(value) === 'webhook';

/**
 * Collects every connector and webhook that the modules export, directly or in a list. A connector that is exported twice counts
 * once.
 *
 * @throws a fault of kind `definition` that names each module, and each folder of modules, without a connector
 * @example
 * collectConnectors([{ name: './log.js', url: 'file:///log.js', exports: { log } }]); // { outbound: [log], inbound: [] }
 */
export const collectConnectors = (modules: readonly LoadedModule[]): Connectors => {
  const found = new Map<string, readonly unknown[]>();
  for (const module of modules) {
    const { name, exports } = module;
    const values = Object.values(exports)
      .flat()
      .filter((value): value is object => kindOf(value) === 'outbound' || isInbound(value));
    for (const value of values) rememberOrigin(value, module);
    found.set(name, [...(found.get(name) ?? []), ...values]);
  }
  const empty = [...found].filter(([, values]) => values.length === 0).map(([name]) => name);
  if (empty.length > 0) {
    throw fault('definition', {
      what: `There is no connector in ${empty.join(', ')}.`,
      fix: 'export the result of defineOutbound, defineInbound or defineWebhook, e.g. `export const log = defineOutbound({ … })`.',
    });
  }
  const all = [...new Set([...found.values()].flat())];
  return {
    outbound: all.filter((value): value is AnyOutboundConnector => kindOf(value) === 'outbound'),
    inbound: all.filter(isInbound),
  };
};

const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const looksLikePath = (name: string): boolean => /^\.{0,2}[/\\]|^[A-Za-z]:[/\\]|\.[cm]?[jt]s$/.test(name);

const isFolderName = (name: string): boolean => /[/\\]$/.test(name);

const missingFolder = (name: string, folder: string): Error => {
  const path = resolve(folder, name);
  const parent = dirname(path);
  const siblings = existsSync(parent) ? readdirSync(parent, { withFileTypes: true }) : [];
  const folders = siblings.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return fault('definition', {
    what: didYouMean(`There is no folder ${name}.`, nearest(basename(path), folders)),
    where: folder,
    fix: 'give the path of the folder relative to that one.',
  });
};

/** The package that a name such as `shelf/log` or `@acme/shelf/log` starts with. */
const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

/**
 * Finds a module: a file relative to `folder`, or a package that is installed there.
 *
 * @returns its URL, `file://…`
 * @throws a fault of kind `definition` if there is neither, or if the name is that of a BPMN file
 */
export const locateModule = (name: string, folder: string): string => {
  if (/\.bpmn$/i.test(name)) {
    throw fault('definition', {
      what: `${name} is a BPMN file, not a module that exports connectors.`,
      where: folder,
      fix: `name the modules of the connectors instead. To deploy the file, use dev with --resource ${name}, or start with CAMUNDA_CONNECTION_TYPE=EMBEDDED and CAMUNDA_RESOURCES=${name}.`,
    });
  }
  const path = resolve(folder, name);
  if (looksLikePath(name) || isFolderName(name) || existsSync(path)) {
    if (existsSync(path)) return pathToFileURL(path).href;
    if (isFolderName(name)) throw missingFolder(name, folder);
    throw fault('definition', {
      what: `There is no file ${name}.`,
      where: folder,
      fix: 'give the path relative to that folder, with the extension.',
    });
  }
  try {
    return pathToFileURL(createRequire(resolve(folder, 'package.json')).resolve(name)).href;
  } catch (cause) {
    throw fault('definition', {
      what: `There is no file or installed package ${name}.`,
      where: folder,
      fix: `check the spelling and the extension of a file, or install the package: npm install ${packageOf(name)}`,
      cause,
    });
  }
};

/** The packages of the named modules, as absolute paths of folders. Throws as {@link locateModule} does. */
export const moduleFolders = (names: readonly string[], folder: string): readonly string[] => [
  ...new Set(names.map((name) => packageFolder(fileURLToPath(locateModule(name, folder))))),
];

/** Whether Node.js itself strips types, as later versions do. */
const readsTypeScript = (): boolean => 'typescript' in process.features && Boolean(process.features.typescript);

/** Enables imports of TypeScript with the tsx of the user's project, if it is installed. */
const registerTsx = async (folder: string): Promise<void> => {
  const { resolve: find } = createRequire(resolve(folder, 'package.json'));
  let loader: string;
  try {
    loader = find('tsx');
  } catch {
    return;
  }
  // The same file as in `node --import tsx`: it registers itself, also if it did so before. It must come before the
  // first import of the module, because Node.js remembers a failed import.
  await import(pathToFileURL(loader).href);
  // In another thread than the first one, it does so only in newer versions of Node.js, which have this name.
  if (threads.isMainThread || 'isInternalThread' in threads) return;
  // Its file for require() does not find its other files.
  const api = find('tsx/esm/api').replace(/\.cjs$/, '.mjs');
  const { register } = (await import(pathToFileURL(api).href)) as { readonly register: () => unknown };
  register();
};

const typeScript = /\.[cm]?ts$/;

const moduleFile = /(?<!\.(?:test|spec|d))\.[cm]?[jt]s$/;

/** The modules that a name stands for. For a folder: the files directly in it, without tests, sorted by name. */
const membersOf = (name: string, folder: string): readonly string[] => {
  const path = resolve(folder, name);
  if (!existsSync(path) || !statSync(path).isDirectory()) return [name];
  const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => entry.name)
    .filter((file) => moduleFile.test(file))
    .sort()
    .map((file) => join(path, file));
};

const emptyFolder = (name: string, folder: string): Error =>
  fault('definition', {
    what: `The folder ${name} contains no module.`,
    where: folder,
    fix: 'name the folder with the .js or .ts files of the connectors; subfolders are not searched.',
  });

/** In a package without `"type": "module"`, TypeScript and its compiled form have their exports in `default`. */
const exportsOf = (module: LoadedModule['exports']): LoadedModule['exports'] => {
  const { default: inner } = module;
  return typeof inner === 'object' && inner !== null && '__esModule' in inner ? { ...module, ...inner } : module;
};

const unloadable = (cause: unknown, name: string, url: string, folder: string): Error => {
  const unread = errorCode(cause) === 'ERR_UNKNOWN_FILE_EXTENSION';
  if (unread && typeScript.test(url)) {
    return fault('definition', {
      what: `${name} is TypeScript, which this version of Node.js cannot run.`,
      where: folder,
      fix: 'install tsx (npm install --save-dev tsx), or name the compiled file.',
      cause,
    });
  }
  return fault('definition', {
    what: `${name} cannot be loaded: ${messageOf(cause)}`,
    where: whereLoadingFailed(cause, url),
    fix: unread
      ? 'name JavaScript or TypeScript files. If a JavaScript file imports TypeScript, compile the latter, or turn the importing file into TypeScript.'
      : loadingFix(cause, url),
    cause,
  });
};

const importModule = async (name: string, folder: string, limit?: number): Promise<Omit<LoadedModule, 'name'>> => {
  const url = locateModule(name, folder);
  if (typeScript.test(url) && !readsTypeScript()) await registerTsx(folder);
  const load = async (): Promise<LoadedModule['exports']> => {
    try {
      return (await import(url)) as LoadedModule['exports'];
    } catch (cause) {
      throw unloadable(cause, name, url, folder);
    }
  };
  return { url, exports: exportsOf(await loadWithin(name, load, limit)) };
};

/**
 * Imports the named modules.
 *
 * @param names paths of files (with extension) or folders, or names of packages. TypeScript needs tsx in the project, or
 *   a Node.js that strips types.
 * @param folder paths and packages are resolved from this folder
 * @param limit milliseconds that each module may take; a minute by default
 * @throws a fault of kind `definition` that names every module that cannot be loaded
 */
export const loadModules = async (
  names: readonly string[],
  folder: string,
  limit?: number,
): Promise<readonly LoadedModule[]> => {
  const loaded: LoadedModule[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const members = membersOf(name, folder);
    if (members.length === 0) problems.push(emptyFolder(name, folder).message);
    for (const member of members) {
      try {
        loaded.push({ name, ...(await importModule(member, folder, limit)) });
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
  }
  if (problems.length > 0) throw fault('definition', { what: problems.join('\n') });
  return loaded;
};

/**
 * Imports the named modules and collects their connectors; see {@link loadModules}.
 *
 * @throws a fault of kind `definition` that names every module that cannot be loaded or exports no connector
 */
export const loadConnectors = async (names: readonly string[], folder: string): Promise<Connectors> =>
  collectConnectors(await loadModules(names, folder));
