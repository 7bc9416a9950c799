import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { settledOrAborted } from '../../../common/abort.ts';
import type { Clock } from '../../../common/clock.ts';
import { fault } from '../../../common/fault.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import { listen } from '../../shared/listen.ts';
import type { CallEnd, Caller } from '../call-end.ts';
import { type HttpAnswer, problem, unavailable } from '../http-answer.ts';
import { checkHead } from './check-request.ts';
import type { ServerLimits } from './limits.ts';
import { announcedLength, readBody } from './read-body.ts';
import { writeAnswer } from './write-answer.ts';

/** Something at an address. */
export interface Endpoint {
  /** Methods that it serves; others are answered with 405. */
  readonly methods: readonly string[];
  /** Whether it answers also before the runtime is running. */
  readonly always?: boolean;
  /** The largest body of a method, in bytes. */
  maxBody(method: string): number;
  /** Answers a request. Must not reject. */
  handle(request: RawRequest, caller: Caller): Promise<CallEnd>;
  /** Tells what became of a request. Called once for every request to the endpoint. */
  ended(end: RequestEnd): void;
}

/** What became of a request. */
export interface RequestEnd {
  readonly method: string;
  /** The status of the answer; absent if the connection was closed before it. */
  readonly status?: number;
  /** The length of the body in bytes, if it was received. */
  readonly bodySize?: number;
  /** Milliseconds from the head of the request until its answer was written or its connection was closed. */
  readonly took: number;
  readonly call: CallEnd;
  /** Absent if it was refused before it was received. */
  readonly request?: RawRequest;
}

/** What a request expects in its header `Expect`: the status 100 before its body, or something that does not exist. */
type Expectation = 'continue' | 'unknown';

/** How the port is shared with other processes of the same supervisor. */
export interface PortSharing {
  /**
   * The address that the others serve already; absent if there are none yet. With it, this process takes no connections before
   * {@link HttpServer.serve}.
   */
  readonly url?: string | undefined;
}

/** Milliseconds for the first request on a connection that has just been taken, when a process stops whose port is shared. */
const firstRequestTime = 2_000;

/** What the server needs. */
export interface ServerServices {
  readonly limits: ServerLimits;
  readonly port: number;
  readonly host: string;
  /** Absent if no other process shares the port. */
  readonly sharing?: PortSharing | undefined;
  /** Finds what is at a path. */
  find(path: string): Endpoint | undefined;
  /** Whether requests are accepted now; the others are answered with 503. */
  isOpen(): boolean;
  readonly clock: Pick<Clock, 'now' | 'timer'>;
}

/** A listening server. */
export interface HttpServer {
  /** E.g. `http://127.0.0.1:8085`. */
  readonly url: string;
  readonly port: number;
  /** Requests that are being answered. */
  active(): number;
  /** Takes connections from now on, if it does not do so yet. Rejects with a fault of kind `configuration` if it cannot listen. */
  serve(): Promise<void>;
  /**
   * Accepts no more connections and requests. Resolves when all requests are answered and their callers have the answers, or when
   * `force` has fired and closed the rest of the connections.
   */
  close(force: AbortSignal): Promise<void>;
}

/** The status for an error of the parser. */
const statusOf = (code: string | undefined): number => {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
};

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Answers on a connection on which Node.js could not read a request, and closes it. */
const refuseConnection = (error: NodeJS.ErrnoException, socket: Socket): void => {
  const hasAnswered = socket.bytesWritten > 0;
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswered) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
};

/** The address of a server that another process has started. */
const servedAt = (url: string): { readonly url: string; readonly port: number } => ({
  url,
  // Browsers' ports are left out of a URL.
  port: Number(new URL(url).port || 80),
});

const callerOf = ({ socket }: IncomingMessage, response: ServerResponse): Caller => ({
  onGone: (listener) => {
    if (response.destroyed || socket.destroyed) {
      listener();
      return () => {};
    }
    response.once('close', listener);
    return () => response.off('close', listener);
  },
});

