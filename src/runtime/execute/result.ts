/** From what a connector returns to process variables: its output schema, the result headers, what a cluster can store. */
import * as v from 'valibot';
import { isObject } from '../../common/is-object.ts';
import { describeIssues } from '../../connector/input/issue-texts.ts';
import type { AnyOutboundConnector, Schema } from '../../connector/types.ts';
import type { Json } from '../../connector/values/json-text.ts';
import type { TimeBudget } from '../../feel/index.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import { evaluateHeader, type JsonObject, kindOf } from './expression.ts';
import { jobResultMark } from './expression-functions.ts';
import type { TaskHeaders } from './task-headers.ts';

/** A value as its schema returns it, or the problems that the schema found. */
export type CheckedOutput =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks what a connector returned against its `output` schema. Without a schema, every value is valid. */
export const checkOutput = async (schema: Schema | undefined, value: unknown): Promise<CheckedOutput> => {
  if (schema === undefined) return { ok: true, value };
  const checked = schema.async ? await v.safeParseAsync(schema, value) : v.safeParse(schema, value);
  return checked.success
    ? { ok: true, value: checked.output }
    : { ok: false, problems: describeIssues(checked.issues) };
};

const mapLess =
  'map only what the process needs with resultExpression, or store the content elsewhere and map a reference to it. ' +
  '(This runtime does not have Create document, which the official runtime offers for this.)';

/** What a result becomes. */
export interface MappedResult {
  readonly variables: JsonObject;
  /** The kind of a result that is dropped: it is not an object, and neither the task nor the connector names a variable. */
  readonly dropped?: string;
}

/** The task headers that map a result. */
type ResultHeaders = Partial<Pick<TaskHeaders, 'resultVariable' | 'resultExpression'>>;

/** An expression sees the result as `response`, and the fields of an object result under their own names. */
const scopeOf =
  (result: Json) =>
  (name: string): unknown => {
    if (name === 'response') return result;
    return isObject(result) && Object.hasOwn(result, name) ? result[name] : undefined;
  };

const withoutHeaders = (
  { resultVariable }: Pick<AnyOutboundConnector, 'resultVariable'>,
  result: Json,
): MappedResult => {
  if (resultVariable === false) return { variables: {} };
  if (typeof resultVariable === 'string') return { variables: { [resultVariable]: result } };
  if (isObject(result)) return { variables: result };
  return result === null ? { variables: {} } : { variables: {}, dropped: kindOf(result) };
};

const mapped = (
  connector: Pick<AnyOutboundConnector, 'resultVariable'>,
  { resultVariable, resultExpression }: ResultHeaders,
  result: Json,
  random: () => number,
  budget?: TimeBudget,
): MappedResult => {
  if (resultVariable === undefined && resultExpression === undefined) return withoutHeaders(connector, result);
  const named = resultVariable === undefined ? {} : { [resultVariable]: result };
  if (resultExpression === undefined) return { variables: named };
  const context = evaluateHeader('resultExpression', resultExpression, scopeOf(result), random, budget);
  // The context of a job result is not a context of variables.
  if (context !== undefined && Object.hasOwn(context, jobResultMark)) return { variables: context };
  return { variables: { ...named, ...context } };
};

/**
 * Maps a connector's result to process variables. The task headers `resultVariable` and `resultExpression` decide, as in
 * the official runtime. If the task has neither, the connector's own `resultVariable` decides; without that, the fields of
 * an object result become process variables.
 *
 * Throws a fault of kind `feel` for an expression that cannot be evaluated, and of kind `input` for an expression that does
 * not return a context and for variables that no cluster can store.
 *
 * @param result the result as JSON; `null` for none
 * @param random a random number from 0 up to but not including 1, for the function `backoff`
 * @param budget the time that the expressions of the job may take together
 * @example
 * mapResult(connector, { resultExpression: '={total: response.sum}' }, { sum: 3 }, Math.random); // variables { total: 3 }
 */
export const mapResult = (
  connector: Pick<AnyOutboundConnector, 'resultVariable'>,
  headers: ResultHeaders,
  result: Json,
  random: () => number,
  budget?: TimeBudget,
): MappedResult => {
  const found = mapped(connector, headers, result, random, budget);
  if (Object.keys(found.variables).length > 0) checkStorable(found.variables, 'The output variables', mapLess);
  return found;
};
