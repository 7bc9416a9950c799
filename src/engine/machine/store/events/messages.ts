import { append, insert, unlink } from '../../../../common/collections/linked-list.ts';
import { recordTenant, tenantKey } from '../../tenants.ts';
import type { Context } from '../context.ts';
import type { Message, MessageSubscription, SubscriptionGroup } from '../records.ts';
import type { State } from '../state.ts';
import { viewMessage } from '../views.ts';
import { unschedule } from './schedule.ts';

/*
 * Open message subscriptions and buffered messages, both by message name and correlation key.
 */

interface NameAndKey {
  readonly name: string;
  readonly correlationKey: string;
}

const byNameAndKey = <T>(
  index: ReadonlyMap<string, ReadonlyMap<string, T>>,
  { name, correlationKey }: NameAndKey,
): T | undefined => index.get(name)?.get(correlationKey);

/** The place of a subscription in the indexes, which all tenants share. */
const placeOfSubscription = ({ name, correlationKey, element }: MessageSubscription): NameAndKey => ({
  name: tenantKey(element.definition.tenant, name),
  correlationKey,
});

type TenantMessage = NameAndKey & { readonly tenant?: string };

const placeOfMessage = ({ name, correlationKey, tenant }: TenantMessage): NameAndKey => ({
  name: tenantKey(tenant, name),
  correlationKey,
});

const none: readonly string[] = Object.freeze([]);

type NewMessage = Pick<
  Message,
  'key' | 'name' | 'correlationKey' | 'messageId' | 'variables' | 'publishedAt' | 'due'
> & { readonly tenant?: string | undefined; readonly businessId?: string | undefined };

/** Creates the record of a message that has correlated with nothing. */
export const newMessage = ({
  key,
  name,
  correlationKey,
  messageId,
  variables,
  publishedAt,
  due,
  tenant,
  businessId,
}: NewMessage): Message => {
  const message: Message = {
    kind: 'message',
    key,
    name,
    correlationKey,
    messageId,
    variables,
    correlated: none,
    publishedAt,
    due,
    dueIndex: -1,
    previous: undefined,
    next: undefined,
  };
  if (tenant !== undefined) Object.assign(message, { tenant });
  if (businessId !== undefined) Object.assign(message, { businessId });
  return message;
};

/** Tells whether a message is buffered that a new subscription may receive. */
export const hasBuffered = ({ buffer }: State, subscription: MessageSubscription): boolean =>
  byNameAndKey(buffer, placeOfSubscription(subscription)) !== undefined;

const entryFor = <T>(index: Map<string, Map<string, T>>, { name, correlationKey }: NameAndKey, create: () => T): T => {
  let keys = index.get(name);
  if (keys === undefined) {
    keys = new Map();
    index.set(name, keys);
  }
  let entry = keys.get(correlationKey);
  if (entry === undefined) {
    entry = create();
    keys.set(correlationKey, entry);
  }
  return entry;
};

/** Correlation keys come from variables and are many, so an empty entry must be removed. */
const dropEntry = <T>(index: Map<string, Map<string, T>>, { name, correlationKey }: NameAndKey): void => {
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
 * As in Zeebe, the order of subscriptions is that of their elements: an element that starts to wait late, because of an
 * incident, precedes younger elements. An order by keys is the same after a snapshot is restored.
 */
const isOlder = (a: MessageSubscription, b: MessageSubscription): boolean => a.element.key < b.element.key;

/** Adds an open subscription. */
export const indexSubscription = (state: State, subscription: MessageSubscription): void => {
  const processId = subscription.element.definition.model.id;
  const first = entryFor(state.subscriptions, placeOfSubscription(subscription), () => ({
    processId,
    first: undefined,
    last: undefined,
    nextGroup: undefined,
  }));
  insert(groupOf(first, processId), subscription, isOlder);
};

/** The search is short: there are as many groups as processes that wait for the message. */
export const unindexSubscription = (state: State, subscription: MessageSubscription): void => {
  const place = placeOfSubscription(subscription);
  const head = byNameAndKey(state.subscriptions, place);
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
    state.subscriptions.get(place.name)!.set(place.correlationKey, group.nextGroup);
  } else dropEntry(state.subscriptions, place);
};

/** The oldest open subscription of each process to a message with this name and correlation key, oldest first. */
export const oldestSubscriptions = (state: State, message: TenantMessage): readonly MessageSubscription[] => {
  const found: MessageSubscription[] = [];
  let group = byNameAndKey(state.subscriptions, placeOfMessage(message));
  while (group !== undefined) {
    if (group.first !== undefined) found.push(group.first);
    group = group.nextGroup;
  }
  // The order of the groups is that of their creation, which a snapshot does not contain.
  return found.length < 2 ? found : found.sort((a, b) => a.element.key - b.element.key);
};

/** The identity of a message with an id. The lengths separate the parts. */
export const messageIdentity = (message: TenantMessage & { readonly messageId: string }): string => {
  const { name, correlationKey } = placeOfMessage(message);
  return `${name.length}:${correlationKey.length}:${name}${correlationKey}${message.messageId}`;
};

/** Adds a message to the buffer. */
export const bufferMessage = (state: State, message: Message): void => {
  state.messages.set(message.key, message);
  if (message.messageId !== '') state.messageIds.set(messageIdentity(message), message);
  append(
    entryFor(state.buffer, placeOfMessage(message), () => ({ first: undefined, last: undefined })),
    message,
  );
};

/** Removes a message from the buffer. */
export const unbufferMessage = (state: State, message: Message): void => {
  state.messages.delete(message.key);
  const identity = messageIdentity(message);
  if (state.messageIds.get(identity) === message) state.messageIds.delete(identity);
  const place = placeOfMessage(message);
  const list = byNameAndKey(state.buffer, place);
  if (list === undefined) return;
  unlink(list, message);
  if (list.first === undefined) dropEntry(state.buffer, place);
};

/** The oldest message after `since` that has not expired and that the process has not received. */
export const oldestMessage = (
  state: State,
  {
    name,
    correlationKey,
    tenant,
    processId,
    since,
    now,
  }: NameAndKey & {
    readonly tenant: string | undefined;
    readonly processId: string;
    readonly since: number;
    readonly now: number;
  },
): Message | undefined => {
  let message = state.buffer.get(tenantKey(tenant, name))?.get(correlationKey)?.first;
  while (message !== undefined) {
    if (message.due > now && message.key > since && !message.correlated.includes(processId)) return message;
    message = message.next;
  }
  return undefined;
};

/** How many messages that correlated with nothing are kept. */
const maxLost = 100;

/** Keeps a message that has correlated with nothing, for the explanation of what waits. */
export const keepLost = ({ lost }: State, message: Message): void => {
  const { key, name, correlationKey, publishedAt, due, tenant } = message;
  if (lost.length === maxLost) lost.shift();
  lost.push({ key, name, correlationKey, publishedAt, expiredAt: due, ...recordTenant(tenant) });
};

/** The time to live of a buffered message is over. */
export const expireMessage = (context: Context, message: Message): void => {
  unschedule(context, message);
  unbufferMessage(context.state, message);
  if (message.correlated.length === 0) keepLost(context.state, message);
  context.emit?.({ kind: 'message:expired', message: viewMessage(message) });
};
