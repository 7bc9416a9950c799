import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that the system gives to clients and to servers that ask for port 0, and below those of the page. */
const lowest = 10_000;
const count = 10_000;

/**
 * Finds a port of 127.0.0.1 on which nobody listens, and which nobody gets by chance: for a server that starts later, or that
 * is stopped and started again, and for a client that is to find no server.
 */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    server.removeAllListeners();
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
};
