import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import { startTimeLimit } from '../../../common/timer.ts';
import { keepSession } from '../../../grpc/keep-session.ts';
import { type CallStatus, statusCodes } from '../../../grpc/status-codes.ts';
import type { ConnectionFault } from '../../port.ts';
import { createAddresses } from './addresses.ts';
import { authorityOf, type ConnectFailure, type ConnectSettings, startConnecting } from './connect.ts';
import { createKeepAlive, createPingPace, heedGoAway } from './keep-alive.ts';
import { startRequest } from './start-request.ts';

/** Settings of {@link createClient}. */
export interface ClientSettings extends ConnectSettings {
  /** Time limit in milliseconds for one attempt to connect. Default: 5,000. */
  readonly connectTimeout?: number;
  /** Milliseconds in which the end of a call that is cancelled must have been sent. Default: 5,000. */
  readonly closeTimeout?: number;
}

/** An open connection to a gateway. */
export interface GatewaySession {
  /** Starts a request. Throws if the connection takes no requests any more. */
  request(headers: Readonly<Record<string, string>>): ClientHttp2Stream;
  /** Whether it takes requests. */
  isOpen(): boolean;
  /** Ends a request on this side. A connection over which that cannot be sent is closed. */
  cancel(request: ClientHttp2Stream): void;
  /** Closes the connection, whose other calls fail. */
  abandon(why: string): void;
  /**
   * Why the connection has ended; `undefined` while it has not.
   *
   * @param isCut whether a call ended without a reason of its own, which on a connection that is closing means its end
   */
  lostBecause(isCut: boolean): string | undefined;
}

/** One HTTP/2 connection to a gateway, which opens with the first call and opens again after an outage. */
export interface GatewayClient {
  /** The value of `:authority`. */
  readonly authority: string;
  /**
   * Passes the open connection on: at once if there is one, otherwise when it has been opened.
   *
   * @param failed called later instead if there is no connection
   * @returns a function that leaves the queue
   */
  withSession(begin: (session: GatewaySession) => void, failed: (status: CallStatus) => void): () => void;
  /** The state of the latest attempt to get through the proxy; a fault if the proxy refused. */
  tunnel(): 'unreached' | 'open' | ConnectionFault;
  /** Closes the connection, or ends the attempt to connect. */
  close(): void;
}

/**
 * Bounds in milliseconds of the pause after an attempt to connect that failed. They are short, so that calls succeed soon after
 * the end of an outage.
 */
const pauses = { first: 100, longest: 1_000, growth: 1.6, spread: 0.2 };

/** Milliseconds that a connection has to send the end of its calls before it is cut. */
const closeGrace = 500;

/** Origins that a gateway may name. It has one; Node.js keeps all that it is told of, as long as the connection is open. */
const mostOrigins = 100;

interface Waiter {
  readonly begin: (session: GatewaySession) => void;
  readonly failed: (status: CallStatus) => void;
}

const nothing = (): void => {};

const unavailable = (details: string): CallStatus => ({ code: statusCodes.UNAVAILABLE, details });

/**
 * Prepares a connection to a gateway. Calls share one HTTP/2 connection without compression, which would cost more than the
 * rest of a call. After an attempt to connect has failed, calls fail at once until the next attempt is allowed, at most about a
 * second later.
 */
