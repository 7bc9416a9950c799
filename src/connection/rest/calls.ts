import { anyAborted, createSharedAbort } from '../../common/abort.ts';
import { afterReading } from '../../common/timer.ts';
import { type Authenticator, type CallHeaders, headersWithin } from '../auth/authenticator.ts';
import { hideSecrets } from '../auth/hide-secrets.ts';
import { abortedFault, deadlineFault } from '../faults.ts';
import type { ProxyAddress } from '../network/proxy.ts';
import type { TlsMaterial } from '../network/tls-material.ts';
import { proxyAuthorization, refusedByProxy } from '../network/tunnel.ts';
import { createOpenCalls } from '../open-calls.ts';
import type { ConnectionFault } from '../port.ts';
import { createExchanges, type ExchangeFailure, type RestAnswer } from './http/exchange.ts';
import { createLanes, type LaneName } from './http/lanes.ts';
import { faultOfFailure } from './http/network-faults.ts';
import { createRequestWriter, type RequestText, type RestRequest } from './http/request-text.ts';
import { faultOfAnswer } from './messages/answer-faults.ts';

/** How to reach a REST API. */
export interface RestSettings {
  /** The address of the API with its path, e.g. `https://camunda.example.com/v2`. */
  readonly base: string;
  readonly material?: TlsMaterial;
  readonly proxy?: ProxyAddress | undefined;
  /** Makes the headers that authenticate a call. It is closed with the connection. */
  readonly authenticator?: Authenticator;
  /** Time limit in milliseconds for a new connection, with the tunnel through a proxy. Default: 5,000. */
  readonly connectTimeout?: number;
}

/** Most requests at once, so that many job types share few sockets: of all, and of those that the gateway holds. */
export const mostRequests = { total: 64, held: 40 };

/** A call, with its limits. */
export interface RestCall extends RestRequest {
  /** Time limit in milliseconds, including the time to wait for a place, to connect and to get a token. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Default: `short`. */
  readonly lane?: LaneName;
  /** Whether the same request has the same effect twice, so that HTTP allows one repetition on a new socket. */
  readonly isIdempotent?: boolean;
}

/** Calls to a REST API. */
export interface RestCalls {
  /** For log lines and errors. */
  readonly address: string;
  /** Resolves with an answer of success (2xx). Everything else is a {@link ConnectionFault}. */
  call(call: RestCall): Promise<RestAnswer>;
  /** Fires when no call can be made any more. */
  readonly closing: AbortSignal;
  /** Aborts all calls and closes the sockets. */
  close(): void;
}

/** Time limits from this many milliseconds on need not be exact. */
const longTimeout = 5_000;

const ownHeaders: CallHeaders = { 'user-agent': 'camunda-connectors' };

/** The headers of a call without credentials. */
const noHeaders: CallHeaders = {};

/** Writes the requests to an API, or to the proxy in front of an API without TLS. */
const writerFor = ({ protocol, host, origin, pathname }: URL, proxy: ProxyAddress | undefined) => {
  const prefix = pathname.replace(/\/+$/, '');
  if (proxy === undefined || protocol === 'https:') return createRequestWriter(host, prefix, ownHeaders);
  const { credentials } = proxy;
  const own = credentials === undefined ? {} : { 'proxy-authorization': proxyAuthorization(credentials) };
  return createRequestWriter(host, `${origin}${prefix}`, { ...ownHeaders, ...own });
};

/** The call for errors, e.g. `POST /jobs/7/completion`. */
export const methodOf = ({ method, path }: RestRequest): string => `${method} ${path}`;

/**
 * Prepares calls to a REST API. Each call has a deadline over everything, and each failure is a {@link ConnectionFault}.
 * Calls are not repeated, with two exceptions: a call whose access token was rejected is sent once more with a new one, and
 * a call that is safe to repeat is sent once more if the server had already closed the kept socket.
 *
 * @example
 * const calls = createRestCalls({ base: 'http://localhost:8080/v2' });
 * const { body } = await calls.call({ method: 'GET', path: '/topology', timeout: 10_000 });
 */
