import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { StartTimer } from '../../../common/timer.ts';

/** What clients may use. */
export interface ConnectionLimits {
  /** Most connections at once. One that is too many ends at once. */
  readonly connections: number;
  /** Most requests of one connection that have no answer yet: HTTP lets a client send the next one before the answer. */
  readonly requests: number;
  /** Milliseconds in which a client has to read an answer. */
  readonly readTime: number;
}

export const usualLimits: ConnectionLimits = { connections: 1_000, requests: 16, readTime: 30_000 };

/** Ends the connection of a client that does not read an answer, which would stay in memory until then. */
const endUnread = (
  socket: Socket,
  response: ServerResponse,
  { readTime }: ConnectionLimits,
  startTimer: StartTimer,
) => {
  if (response.writableFinished || socket.destroyed) return;
  const stop = startTimer(readTime, () => socket.destroy());
  response.once('finish', stop);
  response.once('close', stop);
};

/**
 * Holds the clients of a server to limits.
 *
 * @returns called with each request: whether it may be served. If not, its connection has ended.
 */
export const limitConnections = (
  server: Server,
  limits: ConnectionLimits,
  startTimer: StartTimer,
): ((request: IncomingMessage, response: ServerResponse) => boolean) => {
  server.maxConnections = limits.connections;
  /** The answers that a connection waits for. */
  const unanswered = new WeakMap<Socket, Set<ServerResponse>>();
  server.on('connection', (socket: Socket) => {
    const responses = new Set<ServerResponse>();
    unanswered.set(socket, responses);
    socket.once('close', () => {
      for (const response of responses) {
        // Node.js does not tell an answer that is not the first in line.
        if (response.socket !== null) continue;
        response.destroy();
        response.emit('close');
      }
    });
  });
  return ({ socket }, response) => {
    const responses = unanswered.get(socket);
    if (responses === undefined || responses.size >= limits.requests) {
      socket.destroy();
      return false;
    }
    responses.add(response);
    response.once('close', () => responses.delete(response));
    // Node.js emits it when the answer is complete, but not yet written.
    response.once('prefinish', () => endUnread(socket, response, limits, startTimer));
    return true;
  };
};
