import { type Context, enqueueStep } from '../store/context.ts';
import type { ElementInstance } from '../store/records.ts';
import { launchEventSubProcess } from './event-subprocesses.ts';
import { startListeners } from './listeners.ts';
import { endTerminated } from './termination.ts';
import { createToken } from './tokens.ts';

/** The last element inside a scope has ended: what has waited for it continues. */
const continueScope = (context: Context, scope: ElementInstance): void => {
  if (scope.state === 'TERMINATING') {
    enqueueStep(context, 'terminate', scope);
    return;
  }
  const { next } = scope.details ?? {};
  if (next === undefined) {
    if (scope.tokens === 0) enqueueStep(context, 'complete', scope);
    return;
  }
  const start = scope.definition.model.nodes.get(next.node);
  if (scope.first !== undefined || start === undefined) return;
  delete scope.details?.next;
  launchEventSubProcess(context, scope, start, next.variables);
};

/** Ends an element whose listeners are done. */
export const endDelayed = (context: Context, element: ElementInstance): void => {
  const { scope, definition, details } = element;
  const boundary = details?.next && definition.model.nodes.get(details.next.node);
  endTerminated(context, element);
  if (scope === undefined) return;
  if (boundary !== undefined && scope.state === 'ACTIVE' && scope.details?.interrupted !== true) {
    createToken(context, scope, boundary, details?.next?.variables);
  }
  continueScope(context, scope);
};

/** Calls the listeners to the cancellation of an element. Tells whether there are any. */
const callListeners = (context: Context, element: ElementInstance): boolean => {
  const task = element.details?.userTask;
  if (element.scope === undefined) return startListeners(context, element, 'cancel');
  if (task === undefined) return false;
  task.change = { event: 'canceling', action: 'cancel', requested: {}, corrections: {} };
  return startListeners(context, element, 'canceling');
};

/** The step `terminate`: if nothing is left in an element that is being terminated, it calls its listeners, or ends. */
export const continueTermination = (context: Context, element: ElementInstance): void => {
  const { first, details, job, incident } = element;
  const waits = first !== undefined || details?.called !== undefined || job !== undefined || incident !== undefined;
  if (element.state === 'TERMINATING' && !waits && !callListeners(context, element)) endDelayed(context, element);
};
