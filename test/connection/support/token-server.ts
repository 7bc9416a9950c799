import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestTls } from './gateway.ts';

/** A request to the token server. */
export interface TokenServerRequest {
  readonly method: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** A token server that a test controls. */
export interface TokenServer {
  readonly url: string;
  readonly port: number;
  readonly requests: TokenServerRequest[];
  /** The bodies of the requests, and their paths. */
  readonly bodies: string[];
  readonly paths: (string | undefined)[];
  /** Resolves when the next request has arrived. */
  nextRequest(): Promise<void>;
  stop(): Promise<void>;
}

export type Answer = (response: ServerResponse, count: number) => void;

/** Answers with JSON. */
export const json =
  (status: number, body: unknown): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

/** Answers with a token that contains the number of the request, from 1. */
export const token =
  (expiresIn: unknown = 3600): Answer =>
  (response, count) =>
    json(200, { access_token: `token-${count}`, expires_in: expiresIn, token_type: 'Bearer' })(response, count);

/** Never answers. */
export const silence: Answer = () => undefined;

/**
 * Starts a token server on 127.0.0.1. `answer` is called for each request, so the answers may change. With TLS, its host name
 * is localhost.
 */
export const startTokenServer = async (
  answer: (path: string) => Answer,
  { tls }: { readonly tls?: TestTls } = {},
): Promise<TokenServer> => {
  const requests: TokenServerRequest[] = [];
  const waiting: (() => void)[] = [];
  const bodies: string[] = [];
  const paths: (string | undefined)[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    bodies.push(body);
    paths.push(request.url);
    requests.push({ method: request.method, form: Object.fromEntries(new URLSearchParams(body)) });
    answer(request.url ?? '')(response, requests.length);
    for (const wake of waiting.splice(0)) wake();
  };
  const server =
    tls === undefined
      ? createServer(handle)
      : createTlsServer(
          {
            key: tls.server.privateKey,
            cert: tls.server.certificate,
            ...(tls.clientAuthority === undefined ? {} : { ca: tls.clientAuthority, requestCert: true }),
          },
          handle,
        );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http://127.0.0.1' : 'https://localhost'}:${port}/oauth/token`,
    port,
    requests,
    bodies,
    paths,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
