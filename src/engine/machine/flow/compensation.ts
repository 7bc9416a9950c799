import type { FlowNode } from '../../model/types.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import type { CompletedActivity, ElementInstance } from '../store/records.ts';
import { createElement } from './tokens.ts';

/*
 * A scope remembers the activities in it that have completed and can be compensated. An event that throws a compensation
 * uses each of these memories once. All handlers start at once, without an order, as in Zeebe.
 */

const none: readonly never[] = Object.freeze([]);

const compensationEventsOf = ({ node, definition }: ElementInstance): readonly string[] => {
  const { nodes } = definition.model;
  const isCompensation = (id: string): boolean => {
    const event = nodes.get(id);
    return event?.kind === 'boundaryEvent' && event.trigger.kind === 'compensation';
  };
  return node === undefined || node.boundaryEvents.length === 0 ? none : node.boundaryEvents.filter(isCompensation);
};

const remember = (scope: ElementInstance, completed: readonly CompletedActivity[]): void => {
  scope.details = { ...scope.details, completed: Object.freeze([...(scope.details?.completed ?? []), ...completed]) };
};

/** An element of a scope has completed. What has completed in an event subprocess or a handler is not remembered. */
export const rememberCompletion = (element: ElementInstance, scope: ElementInstance): void => {
  const { node, details } = element;
  if (node === undefined || node.kind === 'eventSubProcess' || node.forCompensation === true) return;
  const events = compensationEventsOf(element);
  const inside = details?.completed ?? none;
  if (events.length + inside.length > 0) remember(scope, [Object.freeze({ activity: node.id, events, inside })]);
};

/** An instance of a multi-instance subprocess has completed. Its body remembers what has completed in it. */
export const rememberInside = ({ details }: ElementInstance, body: ElementInstance): void => {
  if (details?.completed !== undefined) remember(body, details.completed);
};

const eventsIn = ({ events, inside }: CompletedActivity): readonly string[] => [...events, ...inside.flatMap(eventsIn)];

/** Takes the memories of an activity, or all of them, out of a scope. */
const takeCompleted = (scope: ElementInstance, activity: string | undefined): readonly string[] => {
  const completed = scope.details?.completed ?? none;
  const isTaken = (memory: CompletedActivity): boolean => activity === undefined || memory.activity === activity;
  const taken = completed.filter(isTaken);
  if (taken.length === 0) return none;
  const left = completed.filter((memory) => !isTaken(memory));
  scope.details = { ...scope.details, completed: Object.freeze(left) };
  if (left.length === 0) delete scope.details.completed;
  return taken.flatMap(eventsIn);
};

const start = (context: Context, scope: ElementInstance, node: FlowNode, thrower: ElementInstance): void => {
  scope.tokens += 1;
  const element = createElement(context, scope, node, undefined);
  element.details = { compensates: thrower };
  enqueueStep(context, 'activate', element);
};

/**
 * Starts the compensation of all completed activities of the scope of an event, or of one of them. From an event
 * subprocess, it reaches the scope around it as well.
 *
 * @returns whether there is anything to compensate; if so, the event completes after all handlers
 */
export const triggerCompensation = (
  context: Context,
  thrower: ElementInstance,
  activity: string | undefined,
): boolean => {
  const { scope } = thrower;
  const around = scope?.node?.kind === 'eventSubProcess' ? scope.scope : undefined;
  const { nodes } = thrower.definition.model;
  let handlers = 0;
  for (const each of [scope, around]) {
    if (each === undefined) continue;
    for (const id of takeCompleted(each, activity)) {
      const event = nodes.get(id);
      if (event === undefined) continue;
      handlers += 1;
      start(context, each, event, thrower);
    }
  }
  if (handlers === 0) return false;
  thrower.details = { ...thrower.details, handlers };
  return true;
};

/** A compensation boundary event is left: its handler starts, and takes its place. */
export const startHandler = (
  context: Context,
  event: ElementInstance,
  scope: ElementInstance,
  handler: string,
): void => {
  const node = event.definition.model.nodes.get(handler);
  const thrower = event.details?.compensates;
  if (node === undefined || thrower === undefined) return;
  delete event.details?.compensates;
  start(context, scope, node, thrower);
};
