import type { Socket } from 'node:net';

/** Resolves when a connection has ended, whether in order or with an error: one that the other side resets ends with one. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => {});
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
