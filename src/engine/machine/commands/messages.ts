import { correlateMessage } from '../flow/message-correlation.ts';
import { reject, rejectVariables } from '../rejection.ts';
import type { Context } from '../store/context.ts';
import { bufferMessage, keepLost, messageIdentity, newMessage } from '../store/events/messages.ts';
import { schedule } from '../store/events/schedule.ts';
import { adoptVariables } from '../store/json-values.ts';
import { keyText, nextKey } from '../store/keys.ts';
import { viewMessage } from '../store/views.ts';
import { recordTenant } from '../tenants.ts';
import type { Key, Variables } from '../types.ts';

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
  },
): Key => {
  const { state } = context;
  const { name, correlationKey, messageId, timeToLive } = request;
  const tenant = recordTenant(request.tenantId);
  const existing = messageId === '' ? undefined : state.messageIds.get(messageIdentity({ ...request, ...tenant }));
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
    ...tenant,
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
