import type { JobDefinition, ListenedEvent } from '../../model/types.ts';
import { evaluateInteger, evaluateText } from '../evaluation/expressions.ts';
import type { Context } from '../store/context.ts';
import { isTaskEvent, listenersOf } from '../store/listeners.ts';
import type { ElementInstance, Listening, StepName } from '../store/records.ts';
import { lookupFrom, mergeAll, writeAllLocal } from '../store/variables.ts';
import { createJob } from '../store/work/jobs.ts';
import type { Variables } from '../types.ts';

/*
 * The listeners to an event of an element are jobs, one after the other. Until the last one is completed, the element
 * waits; then the step `listen` continues.
 */

const createListenerJob = (
  context: Context,
  element: ElementInstance,
  listening: Listening,
  job: JobDefinition,
): void => {
  const lookup = lookupFrom(element);
  const type = evaluateText(context, job.type, lookup);
  const retries = evaluateInteger(context, job.retries, lookup);
  element.details = { ...element.details, listening };
  createJob(context, element, { type, retries });
};

/** Creates the job of the first listener to an event. Tells whether there is one. */
export const startListeners = (context: Context, element: ElementInstance, event: ListenedEvent): boolean => {
  const first = listenersOf(element, event)[0];
  if (first === undefined) return false;
  createListenerJob(context, element, { event, index: 0 }, first);
  return true;
};

/** Creates the job of the next listener. Without one, it returns the event whose listeners are done. */
export const continueListeners = (context: Context, element: ElementInstance): ListenedEvent | undefined => {
  const listening = element.details?.listening;
  if (listening === undefined) return undefined;
  const { event } = listening;
  const index = listening.index + 1;
  const next = listenersOf(element, event)[index];
  delete element.details?.listening;
  if (next === undefined) return event;
  createListenerJob(context, element, { event, index }, next);
  return undefined;
};

/** What an incident repeats if the step `listen` fails: as in Zeebe, everything from before the first listener on. */
export const repeatedStep = ({ details }: ElementInstance): StepName => {
  const event = details?.listening?.event ?? 'start';
  if (isTaskEvent(event)) return 'change';
  return event === 'cancel' ? 'terminate' : event === 'end' ? 'complete' : 'activate';
};

/** Applies the variables of the completed job of a listener. */
export const applyListenerResult = (
  context: Context,
  element: ElementInstance,
  { event }: Listening,
  variables: Variables,
): void => {
  if (event === 'end') mergeAll(context, element.scope ?? element, variables);
  else writeAllLocal(context, element, variables);
};
