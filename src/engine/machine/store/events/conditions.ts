import type { ConditionSubscription } from '../records.ts';
import type { State } from '../state.ts';

/*
 * Open subscriptions to conditions, by process instance. Instances without one pay only for a look at a property.
 */

/** Adds an open subscription. */
export const indexCondition = ({ changedConditions }: State, subscription: ConditionSubscription): void => {
  const { root } = subscription.element;
  const watch = root.details?.conditions ?? { subscriptions: new Set(), changes: [], changed: changedConditions };
  watch.subscriptions.add(subscription);
  root.details = { ...root.details, conditions: watch };
};

/** Removes a subscription. */
export const unindexCondition = (subscription: ConditionSubscription): void => {
  const { details } = subscription.element.root;
  details?.conditions?.subscriptions.delete(subscription);
  if (details?.conditions?.subscriptions.size === 0) delete details.conditions;
};

/** Tells whether a subscription is still open. */
export const isOpen = (subscription: ConditionSubscription): boolean =>
  subscription.element.root.details?.conditions?.subscriptions.has(subscription) ?? false;
