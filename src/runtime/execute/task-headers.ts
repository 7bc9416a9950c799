import { parseDayTimeDuration } from '../../common/duration.ts';
import { didYouMean, misspelt } from '../../common/nearest-name.ts';
import type { Logger } from '../../connector/types.ts';
import { parseDocument } from '../../connector/values/json-text.ts';
import { type AdvisedText, withAdvice } from '../shared/error-text.ts';
import type { JobInput } from './job.ts';

/** All headers of a task, by name. */
export type HeaderTexts = Readonly<Record<string, string>>;

/** Why the text of a header is invalid. */
interface Problem {
  readonly problem: AdvisedText;
}

const optionalText = (text: string): string | undefined => (text.trim() === '' ? undefined : text);

const parseRetryBackoff = (text: string): number | Problem => {
  const backoff = parseDayTimeDuration(text);
  // A cluster treats a negative back-off as none.
  if (backoff !== undefined) return Math.max(0, backoff);
  const what = `Failed to parse retry backoff header: ${JSON.stringify(text)} is not a duration.`;
  const fix = 'write e.g. PT30S (days, hours, minutes and seconds) in the task header retryBackoff.';
  return { problem: withAdvice(what, fix) };
};

const parseJobTimeout = (text: string): number | Problem | undefined => {
  if (text.trim() === '') return undefined;
  const timeout = parseDayTimeDuration(text);
  if (timeout !== undefined && timeout > 0) return timeout;
  const what =
    timeout === undefined
      ? `Failed to parse job timeout header: ${JSON.stringify(text)} is not a duration, or too large to represent.`
      : `The job timeout header must be a positive duration of at least a millisecond, but is ${JSON.stringify(text)}.`;
  const fix = 'write e.g. PT10M (days, hours, minutes and seconds) in the task header jobTimeout.';
  return { problem: withAdvice(what, fix) };
};

/** The task headers that decide how a job is executed, with what their texts become. */
interface HeaderValues {
  /** The variable that receives the result. */
  readonly resultVariable: string;
  /** FEEL expression that maps the result to variables. */
  readonly resultExpression: string;
  /** FEEL expression that decides how the job ends. */
  readonly errorExpression: string;
  /** The back-off before the next attempt, in milliseconds. */
  readonly retryBackoff: number;
  /** How long the cluster should reserve the job for the runtime, in milliseconds. */
  readonly jobTimeout: number;
  /** The id of the operation to execute. A blank id is an unknown operation. */
  readonly operation: string;
}

/** How the text of each task header is parsed; `undefined` if the text counts as absent. */
export const taskHeaders: {
  readonly [Name in keyof HeaderValues]: (text: string) => HeaderValues[Name] | Problem | undefined;
} = {
  resultVariable: optionalText,
  resultExpression: optionalText,
  errorExpression: optionalText,
  retryBackoff: parseRetryBackoff,
  jobTimeout: parseJobTimeout,
  operation: (text) => text,
};

type HeaderName = keyof HeaderValues;

/** The headers of a task with a connector. */
export const connectorHeaders: readonly HeaderName[] = [
  'resultVariable',
  'resultExpression',
  'errorExpression',
  'retryBackoff',
  'jobTimeout',
];

/** The headers of a task with a connector that has operations. */
export const operationHeaders: readonly HeaderName[] = [...connectorHeaders, 'operation'];

/** The headers of the task that activates an inbound connector. */
export const activationHeaders: readonly HeaderName[] = ['resultVariable', 'resultExpression', 'retryBackoff'];

type FoundValues = { readonly [Name in keyof HeaderValues]: HeaderValues[Name] | undefined };

/** The headers of one task: the value of each header, or `undefined` if the header is absent or invalid. */
export interface TaskHeaders extends FoundValues {
  /** All headers of the task, as a connector sees them. */
  readonly all: HeaderTexts;
  /** Why a header is invalid, by its name. */
  readonly problems: Readonly<Partial<Record<HeaderName, AdvisedText>>>;
}

/**
 * Reads a job's headers as text. A value that is not text is left out, since headers are text.
 * Throws a fault of kind `value` if the JSON text does not contain an object.
 */
export const readHeaderTexts = ({ customHeaders }: Pick<JobInput, 'customHeaders'>): HeaderTexts => {
  if (customHeaders === undefined || customHeaders === '{}') return {};
  if (typeof customHeaders !== 'string') return customHeaders;
  const entries = Object.entries(parseDocument(customHeaders, 'The custom headers'));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};

const noProblems: TaskHeaders['problems'] = Object.freeze({});

/**
 * Reads the headers of a job's task.
 * Throws a fault of kind `value` if the JSON text does not contain an object.
 *
 * @param names the headers that this kind of task has; the values of others are not looked at
 * @example
 * readTaskHeaders({ customHeaders: { retryBackoff: 'PT5S' } }, connectorHeaders).retryBackoff; // 5000
 * readTaskHeaders({ customHeaders: { jobTimeout: 'soon' } }, connectorHeaders).problems.jobTimeout?.plain;
 * // 'Failed to parse job timeout header: "soon" is not a duration, …'
 */
export const readTaskHeaders = (job: Pick<JobInput, 'customHeaders'>, names: readonly HeaderName[]): TaskHeaders => {
  const all = readHeaderTexts(job);
  // Always of one shape, which keeps the code that reads it fast.
  const headers: { -readonly [Name in keyof TaskHeaders]: TaskHeaders[Name] } = {
    all,
    problems: noProblems,
    resultVariable: undefined,
    resultExpression: undefined,
    errorExpression: undefined,
    retryBackoff: undefined,
    jobTimeout: undefined,
    operation: undefined,
  };
  // Many tasks have no headers: for them there is nothing to parse.
  if (job.customHeaders === undefined || job.customHeaders === '{}') return headers;
  for (const name of names) {
    const text = Object.hasOwn(all, name) ? all[name] : undefined;
    if (typeof text !== 'string') continue;
    const value = taskHeaders[name](text);
    if (typeof value === 'object') headers.problems = { ...headers.problems, [name]: value.problem };
    else headers[name] = value as never;
  }
  return headers;
};

/** Tasks whose headers have been checked, by what executes them. */
const checked = new WeakMap<object, Set<string>>();

/** The tasks of more processes than this are checked again. */
const maxChecked = 10_000;

/**
 * Warns once per task of each header whose name is nearly the name of a header that is read: it has no effect.
 *
 * @param owner what executes the task, e.g. the connector
 * @param names the headers that this kind of task has
 */
export const warnOfMisspelt = (
  { bpmnProcessId = '', elementId = '' }: Pick<JobInput, 'bpmnProcessId' | 'elementId'>,
  { all }: TaskHeaders,
  names: readonly HeaderName[],
  owner: object,
  logger: Logger,
): void => {
  const keys = Object.keys(all);
  if (keys.length === 0) return;
  const task = JSON.stringify([bpmnProcessId, elementId]);
  const known = checked.get(owner) ?? new Set<string>();
  if (known.has(task)) return;
  if (known.size >= maxChecked) known.clear();
  checked.set(owner, known.add(task));
  for (const key of keys) {
    const meant = misspelt(key, names);
    if (meant === undefined) continue;
    const what = `The header ${JSON.stringify(key)} of the task ${elementId} (process ${bpmnProcessId}) is not read.`;
    logger.warn(didYouMean(what, meant));
  }
};
