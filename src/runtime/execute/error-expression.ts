import { fault } from '../../common/fault.ts';
import type { Outcome } from '../../connector/types.ts';
import type { Json } from '../../connector/values/json-text.ts';
import { cutMessage } from '../shared/error-text.ts';
import { parseDayTimeDuration } from './duration.ts';
import { errorVariable } from './error-variable.ts';
import { evaluateHeader, isObject, type JsonObject, kindOf } from './expression.ts';
import { type Failed, failForGood, longestBackoff, mostRetries } from './failure.ts';
import { type Headers, headerText } from './headers.ts';
import { refuseLarge } from './limits.ts';
import { problemList } from './output.ts';

/** How a connector ended, before the error expression has its say. */
export type Ending =
  | {
      readonly kind: 'succeeded';
      /** The connector's result. */
      readonly response: Json;
      /** The process variables that it was mapped to. */
      readonly variables: JsonObject;
    }
  | Failed;

/** What the judgement knows of the job. */
export interface Case {
  readonly headers: Headers;
  /** Attempts left, the current one included. */
  readonly retries: number;
  /** Chance from 0 up to 1. */
  readonly random: () => number;
}

/** Reads a field of a context written by hand, and notes what is wrong with it. */
type Read<T> = (value: Json | undefined, name: string, problems: string[]) => T | undefined;

const isNothing = (value: Json | undefined): value is null | undefined => value === undefined || value === null;

const expected = (what: string, value: Json): string => `expected ${what}, but got a value of kind ${kindOf(value)}`;

const readText: Read<string> = (value, name, problems) => {
  if (isNothing(value)) return undefined;
  if (typeof value !== 'object') return String(value);
  problems.push(`${name}: ${expected('text', value)}`);
  return undefined;
};

const readVariables: Read<JsonObject> = (value, name, problems) => {
  if (isNothing(value)) return undefined;
  if (isObject(value)) return value;
  problems.push(`${name}: ${expected('a context', value)}`);
  return undefined;
};

const readRetries: Read<number> = (value, name, problems) => {
  const isNumeric = typeof value === 'number' || typeof value === 'bigint';
  const number = isNumeric || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return Math.min(Math.max(0, Math.trunc(number)), mostRetries);
  problems.push(`${name}: ${isNothing(value) ? 'is required' : expected('a number of attempts', value)}`);
  return undefined;
};

/** Milliseconds; a number counts seconds. The cluster knows no negative pauses. */
const readPause: Read<number> = (value, name, problems) => {
  if (isNothing(value)) return 0;
  const pause =
    typeof value === 'string'
      ? parseDayTimeDuration(value)
      : typeof value === 'number' || typeof value === 'bigint'
        ? Math.round(Number(value) * 1000)
        : undefined;
  if (pause !== undefined) return Math.min(Math.max(0, pause), longestBackoff);
  problems.push(`${name}: expected a duration such as PT30S, or a number of seconds`);
  return undefined;
};

const refuseProblems = (problems: readonly string[]): void => {
  if (problems.length === 0) return;
  throw fault('input', {
    what: `Cannot parse the context that the task header errorExpression returned:\n${problemList(problems)}`,
    fix: 'return bpmnError(…), jobError(…), ignoreError(…) or null.',
  });
};

const jobErrorOf = (value: JsonObject, cause: unknown): Outcome => {
  const problems: string[] = [];
  const message = readText(value.errorMessage, 'errorMessage', problems);
  if (isNothing(value.errorMessage)) problems.push('errorMessage: is required');
  const retries = readRetries(value.retries, 'retries', problems);
  const backoff = readPause(value.retryBackoff, 'retryBackoff', problems);
  const variables = readVariables(value.variables, 'variables', problems) ?? {};
  refuseProblems(problems);
  const error = cutMessage(message!);
  return {
    kind: 'fail',
    message: error,
    retries: retries!,
    backoff: backoff!,
    variables: { ...variables, error },
    ...(cause === undefined ? {} : { cause }),
  };
};

const bpmnErrorOf = (value: JsonObject): Outcome | undefined => {
  const problems: string[] = [];
  const code = readText(value.errorCode, 'errorCode', problems);
  const message = readText(value.errorMessage, 'errorMessage', problems) ?? '';
  const variables = readVariables(value.variables, 'variables', problems);
  refuseProblems(problems);
  if (code === undefined) return undefined;
  return { kind: 'bpmnError', code, message: cutMessage(message), ...(variables && { variables }) };
};

const ignoreErrorOf = (value: JsonObject): Outcome => {
  const problems: string[] = [];
  const variables = readVariables(value.variables, 'variables', problems) ?? {};
  refuseProblems(problems);
  return { kind: 'complete', variables };
};

/** What a context asks for; `undefined` for nothing. */
const requestOf = (value: JsonObject, cause: unknown): Outcome | undefined => {
  switch (value.errorType) {
    case 'bpmnError':
      return bpmnErrorOf(value);
    case 'jobError':
      return jobErrorOf(value, cause);
    case 'ignoreError':
      return ignoreErrorOf(value);
    default:
      if (Object.keys(value).length > 0) {
        refuseProblems(['errorType: expected one of "bpmnError", "jobError" or "ignoreError"']);
      }
      return undefined;
  }
};

const scopeOf = (ending: Ending, retries: number): ((name: string) => unknown) => {
  const failed = ending.kind === 'failed';
  const mapped = !failed && Object.keys(ending.variables).length > 0;
  const seen = (failed ? { error: ending.error } : mapped ? ending.variables : ending.response) as Json;
  return (name) => {
    if (name === 'job') return { retries };
    if (name === 'response') return seen;
    return isObject(seen) && Object.hasOwn(seen, name) ? seen[name] : undefined;
  };
};

const withoutExpression = (ending: Ending): Outcome =>
  ending.kind === 'failed' ? ending.outcome : { kind: 'complete', variables: ending.variables };

/** A failure of the expression hides what it should have handled, so the message tells that as well. */
const failedExpression = (ending: Ending, thrown: unknown): Outcome => {
  const error = errorVariable(thrown);
  const before = ending.kind === 'failed' ? `\nThe error that it should have handled: ${ending.error.message}` : '';
  const outcome = failForGood({ retries: 0, backoff: 0 }, `${error.message}${before}`, thrown);
  return { ...outcome, variables: { error: { type: error.type, message: outcome.message } } };
};

/**
 * Lets the task header `errorExpression` decide what a job yields, on success as on failure. The expression sees
 * `response`, `error` (after a failure only) and `job.retries`; it asks for a BPMN error, a failed job or a completion,
 * or for nothing. Never throws: an expression that fails itself is an incident at once.
 *
 * @example
 * judge(ending, { headers: { errorExpression: '=ignoreError()' }, retries: 3, random: Math.random });
 * // { kind: 'complete', variables: {} }
 */
export const judge = (ending: Ending, { headers, retries, random }: Case): Outcome => {
  const expression = headerText(headers, 'errorExpression');
  if (expression === undefined) return withoutExpression(ending);
  try {
    const value = evaluateHeader('errorExpression', expression, scopeOf(ending, retries), random);
    if (value === undefined) return withoutExpression(ending);
    const cause = ending.kind === 'failed' && ending.outcome.kind === 'fail' ? ending.outcome.cause : undefined;
    const requested = requestOf(value, cause);
    if (requested === undefined) return withoutExpression(ending);
    if (requested.variables !== undefined) refuseLarge(requested.variables, 'The variables of the error expression');
    return requested;
  } catch (thrown) {
    return failedExpression(ending, thrown);
  }
};
