import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy that a test controls. It connects to 127.0.0.1, whatever the host name is. */
export interface TestProxy {
  readonly port: number;
  /** The targets of the tunnels (`host:port`) and the URLs of other requests. */
  readonly targets: (string | undefined)[];
  /** The values of Proxy-Authorization. */
  readonly authorizations: (string | undefined)[];
  /** The status of the next answers to CONNECT. 200 opens the tunnel. */
  setStatus(status: number): void;
  stop(): Promise<void>;
}

/** Starts a proxy for tunnels (CONNECT) and plain requests. */
export const startProxy = async (): Promise<TestProxy> => {
  const targets: (string | undefined)[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Duplex>();
  let status = 200;
  const keep = <Kind extends Duplex>(socket: Kind): Kind => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    return socket;
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    targets.push(request.url);
    authorizations.push(request.headers['proxy-authorization']);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'token-of-proxy' }));
  });
  server.on('connection', (socket: Socket) => keep(socket));
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    targets.push(request.url);
    authorizations.push(request.headers['proxy-authorization']);
    keep(client);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    const port = Number(request.url?.split(':').at(-1));
    const target: Socket = keep(connect({ host: '127.0.0.1', port }));
    target.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    targets,
    authorizations,
    setStatus: (next) => {
      status = next;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
