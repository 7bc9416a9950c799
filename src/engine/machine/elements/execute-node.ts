import type { FlowNode } from '../../model/types.ts';
import { applyInputs, applyOutputs } from '../evaluation/variable-mappings.ts';
import { rememberCompletion } from '../flow/compensation.ts';
import { endDelayed } from '../flow/delayed-termination.ts';
import { activateAll } from '../flow/direct-activation.ts';
import { eventSubProcessStarts } from '../flow/event-subprocesses.ts';
import { closeSubscriptions, openSubscriptions, planSubscriptions } from '../flow/event-subscriptions.ts';
import { continueListeners, startListeners } from '../flow/listeners.ts';
import { endsInstance } from '../flow/termination.ts';
import { createToken } from '../flow/tokens.ts';
import { finishChange } from '../flow/user-task-changes.ts';
import type { Context } from '../store/context.ts';
import { endInstance } from '../store/instances.ts';
import { isTaskEvent } from '../store/listeners.ts';
import { isLoopBody } from '../store/loops.ts';
import type { ElementInstance } from '../store/records.ts';
import { viewElement } from '../store/views.ts';
import { adHocInnerInstance, adHocSubProcess, completeInner, passOnResults } from './ad-hoc-subprocesses.ts';
import { type Behavior, leaveByAllFlows, nodesById, passThrough } from './behavior.ts';
import { callActivity } from './call-activities.ts';
import { decisionTask } from './decision-tasks.ts';
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
  decisionTask,
  receiveTask,
  exclusiveGateway,
  inclusiveGateway,
  parallelGateway,
  eventBasedGateway,
  subProcess,
  eventSubProcess,
  adHocSubProcess,
  adHocInnerInstance,
  callActivity,
  throwEvent,
};

/** The behavior of a node. The cast is safe: the kind of the node selects the behavior. */
const behaviorOf = (node: FlowNode): Behavior<FlowNode['kind']> => behaviors[node.kind] as Behavior<FlowNode['kind']>;

/** Opens the event subprocesses of a process instance that has not started yet, and starts it. */
const startProcess = (context: Context, root: ElementInstance): void => {
  const pending = root.details?.pending;
  if (pending === undefined) return;
  const plans = planSubscriptions(context, root, eventSubProcessStarts(root));
  if ('startAt' in pending) activateAll(context, root, nodesById(root, pending.startAt));
  openSubscriptions(context, root, plans);
  if ('node' in pending) {
    // After the subscriptions, because a condition that is true already precedes the start event.
    const [start] = nodesById(root, [pending.node]);
    if (start !== undefined) createToken(context, root, start, pending.result ?? undefined);
  }
  delete root.details?.pending;
};

/** Starts the work of an element after its input mappings and listeners. */
const startWork = (context: Context, element: ElementInstance): void => {
  const { node } = element;
  if (node === undefined) startProcess(context, element);
  else if (node.loop !== undefined && isLoopBody(element)) activateBody(context, element, node, node.loop);
  else behaviorOf(node).activate(context, element, node);
};

/** The step `activate`: applies the input mappings, calls the listeners and starts the work of the element. */
export const activate = (context: Context, element: ElementInstance): void => {
  const { node } = element;
  const isBody = node?.loop !== undefined && isLoopBody(element);
  if (!isBody) applyInputs(context, element);
  if (!startListeners(context, element, isBody ? 'beforeAll' : 'start')) startWork(context, element);
};

const finishWork = (context: Context, element: ElementInstance): void => {
  const { node, scope } = element;
  if (node === undefined || scope === undefined) {
    closeSubscriptions(context, element);
    endInstance(context, element, 'COMPLETED');
    return;
  }
  if (node.kind === 'adHocInnerInstance') {
    completeInner(context, element, scope);
    return;
  }
  if (node.loop !== undefined) {
    completeLoopInstance(context, element, scope, node, node.loop);
    return;
  }
  const { leave = leaveByAllFlows } = behaviorOf(node);
  closeSubscriptions(context, element);
  element.state = 'COMPLETED';
  context.emit?.({ kind: 'element:completed', element: viewElement(element) });
  if (endsInstance(context, element, scope)) return;
  if (node.boundaryEvents.length > 0 || element.details?.completed !== undefined) rememberCompletion(element, scope);
  leave(context, element, scope, node);
};

/** The step `complete`: applies the output mappings, closes subscriptions, calls the listeners and sends tokens on. */
export const complete = (context: Context, element: ElementInstance): void => {
  const { node, scope } = element;
  // An event subprocess has started since the step was queued.
  if (element.tokens > 0) return;
  element.state = 'COMPLETING';
  if (node?.loop !== undefined && scope !== undefined && isLoopBody(element)) {
    completeBody(context, element, scope, node.loop);
    return;
  }
  if (node !== undefined && behaviorOf(node).passesResultOn !== true) applyOutputs(context, element);
  if (node?.kind === 'adHocSubProcess') passOnResults(context, element);
  if ((node ?? element.definition.model).listeners?.end !== undefined) {
    // If an incident repeats this step, the variables must not overwrite those of the listeners.
    element.result = undefined;
    closeSubscriptions(context, element);
    if (startListeners(context, element, 'end')) return;
  }
  finishWork(context, element);
};

/** The step `listen`: the job of a listener is completed. The next one is called, or the element goes on. */
export const listen = (context: Context, element: ElementInstance): void => {
  const event = continueListeners(context, element);
  const task = element.details?.userTask;
  if (event === 'end') finishWork(context, element);
  else if (event === 'cancel') endDelayed(context, element);
  else if (event !== undefined && isTaskEvent(event)) {
    if (task !== undefined) finishChange(context, task);
  } else if (event !== undefined) startWork(context, element);
};
