import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { hostAndPort } from '../address.ts';
import { connectionFault } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import { type ProxyAddress, proxyText } from './proxy.ts';

/** Longest answer of a proxy to CONNECT, in bytes. */
const longestAnswer = 16_384;

/** The header value for a proxy that wants a name and a password. */
export const proxyAuthorization = (credentials: string): string =>
  `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`;

/** The error of a proxy that cannot be reached. */
export const unreachableProxy = (proxy: ProxyAddress, why: string): ConnectionFault =>
  connectionFault('transient', 'UNAVAILABLE', {
    what: `The proxy cannot be reached (${why}).`,
    where: `the proxy ${proxyText(proxy)}`,
    fix: `check that the proxy runs and that ${proxy.variable} is correct. no_proxy lists hosts to reach without it.`,
  });

/** The error of a proxy that answered with a status other than 2xx. */
export const refusedByProxy = (proxy: ProxyAddress, status: number, target: string): ConnectionFault => {
  const where = `the proxy ${proxyText(proxy)}, for ${target}`;
  if (status === 407) {
    return connectionFault('credentials', 'UNAUTHENTICATED', {
      what: 'The proxy requires a user name and a password, or rejects those that it got (HTTP 407).',
      where,
      fix: `write them into ${proxy.variable}: http://user:password@host:port.`,
    });
  }
  if (status === 403 || status === 405) {
    return connectionFault('rejected', 'PERMISSION_DENIED', {
      what: `The proxy does not allow this connection (HTTP ${status}).`,
      where,
      fix: 'allow the host and the port in the proxy, or list the host in no_proxy.',
    });
  }
  return connectionFault('transient', 'UNAVAILABLE', {
    what: `The proxy could not open the connection (HTTP ${status}).`,
    where,
    fix: 'check that the host exists and can be reached from the proxy.',
  });
};

/** Asks a proxy for a tunnel, over an open connection to it. Rejects with a {@link ConnectionFault}. */
const negotiate = (socket: Socket, target: string, proxy: ProxyAddress): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const end = (fault?: ConnectionFault): void => {
      socket.off('data', onData);
      socket.off('close', onClose);
      if (fault === undefined) resolve();
      else {
        socket.destroy();
        reject(fault);
      }
    };
    const onClose = (): void => end(unreachableProxy(proxy, 'it closed the connection'));
    const onData = (bytes: Buffer): void => {
      received = Buffer.concat([received, bytes]);
      const head = received.indexOf('\r\n\r\n');
      if (head < 0 && received.length <= longestAnswer) return;
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(received.toString('latin1', 0, 64))?.[1] ?? 502);
      if (head < 0 || status < 200 || status > 299) {
        end(refusedByProxy(proxy, status, target));
        return;
      }
      socket.pause();
      const rest = received.subarray(head + 4);
      if (rest.length > 0) socket.unshift(rest);
      end();
    };
    socket.on('data', onData);
    socket.once('close', onClose);
    // An error without a listener would end the process. `close` always follows.
    socket.on('error', () => undefined);
    const authorization =
      proxy.credentials === undefined ? '' : `Proxy-Authorization: ${proxyAuthorization(proxy.credentials)}\r\n`;
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`);
  });

/**
 * Turns an open connection to a proxy into a tunnel to the target.
 *
 * @param socket an open TCP connection to the proxy; it is destroyed after a failure
 * @returns the socket to speak to the target over
 * @throws ConnectionFault with the reason `credentials`, `rejected` or `transient`
 */
export const openTunnelOver = async (
  socket: Socket,
  target: { readonly host: string; readonly port: number },
  proxy: ProxyAddress,
): Promise<Socket> => {
  const secured = proxy.tls ? await secure(socket, proxy) : socket;
  await negotiate(secured, hostAndPort(target), proxy);
  return secured;
};

const secure = (socket: Socket, proxy: ProxyAddress): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const secured = connectTls({ socket, ...(isIP(proxy.host) === 0 ? { servername: proxy.host } : {}) });
    secured.once('secureConnect', () => resolve(secured));
    secured.once('error', (error: NodeJS.ErrnoException) => {
      socket.destroy();
      reject(unreachableProxy(proxy, error.code ?? 'TLS failed'));
    });
  });

/**
 * Opens a tunnel through a proxy.
 *
 * @param onSocket receives the connection to the proxy as soon as it exists, so that it can be destroyed
 * @throws ConnectionFault as {@link openTunnelOver} does, also if the proxy cannot be reached
 */
export const openTunnel = async (
  target: { readonly host: string; readonly port: number },
  proxy: ProxyAddress,
  onSocket: (socket: Socket) => void,
): Promise<Socket> => {
  const socket = connectSocket({ host: proxy.host, port: proxy.port });
  onSocket(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error: NodeJS.ErrnoException) =>
      reject(unreachableProxy(proxy, error.code ?? 'no error code')),
    );
    socket.once('close', () => reject(unreachableProxy(proxy, 'it closed the connection')));
  });
  return openTunnelOver(socket, target, proxy);
};
