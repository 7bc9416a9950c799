import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type ArrivingBody, createArrivingBody } from '../../network/body.ts';
import type { AnswerHead, AnswerHeaders } from './answer-head.ts';
import { type AnswerReader, createAnswerReader } from './answer-reader.ts';
import { createOpenSocket, type OpenedSocket, type SocketSettings } from './open-socket.ts';
import type { RequestText } from './request-text.ts';

/** The answer to a request. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string;
  /** The body, if the request asked for a stream and was a success. Who takes it listens to its errors and ends it. */
  readonly stream?: Readable;
}

/** Why a request has no answer. */
export interface ExchangeFailure {
  /**
   * - `network`: the connection could not be established, or was lost;
   * - `size`: the answer is longer than allowed;
   * - `encoding`: the answer is compressed, which nobody asked for;
   * - `malformed`: the answer is not HTTP; the message of the error says why.
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
  /** Always called: the socket is free again, or gone. */
  closed(): void;
}

/** Sends requests to one server, each over a socket that it has for itself meanwhile. Sockets are kept and used again. */
export interface Exchanges {
  /**
   * Sends one request and collects its answer. It follows no redirect, repeats nothing and expands nothing.
   *
   * @param streams gives the body of a success as a stream
   * @returns a function that ends the exchange, after which only `closed` is called
   */
  start(request: RequestText, streams: boolean, callbacks: ExchangeCallbacks): () => void;
  /** Closes the sockets that are free, and from now on each as soon as it is free. */
  close(): void;
}

/** Longest answer in bytes, as over gRPC. */
export const longestAnswer: number = 128 * 1024 * 1024;

/**
 * Milliseconds for which a socket without a request stays open. Servers close idle sockets too, some after 5 seconds; a
 * request that meets such an end is lost.
 */
const longestIdle = 4_000;

/** Milliseconds by which a socket is closed before the server would do it. */
const idleMargin = 1_000;

/** Most sockets that are kept without a request. */
const mostIdle = 64;

interface Exchange {
  readonly streams: boolean;
  readonly callbacks: ExchangeCallbacks;
  hasBytes: boolean;
  head: AnswerHead | undefined;
  /** The whole body, if it arrived in one part of the announced length. */
  text: string | undefined;
  /** Otherwise, the body so far: nothing, its only part, or several. */
  only: Buffer | undefined;
  body: ArrivingBody | undefined;
  stream: Readable | undefined;
}

/** A socket, and what is under way on it. */
interface Wire {
  readonly socket: Socket;
  readonly reader: AnswerReader;
  current: Exchange | undefined;
  isReused: boolean;
  /** When an idle socket is closed, on the monotonic clock. */
  idleUntil: number;
}

const lostError = (): NodeJS.ErrnoException =>
  Object.assign(new Error('The connection was closed.'), { code: 'ECONNRESET' });

const bodyOf = ({ text, only, body }: Exchange): string => {
  if (text !== undefined) return text;
  if (body !== undefined) return body.bytes().toString('utf8');
  return only === undefined ? '' : only.toString('utf8');
};

/** Adds a part of a body, which is copied. Returns whether it is within the limit. */
const addPart = (exchange: Exchange, bytes: Buffer): boolean => {
  if (exchange.only === undefined && exchange.body === undefined) {
    exchange.only = Buffer.from(bytes);
    return bytes.length <= longestAnswer;
  }
  if (exchange.body === undefined) {
    exchange.body = createArrivingBody(longestAnswer);
    exchange.body.add(exchange.only!);
    exchange.only = undefined;
  }
  return exchange.body.add(Buffer.from(bytes));
};

/**
 * Prepares exchanges with a server. Nothing connects before the first request.
 *
 * Requests are not pipelined: an answer that is late or lost would leave the outcome of every request behind it unknown.
 */
