import type { AddressInfo, Server } from 'node:net';
import { fault } from '../../common/fault.ts';

/** Where a server is to listen. */
export interface ListenOptions {
  /** 0 for a free port. */
  readonly port: number;
  readonly host: string;
  /** The server, as the subject of the error: `The health server`. */
  readonly subject: string;
  /** Where its port and host are set, for the error. */
  readonly where: string;
}

/** Where a server is listening. */
export interface Listening {
  /** E.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
}

/**
 * Lets a server listen.
 *
 * Rejects with a fault of kind `configuration` if it cannot.
 *
 * @example
 * const { url } = await listen(server, { port: 0, host: '127.0.0.1', subject: 'The server', where: 'serve({ port })' });
 */
export const listen = (server: Server, { port, host, subject, where }: ListenOptions): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void =>
      reject(
        fault('configuration', {
          what: `${subject} cannot listen on ${host}, port ${port} (${cause.code}).`,
          where,
          fix: 'use a free port (0 selects one) and an address of this machine.',
          cause,
        }),
      );
    server.once('error', refuse);
    server.listen({ port, host }, () => {
      server.off('error', refuse);
      const { address, port: chosen, family } = server.address() as AddressInfo;
      resolve({ url: `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}`, port: chosen });
    });
  });
