import { isFault } from '../../common/fault.ts';
import { isBpmnError, isJobError } from '../../connector/errors.ts';
import { type Json, toJson } from '../../connector/values/json-text.ts';
import { errorText, readProperty } from '../shared/error-text.ts';

/**
 * The values of `error.type`. Where the official runtime has an error of its own, this is its class name, because processes
 * compare it. Every other error has the name of the JavaScript error.
 */
export const errorTypes = {
  /** Input that another attempt would find invalid again: variables, headers, results of expressions. */
  input: 'io.camunda.connector.api.error.ConnectorInputException',
  /** An error with a code. */
  coded: 'io.camunda.connector.api.error.ConnectorException',
  /** A `jobError(…)`. */
  retry: 'io.camunda.connector.api.error.ConnectorRetryException',
  /** An expression that cannot be evaluated. */
  feel: 'io.camunda.connector.feel.FeelEngineWrapperException',
  timeout: 'TimeoutError',
  /** A result that the output schema rejects or that has no JSON form. */
  output: 'OutputError',
} as const;

/** What the error expression sees as `error`, and what a failed job stores as its variable `error`. */
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

/** The `code` of an error, as Node's own errors have one. A number becomes text. */
const codeOf = (thrown: unknown): string | undefined => {
  const code = readProperty(thrown, 'code');
  if (typeof code === 'string') return code.trim() === '' ? undefined : code;
  if (typeof code !== 'bigint' && !(typeof code === 'number' && Number.isFinite(code))) return undefined;
  // The code of a DOMException is a legacy number; its name says more.
  return thrown instanceof DOMException ? undefined : String(code);
};

/** The variables of an error, if a code or a brand shows that they are meant for the process. */
const variablesOf = (thrown: unknown, code: string | undefined): unknown => {
  if (code === undefined && !isJobError(thrown) && !isBpmnError(thrown)) return undefined;
  const variables = readProperty(thrown, 'variables');
  return typeof variables === 'object' && variables !== null && !Array.isArray(variables) ? variables : undefined;
};

/**
 * Describes a thrown value. Throws a fault of kind `value` if its variables have no JSON form.
 *
 * @param message the text for people; default: the messages of the error and of its causes
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
