import { type FaultText, fault, isFault } from '../common/fault.ts';
import type { ConnectionFault, StatusName } from './port.ts';

/** Makes the error of a connection. The text must not contain a secret. */
export const connectionFault = (
  reason: ConnectionFault['reason'],
  status: StatusName,
  text: FaultText,
): ConnectionFault => fault('connection', text, { reason, status });

/** Whether an error came from a connection. */
export const isConnectionFault = (error: unknown): error is ConnectionFault => isFault(error, 'connection');

/** Longest pause in milliseconds that the other side can ask for. */
const longestPause = 60_000;

/** Milliseconds for which the other side wants to be left alone after an error, a minute at most; 0 if it does not say. */
export const pauseAskedFor = (error: unknown): number =>
  isConnectionFault(error) ? Math.min(error.retryAfter ?? 0, longestPause) : 0;

/** The error of a call that its signal or `close()` aborted. */
export const abortedFault = (method: string, address: string, closed: boolean): ConnectionFault =>
  connectionFault('aborted', 'CANCELLED', {
    what: closed ? `The connection to ${address} is closed.` : 'The call was aborted by its signal.',
    where: `${method}, ${address}`,
  });

/**
 * The error of a call that exceeded its time limit.
 *
 * @param timeout the limit in milliseconds
 * @param details what is known about the reason, or an empty text
 */
export const deadlineFault = (method: string, address: string, timeout: number, details: string): ConnectionFault =>
  connectionFault('transient', 'DEADLINE_EXCEEDED', {
    what: `No answer within ${timeout} ms (DEADLINE_EXCEEDED${details === '' ? '' : `: ${details}`}).`,
    where: `${method}, ${address}`,
    fix: 'check that a Zeebe gateway listens at this address and is not overloaded; a slow gateway may need a longer timeout.',
  });
