import type { MachineSubscription } from '../machine/types.ts';
import { type Change, type EventOf, orderOf } from './change.ts';

/** Adds an open message subscription, or what has become of it by a migration. */
export const openSubscription =
  (view: MachineSubscription, at: number): Change =>
  (store) => {
    const { processes, instances, subscriptions } = store.tables;
    const process = processes.get(view.processDefinitionKey);
    if (view.kind !== 'message' || process === undefined) return;
    const known = view.key === undefined ? undefined : subscriptions.get(view.key);
    if (known !== undefined) {
      known.view = view;
      known.state = 'MIGRATED';
      known.lastUpdatedDate = at;
      return;
    }
    const own = view.key === undefined ? store.nextKey() : { key: view.key, order: orderOf(view.key) };
    const instance = view.processInstanceKey === undefined ? undefined : instances.get(view.processInstanceKey);
    store.add('subscriptions', { ...own, instance, process, view, state: 'CREATED', lastUpdatedDate: at });
  };

const isSameStart = (a: MachineSubscription, b: MachineSubscription): boolean =>
  a.key === undefined && a.processDefinitionKey === b.processDefinitionKey && a.elementId === b.elementId;

/** A message subscription is closed. */
export const closeSubscription =
  (view: MachineSubscription, at: number): Change =>
  (store) => {
    const { subscriptions } = store.tables;
    if (view.kind !== 'message') return;
    const found =
      view.key === undefined
        ? [...subscriptions.open()].find((other) => isSameStart(other.view, view))
        : subscriptions.get(view.key);
    if (found === undefined) return;
    // One that has received its message stays so.
    if (found.state !== 'CORRELATED' || view.key === undefined) {
      found.state = 'DELETED';
      found.lastUpdatedDate = at;
    }
    store.end('subscriptions', found);
  };

/** An event has received a message. */
export const correlate =
  ({ message, processInstanceKey, elementId }: EventOf<'message:correlated'>, at: number): Change =>
  (store) => {
    const instance = store.tables.instances.get(processInstanceKey);
    if (instance === undefined) return;
    const subscription = instance.subscriptions.findLast(
      ({ view, state }) => view.elementId === elementId && view.name === message.name && state !== 'DELETED',
    );
    if (subscription !== undefined) {
      subscription.state = 'CORRELATED';
      subscription.lastUpdatedDate = at;
    }
    const correlation = {
      ...{ ...store.nextKey(), instance, messageKey: message.key, messageName: message.name },
      ...{ correlationKey: message.correlationKey, elementId, correlationTime: at },
      elementInstanceKey: subscription?.view.elementInstanceKey,
      subscriptionKey: subscription?.key,
    };
    store.add('correlations', correlation);
    store.end('correlations', correlation);
  };
