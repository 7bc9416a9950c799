import { append, insert, unlink } from './list.ts';
import type { Message, Subscription, SubscriptionGroup } from './records.ts';
import type { State } from './state.ts';

/** Reads from an index by message name, then by correlation key. */
export const byNameAndKey = <T>(
  index: ReadonlyMap<string, ReadonlyMap<string, T>>,
  { name, correlationKey }: { readonly name: string; readonly correlationKey: string },
): T | undefined => index.get(name)?.get(correlationKey);

const placeFor = <T>(
  index: Map<string, Map<string, T>>,
  { name, correlationKey }: { readonly name: string; readonly correlationKey: string },
  make: () => T,
): T => {
  let keys = index.get(name);
  if (keys === undefined) {
    keys = new Map();
    index.set(name, keys);
  }
  let place = keys.get(correlationKey);
  if (place === undefined) {
    place = make();
    keys.set(correlationKey, place);
  }
  return place;
};

/** Keys come from variables, so that what has become empty must not stay. */
const dropPlace = <T>(
  index: Map<string, Map<string, T>>,
  { name, correlationKey }: { readonly name: string; readonly correlationKey: string },
): void => {
  const keys = index.get(name);
  keys?.delete(correlationKey);
  if (keys?.size === 0) index.delete(name);
};

const groupOf = (first: SubscriptionGroup, processId: string): SubscriptionGroup => {
  let group = first;
  while (group.processId !== processId) {
    group.nextGroup ??= { processId, first: undefined, last: undefined, nextGroup: undefined };
    group = group.nextGroup;
  }
  return group;
};

/**
 * Subscriptions come in the order of the elements that wait, as in Zeebe: an element that an incident kept from waiting
 * has its turn before younger ones. An order by keys does not depend on what was there before, so it survives a snapshot.
 */
const isOlder = (a: Subscription, b: Subscription): boolean => a.element.key < b.element.key;

export const indexSubscription = (state: State, subscription: Subscription): void => {
  const processId = subscription.element.definition.model.id;
  const first = placeFor(state.subscriptions, subscription, () => ({
    processId,
    first: undefined,
    last: undefined,
    nextGroup: undefined,
  }));
  insert(groupOf(first, processId), subscription, isOlder);
};

/** Groups are as many as there are processes that wait for one message; only the subscriptions in them may be many. */
export const unindexSubscription = (state: State, subscription: Subscription): void => {
  const head = byNameAndKey(state.subscriptions, subscription);
  if (head === undefined) return;
  const processId = subscription.element.definition.model.id;
  let before: SubscriptionGroup | undefined;
  let group: SubscriptionGroup = head;
  while (group.processId !== processId && group.nextGroup !== undefined) {
    before = group;
    group = group.nextGroup;
  }
  unlink(group, subscription);
  if (group.first !== undefined) return;
  if (before !== undefined) before.nextGroup = group.nextGroup;
  else if (group.nextGroup !== undefined) {
    state.subscriptions.get(subscription.name)!.set(subscription.correlationKey, group.nextGroup);
  } else dropPlace(state.subscriptions, subscription);
};

/** The oldest open subscription of each process that waits for a message of this name and correlation key, oldest first. */
export const oldestSubscriptions = (
  state: State,
  message: { readonly name: string; readonly correlationKey: string },
): readonly Subscription[] => {
  const found: Subscription[] = [];
  let group = byNameAndKey(state.subscriptions, message);
  while (group !== undefined) {
    if (group.first !== undefined) found.push(group.first);
    group = group.nextGroup;
  }
  // The groups stand in the order in which they came up, which a snapshot does not keep.
  return found.sort((a, b) => a.element.key - b.element.key);
};

/** What a message's id is unique with; the lengths keep the parts apart. */
export const messageIdentity = ({
  name,
  correlationKey,
  messageId,
}: {
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId: string;
}): string => `${name.length}:${correlationKey.length}:${name}${correlationKey}${messageId}`;

export const bufferMessage = (state: State, message: Message): void => {
  state.messages.set(message.key, message);
  if (message.messageId !== '') state.messageIds.set(messageIdentity(message), message);
  append(
    placeFor(state.buffer, message, () => ({ first: undefined, last: undefined })),
    message,
  );
};

export const unbufferMessage = (state: State, message: Message): void => {
  state.messages.delete(message.key);
  const identity = messageIdentity(message);
  if (state.messageIds.get(identity) === message) state.messageIds.delete(identity);
  const place = byNameAndKey(state.buffer, message);
  if (place === undefined) return;
  unlink(place, message);
  if (place.first === undefined) dropPlace(state.buffer, message);
};

/** The oldest message that lives at this time and that the process has not had; only those after `since`. */
export const oldestMessage = (
  state: State,
  {
    name,
    correlationKey,
    processId,
    since,
    now,
  }: {
    readonly name: string;
    readonly correlationKey: string;
    readonly processId: string;
    readonly since: number;
    readonly now: number;
  },
): Message | undefined => {
  let message = state.buffer.get(name)?.get(correlationKey)?.first;
  while (message !== undefined) {
    if (message.due > now && message.key > since && !message.correlated.includes(processId)) return message;
    message = message.next;
  }
  return undefined;
};
