import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { type Json, stringifyValue } from '../../connector/values/json-text.ts';
import { compileExpression, type TimeBudget } from '../../feel/index.ts';
import { advisedErrorText } from '../shared/error-text.ts';
import { newDocumentMark } from './documents/job-documents.ts';
import { expressionFunctions, type FunctionServices, jobResultMark } from './expression-functions.ts';

/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** What an expression needs besides the values that it sees. */
export interface ExpressionServices extends FunctionServices {
  /** The time that the expressions of the job may take together. */
  readonly budget?: TimeBudget | undefined;
}

/** The kind of a value, as JSON calls it. */
export const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
};

/**
 * Connectors of the official runtime execute an object with this key in their input as a function call. No other service may
 * inject such a call through its response.
 */
const forbidden = 'camunda.function.type';

const titles = { resultExpression: 'Result expression', errorExpression: 'Error expression' } as const;

/**
 * Evaluates the expression of a task header to a context; `undefined` for null.
 *
 * Throws a fault of kind `feel` if the expression cannot be evaluated, and of kind `input` if it returns something other than
 * a context, or a forbidden value. The messages contain no values.
 *
 */
export const evaluateHeader = (
  header: keyof typeof titles,
  expression: string,
  lookup: (name: string) => unknown,
  { budget, ...services }: ExpressionServices,
): JsonObject | undefined => {
  let value: Json;
  try {
    const options = { random: services.random, functions: expressionFunctions(services), budget };
    value = compileExpression(expression).evaluate(lookup, options) as Json;
  } catch (cause) {
    const { full, plain } = advisedErrorText(cause, `Failed to evaluate expression in the task header ${header}: `);
    throw fault('feel', { what: full, plain, cause });
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
  const text = stringifyValue(value);
  const isJobResult = header === 'resultExpression' && Object.hasOwn(value, jobResultMark);
  if (!isJobResult && text.includes(jobResultMark)) {
    throw fault('input', {
      what: `${titles[header]} must not contain a job result.`,
      where: `the task header ${header}`,
      fix: `write adHocResult(…) or userTaskResult(…) as the whole expression of the task header resultExpression.`,
    });
  }
  if (Object.hasOwn(value, newDocumentMark)) {
    throw fault('input', {
      what: `${titles[header]} must return a context, but createDocument(…) is the whole expression.`,
      where: `the task header ${header}`,
      fix: 'name the variable of the document, e.g. ={file: createDocument(response.content)}.',
    });
  }
  if (text.includes(forbidden)) {
    throw fault('input', {
      what: `${titles[header]} returned the forbidden literal ${forbidden}.`,
      where: `the task header ${header}`,
      fix: 'map the parts of the response that the process needs, by name.',
    });
  }
  return value;
};
