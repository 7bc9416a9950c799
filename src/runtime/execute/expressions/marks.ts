/** How the rest of a job recognises the decision that an expression has made. */
import { randomUUID } from 'node:crypto';

/**
 * The key that marks the context of a job result; its value is the name of the function that made it. It differs in each
 * process, so that the response of a service cannot contain it.
 */
export const jobResultMark: string = `jobResult:${randomUUID()}`;

/** The functions that make job results, named as those for `run`. */
export const jobResultFunctions = ['adHocResult', 'userTaskResult'] as const;

/** All functions that these expressions have in addition to FEEL's own. */
export const expressionFunctionNames = [
  ...['bpmnError', 'jobError', 'ignoreError', 'backoff', 'createDocument'],
  ...jobResultFunctions,
] as readonly string[];
