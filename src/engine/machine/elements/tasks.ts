import { evaluateSource } from '../evaluation/expressions.ts';
import { evaluateJob } from '../evaluation/job-properties.ts';
import { lookupFrom } from '../store/variables.ts';
import { createJob } from '../store/work/jobs.ts';
import { activateWith, awaitEvent, type Behavior, passThrough } from './behavior.ts';

/** A service or send task waits for a worker to complete its job. */
export const jobTask: Behavior<'jobTask'> = {
  activate: (context, element, node) => {
    const job = evaluateJob(context, element, node.job);
    activateWith(context, element, node, []);
    createJob(context, element, job);
  },
};

/** A script task evaluates its expression. The result is a variable, as if a job had returned it. */
export const scriptTask: Behavior<'scriptTask'> = {
  activate: (context, element, node) => {
    const value = evaluateSource(context, node.script, lookupFrom(element), 'EXTRACT_VALUE_ERROR');
    passThrough(context, element, node);
    element.result = Object.freeze({ [node.resultVariable]: value });
  },
};

/** A receive task waits for a message. */
export const receiveTask: Behavior<'receiveTask'> = { activate: awaitEvent };
