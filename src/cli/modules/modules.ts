import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fault } from '../../common/fault.ts';
import type { AnyInboundConnector, AnyOutboundConnector } from '../../connector/types.ts';
import { loadingFix, whereLoadingFailed } from './load-failure.ts';

/** The connectors that a runtime takes, by direction. */
export interface Connectors {
  readonly outbound: readonly AnyOutboundConnector[];
  readonly inbound: readonly AnyInboundConnector[];
}

/** A module with what it exports. */
export interface LoadedModule {
  /** As it was named on the command line; a module of a folder has the folder's name. */
  readonly name: string;
  /** Address of its file, `file://…`. */
  readonly url: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const kindOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;

/**
 * Takes every connector that the modules export, alone or in a list. One connector under two names counts once.
 *
 * Throws a fault of kind `definition` that names each module, and each folder of modules, without a connector.
 *
 * @example
 * collectConnectors([{ name: './log.js', url: 'file:///log.js', exports: { log } }]); // { outbound: [log], inbound: [] }
 */
export const collectConnectors = (modules: readonly LoadedModule[]): Connectors => {
  const found = new Map<string, readonly unknown[]>();
  for (const { name, exports } of modules) {
    const values = Object.values(exports)
      .flat()
      .filter((value) => kindOf(value) === 'outbound' || kindOf(value) === 'inbound');
    found.set(name, [...(found.get(name) ?? []), ...values]);
  }
  const empty = [...found].filter(([, values]) => values.length === 0).map(([name]) => name);
  if (empty.length > 0) {
    throw fault('definition', {
      what: `No connector is exported by ${empty.join(', ')}.`,
      fix: 'export what defineOutbound or defineInbound returns, e.g. `export const log = defineOutbound({ … })`.',
    });
  }
  const all = [...new Set([...found.values()].flat())];
  return {
    outbound: all.filter((value): value is AnyOutboundConnector => kindOf(value) === 'outbound'),
    inbound: all.filter((value): value is AnyInboundConnector => kindOf(value) === 'inbound'),
  };
};

const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const looksLikePath = (name: string): boolean => /^\.{0,2}[/\\]|^[A-Za-z]:[/\\]|\.[cm]?[jt]s$/.test(name);

/**
 * The module's address: a file below `folder`, or else a package installed there. Throws a fault of kind `definition`
 * when there is neither, or when it is a BPMN file.
 */
export const locateModule = (name: string, folder: string): string => {
  if (/\.bpmn$/i.test(name)) {
    throw fault('definition', {
      what: `${name} is a BPMN file, not a module that exports connectors.`,
      where: folder,
      fix: `name the modules of its connectors instead, and deploy it: dev takes --resource ${name}, and start the variable CAMUNDA_RESOURCES with CAMUNDA_CONNECTION_TYPE=EMBEDDED.`,
    });
  }
  const path = resolve(folder, name);
  if (looksLikePath(name) || existsSync(path)) {
    if (existsSync(path)) return pathToFileURL(path).href;
    throw fault('definition', {
      what: `There is no file ${name}.`,
      where: folder,
      fix: 'give the path of a module as seen from there, with its extension.',
    });
  }
  try {
    return pathToFileURL(createRequire(resolve(folder, 'package.json')).resolve(name)).href;
  } catch (cause) {
    throw fault('definition', {
      what: `There is neither a file nor an installed package ${name}.`,
      where: folder,
      fix: `check the spelling, or install the package: npm install ${name}`,
      cause,
    });
  }
};

/** Whether Node.js itself strips types, as later versions do. */
const readsTypeScript = (): boolean => 'typescript' in process.features && Boolean(process.features.typescript);

/** Lets Node import TypeScript, by the tsx that is installed in the user's project, if there is one. */
const registerTsx = async (folder: string): Promise<void> => {
  let loader: string;
  try {
    loader = createRequire(resolve(folder, 'package.json')).resolve('tsx');
  } catch {
    return;
  }
  // What `node --import tsx` loads: it registers itself, and once more does no harm. It has to come before the first
  // import of the module, since a failed one would be remembered.
  await import(pathToFileURL(loader).href);
};

const typeScript = /\.[cm]?ts$/;

const moduleFile = /(?<!\.(?:test|spec|d))\.[cm]?[jt]s$/;

/** The modules that a name stands for: of a folder those directly within, without tests, by name. */
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
    what: `There is no module in the folder ${name}.`,
    where: folder,
    fix: 'name the folder that directly holds the .js or .ts files of the connectors.',
  });

/** TypeScript of a package that is not `"type": "module"`, and what was compiled from it, come with their exports in `default`. */
const exportsOf = (module: LoadedModule['exports']): LoadedModule['exports'] => {
  const { default: inner } = module;
  return typeof inner === 'object' && inner !== null && '__esModule' in inner ? { ...module, ...inner } : module;
};

const importModule = async (name: string, folder: string): Promise<Omit<LoadedModule, 'name'>> => {
  const url = locateModule(name, folder);
  if (typeScript.test(url) && !readsTypeScript()) await registerTsx(folder);
  try {
    return { url, exports: exportsOf((await import(url)) as LoadedModule['exports']) };
  } catch (cause) {
    const unread = errorCode(cause) === 'ERR_UNKNOWN_FILE_EXTENSION';
    if (unread && typeScript.test(url)) {
      throw fault('definition', {
        what: `${name} is TypeScript, and this Node.js reads only JavaScript by itself.`,
        where: folder,
        fix: 'install tsx (npm install --save-dev tsx), or name the compiled file.',
        cause,
      });
    }
    throw fault('definition', {
      what: `${name} cannot be loaded: ${messageOf(cause)}`,
      where: whereLoadingFailed(cause, url),
      fix: unread
        ? 'name JavaScript or TypeScript files; for TypeScript that JavaScript imports, name the importing file as TypeScript or compile both.'
        : loadingFix(cause, url),
      cause,
    });
  }
};

/**
 * Imports the named modules.
 *
 * Rejects with a fault of kind `definition` that names every module that cannot be loaded.
 *
 * @param names paths of files (with their extension) or folders, or package names; TypeScript needs tsx beside it or a
 *   Node.js that reads it
 * @param folder where paths and packages are looked for
 */
export const loadModules = async (names: readonly string[], folder: string): Promise<readonly LoadedModule[]> => {
  const loaded: LoadedModule[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const members = membersOf(name, folder);
    if (members.length === 0) problems.push(emptyFolder(name, folder).message);
    for (const member of members) {
      try {
        loaded.push({ name, ...(await importModule(member, folder)) });
      } catch (error) {
        problems.push(messageOf(error));
      }
    }
  }
  if (problems.length > 0) throw fault('definition', { what: problems.join('\n') });
  return loaded;
};

/**
 * Imports the named modules and takes their connectors; see {@link loadModules}.
 *
 * Rejects with a fault of kind `definition` that names every module that cannot be loaded or exports no connector.
 */
export const loadConnectors = async (names: readonly string[], folder: string): Promise<Connectors> =>
  collectConnectors(await loadModules(names, folder));
