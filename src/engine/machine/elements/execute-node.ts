import type { FlowNode } from '../../model/types.ts';
import { applyInputs, applyOutputs } from '../evaluation/variable-mappings.ts';
import { closeSubscriptions } from '../flow/event-subscriptions.ts';
import type { Context } from '../store/context.ts';
import { endInstance } from '../store/instances.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement } from '../store/views.ts';
import { type Behavior, leaveByAllFlows, passThrough } from './behavior.ts';
import { boundaryEvent, catchEvent, endEvent, startEvent } from './events.ts';
import { eventBasedGateway, exclusiveGateway, parallelGateway } from './gateways.ts';
import { subProcess } from './subprocesses.ts';
import { jobTask, receiveTask } from './tasks.ts';

/**
 * What executes each kind of flow node. A new kind needs an entry here, a `kind` in model/types.ts, and an entry in
 * model/elements/read-node.ts, which reads it from the file.
 */
const behaviors: { readonly [Kind in FlowNode['kind']]: Behavior<Kind> } = {
  startEvent,
  endEvent,
  catchEvent,
  boundaryEvent,
  passThrough: { activate: passThrough },
  jobTask,
  receiveTask,
  exclusiveGateway,
  parallelGateway,
  eventBasedGateway,
  subProcess,
};

/** The behavior of a node. The cast is safe: the kind of the node selects the behavior. */
const behaviorOf = (node: FlowNode): Behavior<FlowNode['kind']> => behaviors[node.kind] as Behavior<FlowNode['kind']>;

/** The step `activate`: applies the input mappings and starts the work of the element. */
export const activate = (context: Context, element: ElementInstance): void => {
  const { node } = element;
  if (node === undefined) return;
  applyInputs(context, element);
  behaviorOf(node).activate(context, element, node);
};

/** The step `complete`: applies the output mappings, closes subscriptions and sends tokens on. */
export const complete = (context: Context, element: ElementInstance): void => {
  const { node, scope } = element;
  if (node === undefined || scope === undefined) {
    endInstance(context, element, 'COMPLETED');
    return;
  }
  const { passesResultOn = false, leave = leaveByAllFlows } = behaviorOf(node);
  element.state = 'COMPLETING';
  if (!passesResultOn) applyOutputs(context, element);
  closeSubscriptions(context, element);
  element.state = 'COMPLETED';
  context.emit?.({ kind: 'element:completed', element: viewElement(element) });
  leave(context, element, scope, node);
};
