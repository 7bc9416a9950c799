import type { Client, Metadata, ServiceDefinition, ServiceError } from '@grpc/grpc-js';
import type { CallStatus } from '../faults.ts';

/** What a call came to: the messages of the other side, or the status of its failure. */
export type Answer = { readonly messages: readonly unknown[] } | { readonly status: CallStatus };

type Method = ServiceDefinition[string];

/**
 * Starts one call, unary or with a stream of answers.
 *
 * @param deadline milliseconds since the epoch; none: it is for the caller to end the call
 * @param settle told the answer, once; messages that came before a failure are the answer all the same, because jobs
 *   among them have been handed to us, however the call went on
 * @returns the way to cancel the call
 */
export const startCall = (
  client: Client,
  method: Method,
  request: object,
  metadata: Metadata,
  deadline: number | undefined,
  settle: (answer: Answer) => void,
): (() => void) => {
  const { path, requestSerialize, responseDeserialize, responseStream } = method;
  const options = deadline === undefined ? {} : { deadline };
  const fail = ({ code, details }: ServiceError): void => settle({ status: { code, details } });
  if (responseStream) {
    const messages: unknown[] = [];
    let failed = false;
    const call = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      options,
    );
    call.on('data', (message: unknown) => messages.push(message));
    call.on('error', (error: ServiceError) => {
      failed = true;
      if (messages.length > 0) settle({ messages });
      else fail(error);
    });
    // A failed call ends as well, right after its error.
    call.on('end', () => {
      if (!failed) settle({ messages });
    });
    return () => call.cancel();
  }
  const done = (error: ServiceError | null, message?: unknown): void => {
    if (error === null) settle({ messages: [message] });
    else fail(error);
  };
  const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, options, done);
  return () => call.cancel();
};

/** Who is told of what comes on a stream without an end of its own. */
export interface StreamHandlers {
  opened(): void;
  message(message: unknown): void;
  ended(status: CallStatus): void;
}

/** A stream under way. */
export interface StartedStream {
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Starts a call whose answers come for as long as both sides want, each of them told at once. */
export const startStream = (
  client: Client,
  { path, requestSerialize, responseDeserialize }: Method,
  request: object,
  metadata: Metadata,
  { opened, message, ended }: StreamHandlers,
): StartedStream => {
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
  call.on('metadata', opened);
  call.on('data', message);
  // The status comes once, whatever else happens; an error without a listener would end the process.
  call.on('error', () => {});
  call.on('status', ({ code, details }) => ended({ code, details }));
  return { pause: () => call.pause(), resume: () => call.resume(), cancel: () => call.cancel() };
};
