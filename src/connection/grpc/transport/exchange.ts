import { constants, type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import { afterReading } from '../../../common/timer.ts';
import {
  acceptedEncodings,
  createFrameReader,
  type FrameReader,
  isGrpcType,
  statusOfProblem,
  wholeMessage,
} from '../../../grpc/frames.ts';
import { type CallStatus, statusCodes } from '../../../grpc/status-codes.ts';
import type { GatewayClient, GatewaySession } from './client.ts';

/** A call as it goes over the wire. */
export interface Exchange {
  readonly path: string;
  /** The request, with its prefix. */
  readonly frame: Buffer;
  /** Beside those of the protocol. */
  readonly headers: Readonly<Record<string, string>>;
  /** Time limit in milliseconds, including the time to connect; `undefined` if the caller cancels the call itself. */
  readonly timeout?: number | undefined;
  /** Bytes of the longest message of the answer. */
  readonly longestMessage: number;
}

/** The callbacks of a call. */
export interface ExchangeCallbacks {
  /** The headers of the answer have arrived. */
  opened?(): void;
  message(message: Buffer): void;
  /**
   * The call has ended. It is called once, and never before the call has been started. If this side has ended the call, messages
   * that have arrived already can follow.
   */
  ended(status: CallStatus): void;
}

/** A call that runs. */
export interface RunningExchange {
  /** Stops to pass messages on. The gateway then sends at most as much as the flow control of HTTP/2 allows. */
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** The end of a call that carries no status of gRPC, by the code of its RST_STREAM frame. */
const resets: Readonly<Record<number, CallStatus>> = {
  [constants.NGHTTP2_REFUSED_STREAM]: { code: statusCodes.UNAVAILABLE, details: 'Stream refused by server' },
  [constants.NGHTTP2_CANCEL]: { code: statusCodes.CANCELLED, details: 'Call cancelled' },
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: {
    code: statusCodes.RESOURCE_EXHAUSTED,
    details: 'Bandwidth exhausted or memory limit exceeded',
  },
  [constants.NGHTTP2_INADEQUATE_SECURITY]: {
    code: statusCodes.PERMISSION_DENIED,
    details: 'Protocol not secure enough',
  },
};

/** What an answer means that is not gRPC, by its HTTP status. Others mean UNKNOWN. */
const httpCodes: Readonly<Record<number, number>> = {
  400: statusCodes.INTERNAL,
  401: statusCodes.UNAUTHENTICATED,
  403: statusCodes.PERMISSION_DENIED,
  404: statusCodes.UNIMPLEMENTED,
  429: statusCodes.UNAVAILABLE,
  502: statusCodes.UNAVAILABLE,
  503: statusCodes.UNAVAILABLE,
  504: statusCodes.UNAVAILABLE,
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** The status in the headers or trailers of an answer; `undefined` if there is none. */
const statusIn = (headers: IncomingHttpHeaders): CallStatus | undefined => {
  const code = headers['grpc-status'];
  if (code === undefined) return undefined;
  return {
    code: /^\d{1,9}$/.test(String(code)) ? Number(code) : statusCodes.UNKNOWN,
    details: decoded(String(headers['grpc-message'] ?? '')),
  };
};

/** Why an answer is not one of gRPC. */
const httpProblem = (headers: IncomingHttpHeaders & IncomingHttpStatusHeader): CallStatus | undefined => {
  const status = headers[':status'] ?? 0;
  if (status !== 200) {
    return { code: httpCodes[status] ?? statusCodes.UNKNOWN, details: `Received HTTP status code ${status}` };
  }
  const type = headers['content-type'] ?? '';
  if (isGrpcType(type)) return undefined;
  return { code: statusCodes.UNKNOWN, details: `Received an answer of the type '${type}', which is not gRPC` };
};

const cancelled: CallStatus = { code: statusCodes.CANCELLED, details: 'Cancelled on client' };

/** The unit of `grpc-timeout` that keeps its value within the eight digits that it may have. */
const timeoutText = (milliseconds: number): string => {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 1e8 ? `${whole}m` : `${Math.ceil(whole / 1_000)}S`;
};

/** Answers that only say that there will be one (HTTP's 100 to 199). A gateway has no reason to send any. */
const mostInterim = 100;

/**
 * Starts a call to a gateway: one request, and an answer of any number of messages. It is sent once at most: if it fails, the
 * gateway may have processed it.
 */
export const startExchange = (
  client: GatewayClient,
  { path, frame, headers, timeout, longestMessage }: Exchange,
  { opened, message, ended }: ExchangeCallbacks,
): RunningExchange => {
  let isOver = false;
  let isPaused = false;
  let isDelivering = false;
  let timer: NodeJS.Timeout | undefined;
  let stream: ReturnType<GatewaySession['request']> | undefined;
  let interim = 0;
  let cancelStream = (): void => {};
  let encoding: string | undefined;
  /** The status that the gateway has sent. It counts when everything before it has been passed on. */
  let received: CallStatus | undefined;
  let hasAllData = false;
  /** Made when a part is not just one message, which the answers of most calls are. */
  let reader: FrameReader | undefined;

  const end = (status: CallStatus): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    leave();
    ended(status);
  };

  /** Ends the call on this side. */
  const stop = (status: CallStatus): void => {
    cancelStream();
    end(status);
  };

  const finish = (): void => {
    if (!hasAllData || isPaused) return;
    if (received?.code === statusCodes.OK && reader?.isIncomplete() === true) {
      end({ code: statusCodes.INTERNAL, details: 'The answer ends in the middle of a message' });
    } else if (received !== undefined) end(received);
  };

  const deliver = (): void => {
    // A callback may pause and resume.
    if (isDelivering) return;
    isDelivering = true;
    while (!isPaused) {
      const next = reader?.next();
      if (next === undefined) break;
      if (!Buffer.isBuffer(next)) {
        stop(statusOfProblem(next));
        break;
      }
      message(next);
    }
    isDelivering = false;
    finish();
  };

  const begin = (session: GatewaySession): void => {
    const current = session.request({
      ':method': 'POST',
      ':path': path,
      ':authority': client.authority,
      ...headers,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-accept-encoding': acceptedEncodings,
      ...(timeout === undefined ? {} : { 'grpc-timeout': timeoutText(timeout) }),
    });
    stream = current;
    cancelStream = () => session.cancel(current);
    current.on('response', (answer) => {
      encoding = answer['grpc-encoding'] as string | undefined;
      received = statusIn(answer);
      if (received !== undefined) return;
      const problem = httpProblem(answer);
      if (problem === undefined) opened?.();
      else stop(problem);
    });
    current.on('headers', () => {
      interim += 1;
      if (interim > mostInterim) session.abandon('The gateway sends too many interim answers');
    });
    current.on('data', (part: Buffer) => {
      const whole = reader === undefined && !isPaused ? wholeMessage(part, longestMessage) : undefined;
      if (whole !== undefined) {
        message(whole);
        return;
      }
      reader ??= createFrameReader(longestMessage, () => encoding);
      reader.add(part);
      deliver();
    });
    current.on('trailers', (trailers) => {
      received ??= statusIn(trailers) ?? { code: statusCodes.UNKNOWN, details: 'No status received' };
    });
    current.on('end', () => {
      hasAllData = true;
      deliver();
    });
    // An error without a listener would end the process. The end of the stream always follows.
    current.on('error', () => {});
    current.once('close', () => {
      // A garbage collection of young objects keeps every stream, and would keep the whole job with it. Node.js listens for listeners that
      // are removed, and would be called for each of them.
      current.removeAllListeners('removeListener');
      current.removeAllListeners();
      if (isOver || (hasAllData && received !== undefined)) return;
      const code = current.rstCode ?? constants.NGHTTP2_NO_ERROR;
      const lost = session.lostBecause(code === constants.NGHTTP2_NO_ERROR || code === constants.NGHTTP2_CANCEL);
      if (received !== undefined) end(received);
      else if (lost !== undefined) end({ code: statusCodes.UNAVAILABLE, details: lost });
      else {
        end(resets[code] ?? { code: statusCodes.INTERNAL, details: `Received RST_STREAM with code ${code}` });
      }
    });
    current.end(frame);
  };

  const tryToBegin = (session: GatewaySession): void => {
    try {
      begin(session);
    } catch (error) {
      queueMicrotask(() => end({ code: statusCodes.UNAVAILABLE, details: (error as Error).message }));
    }
  };

  let leave = (): void => {};
  leave = client.withSession(tryToBegin, end);
  if (timeout !== undefined) {
    const late = { code: statusCodes.DEADLINE_EXCEEDED, details: 'Deadline exceeded' };
    timer = setTimeout(afterReading, timeout, () => {
      if (!isOver) stop(late);
    });
  }

  return {
    pause: () => {
      isPaused = true;
      stream?.pause();
    },
    resume: () => {
      if (!isPaused) return;
      isPaused = false;
      stream?.resume();
      deliver();
    },
    cancel: () => stop(cancelled),
  };
};
