import { tenantKey } from '../../tenants.ts';
import type { SignalStart, SignalSubscription } from '../records.ts';
import type { State } from '../state.ts';

const nameOf = ({ name, element }: SignalSubscription): string => tenantKey(element.definition.tenant, name);

/** Adds an open subscription. */
export const indexSignal = ({ signals }: State, subscription: SignalSubscription): void => {
  const name = nameOf(subscription);
  const named = signals.get(name);
  if (named === undefined) signals.set(name, new Set([subscription]));
  else named.add(subscription);
};

/** Names can be expressions and therefore many, so an empty set is removed. */
export const unindexSignal = ({ signals }: State, subscription: SignalSubscription): void => {
  const name = nameOf(subscription);
  const named = signals.get(name);
  named?.delete(subscription);
  if (named?.size === 0) signals.delete(name);
};

/** The open subscriptions to a signal, oldest first. */
export const signalSubscriptions = (
  { signals }: State,
  tenant: string | undefined,
  name: string,
): readonly SignalSubscription[] => [...(signals.get(tenantKey(tenant, name)) ?? [])];

/** Tells whether a subscription is still open. */
export const isSignalOpen = ({ signals }: State, subscription: SignalSubscription): boolean =>
  signals.get(nameOf(subscription))?.has(subscription) === true;

/** The start events of a signal: at most one of each process. */
export const startsBySignal = (
  { signalStarts }: State,
  tenant: string | undefined,
  name: string,
): readonly SignalStart[] =>
  [...signalStarts.values()].flat().filter((start) => start.name === name && start.definition.tenant === tenant);

/** Replaces the signal start events of a process. */
export const indexSignalStarts = ({ signalStarts }: State, processId: string, starts: readonly SignalStart[]): void => {
  if (starts.length === 0) signalStarts.delete(processId);
  else signalStarts.set(processId, starts);
};
