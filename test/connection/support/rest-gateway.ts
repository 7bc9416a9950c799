import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestTls } from './gateway.ts';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Below `/v2`, e.g. `/topology`. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** For what no answer can say: hanging, half answers, resets. */
  readonly raw: { readonly request: IncomingMessage; readonly response: ServerResponse };
}

/** What to answer. An object as the body is sent as JSON. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

/** Answers a request; `undefined`: it does so by itself, or never. */
export type Respond = (request: SeenRequest) => Answer | undefined | Promise<Answer | undefined>;

/** A REST server that a test controls. */
export interface RestGateway {
  readonly port: number;
  /** The base of the API. */
  readonly base: string;
  /** All requests, in order. */
  readonly requests: SeenRequest[];
  /** How many sockets were opened so far, and how many are open. */
  readonly sockets: { opened: number; readonly open: ReadonlySet<Socket> };
  /** Resolves when so many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Closes all connections and the port. */
  stop(): void;
}

/** An error as the gateway describes it. */
export const problem = (status: number, title: string, detail: string): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title, status, detail, instance: '/v2' }),
});

/** A page that a proxy answers with. */
export const page = (status = 200): Answer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Please log in</body></html>',
});

const send = (response: ServerResponse, { status = 200, headers = {}, body }: Answer): void => {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...headers });
  response.end(text);
};

/** Starts a REST server on 127.0.0.1. */
export const startRestGateway = async (
  respond: Respond,
  { port = 0, tls, keepAliveTimeout }: { port?: number; tls?: TestTls; keepAliveTimeout?: number } = {},
): Promise<RestGateway> => {
  const requests: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return;
    }
    const seen = {
      method: request.method ?? '',
      path: (request.url ?? '').replace(/^.*?\/v2/, ''),
      headers: request.headers,
      body: Buffer.concat(parts).toString('utf8'),
      raw: { request, response },
    };
    requests.push(seen);
    for (const check of waiting) check();
    const answer = await respond(seen);
    if (answer !== undefined) send(response, answer);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => void handle(request, response);
  const options =
    tls === undefined
      ? undefined
      : {
          key: tls.server.privateKey,
          cert: tls.server.certificate,
          ...(tls.clientAuthority === undefined
            ? {}
            : { ca: tls.clientAuthority, requestCert: true, rejectUnauthorized: true }),
        };
  const server = options === undefined ? createServer(listener) : createTlsServer(options, listener);
  if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout;
  const open = new Set<Socket>();
  const sockets = { opened: 0, open };
  server.on('connection', (socket: Socket) => {
    sockets.opened += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    base: `${options === undefined ? 'http' : 'https'}://127.0.0.1:${bound}/v2`,
    requests,
    sockets,
    arrived: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (requests.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};
