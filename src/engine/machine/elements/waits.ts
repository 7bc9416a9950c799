import type { FlowNode, Trigger } from '../../model/types.ts';
import { type Core, nextKey, schedule, unschedule } from '../store/core.ts';
import { stepFailure } from '../store/failure.ts';
import type { ElementInstance, Subscription, Timer, Wait } from '../store/records.ts';
import { byNameAndKey, indexSubscription, unindexSubscription } from '../store/subscriptions.ts';
import { lookupFrom } from '../store/variables.ts';
import { planTime, type TimePlan } from './due-times.ts';
import { evaluateCorrelationKey, evaluateText } from './expressions.ts';

/** What an element is about to wait for, evaluated before anything of it exists. */
export type WaitPlan =
  | { readonly node: FlowNode; readonly time: TimePlan }
  | { readonly node: FlowNode; readonly name: string; readonly correlationKey: string };

const planWait = (core: Core, element: ElementInstance, node: FlowNode, trigger: Trigger): WaitPlan => {
  const lookup = lookupFrom(element);
  if (trigger.kind === 'timer') return { node, time: planTime(core, trigger.timer, lookup) };
  const { name, correlationKey } = trigger.message;
  if (correlationKey === undefined) {
    throw stepFailure('EXTRACT_VALUE_ERROR', `The message event '${node.id}' has no correlation key.`);
  }
  return {
    node,
    name: evaluateText(core, name, lookup),
    correlationKey: evaluateCorrelationKey(core, correlationKey, lookup),
  };
};

/** The event that a node waits for, if it is one. */
export const triggerOf = (node: FlowNode): Trigger | undefined => {
  switch (node.kind) {
    case 'startEvent':
    case 'catchEvent':
    case 'receiveTask':
      return node.trigger;
    case 'boundaryEvent':
      return node.trigger.kind === 'error' ? undefined : node.trigger;
    default:
      return undefined;
  }
};

/** Plans the waits of the given events, all evaluated in the element's scope. */
export const planWaits = (core: Core, element: ElementInstance, nodes: readonly FlowNode[]): readonly WaitPlan[] => {
  const plans: WaitPlan[] = [];
  for (const node of nodes) {
    const trigger = triggerOf(node);
    if (trigger !== undefined) plans.push(planWait(core, element, node, trigger));
  }
  return plans;
};

const openTimer = (core: Core, element: ElementInstance, node: FlowNode, time: TimePlan): Timer => {
  const { due, repetitions, cycle } = time;
  const timer: Timer = {
    kind: 'timer',
    key: nextKey(core),
    definition: element.definition,
    node,
    element,
    cycle,
    repetitions,
    due,
    dueAt: -1,
  };
  schedule(core, timer, due);
  return timer;
};

const openSubscription = (
  core: Core,
  element: ElementInstance,
  { node, name, correlationKey }: { readonly node: FlowNode; readonly name: string; readonly correlationKey: string },
): Subscription => {
  const subscription: Subscription = {
    kind: 'subscription',
    key: nextKey(core),
    name,
    correlationKey,
    element,
    node,
    open: true,
    previous: undefined,
    next: undefined,
  };
  indexSubscription(core.state, subscription);
  if (byNameAndKey(core.state.buffer, subscription) !== undefined) core.enqueue({ kind: 'correlate', subscription });
  return subscription;
};

/** Opens what was planned. */
export const openWaits = (core: Core, element: ElementInstance, plans: readonly WaitPlan[]): void => {
  for (const plan of plans) {
    if ('time' in plan && plan.time.repetitions === 0) continue;
    const wait =
      'time' in plan ? openTimer(core, element, plan.node, plan.time) : openSubscription(core, element, plan);
    if (element.waits === undefined) element.waits = [wait];
    else element.waits.push(wait);
  }
};

const close = (core: Core, wait: Wait): void => {
  if (wait.kind === 'timer') {
    unschedule(core, wait);
  } else if (wait.open) {
    wait.open = false;
    unindexSubscription(core.state, wait);
  }
};

/** Closes one wait of an element, which has as many as its model has events. */
export const closeWait = (core: Core, element: ElementInstance, wait: Wait): void => {
  close(core, wait);
  const left = element.waits?.filter((other) => other !== wait);
  element.waits = left?.length === 0 ? undefined : left;
};

/** Closes all that the element waits for. */
export const closeWaits = (core: Core, element: ElementInstance): void => {
  for (const wait of element.waits ?? []) close(core, wait);
  element.waits = undefined;
};
