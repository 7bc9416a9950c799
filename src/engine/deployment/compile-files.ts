import { reject } from '../machine/rejection.ts';
import type { CompiledResource } from '../machine/types.ts';
import { repeatedProcessIds } from '../model/checks/repeated-process-ids.ts';
import { type ClusterVersion, defaultVersion, isSince } from '../model/cluster-version.ts';
import { deploymentErrorText } from '../model/index.ts';
import type { CompileBpmn, Problem } from '../model/types.ts';
import { readWithId } from './read-json-file.ts';
import { rememberCompiled } from './remember-compiled.ts';

/** A file to deploy. */
export interface DeploymentFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What a file has become. */
export interface FileResult {
  readonly name: string;
  readonly problems: readonly Problem[];
  /** Undefined if there are problems. */
  readonly resource?: CompiledResource;
}

const readFormFile = ({ name, content }: DeploymentFile): FileResult => {
  const form = readWithId(content, 'form');
  if (typeof form === 'string') return { name, problems: [{ element: name, text: form }] };
  return { name, problems: [], resource: { name, content, processes: [], form } };
};

/** What DMN needs is loaded only when a DMN file is deployed. */
const compileDmn = rememberCompiled(async (name, content) => {
  const decisions = await import('../decisions/compile-dmn.ts');
  return decisions.compileDmn(name, content);
});

const compileDmnFile = async ({ name, content }: DeploymentFile): Promise<FileResult> => {
  const compiled = await compileDmn(name, content);
  if (!compiled.ok) return { name, problems: compiled.problems };
  return { name, problems: [], resource: { name, content, processes: [], requirements: compiled.requirements } };
};

/** The namespace of BPMN, without which an XML file is not a process. */
const bpmnNamespace = Buffer.from('http://www.omg.org/spec/BPMN/20100524/MODEL');

const isBpmn = ({ name, content }: DeploymentFile, version: ClusterVersion): boolean => {
  if (/\.bpmn$/i.test(name)) return true;
  if (!/\.xml$/i.test(name)) return false;
  return !isSince(version, '8.10') || Buffer.from(content).includes(bpmnNamespace);
};

/** A file that is only stored: a script of RPA, which has an id, or, since Camunda 8.10, any other file. */
const readOtherFile = ({ name, content }: DeploymentFile, version: ClusterVersion): FileResult => {
  const isScript = /\.rpa$/i.test(name) && isSince(version, '8.7');
  if (!isScript && !isSince(version, '8.10')) {
    const text =
      `Camunda ${version} deploys only BPMN files, named *.bpmn or *.xml, DMN files, named *.dmn, and forms, named *.form; ` +
      'Camunda 8.10 stores any other file as well.';
    return { name, problems: [{ element: name, text }] };
  }
  const file = isScript ? readWithId(content, 'RPA script') : { id: name };
  if (typeof file === 'string') return { name, problems: [{ element: name, text: file }] };
  return { name, problems: [], resource: { name, content, processes: [], file } };
};

const compileFile = async (
  compile: CompileBpmn,
  { name, content }: DeploymentFile,
  version: ClusterVersion,
): Promise<FileResult> => {
  if (/\.form$/i.test(name)) return readFormFile({ name, content });
  if (/\.dmn$/i.test(name)) return compileDmnFile({ name, content });
  if (!isBpmn({ name, content }, version)) return readOtherFile({ name, content }, version);
  const compiled = await compile(name, content);
  if (!compiled.ok) return { name, problems: compiled.problems };
  return { name, problems: [], resource: { name, content, processes: compiled.processes } };
};

/** Compiles files one by one: what one of them has become does not depend on the others. */
export const compileEach = (
  compile: CompileBpmn,
  files: readonly DeploymentFile[],
  version: ClusterVersion = defaultVersion,
): Promise<readonly FileResult[]> => Promise.all(files.map((file) => compileFile(compile, file, version)));

/** Adds a problem to each file with a process id that an earlier file of the deployment has. */
const withRepeatedIds = (results: readonly FileResult[]): readonly FileResult[] => {
  const repeated = repeatedProcessIds(
    results.map(({ name, resource }) => ({ name, processes: resource?.processes ?? [] })),
  );
  return results.map((result, index) => ({ ...result, problems: [...result.problems, ...repeated[index]!] }));
};

/**
 * Compiles the files of a deployment, all or none.
 *
 * @param version of the cluster, which decides what other files than processes, decisions and forms become; default: the newest
 * @throws a `rejection` fault (INVALID_ARGUMENT) that lists all problems of all files
 */
export const compileFiles = async (
  compile: CompileBpmn,
  files: readonly DeploymentFile[],
  version: ClusterVersion = defaultVersion,
): Promise<readonly CompiledResource[]> => {
  if (files.length === 0) {
    throw reject('INVALID_ARGUMENT', 'CREATE', 'A deployment needs at least one file, but has none.');
  }
  const results = withRepeatedIds(await compileEach(compile, files, version));
  if (results.some(({ problems }) => problems.length > 0)) {
    throw reject('INVALID_ARGUMENT', 'CREATE', deploymentErrorText(results));
  }
  return results.flatMap(({ resource }) => resource ?? []);
};
