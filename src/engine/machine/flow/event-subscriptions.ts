import type { FlowNode, Trigger } from '../../model/types.ts';
import { evaluateCorrelationKey, evaluateText } from '../evaluation/expressions.ts';
import { planTimer, type TimerPlan } from '../evaluation/timer-due-times.ts';
import type { Context } from '../store/context.ts';
import { indexCondition, unindexCondition } from '../store/events/conditions.ts';
import { hasBuffered, indexSubscription, unindexSubscription } from '../store/events/messages.ts';
import { schedule, unschedule } from '../store/events/schedule.ts';
import { indexSignal, unindexSignal } from '../store/events/signals.ts';
import { viewSubscription, viewTimer } from '../store/events/wait-views.ts';
import { stepFailure } from '../store/incidents.ts';
import { nextKey } from '../store/keys.ts';
import type {
  ConditionSubscription,
  ElementInstance,
  EventSubscription,
  MessageSubscription,
  SignalSubscription,
  Timer,
} from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';

interface MessagePlan {
  readonly node: FlowNode;
  readonly name: string;
  readonly correlationKey: string;
}

interface SignalPlan {
  readonly node: FlowNode;
  readonly signal: string;
}

/** A condition is not evaluated before everything else has begun to wait. */
interface ConditionPlan {
  readonly node: FlowNode;
  readonly condition: true;
}

/** An evaluated event for which a subscription can be opened. */
export type SubscriptionPlan =
  | { readonly node: FlowNode; readonly timer: TimerPlan }
  | MessagePlan
  | SignalPlan
  | ConditionPlan;

const plan = (context: Context, element: ElementInstance, node: FlowNode, trigger: Trigger): SubscriptionPlan => {
  if (trigger.kind === 'condition') return { node, condition: true };
  const lookup = lookupFrom(element);
  if (trigger.kind === 'timer') return { node, timer: planTimer(context, trigger.timer, lookup) };
  if (trigger.kind === 'signal') return { node, signal: evaluateText(context, trigger.name, lookup) };
  const { name, correlationKey } = trigger.message;
  if (correlationKey === undefined) {
    throw stepFailure('EXTRACT_VALUE_ERROR', `The message event '${node.id}' has no correlation key.`);
  }
  return {
    node,
    name: evaluateText(context, name, lookup),
    correlationKey: evaluateCorrelationKey(context, correlationKey, lookup),
  };
};

/** What a node waits for, if it waits for an event. Events that catch errors, escalations or compensations do not wait. */
const triggerOf = (node: FlowNode): Trigger | undefined => {
  const trigger = 'trigger' in node ? node.trigger : undefined;
  switch (trigger?.kind) {
    case 'error':
    case 'escalation':
    case 'compensation':
      return undefined;
    default:
      return trigger;
  }
};

/** Evaluates events in the scope of the element, before any subscription is opened. */
export const planSubscriptions = (
  context: Context,
  element: ElementInstance,
  nodes: readonly FlowNode[],
): readonly SubscriptionPlan[] => {
  const plans: SubscriptionPlan[] = [];
  for (const node of nodes) {
    const trigger = triggerOf(node);
    if (trigger !== undefined) plans.push(plan(context, element, node, trigger));
  }
  return plans;
};

const openTimer = (context: Context, element: ElementInstance, node: FlowNode, plan: TimerPlan): Timer => {
  const { due, repetitions, cycle } = plan;
  const timer: Timer = {
    kind: 'timer',
    key: nextKey(context),
    definition: element.definition,
    node,
    element,
    cycle,
    repetitions,
    due,
    dueIndex: -1,
  };
  schedule(context, timer, due);
  return timer;
};

const openMessage = (
  context: Context,
  element: ElementInstance,
  { node, name, correlationKey }: MessagePlan,
): MessageSubscription => {
  const subscription: MessageSubscription = {
    kind: 'subscription',
    key: nextKey(context),
    name,
    correlationKey,
    element,
    node,
    open: true,
    previous: undefined,
    next: undefined,
  };
  indexSubscription(context.state, subscription);
  if (hasBuffered(context.state, subscription)) context.enqueue({ kind: 'correlate', subscription });
  return subscription;
};

