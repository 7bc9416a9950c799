import { type Context, keepInstance, keepMessage } from '../store/context.ts';
import { oldestMessage, oldestSubscriptions } from '../store/events/messages.ts';
import { isBusinessIdInUse, isLocked } from '../store/instances.ts';
import { keyText } from '../store/keys.ts';
import type { ElementInstance, Message, MessageStart, MessageSubscription } from '../store/records.ts';
import type { State } from '../store/state.ts';
import { viewMessage } from '../store/views.ts';
import { processKey, tenantKey } from '../tenants.ts';
import { triggerEvent } from './event-triggers.ts';
import { startInstance } from './tokens.ts';

const emitCorrelated = (context: Context, message: Message, root: ElementInstance, elementId: string): void =>
  context.emit?.({
    kind: 'message:correlated',
    message: viewMessage(message),
    processInstanceKey: keyText(root.key),
    bpmnProcessId: root.definition.model.id,
    elementId,
  });

const deliver = (context: Context, message: Message, subscription: MessageSubscription): void => {
  const { element, node } = subscription;
  keepInstance(context, element);
  keepMessage(context, message);
  message.correlated = [...message.correlated, element.definition.model.id];
  emitCorrelated(context, message, element.root, node.id);
  triggerEvent(context, element, subscription, message.variables);
};

const startBy = (context: Context, message: Message, { definition, node }: MessageStart): ElementInstance => {
  keepMessage(context, message);
  message.correlated = [...message.correlated, definition.model.id];
  const { correlationKey, variables, businessId } = message;
  const lock = correlationKey === '' ? {} : { lock: correlationKey };
  const details = businessId === undefined ? {} : { details: { businessId } };
  const root = startInstance(context, { definition, node, result: variables, ...lock, ...details });
  emitCorrelated(context, message, root, node.id);
  return root;
};

const nextOfProcess = (
  state: State,
  message: Message,
  { element }: MessageSubscription,
): MessageSubscription | undefined =>
  oldestSubscriptions(state, message).find(
    (other) => other.element.definition.model.id === element.definition.model.id,
  );

const noStarts: readonly MessageStart[] = Object.freeze([]);

const startsOf = ({ startsByName }: State, { tenant, name }: Message): Iterable<MessageStart> =>
  startsByName.get(tenantKey(tenant, name)) ?? noStarts;

/** Tells whether the business id of a message must be unique and is in use. */
const isTaken = (
  { state, uniqueBusinessIds }: Context,
  { businessId }: Message,
  { definition }: MessageStart,
): boolean => uniqueBusinessIds && businessId !== undefined && isBusinessIdInUse(state, definition, businessId);

/** Tells whether a new message starts the process now. */
const canStart = (context: Context, message: Message, start: MessageStart): boolean => {
  const { definition } = start;
  return (
    !message.correlated.includes(definition.model.id) &&
    !isLocked(context.state, processKey(definition), message.correlationKey) &&
    !isTaken(context, message, start)
  );
};

/** The process that a new message does not start because its business id is in use. */
export const processWithBusinessId = (context: Context, message: Message): string | undefined =>
  [...startsOf(context.state, message)].find((start) => isTaken(context, message, start))?.definition.model.id;

/** Tells whether an event waits for a new message. */
export const hasReceiver = (context: Context, message: Message): boolean =>
  oldestSubscriptions(context.state, message).length > 0 ||
  [...startsOf(context.state, message)].some((start) => canStart(context, message, start));

/**
 * Delivers a new message: to one subscription of each process, then to message start events.
 *
 * @returns the first process instance that has received it
 */
export const correlateMessage = (context: Context, message: Message): ElementInstance | undefined => {
  const { state } = context;
  let first: ElementInstance | undefined;
  for (const subscription of oldestSubscriptions(state, message)) {
    // The delivery to one process may have ended an instance of another, which it has called.
    const receiver = subscription.open ? subscription : nextOfProcess(state, message, subscription);
    if (receiver === undefined) continue;
    first ??= receiver.element.root;
    deliver(context, message, receiver);
  }
  for (const start of startsOf(state, message)) {
    if (!canStart(context, message, start)) continue;
    const root = startBy(context, message, start);
    first ??= root;
  }
  return first;
};

/** Delivers the oldest buffered message to a new subscription, and all of them to one that stays open. */
export const correlateSubscription = (context: Context, subscription: MessageSubscription): void => {
  if (!subscription.open) return;
  const { name, correlationKey, element } = subscription;
  const { tenant, model } = element.definition;
  const wanted = { name, correlationKey, tenant, processId: model.id, since: 0, now: context.now() };
  const message = oldestMessage(context.state, wanted);
  if (message === undefined) return;
  deliver(context, message, subscription);
  if (subscription.open) context.enqueue({ kind: 'correlate', subscription });
};

/** Starts a process by the oldest buffered message with this correlation key, after the last such instance has ended. */
export const startNext = (context: Context, process: string, correlationKey: string): void => {
  const { state } = context;
  if (isLocked(state, process, correlationKey)) return;
  let oldest: { readonly start: MessageStart; readonly message: Message } | undefined;
  for (const start of state.messageStarts.get(process) ?? []) {
    const { name, since, definition } = start;
    const { tenant, model } = definition;
    const wanted = { name, correlationKey, tenant, processId: model.id, since, now: context.now() };
    const message = oldestMessage(state, wanted);
    if (message === undefined || isTaken(context, message, start)) continue;
    if (oldest === undefined || message.key < oldest.message.key) oldest = { start, message };
  }
  if (oldest !== undefined) startBy(context, oldest.message, oldest.start);
};
