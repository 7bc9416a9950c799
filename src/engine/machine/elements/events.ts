import type { FlowNode, Source, Thrown } from '../../model/types.ts';
import { evaluateText } from '../evaluation/expressions.ts';
import { startHandler, triggerCompensation } from '../flow/compensation.ts';
import { catchError, findCatcher, uncaughtErrorText } from '../flow/error-catching.ts';
import { broadcast } from '../flow/signals.ts';
import { terminateScope } from '../flow/termination.ts';
import { createToken, leaveScope } from '../flow/tokens.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import type { ElementInstance } from '../store/records.ts';
import { localVariables, lookupFrom } from '../store/variables.ts';
import { activateWith, awaitEvent, type Behavior, becomeActive, leaveByAllFlows, passThrough } from './behavior.ts';

/** The event that starts a process or subprocess has occurred already. */
export const startEvent: Behavior<'startEvent'> = { activate: passThrough };

/** The event has occurred already: the element that it is attached to has waited for it. */
export const boundaryEvent: Behavior<'boundaryEvent'> = {
  activate: passThrough,
  leave: (context, element, scope, { trigger }) => {
    if (trigger.kind === 'compensation') startHandler(context, element, scope, trigger.handler);
    leaveByAllFlows(context, element, scope);
  },
};

/** An intermediate catch event waits for a message, timer or signal. */
export const catchEvent: Behavior<'catchEvent'> = { activate: awaitEvent };

const throwError = (context: Context, element: ElementInstance, source: Source): void => {
  const code = evaluateText(context, source, lookupFrom(element));
  const catcher = findCatcher(element, code);
  if (catcher === undefined) throw stepFailure('UNHANDLED_ERROR_EVENT', uncaughtErrorText(element, code, ''));
  becomeActive(context, element);
  catchError(context, catcher, {});
};

/** Throws something that does not end the element by itself: the element completes unless a catcher ends it. */
const throwFrom = (context: Context, element: ElementInstance, node: FlowNode, thrown: Thrown): void => {
  if (thrown.kind === 'signal') {
    const name = evaluateText(context, thrown.name, lookupFrom(element));
    passThrough(context, element, node);
    broadcast(context, element.definition.tenant, name, localVariables(element));
  } else if (thrown.kind === 'escalation') {
    const code = evaluateText(context, thrown.code, lookupFrom(element));
    passThrough(context, element, node);
    const catcher = findCatcher(element, code, 'escalation');
    if (catcher !== undefined) catchError(context, catcher, {});
  } else if (thrown.kind === 'compensation') {
    activateWith(context, element, node, []);
    if (!triggerCompensation(context, element, thrown.activity)) enqueueStep(context, 'complete', element);
  } else {
    passThrough(context, element, node);
  }
};

/** An intermediate event that throws a signal, an escalation or a compensation, or continues at the other end of a link. */
export const throwEvent: Behavior<'throwEvent'> = {
  activate: (context, element, node) => throwFrom(context, element, node, node.thrown),
  leave: (context, element, scope, { thrown }) => {
    if (thrown.kind !== 'link') {
      leaveByAllFlows(context, element, scope);
      return;
    }
    const target = element.definition.model.nodes.get(thrown.target);
    if (target !== undefined) createToken(context, scope, target);
    leaveScope(context, element, scope);
  },
};

/** An end event ends its token, terminates its scope, or throws something. */
export const endEvent: Behavior<'endEvent'> = {
  activate: (context, element, node) => {
    if (node.end.kind === 'error') throwError(context, element, node.end.code);
    else if (node.end.kind === 'none' || node.end.kind === 'terminate') passThrough(context, element, node);
    else throwFrom(context, element, node, node.end);
  },
  leave: (context, element, scope, node) => {
    if (node.end.kind === 'terminate') terminateScope(context, element, scope);
    else leaveByAllFlows(context, element, scope);
  },
};
