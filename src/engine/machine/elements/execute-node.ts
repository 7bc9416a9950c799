import type { FlowNode } from '../../model/types.ts';
import { applyInputs, applyOutputs } from '../evaluation/variable-mappings.ts';
import { eventSubProcessStarts } from '../flow/event-subprocesses.ts';
import { closeSubscriptions, openSubscriptions, planSubscriptions } from '../flow/event-subscriptions.ts';
import { createToken } from '../flow/tokens.ts';
import type { Context } from '../store/context.ts';
import { endInstance } from '../store/instances.ts';
import { isLoopBody } from '../store/loops.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement } from '../store/views.ts';
import { type Behavior, leaveByAllFlows, passThrough } from './behavior.ts';
import { callActivity } from './call-activities.ts';
import { boundaryEvent, catchEvent, endEvent, startEvent, throwEvent } from './events.ts';
import { eventBasedGateway, exclusiveGateway, inclusiveGateway, parallelGateway } from './gateways.ts';
import { activateBody, completeBody, completeLoopInstance } from './multi-instance.ts';
import { eventSubProcess, subProcess } from './subprocesses.ts';
import { jobTask, receiveTask, scriptTask } from './tasks.ts';
import { jobUserTask, userTask } from './user-tasks.ts';

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
  jobUserTask,
  userTask,
  scriptTask,
  receiveTask,
  exclusiveGateway,
  inclusiveGateway,
  parallelGateway,
  eventBasedGateway,
  subProcess,
  eventSubProcess,
  callActivity,
  throwEvent,
};

/** The behavior of a node. The cast is safe: the kind of the node selects the behavior. */
const behaviorOf = (node: FlowNode): Behavior<FlowNode['kind']> => behaviors[node.kind] as Behavior<FlowNode['kind']>;

/** A process instance with event subprocesses waits for their events before its start event. */
const activateProcess = (context: Context, root: ElementInstance): void => {
  const { pending } = root.details ?? {};
  const start = pending && root.definition.model.nodes.get(pending.node);
  if (pending === undefined || start === undefined) return;
  openSubscriptions(context, root, planSubscriptions(context, root, eventSubProcessStarts(root)));
  delete root.details?.pending;
  createToken(context, root, start, pending.result ?? undefined);
};

/** The step `activate`: applies the input mappings and starts the work of the element. */
export const activate = (context: Context, element: ElementInstance): void => {
  const { node } = element;
  if (node === undefined) {
    activateProcess(context, element);
    return;
  }
  if (node.loop !== undefined && isLoopBody(element)) {
    activateBody(context, element, node, node.loop);
    return;
  }
  applyInputs(context, element);
  behaviorOf(node).activate(context, element, node);
};

/** The step `complete`: applies the output mappings, closes subscriptions and sends tokens on. */
export const complete = (context: Context, element: ElementInstance): void => {
  const { node, scope } = element;
  // An event subprocess has started since the step was queued.
  if (element.tokens > 0) return;
  if (node === undefined || scope === undefined) {
    closeSubscriptions(context, element);
    endInstance(context, element, 'COMPLETED');
    return;
  }
  if (node.loop !== undefined) {
    element.state = 'COMPLETING';
    if (isLoopBody(element)) completeBody(context, element, scope, node.loop);
    else completeLoopInstance(context, element, scope, node, node.loop);
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
