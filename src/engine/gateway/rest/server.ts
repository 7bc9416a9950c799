import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { MemoryStore } from '../../../connector/documents/memory-store.ts';
import type { SecondaryStorage } from '../../secondary-storage/secondary-storage.ts';
import type { Gateway, GatewayOptions } from '../gateway.ts';
import { createHeldCalls } from '../held-calls.ts';
import { createInstanceResults } from '../instance-results.ts';
import { endAtOnce, listenOnLoopback } from '../listen.ts';
import { maxMessageBytes } from '../messages/grpc-messages.ts';
import { refusalOf } from './admission.ts';
import { type ConnectionLimits, limitConnections, usualLimits } from './connection-limits.ts';
import { callOf, type Operation, type OperationAnswer, type Reply } from './operation.ts';
import { largestDocumentRequest } from './operations/document-operations.ts';
import { type Problem, problemOf, problemOfError } from './problems.ts';
import { createRoutes, type Destination } from './routes.ts';

/** Milliseconds that a graceful stop waits for clients that do not read the end of their calls. */
const stopGrace = 500;

/** Milliseconds in which a request has to arrive. */
const requestTime = 30_000;

/** Milliseconds for which a connection without a request stays open. */
const idleTime = 60_000;

/** What the REST API needs. */
export interface RestGatewayOptions extends GatewayOptions {
  /** What searches read. */
  readonly storage: SecondaryStorage;
  /** What clients may use. Default: {@link usualLimits}. */
  readonly limits?: ConnectionLimits;
  readonly documents: MemoryStore;
}

/** Length up to which a refusal repeats what a path has in place of a key. */
const longestShownKey = 60;

/** The path below which the API is. */
const base = '/v2';

const writeProblem = (request: IncomingMessage, response: ServerResponse, { status, title, detail }: Problem): void => {
  const instance = (request.url ?? '').split('?')[0];
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, instance });
  response.writeHead(status, { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
};

const writeAnswer = (response: ServerResponse, { status, json, content }: OperationAnswer): void => {
  const bytes = json ?? content?.bytes;
  if (bytes === undefined) {
    response.writeHead(status).end();
    return;
  }
  const type = json === undefined ? content?.type : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(bytes) });
  response.end(bytes);
};

/** The answers to one request. Only the first one counts. With the last answer of a server, the connection ends. */
const replyTo = (request: IncomingMessage, response: ServerResponse, isLast: () => boolean): Reply => {
  let isAnswered = false;
  const isOpen = (): boolean => !(isAnswered || response.destroyed);
  return {
    isOpen,
    send: (answer, written) => {
      if (!isOpen()) {
        written?.(new Error('The client has gone.'));
        return;
      }
      isAnswered = true;
      if (isLast()) response.shouldKeepAlive = false;
      if (written !== undefined) response.once('finish', written);
      writeAnswer(response, answer);
    },
    fail: (problem) => {
      if (!isOpen()) return;
      isAnswered = true;
      if (isLast()) response.shouldKeepAlive = false;
      writeProblem(request, response, problem);
    },
    // `close` also follows an answer.
    onEnd: (listener) => void response.once('close', listener),
  };
};

/** Reads the body of a request; `undefined` if it is incomplete. */
const readBody = (request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too large' | undefined> =>
  new Promise((resolve) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= maxBytes) parts.push(part);
      else resolve('too large');
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });

/** The paths of the operations that take files. */
const formPaths: ReadonlySet<string> = new Set(['/deployments', '/documents', '/documents/batch']);

const maxBytesOf = (path: string): number => (path.startsWith('/documents') ? largestDocumentRequest : maxMessageBytes);

const mediaProblem = ({ headers }: IncomingMessage, path: string, body: Buffer): Problem | undefined => {
  if (body.length === 0) return undefined;
  const given = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const wanted = formPaths.has(path) ? 'multipart/form-data' : 'application/json';
  if (given === wanted) return undefined;
  return problemOf(415, `The content type must be ${wanted}.\nFix: send the header content-type: ${wanted}.`);
};

/** The answer to a path that does not lead to an operation. */
const problemOfPath = (
  destination: Exclude<Destination, { readonly operation: Operation }>,
  method: string,
  path: string,
): Problem => {
  if (destination === undefined) {
    const what = `The embedded engine does not support ${method} ${path}.`;
    return problemOf(501, `${what}\nFix: use an operation of docs/engine-rest.md, or a cluster.`);
  }
  if ('methods' in destination) {
    const methods = destination.methods.join(', ');
    return problemOf(405, `${path} takes ${methods}.\nFix: send it with ${methods} instead of ${method}.`);
  }
  const shown = JSON.stringify(destination.invalidKey.slice(0, longestShownKey));
  const what = `The key ${shown} in the path is not valid. A key consists of digits.`;
  return problemOf(400, `${what}\nFix: pass a key from an answer, as it is there.`, 'INVALID_ARGUMENT');
};