const openSignal = (context: Context, element: ElementInstance, { node, signal }: SignalPlan): SignalSubscription => {
  const subscription: SignalSubscription = { kind: 'signal', key: nextKey(context), name: signal, element, node };
  indexSignal(context.state, subscription);
  return subscription;
};

const openCondition = (context: Context, element: ElementInstance, { node }: ConditionPlan): ConditionSubscription => {
  const subscription: ConditionSubscription = { kind: 'condition', key: nextKey(context), element, node, isNew: true };
  indexCondition(context.state, subscription);
  context.enqueue({ kind: 'condition', subscription });
  return subscription;
};

const open = (context: Context, element: ElementInstance, plan: SubscriptionPlan): EventSubscription => {
  if ('timer' in plan) return openTimer(context, element, plan.node, plan.timer);
  if ('condition' in plan) return openCondition(context, element, plan);
  return 'signal' in plan ? openSignal(context, element, plan) : openMessage(context, element, plan);
};

/** Reports a subscription or timer as closed. */
export const announceClosed = (context: Context, subscription: EventSubscription): void => {
  if (subscription.kind !== 'timer')
    context.emit?.({ kind: 'subscription:closed', subscription: viewSubscription(subscription) });
  else if (subscription.dueIndex >= 0) context.emit?.({ kind: 'timer:cancelled', timer: viewTimer(subscription) });
};

/** Reports a subscription or timer as open. */
export const announceOpen = (context: Context, subscription: EventSubscription): void => {
  if (subscription.kind !== 'timer')
    context.emit?.({ kind: 'subscription:opened', subscription: viewSubscription(subscription) });
  else if (subscription.dueIndex >= 0) context.emit?.({ kind: 'timer:scheduled', timer: viewTimer(subscription) });
};

/** Opens subscriptions. */
export const openSubscriptions = (
  context: Context,
  element: ElementInstance,
  plans: readonly SubscriptionPlan[],
): void => {
  for (const plan of plans) {
    if ('timer' in plan && plan.timer.repetitions === 0) continue;
    const subscription = open(context, element, plan);
    announceOpen(context, subscription);
    if (element.subscriptions === undefined) element.subscriptions = [subscription];
    else element.subscriptions.push(subscription);
  }
};

/** Removes a timer from the schedule. One that has fired for the last time is not in it. */
export const cancelTimer = (context: Context, timer: Timer): void => {
  announceClosed(context, timer);
  unschedule(context, timer);
};

const close = (context: Context, subscription: EventSubscription): void => {
  if (subscription.kind === 'timer') {
    cancelTimer(context, subscription);
    return;
  }
  if (subscription.kind === 'condition') {
    unindexCondition(subscription);
  } else if (subscription.kind === 'signal') {
    unindexSignal(context.state, subscription);
  } else if (subscription.open) {
    subscription.open = false;
    unindexSubscription(context.state, subscription);
  }
  announceClosed(context, subscription);
};

/** Closes one subscription of an element. */
export const closeSubscription = (
  context: Context,
  element: ElementInstance,
  subscription: EventSubscription,
): void => {
  close(context, subscription);
  const left = element.subscriptions?.filter((other) => other !== subscription);
  element.subscriptions = left?.length === 0 ? undefined : left;
};

/** Closes all subscriptions of an element. */
export const closeSubscriptions = (context: Context, element: ElementInstance): void => {
  const { subscriptions } = element;
  if (subscriptions === undefined) return;
  for (const subscription of subscriptions) close(context, subscription);
  element.subscriptions = undefined;
};

/** Closes the subscriptions of the event subprocesses in a scope, and keeps those of its boundary events. */
export const closeEventSubProcesses = (context: Context, scope: ElementInstance): void => {
  for (const subscription of scope.subscriptions ?? []) {
    if (subscription.node.kind === 'startEvent') closeSubscription(context, scope, subscription);
  }
};
