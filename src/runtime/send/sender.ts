import { nextDelay } from '../../common/backoff.ts';
import { type Clock, pause } from '../../common/clock.ts';
import { isFault } from '../../common/fault.ts';
import type { Command, Connection, ConnectionFault } from '../../connection/port.ts';
import type { Outcome } from '../../connector/types.ts';
import { stringifyDocument } from '../../connector/values/values.ts';
import type { Delivery, DeliveryLimits } from '../shared/delivery.ts';
import { cutMessage, errorText } from '../shared/error-text.ts';
import type { Emit } from '../shared/events.ts';
import { isOutage, type Link } from './connection-state.ts';
import { withVariables } from './message-variables.ts';

/** Sends commands until the cluster has accepted or refused them. */
export interface Sender {
  send(command: Command, limits: DeliveryLimits): Promise<Delivery>;
  /** Sends what a job yielded; see {@link createSender}. */
  settle(
    job: { readonly key: string; readonly retries: number },
    outcome: Outcome,
    limits: DeliveryLimits,
  ): Promise<Delivery>;
}

/** Milliseconds after which a call without an answer is repeated. */
const callTimeout = 10_000;

const pauses = { base: 50, cap: 5_000 };

/** Gateways take messages of 4 MiB unless they are told otherwise, and answer larger ones as if they were busy. */
const usualPayloadLimit = 4_000_000;
const attemptsForLarge = 3;

/** The command that tells an outcome to the cluster. */
export const commandOf = (jobKey: string, outcome: Outcome): Command => {
  switch (outcome.kind) {
    case 'complete':
      return { kind: 'completeJob', jobKey, variables: stringifyDocument(outcome.variables) };
    case 'fail': {
      const { retries, backoff, message } = outcome;
      if (outcome.variables === undefined)
        return { kind: 'failJob', jobKey, retries, backoff, message, variables: '{}' };
      const variables = stringifyDocument(outcome.variables);
      const text = withVariables(message, outcome.variables);
      return { kind: 'failJob', jobKey, retries, backoff, message: text, variables };
    }
    case 'bpmnError': {
      const { code, message } = outcome;
      return { kind: 'throwError', jobKey, code, message, variables: stringifyDocument(outcome.variables ?? {}) };
    }
  }
};

const connectionFault = (error: unknown): ConnectionFault | undefined =>
  isFault(error, 'connection') ? (error as ConnectionFault) : undefined;

const isLarge = (command: Command, error: ConnectionFault, attempt: number): boolean =>
  error.status === 'RESOURCE_EXHAUSTED' &&
  attempt >= attemptsForLarge &&
  'variables' in command &&
  Buffer.byteLength(command.variables) > usualPayloadLimit;

const isOver = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** What an error means for a command: an end, or `undefined` for another attempt. */
const verdict = (command: Command, error: unknown, attempt: number): Delivery | undefined => {
  const known = connectionFault(error);
  if (known === undefined) return { kind: 'refused', error };
  switch (known.reason) {
    case 'aborted':
      return { kind: 'abandoned' };
    case 'rejected':
      if (known.status === 'NOT_FOUND') return { kind: 'gone' };
      if (known.status === 'ALREADY_EXISTS' && command.kind === 'publishMessage') return { kind: 'duplicate' };
      return { kind: 'refused', error };
    default:
      return isLarge(command, known, attempt) ? { kind: 'refused', error } : undefined;
  }
};

/** Refused for what is in it, so that a smaller command may be accepted. */
const isUnfit = ({ error }: Extract<Delivery, { kind: 'refused' }>): boolean => {
  const status = connectionFault(error)?.status;
  return status === 'INVALID_ARGUMENT' || status === 'RESOURCE_EXHAUSTED' || status === 'OUT_OF_RANGE';
};

/** The failure that replaces a command which the cluster cannot take: without variables, since these may be the fault. */
const replacement = (retries: number, outcome: Outcome, error: unknown): Outcome => ({
  kind: 'fail',
  message: cutMessage(
    outcome.kind === 'fail'
      ? `${outcome.message}\nThe variables of this failure were refused: ${errorText(error)}`
      : `The cluster refused the result of the job: ${errorText(error)}`,
  ),
  retries: outcome.kind === 'fail' ? outcome.retries : Math.max(0, retries - 1),
  backoff: outcome.kind === 'fail' ? outcome.backoff : 0,
});

/**
 * Makes the one place that sends commands. A command is repeated with growing pauses while the cluster gives no answer
 * (outage, back-pressure, credentials that are refused for now), until it is accepted, refused, or its deadline has passed.
 *
 * `settle` falls back once: a command that the cluster refuses for its content (broken or too large) becomes a failed
 * job with the reason in its message, so that the job does not time out and run again for ever.
 */
export const createSender = (connection: Connection, clock: Clock, link: Link, emit: Emit): Sender => {
  const send: Sender['send'] = async (command, { subject, deadline = Number.POSITIVE_INFINITY, signal }) => {
    const options = { timeout: callTimeout, signal };
    const end = (delivery: Delivery): Delivery => {
      if (delivery.kind === 'expired' || delivery.kind === 'abandoned') link.forget(subject);
      else link.answered(subject);
      return delivery;
    };
    for (let attempt = 1; ; attempt++) {
      try {
        await connection.send(command, options);
        return end({ kind: 'accepted' });
      } catch (error) {
        if (isOver(signal)) return end({ kind: 'abandoned' });
        const known = verdict(command, error, attempt);
        if (known !== undefined) return end(known);
        const outage = connectionFault(error);
        if (outage !== undefined && isOutage(outage)) link.lost(subject, outage);
        const wait = nextDelay(attempt - 1, clock.random(), pauses);
        if (clock.now() + wait >= deadline) return end({ kind: 'expired', error });
        emit('command:repeated', { subject, command: command.kind, attempt, error, pause: wait });
        await pause(clock, wait, signal);
        if (isOver(signal)) return end({ kind: 'abandoned' });
      }
    }
  };

  const settle: Sender['settle'] = async (job, outcome, limits) => {
    let command: Command;
    try {
      command = commandOf(job.key, outcome);
    } catch (error) {
      return send(commandOf(job.key, replacement(job.retries, outcome, error)), limits);
    }
    const delivery = await send(command, limits);
    if (delivery.kind !== 'refused' || !isUnfit(delivery)) return delivery;
    if (command.kind === 'failJob' && command.variables === '{}') return delivery;
    const fallback = await send(commandOf(job.key, replacement(job.retries, outcome, delivery.error)), limits);
    return fallback.kind === 'accepted' ? delivery : fallback;
  };

  return { send, settle };
};
