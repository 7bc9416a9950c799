import type { Http2Session } from 'node:http2';

/** Where Node.js keeps the native part of a session, until the session is destroyed. */
const handleName = 'kHandle';

const nativePartOf = (session: Http2Session): unknown => {
  const key = Object.getOwnPropertySymbols(session).find(({ description }) => description === handleName);
  return key === undefined ? undefined : Reflect.get(session, key);
};

/**
 * Keeps the native part of an open session until its streams have been freed.
 *
 * A connection can end in the middle of a block of headers: the peer closes it, or breaks the protocol. The headers so far then
 * belong to a stream that Node.js frees in the next phase of the event loop. If a collection of garbage frees the session before
 * the stream, an assertion in `~Http2Session` (`current_nghttp2_memory_ == 0`) aborts the process. A peer can bring that about.
 *
 * @returns whether the native part was found. Without it, the session works as Node.js lets it work.
 * @example
 * server.on('session', keepSession);
 */
export const keepSession = (session: Http2Session): boolean => {
  const nativePart = nativePartOf(session);
  if (nativePart === undefined) return false;
  // Immediates run after those with which Node.js frees the streams.
  session.once('close', () => setImmediate((_kept: unknown) => {}, nativePart));
  return true;
};
