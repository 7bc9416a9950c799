import { isFault } from '../../common/fault.ts';
import { isBpmnError, isJobError } from '../../connector/errors.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import { errorText, readProperty } from '../shared/error-text.ts';

/**
 * Names for `error.type`. Where the official runtime has an error of its own, its class name is kept, because
 * processes that were modelled for it compare them; all others bear the name of the JavaScript error.
 */
export const errorTypes = {
  /** Input that another attempt cannot mend: variables, headers, expressions of the wrong kind, results too large. */
  input: 'io.camunda.connector.api.error.ConnectorInputException',
  /** An error with a code. */
  coded: 'io.camunda.connector.api.error.ConnectorException',
  /** A `jobError(…)`. */
  retry: 'io.camunda.connector.api.error.ConnectorRetryException',
  /** An expression that cannot be evaluated. */
  feel: 'io.camunda.connector.feel.FeelEngineWrapperException',
  timeout: 'TimeoutError',
  /** A result that does not fit the output schema, or that has no JSON form. */
  output: 'OutputError',
} as const;

/** What the error expression sees as `error`, and what a failed job keeps as its variable of that name. */
export interface ErrorVariable {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly variables?: { readonly [name: string]: Json };
}

const longestName = 200;

const typeOf = (thrown: unknown, code: string | undefined): string => {
  if (isJobError(thrown)) return errorTypes.retry;
  if (isFault(thrown, 'input')) return errorTypes.input;
  if (isFault(thrown, 'feel')) return errorTypes.feel;
  if (code !== undefined) return errorTypes.coded;
  const name = readProperty(thrown, 'name');
  return typeof name === 'string' && name.trim() !== '' ? name.slice(0, longestName) : 'Error';
};

/** The `code` of an error, as Node's own errors have one; numbers count as their text. */
const codeOf = (thrown: unknown): string | undefined => {
  const code = readProperty(thrown, 'code');
  if (typeof code === 'string') return code.trim() === '' ? undefined : code;
  if (typeof code !== 'bigint' && !(typeof code === 'number' && Number.isFinite(code))) return undefined;
  // The number that a DOMException bears is older than its name, and says less.
  return thrown instanceof DOMException ? undefined : String(code);
};

/** Variables that an error brings along. Only errors that say by a code or a brand that they are meant for a process. */
const variablesOf = (thrown: unknown, code: string | undefined): unknown => {
  if (code === undefined && !isJobError(thrown) && !isBpmnError(thrown)) return undefined;
  const variables = readProperty(thrown, 'variables');
  return typeof variables === 'object' && variables !== null && !Array.isArray(variables) ? variables : undefined;
};

/**
 * Describes whatever was thrown. Throws a fault of kind `value` where its variables have no JSON form.
 *
 * @param message the text for people; default: that of the error and its causes
 */
export const errorVariable = (thrown: unknown, message: string = errorText(thrown)): ErrorVariable => {
  const code = codeOf(thrown);
  const variables = variablesOf(thrown, code);
  return {
    type: typeOf(thrown, code),
    message,
    ...(code === undefined ? {} : { code }),
    ...(variables === undefined ? {} : { variables: toJson(variables) as { readonly [name: string]: Json } }),
  };
};
