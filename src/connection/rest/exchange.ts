import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createArrivingBody } from '../network/body.ts';
import type { Route } from './route.ts';

/** A request to a REST API. */
export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base of the API, e.g. `/jobs/activation`. */
  readonly path: string;
  /** Absent: the request has no body. */
  readonly body?: string | Buffer;
  /** Default: `application/json`. */
  readonly contentType?: string;
  /** The type of the answer. Default: `application/json`. */
  readonly accept?: string;
  /** Whether the body of a success (2xx) is not collected, but given as a stream. */
  readonly streams?: boolean;
}

/** The answer to a request. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body, if the request asked for a stream and was a success. Who takes it listens to its errors and ends it. */
  readonly stream?: IncomingMessage;
}

/** Why a request has no answer. */
export interface ExchangeFailure {
  /**
   * - `network`: the connection could not be established, or was lost;
   * - `size`: the answer is longer than allowed;
   * - `encoding`: the answer is compressed, which nobody asked for;
   * - `malformed`: the answer is not HTTP.
   */
  readonly kind: 'network' | 'size' | 'encoding' | 'malformed';
  /** The error of Node.js, or a fault of a proxy. */
  readonly error: NodeJS.ErrnoException;
  /** The request was written to an open connection, so the server may have processed it. */
  readonly sent: boolean;
  /** A kept socket was closed before any byte of the answer arrived: the server may have closed it before the request. */
  readonly stale: boolean;
}

/** What becomes of a request: it is answered or has failed, unless it was cancelled. */
export interface ExchangeCallbacks {
  answered(answer: RestAnswer): void;
  failed(failure: ExchangeFailure): void;
  /** Always called, last: the socket is about to be free, or gone. */
  closed(): void;
}

/** Longest answer in bytes, as over gRPC. */
export const longestAnswer: number = 128 * 1024 * 1024;

const watchConnect = (request: ClientRequest, socket: Socket, isSecure: boolean, limit: number): (() => boolean) => {
  let connected =
    !socket.connecting &&
    !(isSecure && (socket as TLSSocket & { readonly secureConnecting: boolean }).secureConnecting);
  if (connected) return () => true;
  const timer = setTimeout(
    () => request.destroy(Object.assign(new Error('No connection in time.'), { code: 'ETIMEDOUT' })),
    limit,
  );
  const end = (): void => clearTimeout(timer);
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    connected = true;
    end();
  });
  socket.once('close', end);
  return () => connected;
};

/**
 * Sends one request and collects its answer. It follows no redirect, repeats nothing and expands nothing.
 *
 * @param headers beside those of the body
 * @param connectTimeout time limit in milliseconds for a new connection
 * @returns a function that ends the request, after which only `closed` is called
 */
export const startExchange = (
  route: Route,
  { method, path, body, contentType = 'application/json', accept, streams = false }: RestRequest,
  headers: Readonly<Record<string, string>>,
  connectTimeout: number,
  { answered, failed, closed }: ExchangeCallbacks,
): (() => void) => {
  let isOver = false;
  let hasAnswer = false;
  let isConnected = (): boolean => false;
  const bodyHeaders =
    body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
  const acceptHeader = accept === undefined ? {} : { accept };
  const request = route.start(method, path, { ...headers, ...acceptHeader, ...bodyHeaders });

  const fail = (kind: ExchangeFailure['kind'], error: NodeJS.ErrnoException): void => {
    if (isOver) return;
    isOver = true;
    const isClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    failed({ kind, error, sent: isConnected(), stale: request.reusedSocket && isClosed && !hasAnswer });
    request.destroy();
  };

  request.on('socket', (socket) => {
    isConnected = watchConnect(request, socket, 'encrypted' in socket, connectTimeout);
  });
  request.on('error', (error: NodeJS.ErrnoException) =>
    fail(error.code?.startsWith('HPE_') === true ? 'malformed' : 'network', error),
  );
  request.on('response', (response) => {
    hasAnswer = true;
    const { statusCode: status = 0, headers: answerHeaders } = response;
    const encoding = answerHeaders['content-encoding'] ?? 'identity';
    const isStream = streams && status >= 200 && status < 300;
    if (!isStream && Number(answerHeaders['content-length'] ?? 0) > longestAnswer) {
      fail('size', new Error('The answer is too large.'));
      return;
    }
    if (encoding !== 'identity') {
      fail('encoding', new Error('The answer is compressed.'));
      return;
    }
    if (isStream) {
      if (isOver) return;
      isOver = true;
      // The one who takes the stream may listen a little later.
      response.on('error', () => undefined);
      answered({ status, headers: answerHeaders, body: '', stream: response });
      return;
    }
    const arriving = createArrivingBody(longestAnswer);
    response.on('data', (part: Buffer) => {
      if (!arriving.add(part)) fail('size', new Error('The answer is too large.'));
    });
    response.on('error', (error: NodeJS.ErrnoException) => fail('network', error));
    response.on('end', () => {
      if (isOver) return;
      isOver = true;
      answered({ status, headers: answerHeaders, body: arriving.bytes().toString('utf8') });
    });
  });
  request.on('close', closed);
  request.end(body);
  return () => {
    isOver = true;
    request.destroy();
  };
};