const serve = (operation: Operation, keys: readonly string[], request: IncomingMessage, body: Buffer, reply: Reply) => {
  const query = new URLSearchParams((request.url ?? '').split('?')[1]);
  const fail = (error: unknown): void => reply.fail(problemOfError(error));
  try {
    const content = { keys, query, headers: request.headers, body };
    if (operation.kind === 'held') {
      operation.act(content, reply);
      return;
    }
    const answer = operation.act(content);
    if (answer instanceof Promise) answer.then((result) => reply.send(result), fail);
    else reply.send(answer);
  } catch (error) {
    fail(error);
  }
};

/**
 * Starts the REST API of a machine on 127.0.0.1. It serves programs on this machine and refuses pages in a browser.
 *
 * @throws a `configuration` fault if the port is not available
 */
export const startRestGateway = async (options: RestGatewayOptions): Promise<Gateway> => {
  const { host, compile, version, startTimer, handOut } = options;
  const heldCalls = createHeldCalls();
  let port = options.port;
  let isStopping = false;
  const call = callOf({ host, compile, version, port: () => port });
  const answerFirst = handOut.answeredFirst.run;
  const awaitResult = createInstanceResults({ host, heldCalls, startTimer });
  let find: ReturnType<typeof createRoutes> | undefined;
  // With the first request: the API of `dev` is often not used at all.
  const loadRoutes = async (): Promise<ReturnType<typeof createRoutes>> => {
    const { createOperations } = await import('./operations.ts');
    find ??= createRoutes(createOperations({ ...options, heldCalls, call, answerFirst, awaitResult }));
    return find;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = replyTo(request, response, () => isStopping);
    response.on('error', () => undefined);
    /** Answers before the body is read. A body that is still under way is not awaited: the connection ends with the answer. */
    const refuse = (problem: Problem): void => {
      if (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0) {
        response.shouldKeepAlive = false;
      }
      reply.fail(problem);
      request.resume();
    };
    const refusal = refusalOf(request.headers);
    if (refusal !== undefined) {
      refuse(problemOf(403, refusal));
      return;
    }
    const [path = ''] = (request.url ?? '').split('?');
    const method = request.method ?? '';
    const below = path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
    if (below === undefined) {
      refuse(
        problemOf(
          404,
          `The REST API is below ${base}.\nFix: add ${base} to the address: http://127.0.0.1:${port}${base}.`,
        ),
      );
      return;
    }
    const destination = (find ?? (await loadRoutes()))(method, below);
    if (destination === undefined || !('operation' in destination)) {
      refuse(problemOfPath(destination, method, path));
      return;
    }
    const maxBytes = maxBytesOf(below);
    const body = request.destroyed ? undefined : await readBody(request, maxBytes);
    if (body === undefined) return;
    if (body === 'too large') {
      response.shouldKeepAlive = false;
      reply.fail(problemOf(413, `The request is larger than ${maxBytes} bytes.\nFix: send less at once.`));
      return;
    }
    const wrongType = mediaProblem(request, below, body);
    if (wrongType !== undefined) {
      reply.fail(wrongType);
      return;
    }
    // Jobs that the call causes wait until its answer is on its way.
    if (destination.operation.kind === 'held') serve(destination.operation, destination.keys, request, body, reply);
    else answerFirst(() => serve(destination.operation, destination.keys, request, body, reply), reply.onEnd);
  };

  const server = createServer(
    { requestTimeout: requestTime, headersTimeout: requestTime, keepAliveTimeout: idleTime, noDelay: true },
    (request, response) => {
      if (admit(request, response)) void handle(request, response);
    },
  );
  const admit = limitConnections(server, options.limits ?? usualLimits, startTimer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listenOnLoopback(server, port, 'restPort');
  port = (server.address() as AddressInfo).port;

  const resetConnections = (): void => endAtOnce(sockets);

  return {
    port,
    stop: async (abrupt) => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (abrupt) resetConnections();
      heldCalls.endAll();
      server.closeIdleConnections();
      const stopTimer = startTimer(stopGrace, resetConnections);
      await closed;
      stopTimer();
    },
  };
};
