import { type ClientRequest, Agent as HttpAgent, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ProxyAddress } from '../network/proxy.ts';
import { type TlsMaterial, tlsOptionsOf } from '../network/tls-material.ts';
import { openTunnel, proxyAuthorization } from '../network/tunnel.ts';

/** How requests get to a REST API. */
export interface Route {
  /** Begins a request. The path is below the base of the API. */
  start(method: string, path: string, headers: Readonly<Record<string, string | number>>): ClientRequest;
  /** Closes all sockets. */
  close(): void;
}

/** Settings of {@link createRoute}. */
export interface RouteSettings {
  /** The address of the API with its path, e.g. `https://camunda.example.com/v2`. */
  readonly base: string;
  readonly material?: TlsMaterial;
  readonly proxy?: ProxyAddress | undefined;
  /** Time limit in milliseconds for a tunnel through the proxy. Default: 5,000. */
  readonly connectTimeout?: number;
}

/**
 * Milliseconds for which a socket without a request stays open. Servers close idle sockets too, some after 5 seconds; a
 * request that meets such an end is lost.
 */
const idleTime = 4_000;

const agentOptions = { keepAlive: true, scheduling: 'lifo', timeout: idleTime, maxFreeSockets: 64 } as const;

type Connect = (options: object, callback: (error: Error | null, socket?: Socket) => void) => Socket | undefined;

/** Makes an agent connect in another way. */
const connectingBy = (agent: HttpsAgent, connect: Connect): HttpsAgent =>
  Object.assign(agent, { createConnection: connect });

/**
 * Prepares the way to a REST API. Sockets are kept and used again. Nothing connects before the first request.
 *
 * Through a proxy, an https:// address is reached by a tunnel, and an http:// address by requests to the proxy itself.
 */
export const createRoute = ({ base, material = {}, proxy, connectTimeout = 5_000 }: RouteSettings): Route => {
  const url = new URL(base);
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const prefix = url.pathname.replace(/\/+$/, '');
  const serverName = material.serverName ?? (isIP(host) === 0 ? host : undefined);
  const tls = { ...tlsOptionsOf(material), ...(serverName === undefined ? {} : { servername: serverName }) };

  const direct = { host, port };
  if (isSecure) {
    const agent = new HttpsAgent(agentOptions);
    const opening = new Set<() => void>();
    const tunnelled: Connect = (_options, callback) => {
      const sockets: Socket[] = [];
      const destroy = (): void => {
        for (const socket of sockets) socket.destroy();
      };
      const timer = setTimeout(destroy, connectTimeout);
      opening.add(destroy);
      const forget = (): void => {
        clearTimeout(timer);
        opening.delete(destroy);
      };
      openTunnel(direct, proxy!, (socket) => sockets.push(socket)).then(
        (socket) => {
          forget();
          callback(null, connectTls({ ...tls, host, socket }));
        },
        (error: Error) => {
          forget();
          callback(error);
        },
      );
      return undefined;
    };
    const options: RequestOptions = {
      ...direct,
      ...tls,
      agent: proxy === undefined ? agent : connectingBy(agent, tunnelled),
    };
    return {
      start: (method, path, headers) => requestHttps({ ...options, method, path: prefix + path, headers }),
      close: () => {
        for (const destroy of opening) destroy();
        agent.destroy();
      },
    };
  }
  if (proxy === undefined) {
    const agent = new HttpAgent(agentOptions);
    return {
      start: (method, path, headers) => requestHttp({ ...direct, agent, method, path: prefix + path, headers }),
      close: () => agent.destroy(),
    };
  }
  const agent = proxy.tls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const request = proxy.tls ? requestHttps : requestHttp;
  const own = {
    host: url.host,
    ...(proxy.credentials === undefined ? {} : { 'proxy-authorization': proxyAuthorization(proxy.credentials) }),
  };
  return {
    start: (method, path, headers) =>
      request({
        ...{ host: proxy.host, port: proxy.port, agent, method },
        path: `${url.origin}${prefix}${path}`,
        headers: { ...headers, ...own },
      }),
    close: () => agent.destroy(),
  };
};
