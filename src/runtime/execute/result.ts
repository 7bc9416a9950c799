import type { AnyOutboundConnector } from '../../connector/types.ts';
import type { Json } from '../../connector/values/json-text.ts';
import { evaluateHeader, isObject, type JsonObject, kindOf } from './expression.ts';
import { type Headers, headerText } from './headers.ts';
import { refuseLarge } from './limits.ts';

/** What a result becomes. */
export interface MappedResult {
  readonly variables: JsonObject;
  /** The kind of a result that nothing asked for and that has no names of its own. */
  readonly dropped?: string;
}

/** An expression sees the result as `response`, and the entries of an object result under their own names. */
const scopeOf =
  (result: Json) =>
  (name: string): unknown => {
    if (name === 'response') return result;
    return isObject(result) && Object.hasOwn(result, name) ? result[name] : undefined;
  };

const unasked = ({ resultVariable }: Pick<AnyOutboundConnector, 'resultVariable'>, result: Json): MappedResult => {
  if (resultVariable === false) return { variables: {} };
  if (typeof resultVariable === 'string') return { variables: { [resultVariable]: result } };
  if (isObject(result)) return { variables: result };
  return result === null ? { variables: {} } : { variables: {}, dropped: kindOf(result) };
};

const asked = (
  connector: Pick<AnyOutboundConnector, 'resultVariable'>,
  headers: Headers,
  result: Json,
  random: () => number,
): MappedResult => {
  const variable = headerText(headers, 'resultVariable');
  const expression = headerText(headers, 'resultExpression');
  if (variable === undefined && expression === undefined) return unasked(connector, result);
  const named = variable === undefined ? {} : { [variable]: result };
  if (expression === undefined) return { variables: named };
  const mapped = evaluateHeader('resultExpression', expression, scopeOf(result), random);
  return { variables: { ...named, ...mapped } };
};

/**
 * Maps a connector's result to process variables. The task headers `resultVariable` and `resultExpression` rule, as in
 * the official runtime; where the task has neither, the connector's own `resultVariable` does, and without one an
 * object result is merged into the process variables.
 *
 * Throws a fault of kind `feel` for an expression that cannot be evaluated, and of kind `input` for one that gives no
 * context, and for variables of more than 1.5 MiB.
 *
 * @param result the result as JSON; `null` for none
 * @param random the chance behind the function `backoff`
 * @example
 * mapResult(connector, { resultExpression: '={total: response.sum}' }, { sum: 3 }, Math.random); // variables { total: 3 }
 */
export const mapResult = (
  connector: Pick<AnyOutboundConnector, 'resultVariable'>,
  headers: Headers,
  result: Json,
  random: () => number,
): MappedResult => {
  const mapped = asked(connector, headers, result, random);
  if (Object.keys(mapped.variables).length > 0) refuseLarge(mapped.variables, 'The output variables');
  return mapped;
};
