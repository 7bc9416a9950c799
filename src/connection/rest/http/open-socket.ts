import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { startTimeLimit } from '../../../common/timer.ts';
import type { ProxyAddress } from '../../network/proxy.ts';
import { type TlsMaterial, tlsOptionsOf } from '../../network/tls-material.ts';
import { openTunnel, unreachableProxy } from '../../network/tunnel.ts';

/** How to reach a server. */
export interface SocketSettings {
  /** The address of the API, e.g. `https://camunda.example.com/v2`. */
  readonly url: URL;
  readonly material?: TlsMaterial | undefined;
  /** Through it, an https:// address is reached by a tunnel, and an http:// address by requests to the proxy itself. */
  readonly proxy?: ProxyAddress | undefined;
  /** Time limit in milliseconds for the connection, with its tunnel and its handshake. */
  readonly connectTimeout: number;
}

/** An open socket. */
export interface OpenedSocket {
  readonly socket: Socket;
  /**
   * Calls back with the bytes that arrive: as many as `length`, at the beginning of a buffer. The buffer is used again, so what is
   * needed after the call has to be copied.
   */
  onBytes(listener: (bytes: Buffer, length: number) => void): void;
}

/**
 * Opens a socket to speak HTTP over. Exactly one of the callbacks is called, later, unless the attempt is given up.
 *
 * @returns a function that gives the attempt up
 */
export type OpenSocket = (
  opened: (socket: OpenedSocket) => void,
  failed: (error: NodeJS.ErrnoException) => void,
) => () => void;

/**
 * Sockets read into this buffer, since what arrives is processed at once. Without it, each small answer would take a buffer of
 * this size, which keeps the garbage collector busy.
 */
const arrived = Buffer.allocUnsafeSlow(65_536);

const ignore = (): void => undefined;

// Dead peers of idle connections are found by the system.
const tcpOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 1_000 } as const;

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

const nameFor = (host: string): object => (isIP(host) === 0 ? { servername: host } : {});

/** Prepares the way to a server. Nothing is opened before the first call. */
export const createOpenSocket = ({ url, material = {}, proxy, connectTimeout }: SocketSettings): OpenSocket => {
  const isSecure = url.protocol === 'https:';
  const target = { host: hostOf(url), port: portOf(url) };
  const serverName = material.serverName === undefined ? nameFor(target.host) : { servername: material.serverName };
  const tls: ConnectionOptions = { ...tlsOptionsOf(material), ...serverName, ALPNProtocols: ['http/1.1'] };
  /** The latest session, so that a further connection needs a shorter handshake. */
  let session: Buffer | undefined;

  const secure = (way: ConnectionOptions): TLSSocket => {
    const socket = connectTls({ ...tls, ...way, ...(session === undefined ? {} : { session }) });
    socket.on('session', (latest) => {
      session = latest;
    });
    socket.once('error', () => {
      session = undefined;
    });
    return socket;
  };

  /** Opens the socket, or the one that leads to it, and reports each as soon as it exists. */
  const begin = (
    onread: OnReadOpts,
    add: (socket: Socket, event: 'connect' | 'secureConnect') => void,
    fail: (error: Error) => void,
  ): void => {
    if (isSecure && proxy !== undefined) {
      openTunnel(target, proxy, (socket) => add(socket, 'connect'))
        .then((tunnel) => add(secure({ host: target.host, socket: tunnel }), 'secureConnect'))
        .catch(fail);
    } else if (isSecure) add(secure({ ...target, ...tcpOptions, onread } as ConnectionOptions), 'secureConnect');
    else if (proxy?.tls === true) {
      const { host, port } = proxy;
      add(connectTls({ host, port, ...nameFor(host), ...tcpOptions, onread } as ConnectionOptions), 'secureConnect');
    } else {
      const { host, port } = proxy ?? target;
      add(connectPlain({ host, port, ...tcpOptions, onread }), 'connect');
    }
  };

  return (opened, failed) => {
    const sockets: Socket[] = [];
    let isOver = false;
    const giveUp = (): void => {
      if (isOver) return;
      isOver = true;
      endLimit();
      for (const socket of sockets) socket.destroy();
    };
    const fail = (error: Error): void => {
      if (isOver) return;
      giveUp();
      failed(error);
    };
    const lost = (): void => fail(Object.assign(new Error('The connection was closed.'), { code: 'ECONNRESET' }));
    const endLimit = startTimeLimit(connectTimeout, () => {
      const late = Object.assign(new Error('No connection in time.'), { code: 'ETIMEDOUT' });
      fail(isSecure && proxy !== undefined ? unreachableProxy(proxy, late.code) : late);
    });
    const isTunnelled = isSecure && proxy !== undefined;
    // Whatever comes before the first request is not an answer.
    let receive: (bytes: Buffer, length: number) => void = lost;
    const onread: OnReadOpts = {
      buffer: arrived,
      callback: (length) => {
        receive(arrived, length);
        return true;
      },
    };
    const add = (socket: Socket, event: 'connect' | 'secureConnect'): void => {
      sockets.push(socket);
      // An error without a listener would end the process.
      socket.on('error', ignore);
      if (isOver) {
        socket.destroy();
        return;
      }
      // The way to the proxy reports its errors by itself.
      if (isTunnelled && event === 'connect') return;
      socket.once('error', fail);
      socket.once('close', lost);
      socket.once(event, () => {
        socket.off('error', fail);
        socket.off('close', lost);
        if (isOver) return;
        isOver = true;
        endLimit();
        opened({
          socket,
          onBytes: (listener) => {
            receive = listener;
            // A connection inside another one reads in its own way.
            if (isTunnelled) socket.on('data', (bytes: Buffer) => listener(bytes, bytes.length));
          },
        });
      });
    };
    try {
      begin(onread, add, fail);
    } catch (error) {
      // Node.js does not take the certificates.
      process.nextTick(fail, error as Error);
    }
    return giveUp;
  };
};
