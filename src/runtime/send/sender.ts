import { nextDelay } from '../../common/backoff.ts';
import { type Clock, pause } from '../../common/clock.ts';
import { fault } from '../../common/fault.ts';
import { isConnectionFault, pauseAskedFor } from '../../connection/faults.ts';
import type { Command, Connection } from '../../connection/port.ts';
import type { Outcome } from '../../connector/types.ts';
import type { Delivery, DeliveryLimits } from '../shared/delivery.ts';
import type { Emit } from '../shared/events.ts';
import { type CommandedJob, commandOf, replacementOf } from './command.ts';
import { deliveryOfError, isContentRefused } from './command-answer.ts';
import { type ConnectionState, isOutage } from './connection-state.ts';

/** Sends commands until the cluster has accepted or refused them. */
export interface Sender {
  send(command: Command, limits: DeliveryLimits): Promise<Delivery>;
  /** Sends the outcome of a job; see {@link createSender}. */
  settle(job: CommandedJob & { readonly retries: number }, outcome: Outcome, limits: DeliveryLimits): Promise<Delivery>;
}

/** Milliseconds after which a call without an answer is repeated. */
const callTimeout = 10_000;

const pauses = { base: 50, cap: 5_000 };

/** The error of a command that comes too late: the process did not run for a while, or its work took too long. */
const overdue = (): Error => fault('timeout', { what: 'The time of the job was over before the command was sent.' });

const accepted: Delivery = Object.freeze({ kind: 'accepted' });

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/**
 * Creates the one place that sends commands. A command is repeated with growing pauses while the cluster does not answer
 * (outage, back-pressure, credentials that are refused for now), until it is accepted or refused or its deadline has
 * passed. Neither function rejects. Nothing is sent from the deadline on: another client may have the job then, and the
 * cluster would accept the command all the same.
 *
 * `settle` falls back once: a command that the cluster refuses for its content (broken or too large) is replaced by a
 * failure with the reason in its message, so that the job does not time out and run again forever.
 */
export const createSender = (
  connection: Pick<Connection, 'send'>,
  clock: Clock,
  connectionState: ConnectionState,
  emit: Emit,
): Sender => {
  /** Reports the end of a command to the connection state. */
  const end = (subject: string, delivery: Delivery): Delivery => {
    if (delivery.kind === 'expired' || delivery.kind === 'abandoned') connectionState.forget(subject);
    else connectionState.answered(subject);
    return delivery;
  };

  /** @param replace the command to send once instead of one that the cluster refuses for its content, if there is one */
  const deliver = async (
    command: Command,
    limits: DeliveryLimits,
    replace?: (error: unknown) => Command | undefined,
  ): Promise<Delivery> => {
    const { subject, deadline = Number.POSITIVE_INFINITY, signal } = limits;
    const options = { timeout: callTimeout, signal };
    const until = (): number => (typeof deadline === 'number' ? deadline : deadline());
    let latest: unknown;
    for (let attempt = 1; ; attempt++) {
      if (clock.now() >= until()) return end(subject, { kind: 'expired', error: latest ?? overdue() });
      try {
        await connection.send(command, options);
        return end(subject, accepted);
      } catch (error) {
        latest = error;
        if (isAborted(signal)) return end(subject, { kind: 'abandoned' });
        const delivery = deliveryOfError(command, error, attempt);
        if (delivery !== undefined) {
          end(subject, delivery);
          const other = isContentRefused(delivery) ? replace?.(delivery.error) : undefined;
          if (other === undefined) return delivery;
          const fallback = await deliver(other, limits);
          return fallback.kind === 'accepted' ? delivery : fallback;
        }
        if (isConnectionFault(error) && isOutage(error)) connectionState.lost(subject, error);
        const wait = Math.max(nextDelay(attempt - 1, clock.random(), pauses), pauseAskedFor(error));
        if (clock.now() + wait >= until()) return end(subject, { kind: 'expired', error });
        emit('command:repeated', { subject, command: command.kind, attempt, error, pause: wait });
        await pause(clock, wait, signal);
        if (isAborted(signal)) return end(subject, { kind: 'abandoned' });
      }
    }
  };

  const settle: Sender['settle'] = (job, outcome, limits) => {
    const replacement = (error: unknown): Command => commandOf(job, replacementOf(outcome, job.retries, error));
    let command: Command;
    try {
      command = commandOf(job, outcome);
    } catch (error) {
      return deliver(replacement(error), limits);
    }
    const isBare = command.kind === 'failJob' && command.variables === '{}';
    return deliver(command, limits, isBare ? undefined : replacement);
  };

  return { send: (command, limits) => deliver(command, limits), settle };
};
