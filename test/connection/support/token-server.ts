import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request to the token server. */
export interface TokenServerRequest {
  readonly method: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/** A token server that a test controls. */
export interface TokenServer {
  readonly url: string;
  readonly requests: TokenServerRequest[];
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

/** Starts a token server on 127.0.0.1. `answer` is called for each request, so the answers may change. */
export const startTokenServer = async (answer: () => Answer): Promise<TokenServer> => {
  const requests: TokenServerRequest[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ method: request.method, form: Object.fromEntries(new URLSearchParams(await text(request))) });
    answer()(response, requests.length);
    for (const wake of waiting.splice(0)) wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`,
    requests,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