/**
 * Starts an HTTP server with the limits of an open network: on headers, bodies, time, connections and requests.
 *
 * Rejects with a fault of kind `configuration` if it cannot listen.
 */
export const startServer = async (services: ServerServices): Promise<HttpServer> => {
  const { limits, find, isOpen, clock } = services;
  /** The request of each connection that is not answered yet. */
  const underWay = new Map<Socket, IncomingMessage>();
  const sockets = new Set<Socket>();
  /** Connections that will be closed because of what they sent. */
  const refusedOn = new WeakSet<Socket>();
  let isClosing = false;
  let allAnswered = (): void => {};

  /** Reads no more from a connection, which is closed after the answer that is under way. */
  const refuseRest = (socket: Socket): void => {
    refusedOn.add(socket);
    socket.pause();
  };

  const write = (request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<boolean> =>
    writeAnswer(request, response, answer, {
      close: isClosing || refusedOn.has(request.socket),
      timeout: limits.answerTimeout,
      timer: clock.timer,
    });

  const respond = async (
    request: IncomingMessage,
    response: ServerResponse,
    expectation: Expectation | undefined,
  ): Promise<void> => {
    const started = clock.now();
    const method = request.method ?? '';
    // Without listeners, the error of a connection would end the process.
    request.on('error', () => {});
    response.on('error', () => {});
    let endpoint: Endpoint | undefined;
    let received: RawRequest | undefined;
    const finish = async (call: CallEnd): Promise<void> => {
      const written = await write(request, response, call.answer);
      endpoint?.ended({
        method,
        call,
        took: clock.now() - started,
        ...(written ? { status: call.answer.status } : {}),
        ...(received === undefined ? {} : { bodySize: received.body.length, request: received }),
      });
    };
    /** Answers without the rest of the request, and closes the connection: otherwise, Node.js would read all of it. */
    const refuse = (answer: HttpAnswer, what: string): Promise<void> => {
      refusedOn.add(request.socket);
      const result = answer.status === 503 ? 'unavailable' : 'invalid';
      return finish({ answer, result, error: fault('input', { what }) });
    };
    const head = checkHead({
      method,
      url: request.url ?? '',
      httpVersion: request.httpVersion,
      rawHeaders: request.rawHeaders,
    });
    if (!head.ok) return refuse(head.answer, 'The request is malformed.');
    if (expectation === 'unknown') {
      return refuse(problem(417, 'The only expectation is 100-continue.'), 'The header Expect is not known.');
    }
    endpoint = find(head.path);
    if (endpoint === undefined) return refuse(problem(404, 'There is nothing at this address.'), 'Unknown path.');
    const { methods } = endpoint;
    if (!methods.includes(method)) {
      return refuse(problem(405, undefined, { allow: methods.join(', ') }), 'The method is not allowed.');
    }
    if (!isOpen() && endpoint.always !== true)
      return refuse(unavailable('The runtime is starting.'), 'The runtime is not running.');
    if (underWay.size > limits.maxRequests)
      return refuse(unavailable('Too many requests at once.', 1), 'Too many requests at once.');
    const maxBody = endpoint.maxBody(method);
    const tooLarge = (): HttpAnswer => problem(413, `The body may have at most ${maxBody} bytes.`);
    if ((announcedLength(request) ?? 0) > maxBody) return refuse(tooLarge(), 'The body is too large.');
    if (expectation === 'continue') response.writeContinue();
    const body = await readBody(request, maxBody);
    if (body.kind === 'cut') return refuse(problem(408), 'The body was cut.');
    if (body.kind === 'tooLarge') return refuse(tooLarge(), 'The body is too large.');
    if (body.kind === 'tooManyPieces') {
      return refuse(problem(400, 'The body comes in too many chunks.'), 'The body comes in too many chunks.');
    }
    const { remoteAddress } = request.socket;
    received = {
      method,
      path: head.path,
      query: head.query,
      headers: head.headers,
      body: body.bytes,
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
    };
    return finish(await endpoint.handle(received, callerOf(request, response)));
  };

  const server = createServer({
    connectionsCheckingInterval: limits.checkingInterval,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    maxHeaderSize: limits.maxHeaderSize,
    // `checkHead` looks at it. Node.js would still hand on what follows such a request.
    requireHostHeader: false,
    // Also if the program runs with --insecure-http-parser: what it accepts can be read in two ways.
    insecureHTTPParser: false,
    noDelay: true,
  });
  server.maxConnections = limits.maxConnections;

  const serve = async (
    request: IncomingMessage,
    response: ServerResponse,
    expectation?: Expectation,
  ): Promise<void> => {
    const { socket } = request;
    // A connection has one request at a time, so that no caller takes more places than it has connections.
    if (underWay.has(socket)) return refuseRest(socket);
    // What follows a refused request on its connection may be a part of it that was meant for somebody else.
    if (refusedOn.has(socket)) return;
    underWay.set(socket, request);
    try {
      await respond(request, response, expectation);
    } catch {
      // A header with characters that HTTP does not allow, for example. Nothing was written.
      refusedOn.add(socket);
      if (!response.headersSent) await write(request, response, problem(500));
      else response.destroy();
    } finally {
      underWay.delete(socket);
      // The head of the answer may have been written before it was known that the connection will be closed.
      if (isClosing || refusedOn.has(socket)) socket.destroySoon();
      if (isClosing && underWay.size === 0) allAnswered();
    }
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => void serve(request, response));
  server.on('checkContinue', (request, response) => void serve(request, response, 'continue'));
  // Without a listener, Node.js answers by itself, and goes on with what follows.
  server.on('checkExpectation', (request, response) => void serve(request, response, 'unknown'));
  server.on('clientError', (error, duplex) => {
    const socket = duplex as Socket;
    // The error is in what follows a request that was received whole. Its caller gets the answer to it.
    if (underWay.get(socket)?.complete === true && !socket.destroyed) refuseRest(socket);
    else refuseConnection(error, socket);
  });

  const listenNow = (): ReturnType<typeof listen> =>
    listen(server, {
      port: services.port,
      host: services.host,
      subject: 'The server for webhooks',
      where:
        'CAMUNDA_CONNECTORS_PORT and CAMUNDA_CONNECTORS_HOST in the environment, or createRuntime({ server: { port, host } })',
    });
  const { sharing } = services;
  let isServing = sharing?.url === undefined;
  const { url, port } = sharing?.url === undefined ? await listenNow() : servedAt(sharing.url);
  let closing: Promise<void> | undefined;

  const shut = async (force: AbortSignal): Promise<void> => {
    isClosing = true;
    // The method of the HTTP server would also cut the answers that are being written: to Node.js, their connections are idle.
    const ended = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    const answered = new Promise<void>((resolve) => {
      allAnswered = resolve;
      if (underWay.size === 0) resolve();
    });
    // The supervisor has given these connections to this process, so no other one answers their first request.
    const isNew = (socket: Socket): boolean => sharing !== undefined && socket.bytesRead === 0;
    for (const socket of sockets) if (!underWay.has(socket) && !isNew(socket)) socket.destroy();
    if ([...sockets].some(isNew)) {
      const cancel = clock.timer(firstRequestTime, () => {
        for (const socket of sockets) if (isNew(socket)) socket.destroy();
      });
      await settledOrAborted(ended, force);
      cancel();
    }
    await settledOrAborted(answered, force);
    for (const socket of sockets) if (force.aborted || !underWay.has(socket)) socket.destroy();
    // Nothing is left to close, but only this ends the checks of the times.
    server.close();
    await ended;
  };

  return {
    url,
    port,
    active: () => underWay.size,
    serve: async () => {
      if (isServing || isClosing) return;
      isServing = true;
      await listenNow();
    },
    close: (force) => {
      closing ??= shut(force);
      return closing;
    },
  };
};
