import { isConnectionFault } from '../../connection/faults.ts';
import type { Command, ConnectionFault } from '../../connection/port.ts';
import type { Delivery } from '../shared/delivery.ts';

/**
 * Gateways accept messages of 4 MiB unless configured otherwise, and answer larger ones with RESOURCE_EXHAUSTED, as if
 * they were busy.
 */
const usualPayloadLimit = 4_000_000;
const attemptsForLarge = 3;

const isTooLarge = (command: Command, { status }: ConnectionFault, attempt: number): boolean =>
  status === 'RESOURCE_EXHAUSTED' &&
  attempt >= attemptsForLarge &&
  'variables' in command &&
  Buffer.byteLength(command.variables) > usualPayloadLimit;

/**
 * Decides what an error means for a command that was sent. Pure.
 *
 * | error | meaning |
 * | --- | --- |
 * | of the call's signal | `abandoned` |
 * | rejected with NOT_FOUND | `gone`: the job or the element is over |
 * | rejected with FAILED_PRECONDITION, for a job with a lease | `superseded`: another activation has the job |
 * | rejected with ALREADY_EXISTS, for a message | `duplicate` |
 * | rejected with another status | `refused` |
 * | RESOURCE_EXHAUSTED for the third time, for a large command | `refused`: it is too large |
 * | other errors of a connection | `undefined`: send the command again |
 * | any other error | `refused`: a bug, which another attempt would repeat |
 *
 * @param attempt how often the command was sent
 */
export const deliveryOfError = (command: Command, error: unknown, attempt: number): Delivery | undefined => {
  if (!isConnectionFault(error)) return { kind: 'refused', error };
  switch (error.reason) {
    case 'aborted':
      return { kind: 'abandoned' };
    case 'rejected':
      if (error.status === 'NOT_FOUND') return { kind: 'gone' };
      if (error.status === 'FAILED_PRECONDITION' && 'leaseToken' in command && command.leaseToken !== undefined) {
        return { kind: 'superseded' };
      }
      if (error.status === 'ALREADY_EXISTS' && command.kind === 'publishMessage') return { kind: 'duplicate' };
      return { kind: 'refused', error };
    default:
      return isTooLarge(command, error, attempt) ? { kind: 'refused', error } : undefined;
  }
};

/** Whether the cluster refused a command for its content, so that a smaller one may be accepted. */
export const isContentRefused = (delivery: Delivery): delivery is Extract<Delivery, { readonly kind: 'refused' }> => {
  if (delivery.kind !== 'refused' || !isConnectionFault(delivery.error)) return false;
  const { status } = delivery.error;
  // UNIMPLEMENTED: the command carries something that this cluster is too old for.
  const contentStatuses: readonly string[] = [
    'INVALID_ARGUMENT',
    'RESOURCE_EXHAUSTED',
    'OUT_OF_RANGE',
    'UNIMPLEMENTED',
  ];
  return contentStatuses.includes(status);
};
