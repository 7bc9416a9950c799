import type { SignalStart, SignalSubscription } from '../records.ts';
import type { State } from '../state.ts';

/** Adds an open subscription. */
export const indexSignal = ({ signals }: State, subscription: SignalSubscription): void => {
  const named = signals.get(subscription.name);
  if (named === undefined) signals.set(subscription.name, new Set([subscription]));
  else named.add(subscription);
};

/** Names can be expressions and therefore many, so an empty set is removed. */
export const unindexSignal = ({ signals }: State, subscription: SignalSubscription): void => {
  const named = signals.get(subscription.name);
  named?.delete(subscription);
  if (named?.size === 0) signals.delete(subscription.name);
};

/** The open subscriptions to a signal, oldest first. */
export const signalSubscriptions = ({ signals }: State, name: string): readonly SignalSubscription[] => [
  ...(signals.get(name) ?? []),
];

/** The start events of a signal: at most one of each process. */
export const startsBySignal = ({ signalStarts }: State, name: string): readonly SignalStart[] =>
  [...signalStarts.values()].flat().filter((start) => start.name === name);

/** Replaces the signal start events of a process. */
export const indexSignalStarts = ({ signalStarts }: State, processId: string, starts: readonly SignalStart[]): void => {
  if (starts.length === 0) signalStarts.delete(processId);
  else signalStarts.set(processId, starts);
};
