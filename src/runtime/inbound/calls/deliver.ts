import type { Clock } from '../../../common/clock.ts';
import { isConnectionFault, pauseAskedFor } from '../../../connection/faults.ts';
import type { Connection } from '../../../connection/port.ts';
import { deliveryOfError } from '../../send/command-answer.ts';
import { type ConnectionState, isOutage } from '../../send/connection-state.ts';
import type { Sender } from '../../send/sender.ts';
import type { CallTracing } from '../../shared/call-tracing.ts';
import type { Delivery } from '../../shared/delivery.ts';
import type { Publication } from './effect.ts';
import { nextSubject } from './next-subject.ts';

/** What became of a message. */
export type Delivered =
  /** The cluster has it. `duplicate`: it had it before. */
  | { readonly kind: 'published'; readonly duplicate: boolean }
  /** The cluster did not take it in time, and may not have it. `retryAfter`: seconds. */
  | { readonly kind: 'unavailable'; readonly error: unknown; readonly retryAfter: number }
  /** The cluster refused it and would refuse it again. */
  | { readonly kind: 'refused'; readonly error: unknown };

/** What delivering needs. */
export interface DeliverServices {
  readonly connection: Pick<Connection, 'send'>;
  readonly sender: Sender;
  readonly link: ConnectionState;
  readonly clock: Clock;
  /** Absent without tracing. */
  readonly tracing?: CallTracing | undefined;
}

/** Seconds after which a caller should repeat its request, if the cluster does not say. */
const usualPause = 5;

const secondsOf = (error: unknown): number => Math.max(usualPause, Math.ceil(pauseAskedFor(error) / 1000));

/** Whether sending a message twice has the same effect as sending it once. */
export const isRepeatable = ({ messageId, timeToLive }: Publication): boolean => messageId !== '' && timeToLive > 0;

/** Whether the cluster may have acted on a command whose call failed with this error. */
export const mayHaveActed = (error: unknown): boolean =>
  !isConnectionFault(error) ||
  (error.status !== 'RESOURCE_EXHAUSTED' && error.reason !== 'credentials' && error.reason !== 'certificate');

/** Sends a message once, because the cluster would not recognise a repetition. */
const sendOnce = async (
  message: Publication,
  subject: string,
  timeout: number,
  signal: AbortSignal,
  { connection, link }: DeliverServices,
): Promise<Delivery> => {
  try {
    await connection.send(message, { timeout, signal });
    link.answered(subject);
    return { kind: 'accepted' };
  } catch (error) {
    if (isConnectionFault(error) && isOutage(error)) link.lost(subject, error);
    return deliveryOfError(message, error, 1) ?? { kind: 'expired', error };
  } finally {
    link.forget(subject);
  }
};

/**
 * Publishes a message until the cluster has accepted or refused it or the deadline has passed. A message without an id or a time
 * to live is sent only once. Never rejects.
 *
 * @param connector the name of the connector whose message it is
 * @param deadline time on the clock
 * @param signal ends the attempts
 */
export const deliver = async (
  message: Publication,
  connector: string,
  deadline: number,
  signal: AbortSignal,
  services: DeliverServices,
): Promise<Delivered> => {
  const { sender, clock, tracing } = services;
  const subject = nextSubject(connector);
  const send = (): Promise<Delivery> =>
    isRepeatable(message)
      ? sender.send(message, { subject, deadline, signal })
      : sendOnce(message, subject, Math.max(1, deadline - clock.now()), signal, services);
  const { name: messageName, messageId } = message;
  const delivery =
    tracing === undefined ? await send() : await tracing.message({ connector, messageName, messageId }, send);
  switch (delivery.kind) {
    case 'accepted':
      return { kind: 'published', duplicate: false };
    case 'duplicate':
      return { kind: 'published', duplicate: true };
    case 'refused':
      return { kind: 'refused', error: delivery.error };
    default: {
      const error = 'error' in delivery ? delivery.error : undefined;
      return { kind: 'unavailable', error, retryAfter: secondsOf(error) };
    }
  }
};
