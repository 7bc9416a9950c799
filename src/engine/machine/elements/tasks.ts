import { evaluateInteger, evaluateText } from '../evaluation/expressions.ts';
import { createJob } from '../store/jobs.ts';
import { lookupFrom } from '../store/variables.ts';
import { activateWith, awaitEvent, type Behavior } from './behavior.ts';

/** A service or send task waits for a worker to complete its job. */
export const jobTask: Behavior<'jobTask'> = {
  activate: (context, element, node) => {
    const lookup = lookupFrom(element);
    const type = evaluateText(context, node.job.type, lookup);
    const retries = evaluateInteger(context, node.job.retries, lookup);
    activateWith(context, element, node, []);
    createJob(context, element, { type, retries });
  },
};

/** A receive task waits for a message. */
export const receiveTask: Behavior<'receiveTask'> = { activate: awaitEvent };
