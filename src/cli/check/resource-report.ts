import { resolve } from 'node:path';
import { isObject } from '../../common/is-object.ts';
import { printable } from '../../common/printable.ts';
import type { FileResult } from '../../engine/deployment/compile-files.ts';
import { readFiles } from '../../engine/deployment/read-files.ts';
import { unservedInbound } from '../../engine/deployment/unserved-inbound.ts';
import { isOfEngineOnly } from '../../engine/model/index.ts';
import type { Problem, ProcessModel } from '../../engine/model/types.ts';
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

/** What there is to say about the files. */
export interface ResourceReport {
  /** Files that no cluster deploys either: a line for each reason. */
  readonly errors: readonly string[];
  readonly lines: readonly string[];
}

const linesOf = (model: ProcessModel, hasStreams: boolean): readonly string[] => [
  ...unservedInbound(model).map((text) => `Warning: ${text}`),
  ...(hasStreams ? lostPriorities(model) : []),
  ...changedExpressions(model),
];

/** The reasons why a file cannot be deployed. */
const refusalsOf = ({ name, problems }: FileResult): ResourceReport => {
  const make = (level: string, consequence: string, { element, text }: Problem): string =>
    `${level}: ${name} ${consequence}. ${element === name ? '' : `${element}: `}${text.replace(/\s*\n\s*/g, ' ')}`;
  const isInvalid = (problem: Problem): boolean => !isOfEngineOnly(problem);
  return {
    errors: problems.filter(isInvalid).map((each) => make('Error', 'cannot be deployed', each)),
    lines: problems
      .filter(isOfEngineOnly)
      .map((each) => make('Warning', 'was not checked further, because the embedded engine cannot run it', each)),
  };
};

/**
 * Says which elements of BPMN files nobody serves, and what has no effect in them; which expressions have another result since they
 * are evaluated as on a cluster; and whose priorities of jobs have no effect.
 *
 * @param resources files and folders
 * @param folder where relative paths start
 * @param hasStreams whether the connection receives jobs by streams
 * @param known the loaded connectors and the names of secrets; what is absent is not known, and nothing is said about it
 * @returns one line for each such element and expression, and for each reason why a file cannot be deployed
 * @throws a fault that names every file that cannot be read
 */
export const resourceReport = async (
  resources: readonly string[],
  folder: string,
  hasStreams: boolean,
  known: Known = {},
): Promise<ResourceReport> => {
  const paths = resources.map((path) => resolve(folder, path));
  const files = await readFiles(paths, '--resource');
  const { models, definitions: together, open, refused } = await compileResources(files);
  const definitions = { together, open, before: [], beside: await readBeside(paths), isForCluster: true };
  const hints = findHints({ ...known, definitions, models });
  const refusals = refused.map(refusalsOf);
  const lines = [
    ...refusals.flatMap((each) => each.lines),
    ...models.flatMap((model) => linesOf(model, hasStreams)),
    ...hints.map(hintLine),
  ];
  return { errors: refusals.flatMap(({ errors }) => errors).map(printable), lines: lines.map(printable) };
};
