import type { Source } from '../../model/types.ts';
import { evaluateText } from '../evaluation/expressions.ts';
import { catchError, findCatcher, uncaughtErrorText } from '../flow/error-catching.ts';
import { terminateScope } from '../flow/tokens.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { awaitEvent, type Behavior, becomeActive, leaveByAllFlows, passThrough } from './behavior.ts';

/** The event that starts a process or subprocess has occurred already. */
export const startEvent: Behavior<'startEvent'> = { activate: passThrough };

/** The event has occurred already: the element that it is attached to has waited for it. */
export const boundaryEvent: Behavior<'boundaryEvent'> = { activate: passThrough };

/** An intermediate catch event waits for a message or timer. */
export const catchEvent: Behavior<'catchEvent'> = { activate: awaitEvent };

const throwError = (context: Context, element: ElementInstance, source: Source): void => {
  const code = evaluateText(context, source, lookupFrom(element));
  const catcher = findCatcher(element, code);
  if (catcher === undefined) throw stepFailure('UNHANDLED_ERROR_EVENT', uncaughtErrorText(element, code, ''));
  becomeActive(context, element);
  catchError(context, catcher, {});
};

/** An end event ends its token, terminates its scope, or throws an error. */
export const endEvent: Behavior<'endEvent'> = {
  activate: (context, element, node) => {
    if (node.end.kind === 'error') throwError(context, element, node.end.code);
    else passThrough(context, element, node);
  },
  leave: (context, element, scope, node) => {
    if (node.end.kind === 'terminate') terminateScope(context, element, scope);
    else leaveByAllFlows(context, element, scope);
  },
};
