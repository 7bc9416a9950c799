/** Fetches the official clients into temporary folders, once. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runOrThrow } from '../installed/shell.ts';

const base = join(tmpdir(), 'camunda-connectors-official-clients');

const flags = ['--no-audit', '--no-fund', '--loglevel=error'] as const;

/** The Node.js that the clients for JavaScript need. */
const nodeVersion = '24.22.3';

const clientVersion = '9.1.5';
const commandLineVersion = '4.1.0';
/** The version of Camunda's client for Java. */
export const javaVersion = '8.9.0';

/** Makes a folder and what belongs into it, unless it is there. One that is not complete does not stay. */
const once = async (name: string, make: (folder: string) => Promise<unknown>): Promise<string> => {
  const folder = join(base, name);
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  try {
    await make(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
};

const npmInstall = async (folder: string, manifest: object): Promise<void> => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', ...manifest }));
  await runOrThrow(['npm', 'install', '--install-links', ...flags], folder);
};

/** The path of a Node.js that is new enough. */
export const newNode = async (): Promise<string> => {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const folder = await once(`${name}-${nodeVersion}`, (place) =>
    npmInstall(place, { dependencies: { [name]: nodeVersion } }),
  );
  return join(folder, 'node_modules', name, 'bin/node');
};

/** The folder with `@camunda8/orchestration-cluster-api`. */
export const orchestrationClient = (): Promise<string> =>
  once(`client-${clientVersion}`, (folder) =>
    npmInstall(folder, { dependencies: { '@camunda8/orchestration-cluster-api': clientVersion } }),
  );

/**
 * What stands between `c8ctl` and its client where the registry does not have the version of the client that it asks for:
 * the newest one that is there, and the names that only the newer one exports, which are helpers for types.
 */
const standIn: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    ...{
      name: '@camunda8/orchestration-cluster-api',
      version: '10.0.0-alpha.43',
      type: 'module',
      exports: './index.js',
    },
    dependencies: { 'published-client': `npm:@camunda8/orchestration-cluster-api@${clientVersion}` },
  }),
  'index.js': `export * from 'published-client';
const id = { assumeExists: (value) => value, getValue: (value) => value, isValid: (value) => typeof value === 'string' };
export { id as GroupId, id as MappingRuleId, id as RoleId };
export const WaitStateTypeEnum = {};
`,
};

/** The path of `c8ctl`, and whether it has a client of another version than it asks for. */
export const commandLine = async (): Promise<{ readonly path: string; readonly isAdapted: boolean }> => {
  const dependencies = { '@camunda8/cli': commandLineVersion };
  const program = 'node_modules/@camunda8/cli/dist/index.js';
  try {
    const folder = await once(`c8ctl-${commandLineVersion}`, (place) => npmInstall(place, { dependencies }));
    return { path: join(folder, program), isAdapted: false };
  } catch (error) {
    if (!String(error).includes('ETARGET')) throw error;
  }
  const folder = await once(`c8ctl-${commandLineVersion}-adapted`, async (place) => {
    mkdirSync(join(place, 'client'));
    for (const [name, text] of Object.entries(standIn)) writeFileSync(join(place, 'client', name), text);
    const client = { '@camunda8/orchestration-cluster-api': 'file:./client' };
    await npmInstall(place, { dependencies: { ...dependencies, ...client }, overrides: client });
  });
  return { path: join(folder, program), isAdapted: true };
};

/** The folder with `io.camunda:camunda-client-java` and everything that it needs. */
export const javaLibraries = async (): Promise<string> => {
  const folder = await once(`java-${javaVersion}`, async (place) => {
    const project = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>judge</groupId><artifactId>judge</artifactId><version>1</version><dependencies><dependency><groupId>io.camunda</groupId><artifactId>camunda-client-java</artifactId><version>${javaVersion}</version></dependency></dependencies></project>`;
    writeFileSync(join(place, 'pom.xml'), project);
    await runOrThrow(
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime'],
      place,
    );
  });
  return join(folder, 'lib');
};

/** A new empty folder. */
export const emptyFolder = (name: string): string => {
  const folder = join(base, `${name}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
};
