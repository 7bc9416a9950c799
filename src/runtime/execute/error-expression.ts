import { parseDayTimeDuration } from '../../common/duration.ts';
import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { asList } from '../../connector/rules/rule-engine.ts';
import type { Outcome } from '../../connector/types.ts';
import type { Json } from '../../connector/values/json-text.ts';
import { cutMessage } from '../shared/error-text.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import type { AttemptResult } from './attempt.ts';
import { type ErrorVariable, errorVariable } from './error-variable.ts';
import { type ExpressionServices, evaluateHeader, type JsonObject, kindOf } from './expressions/load.ts';
import { type Failed, failForGood } from './failure.ts';
import { longestBackoff, maxRetries } from './retry-backoff.ts';
import type { TaskHeaders } from './task-headers.ts';

/** What the error expression needs to know about the job. */
export interface ErrorExpressionJob extends ExpressionServices {
  readonly headers: Pick<TaskHeaders, 'errorExpression'>;
  /** Attempts left, including the current one. */
  readonly retries: number;
}

/** Reads a field of a context that the author wrote by hand, and adds what is wrong with it to the problems. */
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
  if (Number.isFinite(number)) return Math.min(Math.max(0, Math.trunc(number)), maxRetries);
  problems.push(`${name}: ${isNothing(value) ? 'is required' : expected('a number of attempts', value)}`);
  return undefined;
};

/** Milliseconds; a number means seconds. A cluster treats a negative back-off as none. */
const readBackoff: Read<number> = (value, name, problems) => {
  if (isNothing(value)) return 0;
  const backoff =
    typeof value === 'string'
      ? parseDayTimeDuration(value)
      : typeof value === 'number' || typeof value === 'bigint'
        ? Math.round(Number(value) * 1000)
        : undefined;
  if (backoff !== undefined) return Math.min(Math.max(0, backoff), longestBackoff);
  problems.push(`${name}: expected a duration such as PT30S, or a number of seconds`);
  return undefined;
};

const throwProblems = (problems: readonly string[]): void => {
  if (problems.length === 0) return;
  throw fault('input', {
    what: `Cannot parse the context that the task header errorExpression returned:\n${asList(problems)}`,
    fix: 'return bpmnError(…), jobError(…), ignoreError(…) or null.',
  });
};

const jobErrorOf = (value: JsonObject, cause: unknown): Outcome => {
  const problems: string[] = [];
  const message = readText(value.errorMessage, 'errorMessage', problems);
  if (isNothing(value.errorMessage)) problems.push('errorMessage: is required');
  const retries = readRetries(value.retries, 'retries', problems);
  const backoff = readBackoff(value.retryBackoff, 'retryBackoff', problems);
  const variables = readVariables(value.variables, 'variables', problems) ?? {};
  throwProblems(problems);
  return {
    kind: 'fail',
    message: cutMessage(message!),
    retries: retries!,
    backoff: backoff!,
    variables: { ...variables, error: message! },
    ...(cause === undefined ? {} : { cause }),
  };
};

const bpmnErrorOf = (value: JsonObject): Outcome | undefined => {
  const problems: string[] = [];
  const code = readText(value.errorCode, 'errorCode', problems);
  const message = readText(value.errorMessage, 'errorMessage', problems) ?? '';
  const variables = readVariables(value.variables, 'variables', problems);
  throwProblems(problems);
  if (code === undefined) return undefined;
  return { kind: 'bpmnError', code, message: cutMessage(message), ...(variables && { variables }) };
};

const ignoreErrorOf = (value: JsonObject): Outcome => {
  const problems: string[] = [];
  const variables = readVariables(value.variables, 'variables', problems) ?? {};
  throwProblems(problems);
  return { kind: 'complete', variables };
};

/** The outcome that a context requests; `undefined` for none. */
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
        throwProblems(['errorType: expected one of "bpmnError", "jobError" or "ignoreError"']);
      }
      return undefined;
  }
};

/** An expression may pass the message on to the users of a process, to whom the advice of the library means nothing. */
const withoutAdvice = ({ error, plain }: Failed): ErrorVariable =>
  plain === undefined ? error : { ...error, message: plain };

const scopeOf = (result: AttemptResult, retries: number): ((name: string) => unknown) => {
  const failed = result.kind === 'failed';
  const mapped = !failed && result.result === undefined && Object.keys(result.variables).length > 0;
  const seen = (failed ? { error: withoutAdvice(result) } : mapped ? result.variables : result.response) as Json;
  return (name) => {
    if (name === 'job') return { retries };
    if (name === 'response') return seen;
    return isObject(seen) && Object.hasOwn(seen, name) ? seen[name] : undefined;
  };
};

const withoutExpression = (result: AttemptResult): Outcome =>
  result.kind === 'failed'
    ? result.outcome
    : {
        kind: 'complete',
        variables: result.variables,
        ...(result.result === undefined ? {} : { result: result.result }),
      };

/** What a context says about the error that it requests, although its other fields are wrong. */
const requestedText = (value: JsonObject | undefined): string =>
  [value?.errorCode, value?.errorMessage].filter((text) => typeof text === 'string' && text !== '').join(': ');

/**
 * A failed expression hides the error that it should have handled, and the one that it requested, so the message has all of
 * them.
 */
const failedExpression = (result: AttemptResult, thrown: unknown, value: JsonObject | undefined): Outcome => {
  const error = errorVariable(thrown);
  const requested = requestedText(value);
  const lines = [
    error.message,
    ...(requested === '' ? [] : [`The error that it requested: ${requested}`]),
    ...(result.kind === 'failed' ? [`The error that it should have handled: ${result.error.message}`] : []),
  ];
  const outcome = failForGood({ retries: 0, backoff: 0 }, lines.join('\n'), thrown);
  return { ...outcome, variables: { error: { type: error.type, message: outcome.message } } };
};

/**
 * Lets the task header `errorExpression` decide the outcome of a job, after success and after failure. The expression sees
 * `response`, `error` (after a failure only) and `job.retries`. It requests a BPMN error, a failed job, a completion, or
 * nothing. Never throws: if the expression fails, the job fails without attempts left.
 *
 * @example
 * applyErrorExpression(result, { headers: { errorExpression: '=ignoreError()' }, retries: 3, random: Math.random });
 * // { kind: 'complete', variables: {} }
 */
export const applyErrorExpression = (
  result: AttemptResult,
  { headers: { errorExpression }, retries, ...services }: ErrorExpressionJob,
): Outcome => {
  if (errorExpression === undefined) return withoutExpression(result);
  let value: JsonObject | undefined;
  try {
    value = evaluateHeader('errorExpression', errorExpression, scopeOf(result, retries), services);
    if (value === undefined) return withoutExpression(result);
    const cause = result.kind === 'failed' && result.outcome.kind === 'fail' ? result.outcome.cause : undefined;
    const requested = requestOf(value, cause);
    if (requested === undefined) return withoutExpression(result);
    if (requested.kind === 'complete' && result.kind === 'succeeded' && result.result !== undefined) {
      throw fault('input', {
        what: 'IgnoreError is not supported for this connector: it would drop the job result.',
        fix: 'return bpmnError(…), jobError(…) or null from the task header errorExpression.',
      });
    }
    if (requested.variables !== undefined) checkStorable(requested.variables, 'The variables of the error expression');
    return requested;
  } catch (thrown) {
    return failedExpression(result, thrown, value);
  }
};
