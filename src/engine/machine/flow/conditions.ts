import type { ConditionTrigger, FlowNode } from '../../model/types.ts';
import { evaluate } from '../evaluation/expressions.ts';
import type { Context } from '../store/context.ts';
import { isOpen } from '../store/events/conditions.ts';
import { isStepFailure } from '../store/incidents.ts';
import type { ConditionSubscription, ConditionWatch, ElementInstance, VariableChange } from '../store/records.ts';
import { lookupFrom } from '../store/variables.ts';
import { triggerEvent } from './event-triggers.ts';

const conditionOf = (node: FlowNode): ConditionTrigger | undefined =>
  'trigger' in node && node.trigger?.kind === 'condition' ? node.trigger : undefined;

/** Whether a condition is true. Anything else than a boolean, and an error, is not. */
const isTrue = (context: Context, { element, node }: ConditionSubscription): boolean => {
  const trigger = conditionOf(node);
  if (trigger === undefined) return false;
  try {
    return evaluate(context, trigger.condition, lookupFrom(element), 'EXTRACT_VALUE_ERROR') === true;
  } catch (error) {
    if (isStepFailure(error)) return false;
    throw error;
  }
};

const noVariables = Object.freeze({});

/** Checks a condition when its element begins to wait: if it is true already, the event occurs at once. */
export const checkNewCondition = (context: Context, subscription: ConditionSubscription): void => {
  if (!isOpen(subscription)) return;
  subscription.isNew = false;
  if (isTrue(context, subscription)) triggerEvent(context, subscription.element, subscription, noVariables);
};

/** Whether an element sees a change: the variable is in its own scope or an outer one, and none between hides it. */
const sees = (element: ElementInstance, { scope, name }: VariableChange): boolean => {
  for (let at: ElementInstance | undefined = element; at !== undefined; at = at.scope) {
    if (at === scope) return true;
    if (at.variables !== undefined && Object.hasOwn(at.variables, name)) return false;
  }
  return false;
};

const isConcerned = ({ element, node, isNew }: ConditionSubscription, changes: readonly VariableChange[]): boolean => {
  const trigger = conditionOf(node);
  if (trigger === undefined || isNew) return false;
  return changes.some(
    (change) =>
      trigger.condition.names.includes(change.name) &&
      (trigger.changes?.includes(change.kind) ?? true) &&
      sees(element, change),
  );
};

const depthOf = (element: ElementInstance): number => {
  let depth = 0;
  for (let at = element.scope; at !== undefined; at = at.scope) depth += 1;
  return depth;
};

const isInterrupting = (node: FlowNode, { definition }: ElementInstance): boolean => {
  if (node.kind === 'boundaryEvent') return node.interrupting;
  const around = node.kind === 'startEvent' ? definition.model.nodes.get(node.scope) : undefined;
  return around?.kind === 'eventSubProcess' && around.interrupting;
};

const checkWatch = (context: Context, watch: ConditionWatch, changes: readonly VariableChange[]): void => {
  const concerned = [...watch.subscriptions].filter((subscription) => isConcerned(subscription, changes));
  const depths = new Map(concerned.map((subscription) => [subscription, depthOf(subscription.element)]));
  concerned.sort((a, b) => depths.get(a)! - depths.get(b)! || a.key - b.key);
  for (const subscription of concerned) {
    if (!isOpen(subscription) || !isTrue(context, subscription)) continue;
    triggerEvent(context, subscription.element, subscription, noVariables);
    // As in Zeebe, nothing further inside is checked after an interruption.
    if (isInterrupting(subscription.node, subscription.element)) return;
  }
};

/**
 * Checks the conditions that name a variable that has changed in the last step or command: once, however many variables
 * have changed, from outer scopes to inner ones.
 */
export const checkConditions = (context: Context): void => {
  const { changedConditions } = context.state;
  while (changedConditions.length > 0) {
    const watch = changedConditions.shift()!;
    const { changes } = watch;
    watch.changes = [];
    checkWatch(context, watch, changes);
  }
};
