import { printable } from '../../../common/printable.ts';
import type { ConnectorFacts, WebhookFacts } from '../../modules/connector-facts.ts';
import type { CallbackAddress, DevSession, StartPart } from '../session.ts';
import { callbackLines, callLine, webhookLines } from './webhook-lines.ts';

/** Addresses of one callback that nobody has called and that are printed; more would bury everything else. */
const mostAddresses = 3;

/** What was printed of a webhook. */
interface Shown {
  readonly method: string;
  readonly path: string;
  readonly lines: readonly string[];
}

/**
 * What to print when the webhooks have changed: those that are new or other ones now, and those that are gone.
 *
 * @param before what was printed, by name; receives what is printed now
 * @param publicUrl without a slash at the end
 */
export const changedWebhooks = (
  before: Map<string, Shown>,
  webhooks: readonly WebhookFacts[],
  publicUrl: string,
): readonly string[] => {
  const names = new Set(webhooks.map(({ name }) => name));
  const gone = [...before].filter(([name]) => !names.has(name));
  for (const [name] of gone) before.delete(name);
  const changed = webhooks.flatMap((webhook) => {
    const { name, method, path } = webhook;
    const lines = webhookLines(webhook, publicUrl);
    const isSame = before.get(name)?.lines.join('\n') === lines.join('\n');
    before.set(name, { method, path, lines });
    return isSame ? [] : lines;
  });
  return [
    ...gone.map(([name, { method, path }]) => `The webhook ${name} is gone: ${method} ${path} is not served any more.`),
    ...changed,
  ];
};

/** Creates the function that says what to print of an address: the command, as long as few addresses of its callback wait. */
const createAddressLines = ({
  host,
  inbound,
  request,
}: DevSession): ((callback: CallbackAddress) => readonly string[]) => {
  const cut = new Set<string>();
  const elsewhere = request.hasPage
    ? 'Further ones are not printed; the page has them.'
    : 'Further ones are not printed until fewer wait.';
  return (callback) => {
    const { connector } = callback;
    const waiting = inbound.addresses().filter((each) => each.connector === connector);
    // The call, or the end of the instance, was faster than the answer to the activation.
    if (!waiting.some(({ id }) => id === callback.id)) return [];
    if (waiting.length > mostAddresses) {
      const isFirst = cut.size < cut.add(connector).size;
      return isFirst
        ? [`Callback ${connector}: more than ${mostAddresses} addresses wait for a call. ${elsewhere}`]
        : [];
    }
    cut.delete(connector);
    return callbackLines(callback, host.connectors().inbound.find(({ name }) => name === connector)?.callback);
  };
};

/**
 * Prints the addresses of the webhooks, also of those that a change has brought, and those of callbacks when a process gets them,
 * each with a command that calls it; and a line for each call.
 */
export const showWebhooks: StartPart = (session: DevSession) => {
  const { host, inbound, context } = session;
  const shown = new Map<string, Shown>();
  const addressLines = createAddressLines(session);
  let isReady = false;
  const print = (lines: readonly string[]): void => {
    for (const line of lines) context.print(`${printable(line)}\n`);
  };
  const showAll = ({ webhooks }: ConnectorFacts): void => {
    const server = inbound.server();
    if (server !== undefined) print(changedWebhooks(shown, webhooks, server.publicUrl));
  };
  const stopListening = host.on((event) => {
    switch (event.kind) {
      case 'call:ended':
        return print([callLine(event.call)]);
      case 'callback:addressed':
        return print(addressLines(event.callback));
      case 'connectors:loaded':
        if (isReady) showAll(event.facts);
    }
  });
  return {
    ready: () => {
      isReady = true;
      showAll(host.connectors());
    },
    stop: stopListening,
  };
};
