import type { AnyOutboundConnector } from '../connector/types.ts';
import type { Json } from '../connector/values.ts';
import { compileExpression } from '../feel/index.ts';
import { errorText } from './text.ts';

/** What a result becomes: variables for the process, or why it cannot become any. */
export type MappedResult =
  | {
      readonly ok: true;
      readonly variables: Readonly<Record<string, Json>>;
      /** The kind of a result that nothing asked for and that has no names of its own. */
      readonly dropped?: string;
    }
  | {
      readonly ok: false;
      readonly message: string;
      /** Whether another attempt may end better: a broken evaluation may, an expression of the wrong kind cannot. */
      readonly again: boolean;
      readonly cause?: unknown;
    };

type JsonObject = { readonly [name: string]: Json };

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
};

const header = (headers: Readonly<Record<string, string>>, name: string): string | undefined => {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return value === undefined || value.trim() === '' ? undefined : value;
};

/** An expression sees the result as `response`, and the entries of an object result under their own names. */
const scopeOf =
  (result: Json) =>
  (name: string): unknown => {
    if (name === 'response') return result;
    return isObject(result) && Object.hasOwn(result, name) ? result[name] : undefined;
  };

const evaluate = (expression: string, result: Json): MappedResult => {
  let value: Json;
  try {
    value = compileExpression(expression).evaluate(scopeOf(result)) as Json;
  } catch (cause) {
    const message = `Failed to evaluate expression in the task header resultExpression: ${errorText(cause)}`;
    return { ok: false, message, again: true, cause };
  }
  if (value === null || value === undefined) return { ok: true, variables: {} };
  if (isObject(value)) return { ok: true, variables: value };
  const message =
    `Result expression must return a JSON object, but the task header resultExpression returned a value of kind ` +
    `${kindOf(value)}. Write a context, e.g. ={myVariable: response}.`;
  return { ok: false, message, again: false };
};

const unasked = (connector: AnyOutboundConnector, result: Json): MappedResult => {
  const { resultVariable } = connector;
  if (resultVariable === false) return { ok: true, variables: {} };
  if (typeof resultVariable === 'string') return { ok: true, variables: { [resultVariable]: result } };
  if (isObject(result)) return { ok: true, variables: result };
  return result === null ? { ok: true, variables: {} } : { ok: true, variables: {}, dropped: kindOf(result) };
};

/**
 * Maps a connector's result to process variables. The task headers `resultVariable` and `resultExpression` rule, as in
 * the official runtime; where the task has neither, the connector's own `resultVariable` does, and without one an
 * object result is merged into the process variables.
 *
 * @param result the result as JSON; `null` for none
 * @example
 * mapResult(connector, { resultExpression: '={total: response.sum}' }, { sum: 3 }); // variables { total: 3 }
 */
export const mapResult = (
  connector: AnyOutboundConnector,
  headers: Readonly<Record<string, string>>,
  result: Json,
): MappedResult => {
  const variable = header(headers, 'resultVariable');
  const expression = header(headers, 'resultExpression');
  if (variable === undefined && expression === undefined) return unasked(connector, result);
  const named = variable === undefined ? {} : { [variable]: result };
  if (expression === undefined) return { ok: true, variables: named };
  const mapped = evaluate(expression, result);
  return mapped.ok ? { ok: true, variables: { ...named, ...mapped.variables } } : mapped;
};
