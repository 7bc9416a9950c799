import { isRepeatable } from '../../actions/resend-call.ts';
import type { CallbackAddress, RecordedCall } from '../../session.ts';
import { authText } from '../../webhooks/auth-text.ts';
import {
  callbackCommand,
  examplesText,
  isProblem,
  needsText,
  reasonOf,
  resultText,
  webhookCommand,
} from '../../webhooks/webhook-lines.ts';
import type { AddressRow, AddressSecret, CallRow, CommandText, Inbound, WebhookRow } from '../contract.ts';
import type { Sources } from '../sources.ts';

/** How many addresses the list has. */
const maxRows = 200;

/** How many webhooks are served, and how many addresses of callbacks wait. */
export const inboundCount = (sources: Sources): number =>
  (sources.connectors?.().webhooks.length ?? 0) + (sources.inbound?.addresses().length ?? 0);

const commandRow = (command: ReturnType<typeof webhookCommand>): { readonly command?: CommandText } =>
  command === undefined
    ? {}
    : { command: { text: command.command, needs: needsText(command), examples: examplesText(command) } };

const webhookRows = ({ connectors, inbound }: Sources): readonly WebhookRow[] => {
  const publicUrl = inbound?.server()?.publicUrl;
  return (connectors?.().webhooks ?? []).map((webhook): WebhookRow => {
    const { name, method, path, auth } = webhook;
    return {
      ...{ name, method, address: `${publicUrl ?? ''}${path}`, authentication: authText(auth) },
      ...(publicUrl === undefined ? {} : commandRow(webhookCommand(webhook, publicUrl))),
    };
  });
};

const addressRow = (callback: CallbackAddress): AddressRow => {
  const { id, connector, messageName, correlationKey, variable, expiresAt } = callback;
  const { bpmnProcessId: process, processInstanceKey: instance } = callback;
  return { id, connector, messageName, correlationKey, variable, process, instance, expiresAt };
};

const callRow = (recorded: RecordedCall): CallRow => {
  const { number, at, call } = recorded;
  const { connector, method, route, status, took } = call;
  const reason = reasonOf(call);
  return {
    ...{ number, at, connector, method, route, took },
    ...{ result: resultText(call), isProblem: isProblem(call), isRepeatable: isRepeatable(recorded) },
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
  };
};

/** The webhooks and callbacks, and their last calls. Contains no secret. */
export const inbound = (sources: Sources): Inbound => {
  const addresses = sources.inbound?.addresses() ?? [];
  return {
    now: Date.now(),
    webhooks: webhookRows(sources),
    addresses: addresses.slice(0, maxRows).map(addressRow),
    moreAddresses: Math.max(0, addresses.length - maxRows),
    calls: (sources.inbound?.calls() ?? []).map(callRow).reverse(),
  };
};

/**
 * An address of a callback, which the developer copies.
 *
 * @returns `undefined` if it does not wait any more
 */
export const addressSecret = (sources: Sources, id: string): AddressSecret | undefined => {
  const callback = sources.inbound?.addresses().find((each) => each.id === id);
  if (callback === undefined) return undefined;
  const facts = sources.connectors?.().inbound.find(({ name }) => name === callback.connector)?.callback;
  return { address: callback.address, command: callbackCommand(callback, facts).command };
};
