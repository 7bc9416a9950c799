import type { Http2Session } from 'node:http2';

const megabyte = 1024 * 1024;

/** Bytes that all unfinished requests of a connection may have together: 128 of the largest ones, sent at once. */
const usualLimit = 512 * megabyte;

/** Counts what has arrived of a request before it is whole. */
export interface UnfinishedRequest {
  /** Adds bytes. Returns why the connection may not have as many, which are not counted then, or `undefined`. */
  add(bytes: number): string | undefined;
  /** The request is whole, or nobody needs it any more. */
  end(): void;
}

/**
 * Counts a request.
 *
 * @param session the connection of the request; `undefined` if it has ended
 */
export type CountUnfinished = (session: Http2Session | undefined) => UnfinishedRequest;

/**
 * Limits the memory that a client can take with many large requests that it does not finish.
 *
 * HTTP/2 mixes the parts of requests that are sent at once, so that many are unfinished although none is late. The limit leaves room
 * for those. To pause streams beyond it instead is not safe: in trials, Node.js 20 damaged its memory when such a connection ended.
 *
 * @param mostBytes the limit of each connection
 */
export const createUnfinishedRequests = (mostBytes: number = usualLimit): CountUnfinished => {
  const held = new WeakMap<Http2Session, number>();
  return (session) => {
    let own = 0;
    const change = (bytes: number): void => {
      own += bytes;
      if (session !== undefined) held.set(session, (held.get(session) ?? 0) + bytes);
    };
    return {
      add: (bytes) => {
        if (session === undefined) return 'The connection has ended.';
        if ((held.get(session) ?? 0) + bytes > mostBytes) {
          return (
            `The unfinished requests of this connection hold more than ${Math.round(mostBytes / megabyte)} MB.\n` +
            'Fix: send fewer large requests at once over one connection, and send each to its end.'
          );
        }
        change(bytes);
        return undefined;
      },
      end: () => change(-own),
    };
  };
};