export const createExchanges = (settings: SocketSettings): Exchanges => {
  const openSocket = createOpenSocket(settings);
  /** The socket that was used last is at the end, and is used first. */
  const idle: Wire[] = [];
  let sweep: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Takes what is under way from a socket. */
  const release = (wire: Wire): Exchange | undefined => {
    const exchange = wire.current;
    wire.current = undefined;
    return exchange;
  };

  const fail = (wire: Wire, kind: ExchangeFailure['kind'], error: NodeJS.ErrnoException): void => {
    const exchange = release(wire);
    wire.socket.destroy();
    if (exchange === undefined) return;
    const { stream, callbacks, hasBytes } = exchange;
    const isReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    if (stream === undefined) {
      callbacks.failed({ kind, error, sent: true, stale: wire.isReused && isReset && !hasBytes });
    } else stream.destroy(error);
    callbacks.closed();
  };

  const closeIdle = (): void => {
    const now = performance.now();
    sweep = undefined;
    // The first in the list have been idle for longest.
    while (idle.length > 0 && idle[0]!.idleUntil <= now) idle.shift()!.socket.destroy();
    scheduleSweep();
  };

  const scheduleSweep = (): void => {
    if (idle.length === 0 || sweep !== undefined) return;
    sweep = setTimeout(closeIdle, Math.max(1, idle[0]!.idleUntil - performance.now())).unref();
  };

  const keep = (wire: Wire, { idleTime = longestIdle + idleMargin }: AnswerHead): void => {
    const milliseconds = Math.min(longestIdle, idleTime - idleMargin);
    if (isClosed || milliseconds <= 0 || idle.length >= mostIdle) {
      wire.socket.destroy();
      return;
    }
    wire.idleUntil = performance.now() + milliseconds;
    idle.push(wire);
    // An idle socket does not keep the process alive.
    wire.socket.unref();
    scheduleSweep();
  };

  const takeIdle = (): Wire | undefined => {
    for (let wire = idle.pop(); wire !== undefined; wire = idle.pop()) {
      const { socket } = wire;
      // One that the server has closed is not in the list any more.
      if (!socket.destroyed && wire.idleUntil > performance.now()) {
        socket.ref();
        wire.isReused = true;
        return wire;
      }
      socket.destroy();
    }
    return undefined;
  };

  const streamOf = (wire: Wire, exchange: Exchange): Readable =>
    new Readable({
      read: () => {
        if (wire.current === exchange) wire.socket.resume();
      },
      destroy: (error, callback) => {
        // The socket may have another request by now.
        if (wire.current === exchange) {
          release(wire);
          wire.socket.destroy();
          exchange.callbacks.closed();
        }
        callback(error);
      },
    });

  const onHead = (wire: Wire, head: AnswerHead): void => {
    const exchange = wire.current;
    if (exchange === undefined) return;
    exchange.head = head;
    const { status, headers, length = 0 } = head;
    const isStream = exchange.streams && status >= 200 && status < 300;
    const encoding = headers['content-encoding'] ?? 'identity';
    if (!isStream && length > longestAnswer) fail(wire, 'size', new Error('The answer is too large.'));
    else if (encoding !== 'identity') fail(wire, 'encoding', new Error('The answer is compressed.'));
    else if (isStream) {
      const stream = streamOf(wire, exchange);
      // The one who takes the stream may listen a little later.
      stream.on('error', () => undefined);
      exchange.stream = stream;
      exchange.callbacks.answered({ status, headers, body: '', stream });
    }
  };

  const onPart = (wire: Wire, bytes: Buffer, start: number, end: number): void => {
    const exchange = wire.current;
    if (exchange === undefined) return;
    if (exchange.stream !== undefined) {
      if (!exchange.stream.push(Buffer.from(bytes.subarray(start, end)))) wire.socket.pause();
    } else if (end - start === exchange.head?.length) exchange.text = bytes.toString('utf8', start, end);
    else if (!addPart(exchange, bytes.subarray(start, end))) fail(wire, 'size', new Error('The answer is too large.'));
  };

  const onComplete = (wire: Wire, canFollow: boolean): void => {
    const exchange = release(wire);
    if (exchange === undefined) return;
    const { socket } = wire;
    const { stream, callbacks, head } = exchange;
    // A server that answers before it has the whole request may read the rest as another one.
    if (canFollow && socket.writableLength === 0 && !socket.destroyed) keep(wire, head!);
    else socket.destroy();
    if (stream === undefined) {
      callbacks.answered({ status: head!.status, headers: head!.headers, body: bodyOf(exchange) });
    } else {
      socket.resume();
      stream.push(null);
    }
    callbacks.closed();
  };

  const createWire = ({ socket, onBytes }: OpenedSocket): Wire => {
    const reader = createAnswerReader({
      head: (head) => onHead(wire, head),
      part: (bytes, start, end) => onPart(wire, bytes, start, end),
      complete: (canFollow) => onComplete(wire, canFollow),
      malformed: (why) => fail(wire, 'malformed', new Error(why)),
    });
    const wire: Wire = { socket, reader, current: undefined, isReused: false, idleUntil: 0 };
    const lost = (error: NodeJS.ErrnoException): void => {
      const index = idle.indexOf(wire);
      if (index >= 0) idle.splice(index, 1);
      fail(wire, 'network', error);
    };
    onBytes((bytes, length) => {
      // Nobody asked for it: what follows could be taken for the next answer.
      if (wire.current === undefined) lost(lostError());
      else {
        wire.current.hasBytes = true;
        reader.read(bytes, length);
      }
    });
    socket.on('end', () => {
      if (wire.current === undefined || !reader.end()) lost(lostError());
    });
    socket.on('error', lost);
    socket.on('close', () => lost(lostError()));
    return wire;
  };

  const send = (wire: Wire, exchange: Exchange, { text, isAscii, bytes }: RequestText): void => {
    const { socket } = wire;
    wire.current = exchange;
    wire.reader.expect();
    if (bytes === undefined) {
      socket.write(text, isAscii ? 'latin1' : 'utf8');
      return;
    }
    socket.cork();
    socket.write(text, 'latin1');
    socket.write(bytes);
    socket.uncork();
  };

  return {
    start: (request, streams, callbacks) => {
      const exchange: Exchange = {
        streams,
        callbacks,
        hasBytes: false,
        head: undefined,
        text: undefined,
        only: undefined,
        body: undefined,
        stream: undefined,
      };
      let wire = takeIdle();
      let giveUp: (() => void) | undefined;
      if (wire !== undefined) send(wire, exchange, request);
      else {
        giveUp = openSocket(
          (opened) => {
            giveUp = undefined;
            wire = createWire(opened);
            send(wire, exchange, request);
          },
          (error) => {
            giveUp = undefined;
            callbacks.failed({ kind: 'network', error, sent: false, stale: false });
            callbacks.closed();
          },
        );
      }
      return () => {
        if (giveUp !== undefined) giveUp();
        else if (wire !== undefined && wire.current === exchange) {
          release(wire);
          wire.socket.destroy();
        } else return;
        giveUp = undefined;
        callbacks.closed();
      };
    },
    close: () => {
      isClosed = true;
      clearTimeout(sweep);
      for (const { socket } of idle.splice(0)) socket.destroy();
    },
  };
};
