import { nextDueTime } from '../evaluation/timer-due-times.ts';
import { type Context, enqueueStep } from '../store/context.ts';
import { schedule } from '../store/events/schedule.ts';
import { viewTimer } from '../store/events/wait-views.ts';
import { keyText } from '../store/keys.ts';
import { isLoopInstance } from '../store/loops.ts';
import type { ElementInstance, EventSubscription, Timer } from '../store/records.ts';
import type { MachineTimer, Variables } from '../types.ts';
import { startEventSubProcess } from './event-subprocesses.ts';
import { closeSubscription, closeSubscriptions } from './event-subscriptions.ts';
import { interrupt } from './termination.ts';
import { createToken, startInstance } from './tokens.ts';

const flowTo = (element: ElementInstance, nodeId: string): string | undefined => {
  const { flows } = element.definition.model;
  return element.node?.outgoing.find((id) => flows.get(id)?.target === nodeId);
};

/** An event occurs for which the element has a subscription. */
export const triggerEvent = (
  context: Context,
  element: ElementInstance,
  subscription: EventSubscription,
  variables: Variables,
): void => {
  const { node } = subscription;
  if (node.kind === 'startEvent') {
    startEventSubProcess(context, element, node, variables);
    return;
  }
  if (node.kind === 'boundaryEvent') {
    const host = isLoopInstance(element) ? element.scope! : element;
    if (node.interrupting) interrupt(context, host, node, variables);
    else createToken(context, host.scope!, node, variables);
    return;
  }
  element.result = variables;
  if (node === element.node) {
    closeSubscription(context, element, subscription);
  } else {
    // The element is an event-based gateway, which sends its token to the event.
    element.chosenFlow = flowTo(element, node.id);
    closeSubscriptions(context, element);
  }
  enqueueStep(context, 'complete', element);
};

const noVariables: Variables = Object.freeze({});

const emitTriggered = (context: Context, timer: MachineTimer | undefined, root: ElementInstance): void => {
  if (timer === undefined) return;
  context.emit?.({
    kind: 'timer:triggered',
    timer,
    elementId: timer.elementId,
    processInstanceKey: keyText(root.key),
    bpmnProcessId: timer.bpmnProcessId,
  });
};

const scheduleAgain = (context: Context, timer: Timer, due: number | undefined): void => {
  if (due === undefined) return;
  schedule(context, timer, due);
  context.emit?.({ kind: 'timer:scheduled', timer: viewTimer(timer) });
};

/** A timer is due. It is not scheduled any more. */
export const fireTimer = (context: Context, timer: Timer): void => {
  const { element, node, definition, cycle } = timer;
  const fired = context.emit && viewTimer(timer);
  if (timer.repetitions > 0) timer.repetitions -= 1;
  const next = timer.repetitions !== 0 && cycle !== undefined ? nextDueTime(cycle, timer.due) : undefined;
  if (element === undefined) {
    emitTriggered(context, fired, startInstance(context, { definition, node, result: noVariables }));
    scheduleAgain(context, timer, next);
    return;
  }
  emitTriggered(context, fired, element.root);
  scheduleAgain(context, timer, next);
  if (next === undefined && (node.kind === 'boundaryEvent' || node.kind === 'startEvent'))
    closeSubscription(context, element, timer);
  triggerEvent(context, element, timer, noVariables);
};
