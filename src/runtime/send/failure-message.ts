import { isObject } from '../../common/is-object.ts';
import { type Json, stringifyDocument, toJson } from '../../connector/values/json-text.ts';
import { cutMessage } from '../shared/error-text.ts';

type JsonObject = { readonly [name: string]: Json };

const without = (object: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** The variables without the error's message, where it is the message before them. */
const withoutMessage = (variables: JsonObject, message: string): JsonObject => {
  const { error } = variables;
  if (error === message) return without(variables, 'error');
  if (error === undefined || !isObject(error) || error.message !== message) return variables;
  return { ...variables, error: without(error, 'message') };
};

/**
 * The message that the cluster gets for a failed job, in the form that operators know from the official runtime: followed
 * by the error's variables except for the message itself, and cut to the official length. Log lines do not contain these
 * variables.
 *
 * @example
 * withVariables('boom', { error: { type: 'Error', message: 'boom' } }); // 'boom | Error variables: {"error":{"type":"Error"}}'
 */
export const withVariables = (message: string, variables: Readonly<Record<string, unknown>>): string => {
  const rest = withoutMessage(toJson(variables) as JsonObject, message);
  return Object.keys(rest).length === 0
    ? message
    : cutMessage(`${message} | Error variables: ${stringifyDocument(rest)}`);
};
