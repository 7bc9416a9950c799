import { correlateMessage, hasReceiver, processWithBusinessId } from '../flow/message-correlation.ts';
import { reject, rejectVariables } from '../rejection.ts';
import { longestBusinessId } from '../requests.ts';
import type { Context } from '../store/context.ts';
import { bufferMessage, keepLost, messageIdentity, newMessage } from '../store/events/messages.ts';
import { schedule } from '../store/events/schedule.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyText, nextKey } from '../store/keys.ts';
import { viewMessage } from '../store/views.ts';
import { recordTenant } from '../tenants.ts';
import type { Key, Variables } from '../types.ts';

const checkBusinessId = (intent: string, name: string, businessId: string | undefined): string | undefined => {
  if (businessId === undefined || (businessId !== '' && businessId.length <= longestBusinessId)) return businessId;
  const reason = `Expected to publish a message '${name}' with a business id of 1 to ${longestBusinessId} characters, but it has ${businessId.length}.`;
  throw reject('INVALID_ARGUMENT', intent, reason);
};

/** The command PublishMessage: correlates the message and, if it has a time to live, buffers it. */
export const publishMessage = (
  context: Context,
  request: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId: string;
    readonly timeToLive: number;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
    readonly businessId?: string | undefined;
  },
): Key => {
  const { state } = context;
  const { name, correlationKey, messageId, timeToLive } = request;
  const businessId = checkBusinessId('PUBLISH', name, request.businessId);
  const { tenant } = recordTenant(request.tenantId);
  const existing =
    messageId === ''
      ? undefined
      : state.messageIds.get(messageIdentity({ name, correlationKey, messageId, ...recordTenant(tenant) }));
  if (existing !== undefined && existing.due > context.now()) {
    throw reject(
      'ALREADY_EXISTS',
      'PUBLISH',
      `Expected to publish a new message with id '${messageId}', but a message with that id was already published`,
    );
  }
  const publishedAt = context.now();
  const message = newMessage({
    key: nextKey(context),
    name,
    correlationKey,
    messageId,
    variables: adoptVariables(request.variables, rejectVariables('PUBLISH', `message '${name}'`)),
    publishedAt,
    due: publishedAt + Math.max(0, timeToLive),
    ...{ tenant, businessId },
  });
  context.emit?.({ kind: 'message:published', message: viewMessage(message) });
  correlateMessage(context, message);
  if (timeToLive > 0) {
    bufferMessage(state, message);
    schedule(context, message, message.due);
  } else if (message.correlated.length === 0) {
    keepLost(state, message);
  }
  return keyText(message.key);
};

/**
 * The command CorrelateMessage: correlates the message now, and never buffers it.
 *
 * @returns the keys of the message and of the first process instance that has received it
 */
export const correlateNow = (
  context: Context,
  request: {
    readonly name: string;
    readonly correlationKey: string;
    readonly variables: Variables;
    readonly tenantId?: string | undefined;
    readonly businessId?: string | undefined;
  },
): { readonly messageKey: Key; readonly processInstanceKey: Key } => {
  const { name, correlationKey } = request;
  const publishedAt = context.now();
  const message = newMessage({
    key: nextKey(context),
    name,
    correlationKey,
    messageId: '',
    variables: adoptVariables(request.variables, rejectVariables('CORRELATE', `message '${name}'`)),
    publishedAt,
    due: publishedAt,
    ...recordTenant(request.tenantId),
    businessId: checkBusinessId('CORRELATE', name, request.businessId),
  });
  if (!hasReceiver(context, message)) {
    const process = processWithBusinessId(context, message);
    if (process !== undefined) {
      const reason = `Expected to create instance of process '${process}' with business id '${message.businessId}', but an active instance with this business id already exists`;
      throw reject('ALREADY_EXISTS', 'CORRELATE', reason);
    }
    throw reject(
      'NOT_FOUND',
      'CORRELATE',
      `Expected to find subscription for message with name '${name}' and correlation key '${correlationKey}', but none was found.`,
    );
  }
  context.emit?.({ kind: 'message:published', message: viewMessage(message) });
  const receiver = correlateMessage(context, message);
  return { messageKey: keyText(message.key), processInstanceKey: keyText(receiver!.key) };
};
