import type { Client, Metadata, ServiceDefinition, ServiceError } from '@grpc/grpc-js';
import type { CallStatus } from './faults.ts';

/** What a call came to: the messages of the other side, or the status of its failure. */
export type Answer = { readonly messages: readonly unknown[] } | { readonly status: CallStatus };

/** A call under way. */
export interface StartedCall {
  readonly answer: Promise<Answer>;
  cancel(): void;
}

type Method = ServiceDefinition[string];

/**
 * Starts one call, unary or with a stream of answers.
 *
 * @param deadline milliseconds since the epoch
 * @returns never rejects; messages that came before a failure are the answer all the same, because jobs among them
 *   have been handed to us, however the call went on
 */
export const startCall = (
  client: Client,
  method: Method,
  request: object,
  metadata: Metadata,
  deadline: number,
): StartedCall => {
  const { path, requestSerialize, responseDeserialize, responseStream } = method;
  let settle: (answer: Answer) => void = () => undefined;
  const answer = new Promise<Answer>((resolve) => {
    settle = resolve;
  });
  const messages: unknown[] = [];
  const end = (error: ServiceError | null): void => {
    if (error === null || messages.length > 0) settle({ messages });
    else settle({ status: { code: error.code, details: error.details } });
  };
  if (responseStream) {
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata, {
      deadline,
    });
    call.on('data', (message: unknown) => messages.push(message));
    call.on('error', end);
    call.on('end', () => end(null));
    return { answer, cancel: () => call.cancel() };
  }
  const done = (error: ServiceError | null, message?: unknown): void => {
    if (error === null) messages.push(message);
    end(error);
  };
  const call = client.makeUnaryRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    metadata,
    { deadline },
    done,
  );
  return { answer, cancel: () => call.cancel() };
};
