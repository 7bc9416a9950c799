import { isLoopback } from '../../connection/address.ts';
import { answerTypeOf, isWaitingWebhook } from '../../connector/webhooks/answer-task.ts';
import type { WebhookAuth } from '../../connector/webhooks/auth-types.ts';
import type { AnyWebhook } from '../../connector/webhooks/types.ts';
import { deliveryIdSource } from '../../runtime/inbound/delivery-id.ts';
import type { ServerSettings } from '../../runtime/inbound/server/settings.ts';
import { answerProcessId } from '../../runtime/inbound/waits/answer-process.ts';
import { columns } from './columns.ts';

/** What is known of the senders: seconds until they give up on an answer, and for which they repeat a request. */
interface Sender {
  readonly limit?: number;
  readonly repeatsFor?: number;
}

const hour = 3_600;

const senders: Readonly<Record<string, Sender>> = {
  github: { limit: 10 },
  gitlab: { limit: 10 },
  bitbucket: { limit: 10 },
  slack: { limit: 3, repeatsFor: 6 * 60 },
  zoom: { limit: 3, repeatsFor: 85 * 60 },
  shopify: { limit: 5, repeatsFor: 4 * hour },
  twilio: { limit: 15 },
  stripe: { repeatsFor: 72 * hour },
  standard: { limit: 15, repeatsFor: 76 * hour },
  sns: { limit: 15, repeatsFor: hour },
  eventGrid: { limit: 30, repeatsFor: 24 * hour },
  graph: { limit: 10, repeatsFor: 4 * hour },
};

const typeOf = (auth: WebhookAuth): string => (auth === 'none' ? 'none' : auth.type);

const targetOf = (webhook: AnyWebhook): string => {
  const { messages, correlates } = webhook;
  const names = messages === undefined ? 'decided by run' : Object.keys(messages).join(', ');
  const answered = isWaitingWebhook(webhook) ? `, answered by jobs of type ${answerTypeOf(webhook)}` : '';
  return `messages: ${names}${correlates ? ', correlates' : ''}${answered}`;
};

const rowOf = (webhook: AnyWebhook): readonly string[] => {
  const { name, method, path, auth, messageTimeToLive } = webhook;
  return [
    ...[name, `${method} ${path}`, `auth: ${typeOf(auth)}`, `id: ${deliveryIdSource(auth) ?? 'decided by run'}`],
    ...[`messages kept for ${messageTimeToLive} s`, targetOf(webhook)],
  ];
};

/** What is worth a warning about one webhook. */
const warningsOf = (webhook: AnyWebhook, host: string): readonly string[] => {
  const { auth, messageTimeToLive: toLive, timeout } = webhook;
  const { limit, repeatsFor } = senders[typeOf(auth)] ?? {};
  const isOpen = auth === 'none';
  return [
    ...(isOpen && isLoopback(host) ? ['anyone who reaches the server can call it. Fix: set auth.'] : []),
    ...(isOpen && !isLoopback(host)
      ? [`anyone can call it, because the server listens on ${host} and the webhook has no auth. Fix: set auth.`]
      : []),
    ...(deliveryIdSource(auth) === undefined
      ? ['its requests have no id, so a repetition counts anew. Fix: let run return a messageId.']
      : []),
    ...(toLive === 0
      ? [
          'with messageTimeToLive 0, the cluster recognises no repetition, and loses a message for which nothing waits, or which would start an instance for a key that has an active one. Fix: set it to the time for which the sender repeats a request.',
        ]
      : []),
    ...(toLive > 0 && repeatsFor !== undefined && toLive < repeatsFor
      ? [
          `the sender repeats a request for up to ${repeatsFor} s, but the cluster recognises a repetition for only ${toLive} s. Fix: set messageTimeToLive: ${repeatsFor}, or accept that a late repetition counts anew.`,
        ]
      : []),
    ...(limit !== undefined && timeout >= limit
      ? [`the sender waits ${limit} s for an answer, but timeout is ${timeout} s. Fix: choose a shorter timeout.`]
      : []),
  ];
};

/**
 * Lists webhooks, and what is worth a warning about them. Pure.
 *
 * @param webhooks those that a runtime would serve
 * @param settings where it would serve them
 */
export const webhookReport = (webhooks: readonly AnyWebhook[], settings: ServerSettings): string => {
  if (webhooks.length === 0) return '';
  const { host, port, publicUrl } = settings;
  const place = `${host}, port ${port}${publicUrl === undefined ? '' : `, from outside ${publicUrl}`}`;
  const warnings = webhooks.flatMap((webhook) =>
    warningsOf(webhook, host).map((text) => `Warning: the webhook ${webhook.name}: ${text}`),
  );
  const passing = webhooks.some(isWaitingWebhook)
    ? [`Runtimes on a cluster pass answers on to each other with the process ${answerProcessId}, which start deploys`]
    : [];
  return [`Webhooks, at ${place}`, ...columns(webhooks.map(rowOf)), ...passing, ...warnings]
    .map((line) => `${line}\n`)
    .join('');
};
