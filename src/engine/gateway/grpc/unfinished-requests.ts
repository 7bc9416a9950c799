import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { type StartTimer, startTimeLimit } from '../../../common/timer.ts';
import { maxMessageBytes } from '../messages/grpc-messages.ts';

const megabyte = 1024 * 1024;

/** Limits of the unfinished requests of a connection. */
export interface UnfinishedLimits {
  /** Bytes that they may have together: 32 of the largest ones. */
  readonly mostBytes: number;
  /** Requests that may wait for others to end. Flow control leaves each at most 64 KB, which have arrived before it waits. */
  readonly mostWaiting: number;
  /** Milliseconds in which at least one must go on while others wait. */
  readonly patience: number;
  readonly startTimer: StartTimer;
}

const usual: UnfinishedLimits = {
  mostBytes: 128 * megabyte,
  mostWaiting: 2_048,
  patience: 10_000,
  // It does not blame the client for the time in which this process was stopped.
  startTimer: startTimeLimit,
};

/** Counts what has arrived of a request before it is whole. */
export interface UnfinishedRequest {
  /** Adds bytes, after which the request may have to wait. Returns whether it goes on; `false` if it is refused. */
  add(bytes: number): boolean;
  /** The request is whole, or nobody needs it any more. What still arrives of it is not kept. */
  end(): void;
}

/**
 * Counts a request.
 *
 * @param refuse called with the reason if the request must end
 */
export type CountUnfinished = (stream: ServerHttp2Stream, refuse: (details: string) => void) => UnfinishedRequest;

/** A request of which something has arrived. */
interface Counted {
  bytes: number;
  /** The larger, the later it has begun. */
  readonly number: number;
  readonly stream: ServerHttp2Stream;
  readonly refuse: (details: string) => void;
}

/** The unfinished requests of a connection, the oldest first. */
interface Connection {
  readonly requests: Set<Counted>;
  /** Those that are not read meanwhile. */
  readonly waiting: Set<Counted>;
  /** The one that is read although the limit has been reached, so that always one can end. */
  ahead: Counted | undefined;
  bytes: number;
  hasMoved: boolean;
  stopTimer: (() => void) | undefined;
}

const inMegabytes = (bytes: number): string => `${Math.round((bytes / megabyte) * 10) / 10} MB`;

const figures = ({ bytes, requests }: Connection, mostBytes: number): string =>
  `${requests.size} unfinished requests of this connection hold ${inMegabytes(bytes)}, where ${inMegabytes(mostBytes)} are the limit.`;

/** The youngest one of those that wait and one more. Of an older one, only the end may be missing. */
const youngestOf = (waiting: ReadonlySet<Counted>, one: Counted): Counted => {
  let youngest = one;
  for (const each of waiting) if (each.number > youngest.number) youngest = each;
  return youngest;
};

const fix = 'Fix: send fewer large requests at once over one connection, and send each to its end.';

/**
 * Limits the memory that a client can take with many large requests that it does not finish.
 *
 * HTTP/2 mixes the parts of requests that are sent at once, so that many can be unfinished although none is late. From the limit on,
 * one of them is read to its end while the others wait, which flow control tells the client.
 */
export const createUnfinishedRequests = (given: Partial<UnfinishedLimits> = {}): CountUnfinished => {
  const { mostBytes, mostWaiting, patience, startTimer } = { ...usual, ...given };
  let counted = 0;
  const connections = new WeakMap<Http2Session, Connection>();

  const connectionOf = (session: Http2Session): Connection => {
    let connection = connections.get(session);
    if (connection === undefined) {
      connection = {
        requests: new Set(),
        waiting: new Set(),
        ahead: undefined,
        bytes: 0,
        hasMoved: false,
        stopTimer: undefined,
      };
      connections.set(session, connection);
    }
    return connection;
  };

  const watch = (connection: Connection): void => {
    connection.hasMoved = false;
    connection.stopTimer = startTimer(patience, () => {
      connection.stopTimer = undefined;
      if (connection.hasMoved) {
        watch(connection);
        return;
      }
      const details = `Nothing of this request has arrived for ${patience / 1_000} s, ${connection.waiting.size} others wait for its end, and ${figures(connection, mostBytes)}\n${fix}`;
      const stalled = [...connection.requests].filter((request) => !connection.waiting.has(request));
      for (const request of stalled) request.refuse(details);
    });
  };

  /** Reads on as many of those that wait as there is room for, and at least one. */
  const readOn = (connection: Connection): void => {
    let room = mostBytes - connection.bytes;
    for (const request of connection.waiting) {
      if (connection.ahead === undefined) connection.ahead = request;
      else if (room < maxMessageBytes) break;
      room -= maxMessageBytes;
      connection.waiting.delete(request);
      request.stream.resume();
    }
    if (connection.waiting.size > 0) {
      if (connection.stopTimer === undefined) watch(connection);
      return;
    }
    connection.stopTimer?.();
    connection.stopTimer = undefined;
  };

  return (stream, refuse) => {
    const { session } = stream;
    const request: Counted = { bytes: 0, number: ++counted, stream, refuse };
    const connection = session === undefined ? undefined : connectionOf(session);
    let isOver = false;
    return {
      add: (bytes) => {
        if (connection === undefined || isOver) return false;
        connection.requests.add(request);
        connection.bytes += bytes;
        connection.hasMoved = true;
        request.bytes += bytes;
        if (connection.bytes <= mostBytes || connection.ahead === request) return true;
        if (connection.ahead === undefined) {
          connection.ahead = request;
          return true;
        }
        if (connection.waiting.size >= mostWaiting) {
          const youngest = youngestOf(connection.waiting, request);
          youngest.refuse(`${mostWaiting} requests wait already, because ${figures(connection, mostBytes)}\n${fix}`);
          if (youngest === request) return false;
        }
        stream.pause();
        connection.waiting.add(request);
        if (connection.stopTimer === undefined) watch(connection);
        return true;
      },
      end: () => {
        if (connection === undefined || isOver) return;
        isOver = true;
        connection.bytes -= request.bytes;
        connection.hasMoved = true;
        connection.requests.delete(request);
        if (connection.waiting.delete(request)) stream.resume();
        if (connection.ahead === request) connection.ahead = undefined;
        if (connection.waiting.size > 0 || connection.stopTimer !== undefined) readOn(connection);
        // Nothing depends on it any more, and it may be one that never ends.
        else if (connection.bytes <= mostBytes) connection.ahead = undefined;
      },
    };
  };
};
