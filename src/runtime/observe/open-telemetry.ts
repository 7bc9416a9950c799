import type { Span, SpanStatusCode } from '@opentelemetry/api';
import { isFault } from '../../common/fault.ts';

/** The API of OpenTelemetry. The user's project need not have it, so only its types are imported. */
export type OpenTelemetry = typeof import('@opentelemetry/api');

/** The kind of a fault, or the name of any other error. */
const errorType = (error: unknown): string => {
  if (isFault(error)) return error.kind;
  if (!(error instanceof Error)) return '_OTHER';
  return /^[A-Za-z]\w{0,63}$/.test(error.name) ? error.name : '_OTHER';
};

/** Makes a function that marks a span as failed, with the type of the error and without its text. */
export const failing =
  (code: typeof SpanStatusCode) =>
  (span: Span, error: unknown): void => {
    span.setAttribute('error.type', errorType(error));
    span.setStatus({ code: code.ERROR });
  };

/** Samplers and span processors are user code. One that throws must not fail a job or lose a message. */
export const safely = <Result>(callback: () => Result): Result | undefined => {
  try {
    return callback();
  } catch {
    return undefined;
  }
};
