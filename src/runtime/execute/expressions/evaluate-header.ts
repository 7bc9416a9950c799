/** Evaluates the expressions of task headers. It loads FEEL, so it is loaded with the first expression; see load.ts. */
import { fault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { type Json, stringifyValue } from '../../../connector/values/json-text.ts';
import { compileExpression } from '../../../feel/index.ts';
import { advisedErrorText } from '../../shared/error-text.ts';
import { newDocumentMark } from '../documents/job-documents.ts';
import { expressionFunctions } from './functions.ts';
import { type EvaluateHeader, kindOf } from './load.ts';
import { jobResultMark } from './marks.ts';

export { createTimeBudget } from '../../../feel/index.ts';

/**
 * Connectors of the official runtime execute an object with this key in their input as a function call. No other service may
 * inject such a call through its response.
 */
const forbidden = 'camunda.function.type';

const titles = { resultExpression: 'Result expression', errorExpression: 'Error expression' } as const;

/** See {@link EvaluateHeader}. */
export const evaluateHeader: EvaluateHeader = (header, expression, lookup, { budget, ...services }) => {
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
