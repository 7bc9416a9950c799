/** The package.json of a new project. */
import { join, relative, resolve } from 'node:path';
import { isObject } from '../../common/is-object.ts';
import type { InitRequest } from './options.ts';

/** The parts of a package.json that matter here. */
export interface Manifest {
  readonly version?: string;
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

/** Our own package, as the new project refers to it. */
export interface OwnPackage {
  readonly manifest: Manifest;
  /** How the project with this package refers to it, and that project's folder; `undefined` if it is not installed. */
  readonly installed?: { readonly folder: string; readonly spec: string } | undefined;
}

/** A packed file is not in any registry, so the new project has to name the same file. */
const ownSpec = ({ manifest, installed }: OwnPackage, folder: string): string => {
  if (installed === undefined || !installed.spec.startsWith('file:')) return `^${manifest.version}`;
  const path = relative(folder, resolve(installed.folder, installed.spec.slice('file:'.length)));
  return `file:${path.replaceAll('\\', '/')}`;
};

/** The scripts of a new project, by their names. */
export const projectScripts = (extension: string): Readonly<Record<string, string>> => {
  const isTyped = extension === 'ts';
  const greet = `src/greet.${extension}`;
  const dev = `camunda-connectors dev ${greet} --resource bpmn`;
  // Node.js finds the tests of JavaScript by itself. It expands a pattern only from version 21 on, and some shells never do; our command does.
  const tests = isTyped ? `node --import tsx --test src/*.test.${extension}` : 'node --test';
  return {
    ...(isTyped ? { types: 'tsc' } : {}),
    test: isTyped ? `camunda-connectors test -- ${tests}` : tests,
    coverage: `camunda-connectors test --coverage coverage/processes --min 80 -- ${tests}`,
    dev,
    try: `${dev} --run greeting --variables "{ \\"visitor\\": \\"Ada\\" }"`,
    start: `camunda-connectors start ${greet}`,
    template: `camunda-connectors template ${greet}`,
  };
};

/** `npm init` writes this script, which only says that there is no test. */
const isPlaceholder = (script: unknown): boolean => typeof script === 'string' && script.includes('no test specified');

const withoutPlaceholder = (scripts: Manifest['scripts']): object =>
  Object.fromEntries(Object.entries(scripts ?? {}).filter(([, script]) => !isPlaceholder(script)));

/** Existing entries win. */
const added = (wanted: Readonly<Record<string, string>>, present: unknown): Readonly<Record<string, unknown>> => ({
  ...wanted,
  ...(isObject(present) ? present : {}),
});

/**
 * The package.json of the project. What it has already stays; only what is missing is added.
 *
 * @param before the project's package.json, if there is one
 * @param folder the project's absolute path
 * @param name of a new project
 */
export const projectManifest = (
  before: Manifest | undefined,
  own: OwnPackage,
  request: Pick<InitRequest, 'language'> & {
    readonly folder: string;
    readonly name: string;
    readonly extension: string;
  },
): Manifest => {
  const { language, folder, name, extension } = request;
  const versions = { ...own.manifest.devDependencies, ...own.manifest.dependencies };
  const tools = ['@types/node', 'tsx', 'typescript'];
  const known = { ...(before?.dependencies ?? {}), ...(before?.devDependencies ?? {}) };
  const missing = (names: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(names.filter((one) => known[one] === undefined).map((one) => [one, versions[one] ?? '*']));
  const devDependencies = language === 'typescript' ? missing(tools) : {};
  const start: Manifest = before ?? { name, version: '0.0.0', private: true, type: 'module' };
  return {
    ...start,
    scripts: added(projectScripts(extension), withoutPlaceholder(start.scripts)) as Readonly<Record<string, string>>,
    dependencies: added(
      { 'camunda-connectors': ownSpec(own, folder), ...missing(['valibot']) },
      start.dependencies,
    ) as Readonly<Record<string, string>>,
    ...(Object.keys(devDependencies).length === 0 && start.devDependencies === undefined
      ? {}
      : { devDependencies: added(devDependencies, start.devDependencies) as Readonly<Record<string, string>> }),
  };
};

/** The folder of the project whose `node_modules` contain a package; `undefined` if it is not installed. */
export const installingFolder = (ownFolder: string): string | undefined => {
  const parts = ownFolder.replaceAll('\\', '/').split('/');
  const index = parts.lastIndexOf('node_modules');
  return index < 1 ? undefined : join(parts.slice(0, index).join('/') || '/');
};
