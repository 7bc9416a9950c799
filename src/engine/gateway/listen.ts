import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { fault } from '../../common/fault.ts';

/** The only address that the engine listens on. */
export const loopback = '127.0.0.1';

/**
 * Opens a port on 127.0.0.1.
 *
 * @param option the option of the engine that names the port
 * @throws a `configuration` fault if the port is not available
 */
export const listenOnLoopback = async (listener: Server, port: number, option: string): Promise<void> => {
  try {
    listener.listen({ port, host: loopback });
    await once(listener, 'listening');
    // If a connection cannot be accepted, the client repeats it; without a listener, the error would end the process.
    listener.on('error', () => {});
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw fault('configuration', {
      what: `The embedded engine cannot listen on ${loopback}:${port} (${cause.code ?? cause.message}).`,
      where: `createEngine({ ${option}: ${port} })`,
      fix: 'choose a free port, or leave it out to use any free one.',
      cause,
    });
  }
};

/** Ends connections at once, without what they still have to send. */
export const endAtOnce = (sockets: Iterable<Socket>): void => {
  for (const socket of sockets) {
    // The system resets no connection whose end is under way: it would stay open, and keep the process alive.
    if (socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  }
};
