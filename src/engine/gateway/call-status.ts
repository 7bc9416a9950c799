import { type Fault, fault, isFault } from '../../common/fault.ts';
import { type CallStatus, statusCodes } from '../../grpc/status-codes.ts';
import type { RejectionCode } from '../machine/types.ts';

export type { CallStatus };

/** The status of held calls when the engine stops. */
export const stopping: CallStatus = { code: statusCodes.UNAVAILABLE, details: 'The embedded engine is stopping.' };

const codes: Readonly<Record<RejectionCode, number>> = {
  INVALID_ARGUMENT: statusCodes.INVALID_ARGUMENT,
  NOT_FOUND: statusCodes.NOT_FOUND,
  ALREADY_EXISTS: statusCodes.ALREADY_EXISTS,
  INVALID_STATE: statusCodes.FAILED_PRECONDITION,
  FORBIDDEN: statusCodes.PERMISSION_DENIED,
  PROCESSING_ERROR: statusCodes.INTERNAL,
};

const codeOf = (error: object): number => codes[(error as { code?: RejectionCode }).code ?? 'PROCESSING_ERROR'];

/** The rejection of a request before it reaches the machine. */
export const invalidArgument = (what: string, fix?: string): Fault<'rejection'> =>
  fault('rejection', { what, ...(fix === undefined ? {} : { fix }) }, { code: 'INVALID_ARGUMENT' as const });

/** Length limit of the encoded text. It is sent as a header, and clients close connections with too long headers. */
const maxDetails = 7000;

/** Makes a text valid for a status: well-formed and not too long. It can quote the client. */
export const sendable = (text: string): string => {
  const whole = Buffer.from(text).toString();
  if (encodeURI(whole).length <= maxDetails) return whole;
  const shortened = `${Buffer.from(whole.slice(0, maxDetails / 4)).toString()}\n… (shortened; ${whole.length} characters in total)`;
  return encodeURI(shortened).length <= maxDetails ? shortened : sendable(whole.slice(0, maxDetails / 12));
};

/**
 * The status of an error. A rejection keeps its text, because clients match on it. An unreadable document is an invalid
 * argument. Any other error is a defect of the engine.
 */
export const statusOf = (error: unknown): CallStatus => {
  if (isFault(error, 'rejection')) return { code: codeOf(error), details: error.message };
  if (isFault(error, 'value')) return { code: statusCodes.INVALID_ARGUMENT, details: error.message };
  const text = error instanceof Error ? error.message : 'unknown error';
  return { code: statusCodes.INTERNAL, details: `The embedded engine failed: ${text}` };
};
