import type { Http2Session, ServerHttp2Stream } from 'node:http2';

/**
 * How many calls a client may reset at once, and how many more each second. HTTP/2 for Node.js has a limit of 1,000, beyond which
 * it no longer reads and leaves the connection open.
 */
const limit = { most: 900, perSecond: 30 };

/**
 * Closes the connections of clients that reset calls again and again, which costs the server more than them.
 *
 * @param now a monotonic clock in milliseconds
 * @returns a function that watches a call
 */
export const createResetLimit = (now: () => number = () => performance.now()) => {
  const counts = new WeakMap<Http2Session, { resets: number; at: number }>();

  return (stream: ServerHttp2Stream): void => {
    const { session } = stream;
    if (session === undefined) return;
    stream.once('close', () => {
      if (!stream.rstCode || session.destroyed) return;
      const time = now();
      const { resets, at } = counts.get(session) ?? { resets: 0, at: time };
      const left = Math.max(0, resets - ((time - at) / 1_000) * limit.perSecond) + 1;
      if (left > limit.most) session.destroy();
      else counts.set(session, { resets: left, at: time });
    });
  };
};