export const createClient = ({
  connectTimeout = 5_000,
  closeTimeout = 5_000,
  ...settings
}: ClientSettings): GatewayClient => {
  const pace = createPingPace();
  const addresses = createAddresses();
  const waiting = new Set<Waiter>();
  let current: { readonly session: GatewaySession; close(): void } | undefined;
  let stopConnecting: (() => void) | undefined;
  let latestFailure: ConnectFailure | undefined;
  let hasTunnel = false;
  let pause = pauses.first;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  const failWaiting = (status: CallStatus): void => {
    const waiters = [...waiting];
    waiting.clear();
    for (const { failed } of waiters) failed(status);
  };

  const noConnection = ({ details }: ConnectFailure): CallStatus =>
    unavailable(`No connection established. Last error: ${details}`);

  const manage = (http2: ClientHttp2Session): { readonly session: GatewaySession; close(): void } => {
    let open = 0;
    let lost: string | undefined;
    const leave = (): void => {
      if (current === managed) current = undefined;
    };
    const end = (why: string): void => {
      lost ??= why;
      leave();
      keepAlive.end();
    };
    const abandon = (why: string): void => {
      end(why);
      http2.destroy();
    };
    const keepAlive = createKeepAlive(http2, pace, () => abandon('Keepalive timeout'));
    http2.on('error', (error) => end(error.message));
    http2.once('close', () => end('Connection dropped'));
    http2.on('goaway', (_code, _lastStream, data) => {
      heedGoAway(pace, data === undefined ? undefined : Buffer.from(data));
      // Requests that are under way are still answered.
      leave();
    });
    http2.on('origin', () => {
      if ((http2.originSet?.length ?? 0) > mostOrigins) abandon('The gateway names too many origins');
    });
    keepSession(http2);
    // Without calls, an open connection must not keep the process alive.
    http2.unref();
    const session: GatewaySession = {
      request: (headers) => {
        const stream = startRequest(http2, headers);
        if (open === 0) {
          http2.ref();
          keepAlive.start();
        }
        open += 1;
        // It is emitted once, and `once` would take longer.
        stream.on('close', () => {
          open -= 1;
          if (open > 0 || http2.destroyed) return;
          http2.unref();
          keepAlive.stop();
        });
        return stream;
      },
      isOpen: () => !(http2.closed || http2.destroyed),
      cancel: (stream) => {
        if (stream.closed || stream.destroyed) return;
        const { maxConcurrentStreams = Number.POSITIVE_INFINITY } = http2.remoteSettings;
        const waitsForItsTurn =
          stream.state.state === constants.NGHTTP2_STREAM_STATE_IDLE && open > maxConcurrentStreams;
        stream.close(constants.NGHTTP2_CANCEL);
        if (waitsForItsTurn) return;
        // After some errors of the protocol, Node.js neither reads nor writes any more, without an event.
        stream.once(
          'close',
          startTimeLimit(closeTimeout, () => abandon('Nothing can be sent')),
        );
      },
      abandon,
      lostBecause: (isCut) => lost ?? (http2.destroyed || (isCut && http2.closed) ? 'Connection dropped' : undefined),
    };
    const managed = {
      session,
      close: () => {
        leave();
        http2.close();
        setTimeout(() => http2.destroy(), closeGrace).unref();
      },
    };
    return managed;
  };

  const connect = (): void => {
    hasTunnel = false;
    stopConnecting = startConnecting(settings, connectTimeout, addresses, {
      opened: (http2) => {
        stopConnecting = undefined;
        latestFailure = undefined;
        hasTunnel = settings.proxy !== undefined;
        pause = pauses.first;
        current = manage(http2);
        const { session } = current;
        const waiters = [...waiting];
        waiting.clear();
        for (const { begin } of waiters) begin(session);
      },
      failed: (failure) => {
        stopConnecting = undefined;
        latestFailure = failure;
        pausedUntil = performance.now() + pause * (1 + pauses.spread * (2 * Math.random() - 1));
        pause = Math.min(pause * pauses.growth, pauses.longest);
        failWaiting(noConnection(failure));
      },
    });
  };

  return {
    authority: authorityOf(settings),
    withSession: (begin, failed) => {
      if (current?.session.isOpen()) {
        begin(current.session);
        return nothing;
      }
      const waiter = { begin, failed };
      waiting.add(waiter);
      if (isClosed) queueMicrotask(() => failWaiting(unavailable('The connection is closed')));
      else if (stopConnecting === undefined) {
        if (latestFailure !== undefined && performance.now() < pausedUntil) {
          const status = noConnection(latestFailure);
          queueMicrotask(() => {
            if (waiting.delete(waiter)) failed(status);
          });
        } else connect();
      }
      return () => void waiting.delete(waiter);
    },
    tunnel: () => latestFailure?.fault ?? (hasTunnel || latestFailure?.stage === 'proxied' ? 'open' : 'unreached'),
    close: () => {
      isClosed = true;
      stopConnecting?.();
      stopConnecting = undefined;
      current?.close();
      failWaiting(unavailable('The connection is closed'));
    },
  };
};
