import { request as requestHttp } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createArrivingBody } from './body.ts';
import { findProxy, type ProxyAddress, proxyText } from './proxy.ts';
import { type TlsMaterial, tlsOptionsOf } from './tls-material.ts';
import { openTunnel, proxyAuthorization, refusedByProxy, unreachableProxy } from './tunnel.ts';

/** A request to an HTTP server. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly material?: TlsMaterial;
  /** The variables that may name a proxy. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Longest answer in bytes. */
  readonly maxBytes: number;
  /** Ends the request, whether it connects, sends or receives. */
  readonly signal: AbortSignal;
}

/** The answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** The code of the error of an answer that is longer than allowed. */
export const tooLargeCode = 'ANSWER_TOO_LARGE';

/** The proxy through which a URL is reached; `undefined` if it is reached directly. */
export const proxyFor = (url: URL, env: HttpRequest['env'] = process.env): ProxyAddress | undefined => {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  return findProxy({ protocol: isSecure ? 'https' : 'http', host, port }, env);
};

/** For log lines: the proxy through which a URL is reached; `undefined` if none. */
export const proxyTextFor = (url: string): string | undefined => {
  const proxy = proxyFor(new URL(url));
  return proxy === undefined ? undefined : proxyText(proxy);
};

/**
 * Sends one request over a connection of its own, through a proxy if the environment names one. Does not follow redirects
 * and repeats nothing. Its signal is its only limit of time.
 *
 * @throws ConnectionFault if a proxy fails, otherwise the error of Node.js, with its code
 */
export const sendHttpRequest = async (request: HttpRequest): Promise<HttpAnswer> => {
  const url = new URL(request.url);
  const proxy = proxyFor(url, request.env);
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const material = request.material ?? {};
  const serverName = isIP(host) === 0 ? { servername: host } : {};
  const headers = {
    ...request.headers,
    ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
    connection: 'close',
  };
  const sockets: Socket[] = [];
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  request.signal.addEventListener('abort', end);
  try {
    // Loaded with the first request, because most programs make none.
    const requestHttps = isSecure ? (await import('node:https')).request : undefined;
    request.signal.throwIfAborted();
    const tunnel =
      proxy !== undefined && isSecure
        ? await openTunnel({ host, port }, proxy, (socket) => sockets.push(socket))
        : undefined;
    request.signal.throwIfAborted();
    return await new Promise<HttpAnswer>((resolve, reject) => {
      const path = `${url.pathname}${url.search}`;
      const common = { method: request.method, agent: false as const, signal: request.signal };
      const sent =
        requestHttps?.({
          ...common,
          ...{ host, port, path, headers, ...serverName, ...tlsOptionsOf(material) },
          ...(tunnel === undefined
            ? {}
            : {
                // Node.js ignores this function if there is an agent.
                agent: undefined,
                createConnection: () => connectTls({ socket: tunnel, ...serverName, host, ...tlsOptionsOf(material) }),
              }),
        }) ??
        requestHttp(
          proxy === undefined
            ? { ...common, host, port, path, headers }
            : {
                ...common,
                ...{ host: proxy.host, port: proxy.port, path: url.href },
                headers: {
                  ...headers,
                  host: url.host,
                  ...(proxy.credentials === undefined
                    ? {}
                    : { 'proxy-authorization': proxyAuthorization(proxy.credentials) }),
                },
              },
        );
      const isPlainProxy = proxy !== undefined && !isSecure;
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const isDead =
          isPlainProxy && error.code !== undefined && !request.signal.aborted && error.code !== tooLargeCode;
        reject(isDead ? unreachableProxy(proxy, error.code!) : error);
      });
      sent.on('response', (response) => {
        const body = createArrivingBody(request.maxBytes);
        response.on('data', (part: Buffer) => {
          if (body.add(part)) return;
          sent.destroy(Object.assign(new Error('The answer is too large.'), { code: tooLargeCode }));
        });
        response.on('error', reject);
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          if (isPlainProxy && status === 407) reject(refusedByProxy(proxy, status, url.host));
          else resolve({ status, headers: response.headers, body: body.bytes().toString('utf8') });
        });
      });
      sent.end(request.body);
    });
  } finally {
    request.signal.removeEventListener('abort', end);
    end();
  }
};
