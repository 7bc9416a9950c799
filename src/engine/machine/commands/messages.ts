import { trigger } from '../elements/trigger.ts';
import { type Core, nextKey, schedule, unschedule } from '../store/core.ts';
import { lockOf } from '../store/ended.ts';
import { keyText } from '../store/keys.ts';
import type { Message, MessageStart, Subscription } from '../store/records.ts';
import { refuseVariables, reject } from '../store/rejection.ts';
import {
  bufferMessage,
  messageIdentity,
  oldestMessage,
  oldestSubscriptions,
  unbufferMessage,
} from '../store/subscriptions.ts';
import { adoptVariables } from '../store/values.ts';
import { viewMessage } from '../store/views.ts';
import type { Key, Variables } from '../types.ts';
import { startInstance } from './instances.ts';

const correlated = (core: Core, message: Message, instance: number, elementId: string): void =>
  core.emit?.({
    kind: 'message:correlated',
    message: viewMessage(message),
    processInstanceKey: keyText(instance),
    elementId,
  });

const deliver = (core: Core, message: Message, subscription: Subscription): void => {
  const { element, node } = subscription;
  message.correlated.push(element.definition.model.id);
  correlated(core, message, element.root.key, node.id);
  trigger(core, element, subscription, message.variables);
};

/** Whether an instance of the process that a message with this key started is still running. */
const isLocked = ({ state }: Core, processId: string, correlationKey: string): boolean =>
  correlationKey !== '' && state.locks.has(lockOf(processId, correlationKey));

const startBy = (core: Core, message: Message, { definition, node }: MessageStart): void => {
  message.correlated.push(definition.model.id);
  const { correlationKey, variables } = message;
  const lock = correlationKey === '' ? {} : { lock: correlationKey };
  const root = startInstance(core, { definition, node, result: variables, ...lock });
  correlated(core, message, root.key, node.id);
};

const startAll = (core: Core, message: Message): void => {
  for (const start of core.state.startsByName.get(message.name) ?? []) {
    const { id } = start.definition.model;
    if (!message.correlated.includes(id) && !isLocked(core, id, message.correlationKey)) startBy(core, message, start);
  }
};

/** The command PublishMessage: subscriptions first, then start events, then the buffer. */
export const publishMessage = (
  core: Core,
  request: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId: string;
    readonly timeToLive: number;
    readonly variables: Variables;
  },
): Key => {
  const { name, correlationKey, messageId, timeToLive } = request;
  const twin = messageId === '' ? undefined : core.state.messageIds.get(messageIdentity(request));
  if (twin !== undefined && twin.due > core.now()) {
    throw reject(
      'ALREADY_EXISTS',
      'PUBLISH',
      `Expected to publish a new message with id '${messageId}', but a message with that id was already published`,
    );
  }
  const message: Message = {
    kind: 'message',
    key: nextKey(core),
    name,
    correlationKey,
    messageId,
    variables: adoptVariables(request.variables, refuseVariables('PUBLISH', `message '${name}'`)),
    correlated: [],
    due: core.now() + Math.max(0, timeToLive),
    dueAt: -1,
    previous: undefined,
    next: undefined,
  };
  core.emit?.({ kind: 'message:published', message: viewMessage(message) });
  for (const subscription of oldestSubscriptions(core.state, message)) deliver(core, message, subscription);
  startAll(core, message);
  if (timeToLive > 0) {
    bufferMessage(core.state, message);
    schedule(core, message, message.due);
  }
  return keyText(message.key);
};

/** A subscription has been opened: it takes the oldest buffered message; one that stays open takes them all. */
export const correlate = (core: Core, subscription: Subscription): void => {
  if (!subscription.open) return;
  const { name, correlationKey, element } = subscription;
  const processId = element.definition.model.id;
  const message = oldestMessage(core.state, { name, correlationKey, processId, since: 0, now: core.now() });
  if (message === undefined) return;
  deliver(core, message, subscription);
  if (subscription.open) core.enqueue({ kind: 'correlate', subscription });
};

/** The instance that held a correlation key has ended: the oldest message that waited for that may start the next. */
export const startNext = (core: Core, processId: string, correlationKey: string): void => {
  if (isLocked(core, processId, correlationKey)) return;
  let oldest: { readonly start: MessageStart; readonly message: Message } | undefined;
  for (const start of core.state.messageStarts.get(processId) ?? []) {
    const { name, since } = start;
    const message = oldestMessage(core.state, { name, correlationKey, processId, since, now: core.now() });
    if (message !== undefined && (oldest === undefined || message.key < oldest.message.key))
      oldest = { start, message };
  }
  if (oldest !== undefined) startBy(core, oldest.message, oldest.start);
};

/** A buffered message's time to live is over. */
export const expire = (core: Core, message: Message): void => {
  unschedule(core, message);
  unbufferMessage(core.state, message);
  core.emit?.({ kind: 'message:expired', message: viewMessage(message) });
};
