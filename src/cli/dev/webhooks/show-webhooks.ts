import { randomBytes } from 'node:crypto';
import { printable } from '../../../common/printable.ts';
import type { Environment } from '../../../connection/settings/config.ts';
import { curlFor } from '../../../runtime/inbound/samples/curl.ts';
import type { EndedCall, ServerOptions } from '../../../runtime/index.ts';
import type { WebhookFacts } from '../../modules/connector-facts.ts';
import { exampleValue } from '../../modules/example-value.ts';
import type { DevSession, ShownCall, StartPart } from '../session.ts';

/**
 * The server of a developer: without keys in the environment, callbacks have a key of this session, which connectors keep when
 * they are loaded again.
 */
export const devServer = (env: Environment): ServerOptions => {
  const hasKeys = ['CAMUNDA_CONNECTORS_CALLBACK_KEYS', 'CAMUNDA_CONNECTORS_CALLBACK_KEYS_FILE'].some(
    (name) => (env[name] ?? '') !== '',
  );
  return hasKeys ? {} : { callbackKeys: randomBytes(32).toString('base64') };
};

const messageText = ({ messageName, correlationKey }: EndedCall['messages'][number]): string =>
  correlationKey === '' ? messageName : `${messageName} with the key ${JSON.stringify(correlationKey)}`;

/**
 * One line about a call, e.g. `POST /hooks/payments -> 200, published: paid with the key "o-1"`. It says why a call is refused or fails,
 * each time: the log is silent about most of many refusals in a row.
 */
export const callLine = ({ method, route, status, result, messages, reason }: ShownCall): string => {
  const answer = status === undefined ? 'closed before the answer' : String(status);
  const sent = messages.length === 0 ? '' : `: ${messages.map(messageText).join(', ')}`;
  const why = reason === undefined ? '' : `: ${reason.replaceAll(/\s*\n\s*/g, ' | ')}`;
  return `${method} ${route} -> ${answer}, ${result}${sent}${why}`;
};

/**
 * The address of a webhook, and a command that calls it. The command contains no secret.
 *
 * @param publicUrl without a slash at the end
 */
export const webhookLines = (webhook: WebhookFacts, publicUrl: string): readonly string[] => {
  const { name, method, path } = webhook;
  const address = `${publicUrl}${path}`;
  const example = webhook.schema === undefined ? undefined : (exampleValue(webhook.schema) ?? undefined);
  const curl = curlFor(webhook, address, example);
  const head = `Webhook ${name}: ${method} ${address}`;
  if (curl === undefined) return [head, '  Only its sender can sign a request.'];
  const needs = curl.needs.map((one) => `${one.name} (${one.value})`).join(', ');
  const before = needs === '' ? [] : [`  A shell in which ${needs} is set can call it:`];
  const after =
    curl.examples.length === 0 ? [] : [`  Edit ${curl.examples.join(' and ')}: the command has an example.`];
  return [head, ...before, `  ${curl.command}`, ...after];
};

/** Prints the addresses of the webhooks, each with a command that calls it, and a line for each call. */
export const showWebhooks: StartPart = ({ host, context }: DevSession) => {
  let publicUrl: string | undefined;
  const stopListening = host.on((event) => {
    if (event.kind === 'server:listening') publicUrl = event.publicUrl;
    if (event.kind === 'call:ended') context.print(`${printable(callLine(event.call))}\n`);
  });
  return {
    ready: () => {
      for (const webhook of host.connectors().webhooks) {
        if (publicUrl === undefined) continue;
        for (const line of webhookLines(webhook, publicUrl)) context.print(`${printable(line)}\n`);
      }
    },
    stop: stopListening,
  };
};
