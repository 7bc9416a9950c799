import { type Rejection, reject } from './machine/rejection.ts';
import type { CompiledResource } from './machine/types.ts';
import type { CompileBpmn, Problem } from './model/types.ts';

/** A file to deploy. */
export interface DeploymentFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Problems of one file; those that concern the file as a whole have no element. */
interface Report {
  readonly name: string;
  readonly problems: readonly (Problem | { readonly text: string })[];
}

const rejected = (reason: string): Rejection => reject('INVALID_ARGUMENT', 'CREATE', reason);

const describe = ({ name, problems }: Report): string => {
  const byElement = new Map<string, string[]>();
  for (const problem of problems) {
    const element = 'element' in problem ? problem.element : '';
    const texts = byElement.get(element);
    if (texts === undefined) byElement.set(element, [problem.text]);
    else texts.push(problem.text);
  }
  const lines = [...byElement].flatMap(([element, texts]) => [
    ...(element === '' ? [] : [`- Element: ${element}`]),
    ...texts.map((text) => `${element === '' ? '' : '    '}- ERROR: ${text}`),
  ]);
  return [`'${name}':`, ...lines].join('\n');
};

const compileFile = async (compile: CompileBpmn, file: DeploymentFile): Promise<CompiledResource | Report> => {
  const { name, content } = file;
  if (!/\.(bpmn|xml)$/i.test(name)) {
    return { name, problems: [{ text: 'the embedded engine deploys BPMN files only, named *.bpmn or *.xml' }] };
  }
  const compiled = await compile(name, content);
  if (!compiled.ok) return { name, problems: compiled.problems };
  if (compiled.processes.length === 0) {
    return { name, problems: [{ text: 'the file holds no executable process (isExecutable="true")' }] };
  }
  return { name, content, processes: compiled.processes };
};

const isReport = (result: CompiledResource | Report): result is Report => 'problems' in result;

/** Process ids that appear twice: in two files, or twice in one. */
const repeatedIds = (resources: readonly CompiledResource[]): readonly Report[] => {
  const owners = new Map<string, string>();
  const reports: Report[] = [];
  for (const { name, processes } of resources) {
    for (const { id } of processes) {
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, name);
      else
        reports.push({
          name,
          problems: [{ element: id, text: `the process id '${id}' is in this deployment already, in '${owner}'` }],
        });
    }
  }
  return reports;
};

/**
 * Compiles the files of one deployment, all or nothing.
 *
 * @throws a `rejection` fault (INVALID_ARGUMENT) that lists every problem of every file
 */
export const compileFiles = async (
  compile: CompileBpmn,
  files: readonly DeploymentFile[],
): Promise<readonly CompiledResource[]> => {
  if (files.length === 0) throw rejected('A deployment needs at least one file, but has none.');
  const results = await Promise.all(files.map((file) => compileFile(compile, file)));
  const resources = results.filter((result): result is CompiledResource => !isReport(result));
  const reports = [...results.filter(isReport), ...repeatedIds(resources)];
  if (reports.length > 0) {
    throw rejected(`The deployment has errors; nothing of it was deployed.\n${reports.map(describe).join('\n')}`);
  }
  return resources;
};
