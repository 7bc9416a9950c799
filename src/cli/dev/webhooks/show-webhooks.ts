import { randomBytes } from 'node:crypto';
import { printable } from '../../../common/printable.ts';
import type { Environment } from '../../../connection/settings/config.ts';
import type { EndedCall, ServerOptions } from '../../../runtime/index.ts';
import type { DevSession, StartPart } from '../session.ts';

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

/** One line about a call, e.g. `POST /hooks/payments -> 200, published: paid with the key "o-1"`. */
export const callLine = ({ method, route, status, result, messages }: Omit<EndedCall, 'error'>): string => {
  const answer = status === undefined ? 'closed before the answer' : String(status);
  const sent = messages.length === 0 ? '' : `: ${messages.map(messageText).join(', ')}`;
  return `${method} ${route} -> ${answer}, ${result}${sent}`;
};

/** Prints the addresses of the webhooks, and a line for each call. */
export const showWebhooks: StartPart = ({ host, context }: DevSession) => {
  let publicUrl: string | undefined;
  const stopListening = host.on((event) => {
    if (event.kind === 'server:listening') publicUrl = event.publicUrl;
    if (event.kind === 'call:ended') context.print(`${printable(callLine(event.call))}\n`);
  });
  return {
    ready: () => {
      for (const { name, method, path } of host.connectors().webhooks) {
        context.print(`Webhook ${name}: ${method} ${publicUrl ?? ''}${path}\n`);
      }
    },
    stop: stopListening,
  };
};
