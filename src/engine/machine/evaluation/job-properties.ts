import { priorityRange } from '../../model/elements/zeebe-extensions.ts';
import type { JobDefinition } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { evaluateInteger, evaluateText } from './expressions.ts';
import { evaluateIntegerWithin } from './optional-values.ts';

/** The properties of a new job. */
export interface JobProperties {
  readonly type: string;
  readonly retries: number;
  readonly priority: number;
}

/** Evaluates the properties of the job of an element. Without a priority of its own, it has that of the process, or 0. */
export const evaluateJob = (
  context: Context,
  element: ElementInstance,
  { type, retries, priority = element.definition.model.jobPriority }: JobDefinition,
): JobProperties => {
  const lookup = lookupFrom(element);
  return {
    type: evaluateText(context, type, lookup),
    retries: evaluateInteger(context, retries, lookup),
    priority: priority === undefined ? 0 : evaluateIntegerWithin(context, priority, lookup, priorityRange),
  };
};
