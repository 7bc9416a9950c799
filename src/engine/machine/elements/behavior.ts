import type { FlowNode } from '../../model/types.ts';
import { openSubscriptions, planSubscriptions } from '../flow/event-subscriptions.ts';
import { leaveScope, takeFlow } from '../flow/tokens.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { isLoopInstance } from '../store/loops.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement } from '../store/views.ts';

/** A flow node of one kind. */
export type NodeOf<Kind extends FlowNode['kind']> = FlowNode & { readonly kind: Kind };

/**
 * What one kind of flow node does. Both functions may throw a `stepFailure`, which becomes an incident; when it is
 * resolved, the step is repeated. Therefore they evaluate everything before they change anything.
 */
export interface Behavior<Kind extends FlowNode['kind']> {
  /**
   * A token has reached the node, and its input mappings are applied. Makes the element active and, if nothing keeps it
   * waiting, queues the step `complete`.
   */
  readonly activate: (context: Context, element: ElementInstance, node: NodeOf<Kind>) => void;
  /** Whether the variables of the job or event are for the next element, not for this one. Default: false. */
  readonly passesResultOn?: boolean;
  /** The element is complete. Sends tokens on and removes the element from its scope. Default: `leaveByAllFlows`. */
  readonly leave?: (context: Context, element: ElementInstance, scope: ElementInstance, node: NodeOf<Kind>) => void;
}

/** Marks an element as active. */
export const becomeActive = (context: Context, element: ElementInstance): void => {
  element.state = 'ACTIVE';
  context.emit?.({ kind: 'element:activated', element: viewElement(element) });
};

const none: readonly FlowNode[] = Object.freeze([]);

/** The nodes with these ids. */
export const nodesById = (element: ElementInstance, ids: readonly string[]): readonly FlowNode[] => {
  const { nodes } = element.definition.model;
  return ids.length === 0 ? none : ids.map((id) => nodes.get(id)).filter((node) => node !== undefined);
};

/**
 * The boundary events of an element. Those of a multi-instance activity belong to its body, except conditions: as in
 * Zeebe, each instance in the body checks them with its own variables.
 */
const boundaryEventsOf = (element: ElementInstance, node: FlowNode): readonly FlowNode[] => {
  const events = nodesById(element, node.boundaryEvents);
  if (node.loop === undefined) return events;
  const isInside = isLoopInstance(element);
  return events.filter((event) => (event.kind === 'boundaryEvent' && event.trigger.kind === 'condition') === isInside);
};

/** Opens the subscriptions of the boundary events and of the given events, and marks the element as active. */
export const activateWith = (
  context: Context,
  element: ElementInstance,
  node: FlowNode,
  events: readonly FlowNode[],
): void => {
  if (events.length > 0 || node.boundaryEvents.length > 0) {
    const nodes = node.boundaryEvents.length === 0 ? events : [...events, ...boundaryEventsOf(element, node)];
    openSubscriptions(context, element, planSubscriptions(context, element, nodes));
  }
  becomeActive(context, element);
};

/** Activates an element that does not wait. */
export const passThrough = (context: Context, element: ElementInstance, node: FlowNode): void => {
  activateWith(context, element, node, []);
  enqueueStep(context, 'complete', element);
};

/** Activates an element that waits for its own event. After an event-based gateway, the event has occurred already. */
export const awaitEvent = (context: Context, element: ElementInstance, node: FlowNode): void => {
  if (element.result !== undefined) passThrough(context, element, node);
  else activateWith(context, element, node, [node]);
};

/** Sends a token along each outgoing flow. */
export const leaveByAllFlows = (context: Context, element: ElementInstance, scope: ElementInstance): void => {
  for (const flowId of element.node?.outgoing ?? []) takeFlow(context, scope, flowId);
  leaveScope(context, element, scope);
};
