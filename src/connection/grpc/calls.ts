import { frameOf } from '../../grpc/frames.ts';
import type { GatewayMethod } from '../../grpc/gateway-service.ts';
import { type CallStatus, statusCodes } from '../../grpc/status-codes.ts';
import type { GatewayClient } from './transport/client.ts';
import { type RunningExchange, startExchange } from './transport/exchange.ts';

/** The result of a call: the messages of the answer, or the status of the failure. */
export type CallResult = { readonly messages: readonly unknown[] } | { readonly status: CallStatus };

/** What a call needs of its method. */
export interface Method
  extends Pick<GatewayMethod, 'path' | 'responseStream' | 'requestSerialize' | 'responseDeserialize'> {
  /** Writes usual requests as a whole frame; `undefined` for others. Absent: there is nothing usual. */
  readonly requestFrame?: (request: object) => Buffer | undefined;
}

const nothing = (): void => {};

/** Longest answer in bytes: of one message, and of all messages of a stream that is collected. */
export const longestAnswer: number = 128 * 1024 * 1024;

/** Bytes that each message of a stream counts at least, since an empty one takes memory, too. */
const leastMessage = 1_024;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Writes a request with its prefix, or says why it cannot be written. */
const writeRequest = ({ requestSerialize, requestFrame }: Method, request: object): Buffer | CallStatus => {
  try {
    return requestFrame?.(request) ?? frameOf(requestSerialize(request));
  } catch (error) {
    return { code: statusCodes.INTERNAL, details: `Request message serialization failure: ${textOf(error)}` };
  }
};

const malformed = (error: unknown): CallStatus => ({
  code: statusCodes.INTERNAL,
  details: `Response message parsing error: ${textOf(error)}`,
});

/** A call to start. */
export interface Call {
  readonly method: Method;
  readonly request: object;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds; `undefined` if the caller cancels the call itself. */
  readonly timeout: number | undefined;
}

/**
 * Starts a call, unary or with a stream of messages as the answer.
 *
 * @param onResult receives the result, once. If a stream fails after some messages, they are the result: the cluster has
 *   already assigned the jobs in them to this client. A stream that is longer than {@link longestAnswer} is cancelled.
 * @param onMessage takes each message when it arrives, which can be after the call has ended on this side; the result then has none
 * @returns a function that cancels the call
 */
export const startCall = (
  client: GatewayClient,
  { method, request, headers, timeout }: Call,
  onResult: (result: CallResult) => void,
  onMessage?: (message: unknown) => void,
): (() => void) => {
  const { path, responseStream, responseDeserialize } = method;
  const written = writeRequest(method, request);
  if (!Buffer.isBuffer(written)) {
    queueMicrotask(() => onResult({ status: written }));
    return nothing;
  }
  const messages: unknown[] = [];
  let hasMessages = false;
  let size = 0;
  let problem: CallStatus | undefined;
  const call: RunningExchange = startExchange(
    client,
    { path, frame: written, headers, timeout, longestMessage: longestAnswer },
    {
      message: (bytes) => {
        size += Math.max(bytes.length, leastMessage);
        if (problem !== undefined) return;
        if (hasMessages && !responseStream) {
          problem = tooManyMessages;
          call.cancel();
          return;
        }
        if (size > longestAnswer) {
          call.cancel();
          return;
        }
        let read: unknown;
        try {
          read = responseDeserialize(bytes);
        } catch (error) {
          problem = malformed(error);
          call.cancel();
          return;
        }
        hasMessages = true;
        if (onMessage === undefined) messages.push(read);
        else onMessage(read);
      },
      ended: (status) => {
        if (problem === undefined && status.code === statusCodes.OK && (responseStream || hasMessages)) {
          onResult({ messages });
        } else if (responseStream && hasMessages) onResult({ messages });
        else onResult({ status: problem ?? (status.code === statusCodes.OK ? noMessage : status) });
      },
    },
  );
  return call.cancel;
};

const noMessage: CallStatus = { code: statusCodes.UNIMPLEMENTED, details: 'The answer has no message' };

const tooManyMessages: CallStatus = {
  code: statusCodes.UNIMPLEMENTED,
  details: 'The answer has more than one message',
};

/** The callbacks of a stream that lasts until one side ends it. */
export interface StreamCallbacks {
  opened(): void;
  message(message: unknown): void;
  ended(status: CallStatus): void;
}

/** Starts a call whose answer is a stream that lasts until one side ends it. Each message is passed on at once. */
export const startStream = (
  client: GatewayClient,
  method: Method,
  request: object,
  headers: Readonly<Record<string, string>>,
  { opened, message, ended }: StreamCallbacks,
): RunningExchange => {
  const { path, responseDeserialize } = method;
  const written = writeRequest(method, request);
  if (!Buffer.isBuffer(written)) {
    queueMicrotask(() => ended(written));
    return { pause: nothing, resume: nothing, cancel: nothing };
  }
  let problem: CallStatus | undefined;
  const call: RunningExchange = startExchange(
    client,
    { path, frame: written, headers, longestMessage: longestAnswer },
    {
      opened,
      message: (bytes) => {
        if (problem !== undefined) return;
        let read: unknown;
        try {
          read = responseDeserialize(bytes);
        } catch (error) {
          problem = malformed(error);
          call.cancel();
          return;
        }
        message(read);
      },
      ended: (status) => ended(problem ?? status),
    },
  );
  return call;
};
