import type { Outcome } from '../../../connector/types.ts';
import { requestOf } from '../../../runtime/inbound/call-requests.ts';
import type { AnyInbound, Runtime } from '../../../runtime/index.ts';
import { errorText } from '../../../runtime/shared/error-text.ts';
import type { HostEvent } from '../session.ts';
import { callbackAddresses } from './callback-addresses.ts';
import { stackOf } from './stacks.ts';

const subscriptionEnds = [
  'subscription:delivered',
  'subscription:expired',
  'subscription:halted',
  'subscription:released',
] as const;

const withoutCause = (outcome: Outcome): Outcome => {
  if (outcome.kind !== 'fail') return outcome;
  const { cause: _, ...rest } = outcome;
  return rest;
};

/**
 * Passes on what a runtime does, as plain data.
 *
 * @param inbound its inbound connectors
 */
export const forwardEvents = (
  runtime: Pick<Runtime, 'on'>,
  inbound: readonly AnyInbound[],
  emit: (event: HostEvent) => void,
): void => {
  const addressOf = callbackAddresses(inbound);
  runtime.on('job:started', ({ connector, job }) => emit({ kind: 'job:started', connector, jobKey: job.key }));
  runtime.on('job:settled', ({ connector, job, outcome, handled }) => {
    const stack = outcome.kind === 'fail' ? stackOf(outcome.cause) : undefined;
    emit({
      ...{ kind: 'job:settled', connector, jobKey: job.key, outcome: withoutCause(outcome), took: handled },
      ...(stack === undefined ? {} : { stack }),
    });
  });
  runtime.on('job:settled', (settled) => {
    const callback = addressOf(settled, Date.now());
    if (callback !== undefined) emit({ kind: 'callback:addressed', callback });
  });
  runtime.on('subscription:opened', ({ subscription: { activation } }) => {
    const { id, connector, messageName, correlationKey } = activation;
    emit({ kind: 'subscription:opened', id, connector, messageName, correlationKey });
  });
  for (const name of subscriptionEnds) {
    runtime.on(name, ({ subscription }) => emit({ kind: 'subscription:ended', id: subscription.activation.id }));
  }
  runtime.on('server:listening', ({ url, publicUrl }) => emit({ kind: 'server:listening', url, publicUrl }));
  runtime.on('call:ended', (ended) => {
    const { error, ...call } = ended;
    const request = requestOf(ended);
    emit({
      ...{ kind: 'call:ended', call: { ...call, ...(error === undefined ? {} : { reason: errorText(error) }) } },
      ...(request === undefined ? {} : { request }),
    });
  });
};
