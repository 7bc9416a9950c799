import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { startTimeLimit } from '../../../common/timer.ts';
import { type GatewayAddress, hostAndPort } from '../../address.ts';
import type { ProxyAddress } from '../../network/proxy.ts';
import { type TlsMaterial, tlsOptionsOf } from '../../network/tls-material.ts';
import { openTunnelOver } from '../../network/tunnel.ts';
import type { ConnectionFault } from '../../port.ts';
import type { Addresses } from './addresses.ts';

/** How to reach a gateway. */
export interface ConnectSettings {
  readonly address: GatewayAddress;
  /** Certificates and the private key; only with TLS. */
  readonly material?: TlsMaterial;
  /** The proxy through which the gateway is reached. */
  readonly proxy?: ProxyAddress | undefined;
}

/** How far an attempt to connect came. */
export type ConnectStage = 'unreached' | 'proxied';

/** Why an attempt to connect failed. */
export interface ConnectFailure {
  /** A text for people, such as `connect ECONNREFUSED 127.0.0.1:26500`. */
  readonly details: string;
  /** Where the proxy refused: its answer. */
  readonly fault?: ConnectionFault;
  readonly stage: ConnectStage;
}

/** What comes of an attempt to connect: one of both, unless it was ended. */
export interface ConnectCallbacks {
  opened(session: ClientHttp2Session): void;
  failed(failure: ConnectFailure): void;
}

/**
 * Milliseconds after which the next address of a host name is tried. Node.js waits a quarter of a second, which is too short
 * for a gateway on another continent.
 */
const addressTimeout = 1_000;

/** The value of `:authority`: the server that a request is for. */
export const authorityOf = ({ address, material }: ConnectSettings): string =>
  material?.serverName ?? hostAndPort(address);

const openSession = (settings: ConnectSettings, socket: Socket): ClientHttp2Session =>
  connectHttp2(`${settings.address.tls ? 'https' : 'http'}://${authorityOf(settings)}`, {
    createConnection: () => socket,
    settings: { enablePush: false },
    // Answers have a limit of their own. Node.js would refuse streams while many of them arrive.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  });

const textOf = (error: Error): string => {
  // Each address of a host name has an error of its own.
  const { errors } = error as AggregateError;
  if (Array.isArray(errors) && errors.length > 0) return errors.map(({ message }: Error) => message).join(', ');
  return error.message === '' ? ((error as NodeJS.ErrnoException).code ?? 'unknown error') : error.message;
};

/**
 * Makes one attempt to connect to a gateway: to its address or through a proxy, with TLS if it has it, until the gateway has
 * shown that it speaks HTTP/2.
 *
 * @param limit time limit in milliseconds
 * @param addresses which addresses of the host name to try
 * @returns a function that ends the attempt; no callback is called afterwards
 */
export const startConnecting = (
  settings: ConnectSettings,
  limit: number,
  addresses: Addresses,
  { opened, failed }: ConnectCallbacks,
): (() => void) => {
  const { address, material = {}, proxy } = settings;
  const { host, port } = address;
  const sockets: Socket[] = [];
  let session: ClientHttp2Session | undefined;
  let stage: ConnectStage = 'unreached';
  /** The address that accepted the connection. */
  let reached: string | undefined;
  let isOver = false;

  const end = (): void => {
    isOver = true;
    endLimit();
  };
  const abandon = (): void => {
    end();
    session?.destroy();
    for (const socket of sockets) socket.destroy();
  };
  const fail = (failure: Omit<ConnectFailure, 'stage'>): void => {
    if (isOver) return;
    abandon();
    addresses.failed(reached);
    failed({ ...failure, stage });
  };
  const failWith = (error: Error): void => fail({ details: textOf(error) });
  const endLimit = startTimeLimit(limit, () => fail({ details: `No connection within ${limit} ms` }));

  const watch = (socket: Socket): Socket => {
    sockets.push(socket);
    socket.on('error', failWith);
    socket.once('close', () => fail({ details: 'The connection was closed before it was ready' }));
    return socket;
  };

  const speak = (socket: Socket): void => {
    session = openSession(settings, socket);
    const current = session;
    current.on('error', failWith);
    current.once('close', () => fail({ details: 'The connection was closed before it was ready' }));
    current.once('remoteSettings', () => {
      if (isOver) return;
      end();
      opened(current);
    });
  };

  const secure = (socket: Socket): void => {
    if (!address.tls) {
      speak(socket);
      return;
    }
    const name = material.serverName ?? host;
    const secured = watch(
      connectTls({
        ...{ socket, host: name, ALPNProtocols: ['h2'], ...tlsOptionsOf(material) },
        // TLS does not accept an IP address as the server name. The certificate is still compared with the address.
        ...(isIP(name) === 0 ? { servername: name } : {}),
      }),
    );
    secured.once('secureConnect', () => speak(secured));
  };

  const start = (): void => {
    const target = proxy ?? address;
    const socket = watch(
      connectSocket({
        ...{ host: target.host, port: target.port, noDelay: true },
        ...{ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: addressTimeout, lookup: addresses.lookup },
      }),
    );
    socket.once('connect', () => {
      reached = socket.remoteAddress;
      if (proxy === undefined) {
        secure(socket);
        return;
      }
      openTunnelOver(socket, { host, port }, proxy).then(
        (tunnel) => {
          stage = 'proxied';
          if (isOver) tunnel.destroy();
          else secure(tunnel);
        },
        (fault: ConnectionFault) => fail({ details: fault.message, fault }),
      );
    });
  };

  start();
  return () => {
    if (!isOver) abandon();
  };
};
