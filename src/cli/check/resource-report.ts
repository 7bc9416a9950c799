import { resolve } from 'node:path';
import { isObject } from '../../common/is-object.ts';
import { printable } from '../../common/printable.ts';
import type { DeploymentFile } from '../../engine/deployment/compile-files.ts';
import { compileOnce } from '../../engine/deployment/compile-once.ts';
import { readFiles } from '../../engine/deployment/read-files.ts';
import { unservedInbound } from '../../engine/deployment/unserved-inbound.ts';
import type { ProcessModel } from '../../engine/model/types.ts';
import { compileExpression } from '../../feel/index.ts';
import { findHints, hintLine } from '../hints/hints.ts';
import { compileResources, readBeside } from '../hints/references/read-resources.ts';
import type { HintFacts } from '../hints/types.ts';
import { changedResults } from './changed-results.ts';

const isCompiled = (value: object): value is { readonly source: string } =>
  'source' in value && typeof value.source === 'string' && 'evaluate' in value;

const isValid = (source: string): boolean => {
  try {
    compileExpression(source);
    return true;
  } catch {
    return false;
  }
};

/** The expressions in a part of a model, without the leading `=`: compiled ones, and texts such as those of task headers. */
const expressionsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.startsWith('=') && isValid(value) ? [value.slice(1).trim()] : [];
  if (Array.isArray(value)) return value.flatMap(expressionsIn);
  if (!isObject(value)) return [];
  return isCompiled(value) ? [value.source] : Object.values(value).flatMap(expressionsIn);
};

/** One line for each expression of a process, or of its elements and flows, that has another result than before. */
const changedExpressions = (model: ProcessModel): readonly string[] => {
  const { id, resourceName, nodes, flows, listeners, jobPriority } = model;
  const parts: readonly (readonly [element: string, part: unknown])[] = [
    [id, [listeners, jobPriority]],
    ...nodes,
    ...flows,
  ];
  return parts.flatMap(([element, part]) =>
    [...new Set(expressionsIn(part))].flatMap((source) => {
      const changes = changedResults(source);
      if (changes.length === 0) return [];
      return `Note: ${resourceName}: the expression ${JSON.stringify(`=${source}`)} of ${element} (process ${id}) has another result than before, as on a cluster: ${changes.join('; ')}.`;
    }),
  );
};

/** The names of what sets a priority of its jobs: the process, or elements of it. */
const withPriority = ({ id, nodes, jobPriority }: ProcessModel): readonly string[] => [
  ...(jobPriority === undefined ? [] : [`the process ${id}`]),
  ...[...nodes.values()].filter((node) => 'job' in node && node.job?.priority !== undefined).map((node) => node.id),
];

/** A line for a process with priorities of jobs, which streams do not honour. */
const lostPriorities = (model: ProcessModel): readonly string[] => {
  const names = withPriority(model);
  if (names.length === 0) return [];
  return [
    `Warning: ${model.resourceName}: a priority of jobs is set by ${names.join(', ')} (process ${model.id}), but this connection receives jobs by streams, which deliver them in the order in which they appear. ` +
      'Fix: poll, with createRuntime({ streaming: false }), or over REST with CAMUNDA_PREFER_REST=true.',
  ];
};

/** What is known of what serves the processes. */
type Known = Pick<HintFacts, 'connectors' | 'secrets' | 'environment'>;

/** The processes of a file, and what there is to say about them one by one. */
interface FileReport {
  readonly models: readonly ProcessModel[];
  readonly lines: readonly string[];
}

const reportOf = async ({ name, content }: DeploymentFile, hasStreams: boolean): Promise<FileReport> => {
  const compiled = await compileOnce(name, content);
  if (!compiled.ok) {
    const line = `Note: ${name} was not searched for elements that nobody serves and for expressions with other results, because the embedded engine cannot run it.`;
    return { models: [], lines: [line] };
  }
  const lines = compiled.processes.flatMap((model) => [
    ...unservedInbound(model).map((text) => `Warning: ${text}`),
    ...(hasStreams ? lostPriorities(model) : []),
    ...changedExpressions(model),
  ]);
  return { models: compiled.processes, lines };
};

/**
 * Says which elements of BPMN files nobody serves, and what has no effect in them; which expressions have another result since they
 * are evaluated as on a cluster; and whose priorities of jobs have no effect.
 *
 * @param resources files and folders
 * @param folder where relative paths start
 * @param hasStreams whether the connection receives jobs by streams
 * @param known the loaded connectors and the names of secrets; what is absent is not known, and nothing is said about it
 * @returns one line for each such element and expression, and for each file that could not be checked
 * @throws a fault that names every file that cannot be read
 */
export const resourceReport = async (
  resources: readonly string[],
  folder: string,
  hasStreams: boolean,
  known: Known = {},
): Promise<readonly string[]> => {
  const paths = resources.map((path) => resolve(folder, path));
  const files = await readFiles(paths, '--resource');
  const reports = await Promise.all(
    files.filter(({ name }) => /\.(?:bpmn|xml)$/i.test(name)).map((file) => reportOf(file, hasStreams)),
  );
  const { definitions: together, open } = await compileResources(files);
  const definitions = { together, open, before: [], beside: await readBeside(paths), isForCluster: true };
  const hints = findHints({ ...known, definitions, models: reports.flatMap(({ models }) => models) });
  return [...reports.flatMap(({ lines }) => lines), ...hints.map(hintLine)].map(printable);
};
