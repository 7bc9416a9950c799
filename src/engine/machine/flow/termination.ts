import type { FlowNode } from '../../model/types.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { removeIncident } from '../store/incidents.ts';
import { endInstance, removeElement } from '../store/instances.ts';
import { listenersOf } from '../store/listeners.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement, viewJob } from '../store/views.ts';
import { removeJob } from '../store/work/jobs.ts';
import { cancelUserTask } from '../store/work/user-tasks.ts';
import type { Variables } from '../types.ts';
import { closeSubscriptions } from './event-subscriptions.ts';
import { recheckInclusiveJoins } from './inclusive-joins.ts';
import { createToken, settleHandler } from './tokens.ts';

/*
 * An element is terminated at once, unless listeners to its cancellation, or to that of something inside it, are called
 * first. Then it remains in the state TERMINATING, in which nothing else happens in it; delayed-termination.ts continues.
 */

/** The youngest element directly inside that is not being terminated yet. */
const lastOpen = ({ last }: ElementInstance): ElementInstance | undefined => {
  let child = last;
  while (child?.state === 'TERMINATING') child = child.previous;
  return child;
};

/** Tells whether listeners are called before an element ends. */
const hasCancelListeners = (element: ElementInstance, isModified: boolean): boolean =>
  element.scope === undefined
    ? listenersOf(element, 'cancel').length > 0
    : !isModified && element.details?.userTask !== undefined && listenersOf(element, 'canceling').length > 0;

/** Ends an element in which nothing is left. */
export const endTerminated = (context: Context, element: ElementInstance): void => {
  if (element.details !== undefined) {
    cancelUserTask(context, element);
    if (element.details.compensates !== undefined) settleHandler(context, element);
  }
  const { scope, root } = element;
  if (scope === undefined) {
    endInstance(context, element, 'TERMINATED');
    return;
  }
  if (root.details?.terminateAfter?.includes(element.node?.id ?? '')) context.enqueue({ kind: 'terminate', root });
  element.state = 'TERMINATED';
  context.emit?.({ kind: 'element:terminated', element: viewElement(element) });
  removeElement(context.state, element, scope);
  if (scope.joins !== undefined) recheckInclusiveJoins(context, scope);
};

/** Only the elements inside remain: tokens that wait in joins, or are on their way to a node, are gone. */
const dropTokens = (scope: ElementInstance): void => {
  scope.joins = undefined;
  scope.tokens = 0;
  for (let inner = scope.first; inner !== undefined; inner = inner.next) scope.tokens += 1;
};

const terminateOne = (context: Context, element: ElementInstance, isModified: boolean): void => {
  removeIncident(context, element);
  closeSubscriptions(context, element);
  if (element.job !== undefined) {
    const job = viewJob(element.job);
    removeJob(context, element.job);
    context.emit?.({ kind: 'job:cancelled', job });
  }
  if (element.details !== undefined) {
    delete element.details.listening;
    delete element.details.next;
    // A step in the queue must not call the listeners to a change that will not happen.
    delete element.details.userTask?.change;
    if (element.details.called !== undefined) terminate(context, element.details.called, isModified);
  }
  if (element.first !== undefined || element.details?.called !== undefined || hasCancelListeners(element, isModified)) {
    element.state = 'TERMINATING';
    dropTokens(element);
    enqueueStep(context, 'terminate', element);
  } else {
    endTerminated(context, element);
  }
};

/**
 * Terminates an element and everything in it, inner elements first. It does not complete the scope: the caller decides.
 *
 * @param isModified whether a modification terminates it, which calls no listeners of user tasks
 */
export const terminate = (context: Context, element: ElementInstance, isModified = false): void => {
  if (element.state === 'TERMINATING') return;
  let current = element;
  for (;;) {
    for (let inner = lastOpen(current); inner !== undefined; inner = lastOpen(current)) current = inner;
    const { scope } = current;
    terminateOne(context, current, isModified);
    if (current === element || scope === undefined) return;
    current = scope;
  }
};

/** Terminates everything in a scope, and drops the tokens that are on their way. */
export const terminateInside = (context: Context, scope: ElementInstance): void => {
  for (let inner = lastOpen(scope); inner !== undefined; inner = lastOpen(scope)) terminate(context, inner);
  dropTokens(scope);
};

/** Terminates an element and continues at its boundary event. */
export const interrupt = (context: Context, host: ElementInstance, node: FlowNode, variables: Variables): void => {
  terminate(context, host);
  if (host.state === 'TERMINATING') host.details = { ...host.details, next: { node: node.id, variables } };
  else createToken(context, host.scope!, node, variables);
};

/**
 * Terminates the process instance if it must end after this element, which has completed. Tells whether it did.
 */
export const endsInstance = (context: Context, element: ElementInstance, scope: ElementInstance): boolean => {
  const { root, node } = element;
  if (root.details?.terminateAfter?.includes(node?.id ?? '') !== true) return false;
  removeElement(context.state, element, scope);
  terminate(context, root);
  return true;
};

/** Completes the scope of a terminate end event: all other elements and tokens in it end. */
export const terminateScope = (context: Context, element: ElementInstance, scope: ElementInstance): void => {
  // In this state, the scope ignores tokens that are still in the queue.
  scope.state = 'COMPLETING';
  removeElement(context.state, element, scope);
  terminateInside(context, scope);
  if (scope.tokens === 0) enqueueStep(context, 'complete', scope);
};
