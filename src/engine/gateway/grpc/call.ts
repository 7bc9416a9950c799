import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { startUnrefTimer } from '../../../common/timer.ts';
import {
  acceptedEncodings,
  createFrameReader,
  type FrameReader,
  frameOf,
  statusOfProblem,
} from '../../../grpc/frames.ts';
import type { GatewayMethod } from '../../../grpc/gateway-service.ts';
import { statusCodes } from '../../../grpc/status-codes.ts';
import { type CallStatus, sendable } from '../call-status.ts';
import { maxMessageBytes } from '../messages/grpc-messages.ts';
import type { CountUnfinished } from './unfinished-requests.ts';

/** A call of a client, with its whole request. */
export interface GrpcCall<Request = object> {
  readonly request: Request;
  /** Whether the call has ended, on whichever side. */
  isOver(): boolean;
  /** Calls the listener when the call has ended: the answer is on its way, or nobody is left to receive it. */
  onEnd(listener: () => void): void;
  /** Sends the headers of the answer, which show the client that the call is open. */
  open(): void;
  /**
   * Sends a message of the answer.
   *
   * @param written called when the connection has accepted the message, or with an error
   */
  send(message: object, written?: (error?: Error | null) => void): void;
  /** Messages that the connection has not accepted yet. */
  unsent(): number;
  /** Ends the answer, after the messages that were sent before. */
  end(status?: CallStatus): void;
}

/** What a call does. */
export type GrpcHandler<Request = object> = (call: GrpcCall<Request>) => void;

const answerHeaders = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': acceptedEncodings,
} as const;

const ok: CallStatus = { code: statusCodes.OK, details: '' };

const statusHeaders = ({ code, details }: CallStatus): Record<string, string> => ({
  'grpc-status': String(code),
  ...(details === '' ? {} : { 'grpc-message': encodeURI(sendable(details)) }),
});

const isClosed = (stream: ServerHttp2Stream): boolean => stream.destroyed || stream.closed;

/** Answers a call that is not served. */
export const refuseCall = (stream: ServerHttp2Stream, status: CallStatus): void => {
  if (isClosed(stream)) return;
  stream.respond({ ...answerHeaders, ...statusHeaders(status) }, { endStream: true });
};

const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** The time limit of a call in milliseconds; `undefined` if it has none. */
const timeoutIn = (headers: IncomingHttpHeaders): number | undefined => {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(headers['grpc-timeout'] ?? '')) ?? [];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * (units[unit] ?? 0);
};

/**
 * Reads the only message of a request.
 *
 * @returns a function that gives up what has arrived and what follows
 */
const readRequest = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  countUnfinished: CountUnfinished,
  received: (message: Buffer) => void,
  failed: (status: CallStatus) => void,
): (() => void) => {
  const unfinished = countUnfinished(stream.session);
  let reader: FrameReader | undefined = createFrameReader(
    maxMessageBytes,
    () => headers['grpc-encoding'] as string | undefined,
  );
  let message: Buffer | undefined;
  /** Keeps nothing of the request, because its client may leave it open. */
  const finish = (): void => {
    reader = undefined;
    message = undefined;
    unfinished.end();
  };
  const fail = (code: number, details: string): void => {
    finish();
    failed({ code, details });
  };
  stream.once('close', finish);
  stream.on('data', (part: Buffer) => {
    if (reader === undefined) return;
    const problem = unfinished.add(part.length);
    if (problem !== undefined) return fail(statusCodes.RESOURCE_EXHAUSTED, problem);
    reader.add(part);
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      if (!Buffer.isBuffer(next)) return fail(statusOfProblem(next).code, next.details);
      if (message !== undefined) return fail(statusCodes.UNIMPLEMENTED, 'The call takes one message, and got more');
      message = next;
    }
  });
  stream.on('end', () => {
    if (reader === undefined) return;
    if (reader.isIncomplete()) return fail(statusCodes.INTERNAL, 'The request ends in the middle of a message');
    if (message === undefined) return fail(statusCodes.UNIMPLEMENTED, 'The call takes one message, and got none');
    const whole = message;
    finish();
    received(whole);
  });
  return finish;
};

/**
 * Serves one call. Its handler runs when the request has arrived; without it, the call is refused.
 */
export const serveCall = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { requestDeserialize, responseSerialize }: Pick<GatewayMethod, 'requestDeserialize' | 'responseSerialize'>,
  handler: GrpcHandler,
  countUnfinished: CountUnfinished,
): void => {
  let isOpen = false;
  let isEnded = false;
  let unsent = 0;

  const open = (): void => {
    if (isOpen || isEnded || isClosed(stream)) return;
    isOpen = true;
    stream.respond(answerHeaders, { waitForTrailers: true });
  };
  const end = (status: CallStatus): void => {
    if (isEnded) return;
    isEnded = true;
    // Its time may be over before it has arrived.
    giveUp();
    if (isClosed(stream)) return;
    if (!isOpen) {
      refuseCall(stream, status);
      return;
    }
    stream.once('wantTrailers', () => stream.sendTrailers(statusHeaders(status)));
    stream.end();
  };

  /** Messages that are sent together go out in one piece. */
  const cork = (): void => {
    if (stream.writableCorked > 0) return;
    stream.cork();
    setImmediate(() => stream.uncork());
  };

  const timeout = timeoutIn(headers);
  if (timeout !== undefined) {
    // Real time, because the client measures it, too.
    const stopTimer = startUnrefTimer(timeout, () =>
      end({ code: statusCodes.DEADLINE_EXCEEDED, details: 'Deadline exceeded' }),
    );
    stream.once('close', stopTimer);
  }

  const callOf = (request: object): GrpcCall => ({
    request,
    isOver: () => isEnded || isClosed(stream),
    onEnd: (listener) => {
      if (stream.destroyed) queueMicrotask(listener);
      else stream.once('close', listener);
    },
    open,
    send: (message, written) => {
      if (isEnded || isClosed(stream)) {
        written?.(new Error('The call has ended.'));
        return;
      }
      open();
      cork();
      unsent += 1;
      stream.write(frameOf(responseSerialize(message)), (error) => {
        unsent -= 1;
        written?.(error);
      });
    },
    unsent: () => unsent,
    end: (status = ok) => {
      if (status.code === statusCodes.OK) open();
      end(status);
    },
  });

  const giveUp = readRequest(
    stream,
    headers,
    countUnfinished,
    (message) => {
      if (isEnded || isClosed(stream)) return;
      let request: object;
      try {
        request = requestDeserialize(message);
      } catch (error) {
        end({ code: statusCodes.INTERNAL, details: `Error deserializing request: ${(error as Error).message}` });
        return;
      }
      handler(callOf(request));
    },
    end,
  );
};
