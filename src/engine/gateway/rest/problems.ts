import { STATUS_CODES } from 'node:http';
import { type Fault, isFault } from '../../../common/fault.ts';
import type { DocumentRefusal } from '../../../connector/documents/memory-store.ts';
import type { RejectionCode } from '../../machine/types.ts';

/** An error as the REST API describes it (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** Describes a refusal by the status alone. */
export const problemOf = (status: number, detail: string, title: string = STATUS_CODES[status] ?? ''): Problem => ({
  status,
  title,
  detail,
});

const byCode: Readonly<Record<RejectionCode, readonly [number, string]>> = {
  INVALID_ARGUMENT: [400, 'INVALID_ARGUMENT'],
  NOT_FOUND: [404, 'NOT_FOUND'],
  ALREADY_EXISTS: [409, 'ALREADY_EXISTS'],
  INVALID_STATE: [409, 'INVALID_STATE'],
  FORBIDDEN: [403, 'FORBIDDEN'],
  PROCESSING_ERROR: [500, 'PROCESSING_ERROR'],
};

const byStatus: Readonly<Record<DocumentRefusal | 'DEADLINE_EXCEEDED', number>> = {
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 503,
  DEADLINE_EXCEEDED: 504,
};

/**
 * Describes an error. A rejection keeps its text, because clients match on it. An unreadable document is an invalid argument.
 * Any other error is a defect of the engine.
 */
export const problemOfError = (error: unknown): Problem => {
  if (isFault(error, 'rejection')) {
    const { code = 'PROCESSING_ERROR' } = error as Fault & { readonly code?: RejectionCode };
    const [status, title] = byCode[code];
    return problemOf(status, error.message, title);
  }
  // The documents refuse as the connection that asks them would. Listeners that do not answer are late.
  if (isFault(error, 'connection')) {
    const { status } = error as Fault & { readonly status: keyof typeof byStatus };
    return problemOf(byStatus[status], error.message.replaceAll('\n', ' '), status);
  }
  if (isFault(error, 'value')) return problemOf(400, error.message, 'INVALID_ARGUMENT');
  const text = error instanceof Error ? error.message : 'unknown error';
  return problemOf(500, `The embedded engine failed: ${text}`);
};

/** Held calls get this when the engine stops. */
export const stoppingProblem: Problem = problemOf(503, 'The embedded engine is stopping.');
