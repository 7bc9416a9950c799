import { fault } from '../../common/fault.ts';
import { type Json, stringifyValue } from '../../connector/values/json-text.ts';
import { compileExpression } from '../../feel/index.ts';
import { errorText } from '../shared/error-text.ts';
import { connectorFunctions } from './connector-functions.ts';

/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** Tells objects from lists and scalars. */
export const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON's name for the kind of a value. */
export const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
};

/**
 * In variables an object of this shape is a call: connectors of the official runtime that find one in their input
 * carry it out. No outside service may place one there through its answer.
 */
const forbidden = 'camunda.function.type';

const titles = { resultExpression: 'Result expression', errorExpression: 'Error expression' } as const;

/**
 * Evaluates the expression of a task header to a context; `undefined` for null.
 *
 * Throws a fault of kind `feel` when it cannot be evaluated, and of kind `input` when it gives something else, or what
 * must not be in a process. The texts hold no values.
 *
 * @param random the chance behind `backoff(…)`
 */
export const evaluateHeader = (
  header: keyof typeof titles,
  expression: string,
  lookup: (name: string) => unknown,
  random: () => number,
): JsonObject | undefined => {
  let value: Json;
  try {
    value = compileExpression(expression).evaluate(lookup, { random, functions: connectorFunctions(random) }) as Json;
  } catch (cause) {
    const what = `Failed to evaluate expression in the task header ${header}: ${errorText(cause)}`;
    throw fault('feel', { what, cause });
  }
  if (value === null || value === undefined) return undefined;
  if (!isObject(value)) {
    const what = `${titles[header]} must return a JSON object, but the task header ${header} returned a value of kind ${kindOf(value)}.`;
    const fix =
      header === 'resultExpression'
        ? 'write a context, e.g. ={myVariable: response}.'
        : 'return bpmnError(…), jobError(…), ignoreError(…) or null.';
    throw fault('input', { what, fix });
  }
  if (stringifyValue(value).includes(forbidden)) {
    throw fault('input', {
      what: `${titles[header]} returned the forbidden literal ${forbidden}.`,
      where: `the task header ${header}`,
      fix: 'map the parts of the response that the process needs, by name.',
    });
  }
  return value;
};
