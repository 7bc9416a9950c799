import { type Json, stringifyDocument, toJson } from '../../connector/values/values.ts';
import { isObject } from '../execute/expression.ts';
import { cutMessage } from '../shared/error-text.ts';

const without = (object: { readonly [name: string]: Json }, name: string): { readonly [name: string]: Json } =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** The variables without what the message says already. */
const unsaid = (variables: { readonly [name: string]: Json }, message: string): { readonly [name: string]: Json } => {
  const { error } = variables;
  if (error === message) return without(variables, 'error');
  if (error === undefined || !isObject(error) || error.message !== message) return variables;
  return { ...variables, error: without(error, 'message') };
};

/**
 * The message that the cluster gets of a failed job, as operators know it: with the variables of the error, except for
 * the message itself, cut to the official length. Log lines do not get them.
 *
 * @example
 * withVariables('boom', { error: { type: 'Error', message: 'boom' } }); // 'boom | Error variables: {"error":{"type":"Error"}}'
 */
export const withVariables = (message: string, variables: Readonly<Record<string, unknown>>): string => {
  const rest = unsaid(toJson(variables) as { readonly [name: string]: Json }, message);
  return Object.keys(rest).length === 0
    ? message
    : cutMessage(`${message} | Error variables: ${stringifyDocument(rest)}`);
};