export const createRestCalls = ({
  base: address,
  material,
  proxy,
  authenticator,
  connectTimeout = 5_000,
}: RestSettings): RestCalls => {
  const url = new URL(address);
  const way = { host: url.hostname.replace(/^\[|\]$/g, ''), isSecure: url.protocol === 'https:', proxy };
  const writeRequest = writerFor(url, proxy);
  const exchanges = createExchanges({ url, material, proxy, connectTimeout });
  const closing = createSharedAbort();
  const openCalls = createOpenCalls();
  const lanes = createLanes(mostRequests.total, mostRequests.held);

  const aborted = (call: RestCall): ConnectionFault => abortedFault(methodOf(call), address, closing.signal.aborted);
  const late = (call: RestCall): ConnectionFault => deadlineFault(methodOf(call), address, call.timeout, '');

  const faultFor = (call: RestCall, answer: RestAnswer, headers: CallHeaders | undefined): ConnectionFault => {
    if (answer.status === 407 && proxy !== undefined) return refusedByProxy(proxy, 407, url.host);
    const sentBytes = call.body === undefined ? 0 : Buffer.byteLength(call.body);
    const hide = (text: string): string => (headers === undefined ? text : hideSecrets(text, headers));
    return faultOfAnswer(methodOf(call), address, answer, sentBytes, hide);
  };

  /**
   * Sends the request once, and gives whatever was answered.
   *
   * @param deadline on the monotonic clock
   */
  const send = (
    call: RestCall,
    text: RequestText,
    deadline: number,
    onResult: (result: RestAnswer | ExchangeFailure) => void,
    onFault: (fault: ConnectionFault) => void,
  ): void => {
    if (anyAborted([closing.signal, call.signal])) {
      onFault(aborted(call));
      return;
    }
    const milliseconds = Math.max(0, deadline - performance.now());
    const lane = lanes[call.lane ?? 'short'];
    let cancel: (() => void) | undefined;
    let isOver = false;
    /** Ends the call before it has an answer. */
    const giveUp = (): void => {
      if (isOver) return;
      isOver = true;
      if (cancel === undefined) leaveQueue();
      else cancel();
      const isLate = remove();
      clearTimeout(timer);
      onFault(isLate || !anyAborted([closing.signal, call.signal]) ? late(call) : aborted(call));
    };
    const end = (result: RestAnswer | ExchangeFailure): void => {
      isOver = true;
      remove();
      if (timer !== undefined) clearTimeout(timer);
      onResult(result);
    };
    // One timer for all calls is cheaper, but not exact.
    const isShort = milliseconds < longTimeout;
    const timer = isShort ? setTimeout(afterReading, milliseconds, giveUp) : undefined;
    const remove = openCalls.add(giveUp, isShort ? Number.POSITIVE_INFINITY : milliseconds, call.signal);
    const leaveQueue = lane.enter(() => {
      cancel = exchanges.start(text, call.streams === true, { answered: end, failed: end, closed: lane.leave });
    });
  };

  /** What a call yields that was answered, or finally failed. Throws the fault of a failure. */
  const resultOf = (
    call: RestCall,
    headers: CallHeaders | undefined,
    result: RestAnswer | ExchangeFailure,
  ): RestAnswer => {
    if ('kind' in result) throw faultOfFailure(methodOf(call), address, result, way);
    const { status } = result;
    if (status >= 200 && status < 300) {
      if (headers !== undefined) authenticator?.accepted(headers);
      return result;
    }
    if (status === 401 && headers !== undefined) authenticator?.refused(headers);
    throw faultFor(call, result, headers);
  };

  /** Sends the request, once more if HTTP allows it. With a single promise, since this is on the path of every job. */
  const exchange = (call: RestCall, headers: CallHeaders | undefined, deadline: number): Promise<RestAnswer> =>
    new Promise((resolve, reject) => {
      const text = writeRequest(call, headers ?? noHeaders);
      let mayRepeat = call.isIdempotent === true;
      const take = (result: RestAnswer | ExchangeFailure): void => {
        if (mayRepeat && 'kind' in result && result.stale) {
          mayRepeat = false;
          send(call, text, deadline, take, reject);
          return;
        }
        try {
          resolve(resultOf(call, headers, result));
        } catch (error) {
          reject(error);
        }
      };
      send(call, text, deadline, take, reject);
    });

  const headersFor = (
    source: Authenticator,
    call: RestCall,
    milliseconds: number,
  ): CallHeaders | Promise<CallHeaders> => {
    const { timeout, signal } = call;
    return headersWithin(source, {
      milliseconds,
      closing: closing.signal,
      signal,
      method: methodOf(call),
      address,
      timeout,
    });
  };

  /** Makes a call with credentials, once more with others if those are rejected. */
  const authenticated = async (source: Authenticator, call: RestCall, deadline: number): Promise<RestAnswer> => {
    const known = headersFor(source, call, call.timeout);
    const headers = known instanceof Promise ? await known : known;
    try {
      return await exchange(call, headers, deadline);
    } catch (error) {
      if ((error as ConnectionFault).status !== 'UNAUTHENTICATED') throw error;
      const others = await headersFor(source, call, Math.max(0, deadline - performance.now()));
      // The same credentials would be rejected again.
      if (others === headers) throw error;
      return exchange(call, others, deadline);
    }
  };

  return {
    address,
    call: (call) => {
      const deadline = performance.now() + call.timeout;
      return authenticator === undefined
        ? exchange(call, undefined, deadline)
        : authenticated(authenticator, call, deadline);
    },
    closing: closing.signal,
    close: () => {
      closing.abort();
      openCalls.cancelAll();
      authenticator?.close();
      exchanges.close();
    },
  };
};
