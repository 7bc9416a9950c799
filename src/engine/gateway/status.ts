import { status } from '@grpc/grpc-js';
import { type Fault, fault, isFault } from '../../common/fault.ts';
import type { RejectionCode } from '../machine/types.ts';

/** How a call ends when it does not end well. */
export interface CallStatus {
  /** gRPC's number. */
  readonly code: number;
  readonly details: string;
}

/** The status of calls that are held when the engine stops. */
export const stopping: CallStatus = { code: status.UNAVAILABLE, details: 'The embedded engine is stopping.' };

const codes: Readonly<Record<RejectionCode, number>> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  INVALID_STATE: status.FAILED_PRECONDITION,
  PROCESSING_ERROR: status.INTERNAL,
};

const codeOf = (error: object): number => codes[(error as { code?: RejectionCode }).code ?? 'PROCESSING_ERROR'];

/** A request that is refused before the engine sees it. */
export const invalidArgument = (what: string): Fault<'rejection'> =>
  fault('rejection', { what }, { code: 'INVALID_ARGUMENT' as const });

/**
 * Longest text in its encoded form: it travels in a header, and clients close connections whose headers are too long.
 */
const maxDetails = 7000;

/** Makes a text fit to travel as a status: whole characters, and not too many. */
const sendable = (text: string): string => {
  const whole = Buffer.from(text).toString();
  if (encodeURI(whole).length <= maxDetails) return whole;
  const cut = `${Buffer.from(whole.slice(0, maxDetails / 4)).toString()}\n… (cut; ${whole.length} characters in all)`;
  return encodeURI(cut).length <= maxDetails ? cut : sendable(whole.slice(0, maxDetails / 12));
};

/**
 * The status that an error of a call's handler becomes. A rejection keeps its text, since clients match on it; a document
 * that cannot be read is an invalid argument; anything else is a defect of the engine.
 */
export const statusOf = (error: unknown): CallStatus => {
  if (isFault(error, 'rejection')) return { code: codeOf(error), details: sendable(error.message) };
  if (isFault(error, 'value')) return { code: status.INVALID_ARGUMENT, details: sendable(error.message) };
  const text = error instanceof Error ? error.message : 'unknown error';
  return { code: status.INTERNAL, details: sendable(`The embedded engine failed: ${text}`) };
};
