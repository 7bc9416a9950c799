/** From what a connector returns to process variables: its output schema, the result headers, what a cluster can store. */
import * as v from 'valibot';
import { isObject } from '../../common/is-object.ts';
import { describeIssues } from '../../connector/input/issue-texts.ts';
import type { AnyOutboundConnector, JsonText, MaybePromise, Schema } from '../../connector/types.ts';
import type { Json } from '../../connector/values/json-text.ts';
import { checkStorable } from '../shared/stored-variables.ts';
import { type ExpressionServices, evaluateHeader, type JsonObject, kindOf } from './expressions/load.ts';
import { jobResultMark } from './expressions/marks.ts';
import type { TaskHeaders } from './task-headers.ts';

/** A value as its schema returns it, or the problems that the schema found. */
export type CheckedOutput =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly string[] };

const checkedOutput = (checked: v.SafeParseResult<Schema>): CheckedOutput =>
  checked.success ? { ok: true, value: checked.output } : { ok: false, problems: describeIssues(checked.issues) };

/**
 * Checks what a connector returned against its `output` schema. Without a schema, every value is valid.
 *
 * @returns a promise only if the schema is asynchronous
 */
export const checkOutput = (schema: Schema | undefined, value: unknown): MaybePromise<CheckedOutput> => {
  if (schema === undefined) return { ok: true, value };
  return schema.async ? v.safeParseAsync(schema, value).then(checkedOutput) : checkedOutput(v.safeParse(schema, value));
};

const mapLess =
  'map only what the process needs with resultExpression, or store the content as a document and map its reference. ' +
  '(Create document: the function createDocument of a result expression, or context.documents.create.)';

/** What a result becomes. */
export interface MappedResult {
  readonly variables: JsonObject;
  /** The JSON of the variables, if they have been checked. */
  readonly text?: JsonText | undefined;
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
  services: ExpressionServices,
): MappedResult => {
  if (resultVariable === undefined && resultExpression === undefined) return withoutHeaders(connector, result);
  const named = resultVariable === undefined ? {} : { [resultVariable]: result };
  if (resultExpression === undefined) return { variables: named };
  const context = evaluateHeader('resultExpression', resultExpression, scopeOf(result), services);
  // The context of a job result is not a context of variables.
  if (context !== undefined && Object.hasOwn(context, jobResultMark)) return { variables: context };
  return { variables: { ...named, ...context } };
};

/**
 * Throws a fault of kind `input` for variables of a result that no cluster can store.
 *
 * @param isExact the result is known to be JSON with small numbers
 * @returns their JSON, unless there are none
 */
export const checkOutputVariables = (variables: JsonObject, isExact = false): JsonText | undefined =>
  Object.keys(variables).length === 0 ? undefined : checkStorable(variables, 'The output variables', mapLess, isExact);

/**
 * Maps a connector's result to process variables. The task headers `resultVariable` and `resultExpression` decide, as in
 * the official runtime. If the task has neither, the connector's own `resultVariable` decides; without that, the fields of
 * an object result become process variables.
 *
 * Throws a fault of kind `feel` for an expression that cannot be evaluated, and of kind `input` for an expression that does
 * not return a context and for variables that no cluster can store.
 *
 * @param result the result as JSON; `null` for none
 * @param services what the expression needs besides the result
 * @param isExact the result is known to be JSON with small numbers
 * @example
 * mapResult(connector, { resultExpression: '={total: response.sum}' }, { sum: 3 }, { random: Math.random });
 * // variables { total: 3 }
 */
export const mapResult = (
  connector: Pick<AnyOutboundConnector, 'resultVariable'>,
  headers: ResultHeaders,
  result: Json,
  services: ExpressionServices,
  isExact = false,
): MappedResult => {
  const { variables, dropped } = mapped(connector, headers, result, services);
  // An expression can make any number.
  const text = checkOutputVariables(variables, isExact && headers.resultExpression === undefined);
  return dropped === undefined ? { variables, text } : { variables, text, dropped };
};
