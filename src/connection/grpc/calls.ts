import type { Client, Metadata, ServiceDefinition, ServiceError } from '@grpc/grpc-js';
import type { CallStatus } from './status-faults.ts';

/** The result of a call: the messages of the answer, or the status of the failure. */
export type CallResult = { readonly messages: readonly unknown[] } | { readonly status: CallStatus };

type Method = ServiceDefinition[string];

/** Longest answer in bytes: of one message, and of all messages of a stream that is collected. */
export const longestAnswer: number = 128 * 1024 * 1024;

/**
 * Starts a call, unary or with a stream of messages as the answer.
 *
 * @param deadline milliseconds since the epoch; `undefined` if the caller cancels the call itself
 * @param onResult receives the result, once. If a stream fails after some messages, they are the result: the cluster has
 *   already assigned the jobs in them to this client. A stream that is longer than {@link longestAnswer} is cancelled.
 * @returns a function that cancels the call
 */
export const startCall = (
  client: Client,
  method: Method,
  request: object,
  metadata: Metadata,
  deadline: number | undefined,
  onResult: (result: CallResult) => void,
): (() => void) => {
  const { path, requestSerialize, responseDeserialize, responseStream } = method;
  const options = deadline === undefined ? {} : { deadline };
  const fail = ({ code, details }: ServiceError): void => onResult({ status: { code, details } });
  if (responseStream) {
    const messages: unknown[] = [];
    let failed = false;
    let size = 0;
    const deserialize = (bytes: Buffer): unknown => {
      size += bytes.length;
      return responseDeserialize(bytes);
    };
    const call = client.makeServerStreamRequest(path, requestSerialize, deserialize, request, metadata, options);
    call.on('data', (message: unknown) => {
      if (size <= longestAnswer) messages.push(message);
      else call.cancel();
    });
    call.on('error', (error: ServiceError) => {
      failed = true;
      if (messages.length > 0) onResult({ messages });
      else fail(error);
    });
    // `end` also follows an error.
    call.on('end', () => {
      if (!failed) onResult({ messages });
    });
    return () => call.cancel();
  }
  const done = (error: ServiceError | null, message?: unknown): void => {
    if (error === null) onResult({ messages: [message] });
    else fail(error);
  };
  const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, options, done);
  return () => call.cancel();
};

/** The callbacks of a stream that lasts until one side ends it. */
export interface StreamCallbacks {
  opened(): void;
  message(message: unknown): void;
  ended(status: CallStatus): void;
}

/** A running stream. */
export interface StartedStream {
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Starts a call whose answer is a stream that lasts until one side ends it. Each message is passed on at once. */
export const startStream = (
  client: Client,
  { path, requestSerialize, responseDeserialize }: Method,
  request: object,
  metadata: Metadata,
  { opened, message, ended }: StreamCallbacks,
): StartedStream => {
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
  call.on('metadata', opened);
  call.on('data', message);
  // An error without a listener would end the process. The status always follows, exactly once.
  call.on('error', () => {});
  call.on('status', ({ code, details }) => ended({ code, details }));
  return { pause: () => call.pause(), resume: () => call.resume(), cancel: () => call.cancel() };
};
