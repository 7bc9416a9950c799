import { once } from 'node:events';
import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What becomes of a call over REST. */
export type RestVerdict =
  | 'pass'
  /** Never answered, and never seen by the engine. */
  | 'silence'
  /** The connection ends without an answer, and the engine sees nothing. */
  | 'reset'
  /** Answered by the front, with this status, without being looked at. */
  | { readonly refuse: number; readonly page?: string; readonly retryAfter?: number }
  /** The engine does what was asked; its answer is lost, and this status comes in its place. */
  | { readonly lose: number }
  /** The engine does what was asked; half of its answer arrives, and then the connection ends. */
  | { readonly halve: true };

/** Decides over a call by its method and path, e.g. `POST /v2/jobs/activation`. */
export type RestRule = (call: string) => RestVerdict;

/** What stands before an engine's REST gateway, as an ingress or an overloaded gateway does. */
export interface RestFront {
  /** The address for a connection. */
  readonly address: string;
  /** Calls that did not simply pass. */
  harmed(): number;
  /** Calls that asked for jobs and did not simply pass. */
  harmedRequests(): number;
  /** Calls that asked for jobs. */
  requests(): number;
  /** Decides over the calls from now on. */
  rule(rule?: RestRule): void;
  /** Ends all connections; new ones are taken. */
  cut(): void;
  stop(): Promise<void>;
}

/** Whether a call asks for jobs. */
export const isRequestForJobs = (call: string): boolean => call.endsWith('/jobs/activation');

const refuse = (
  response: ServerResponse,
  { refuse: status, page, retryAfter }: Extract<RestVerdict, { refuse: number }>,
): void => {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response.writeHead(status, {
    'content-type': page === undefined ? 'application/problem+json' : 'text/html',
    ...headers,
  });
  const problem = { type: 'about:blank', title: 'RESOURCE_EXHAUSTED', status, detail: 'made by a test', instance: '/' };
  response.end(page ?? JSON.stringify(problem));
};

/**
 * Starts a front.
 *
 * @param target the address of the engine's REST gateway, asked for at each call
 * @param changed told of each call
 */
export const startRestFront = async (target: () => string, changed: () => void): Promise<RestFront> => {
  let decide: RestRule = () => 'pass';
  let harmed = 0;
  let harmedRequests = 0;
  let requests = 0;
  const sockets = new Set<Socket>();

  const forward = (
    request: IncomingMessage,
    response: ServerResponse,
    answer: (far: IncomingMessage, body: Buffer) => void,
  ): void => {
    const { hostname, port } = new URL(target());
    const { host: _own, connection: _kept, ...headers } = request.headers;
    const far = requestHttp({ hostname, port, agent: false, method: request.method, path: request.url, headers });
    far.on('error', () => response.destroy());
    far.on('response', (received) => {
      const parts: Buffer[] = [];
      received.on('data', (part: Buffer) => parts.push(part));
      received.on('error', () => response.destroy());
      received.on('end', () => answer(received, Buffer.concat(parts)));
    });
    response.on('close', () => far.destroy());
    request.pipe(far);
  };

  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    const verdict = decide(call);
    if (isRequestForJobs(call)) requests += 1;
    response.on('error', () => {});
    request.on('error', () => {});
    if (verdict !== 'pass') {
      harmed += 1;
      if (isRequestForJobs(call)) harmedRequests += 1;
    }
    if (verdict === 'silence') request.resume();
    else if (verdict === 'reset') request.socket.destroy();
    else if (verdict !== 'pass' && 'refuse' in verdict) {
      request.resume();
      refuse(response, verdict);
    } else {
      forward(request, response, (far, body) => {
        if (response.destroyed) return;
        if (verdict !== 'pass' && 'lose' in verdict) {
          refuse(response, { refuse: verdict.lose });
          return;
        }
        const { 'content-type': type } = far.headers;
        response.writeHead(far.statusCode ?? 502, {
          ...(type === undefined ? {} : { 'content-type': type }),
          ...(body.length === 0 ? {} : { 'content-length': body.length }),
        });
        if (verdict === 'pass') response.end(body);
        else response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
      });
    }
    changed();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    harmed: () => harmed,
    harmedRequests: () => harmedRequests,
    requests: () => requests,
    rule: (rule = () => 'pass') => {
      decide = rule;
    },
    cut,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
