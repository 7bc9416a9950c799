import { reject } from '../machine/rejection.ts';
import type { CompiledResource } from '../machine/types.ts';
import { repeatedProcessIds } from '../model/checks/repeated-process-ids.ts';
import { deploymentErrorText } from '../model/index.ts';
import type { CompileBpmn, Problem } from '../model/types.ts';
import { readForm } from './read-form.ts';

/** A file to deploy. */
export interface DeploymentFile {
  readonly name: string;
  readonly content: Uint8Array;
}

interface Result {
  readonly name: string;
  readonly problems: readonly Problem[];
  /** Undefined if there are problems. */
  readonly resource?: CompiledResource;
}

const readFormFile = ({ name, content }: DeploymentFile): Result => {
  const form = readForm(content);
  if (typeof form === 'string') return { name, problems: [{ element: name, text: form }] };
  return { name, problems: [], resource: { name, content, processes: [], form } };
};

/** What DMN needs is loaded only when a DMN file is deployed. */
const compileDmnFile = async ({ name, content }: DeploymentFile): Promise<Result> => {
  const { compileDmn } = await import('../decisions/compile-dmn.ts');
  const compiled = await compileDmn(name, content);
  if (!compiled.ok) return { name, problems: compiled.problems };
  return { name, problems: [], resource: { name, content, processes: [], requirements: compiled.requirements } };
};

const compileFile = async (compile: CompileBpmn, { name, content }: DeploymentFile): Promise<Result> => {
  if (/\.form$/i.test(name)) return readFormFile({ name, content });
  if (/\.dmn$/i.test(name)) return compileDmnFile({ name, content });
  if (!/\.(bpmn|xml)$/i.test(name)) {
    const text =
      'The embedded engine deploys only BPMN files, named *.bpmn or *.xml, DMN files, named *.dmn, and forms, named *.form.';
    return { name, problems: [{ element: name, text }] };
  }
  const compiled = await compile(name, content);
  if (!compiled.ok) return { name, problems: compiled.problems };
  return { name, problems: [], resource: { name, content, processes: compiled.processes } };
};

/** Adds a problem to each file with a process id that an earlier file of the deployment has. */
const withRepeatedIds = (results: readonly Result[]): readonly Result[] => {
  const repeated = repeatedProcessIds(
    results.map(({ name, resource }) => ({ name, processes: resource?.processes ?? [] })),
  );
  return results.map((result, index) => ({ ...result, problems: [...result.problems, ...repeated[index]!] }));
};

/**
 * Compiles the files of a deployment, all or none.
 *
 * @throws a `rejection` fault (INVALID_ARGUMENT) that lists all problems of all files
 */
export const compileFiles = async (
  compile: CompileBpmn,
  files: readonly DeploymentFile[],
): Promise<readonly CompiledResource[]> => {
  if (files.length === 0) {
    throw reject('INVALID_ARGUMENT', 'CREATE', 'A deployment needs at least one file, but has none.');
  }
  const results = withRepeatedIds(await Promise.all(files.map((file) => compileFile(compile, file))));
  if (results.some(({ problems }) => problems.length > 0)) {
    throw reject('INVALID_ARGUMENT', 'CREATE', deploymentErrorText(results));
  }
  return results.flatMap(({ resource }) => resource ?? []);
};
