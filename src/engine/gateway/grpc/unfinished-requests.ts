import type { Http2Session } from 'node:http2';

/** Bytes that all unfinished requests of a connection may have together: 32 of the largest ones. */
const mostBytes = 128 * 1024 * 1024;

const counts = new WeakMap<Http2Session, number>();

/** Counts what has arrived of a request before it is whole. */
export interface UnfinishedRequest {
  /** Adds bytes. Returns whether the connection may have as many; if not, they are not counted. */
  add(bytes: number): boolean;
  /** The request is whole, or nobody needs it any more. */
  end(): void;
}

/**
 * Limits the memory that a client can take with many large requests that it does not finish.
 *
 * @param session the connection of the request; `undefined` if it has ended
 */
export const countUnfinished = (session: Http2Session | undefined): UnfinishedRequest => {
  let own = 0;
  const change = (bytes: number): void => {
    own += bytes;
    if (session !== undefined) counts.set(session, (counts.get(session) ?? 0) + bytes);
  };
  return {
    add: (bytes) => {
      if (session === undefined || (counts.get(session) ?? 0) + bytes > mostBytes) return false;
      change(bytes);
      return true;
    },
    end: () => change(-own),
  };
};
