import { anyAborted, createSharedAbort } from '../../common/abort.ts';
import { type Authenticator, type CallHeaders, headersWithin } from '../auth/authenticator.ts';
import { hideSecrets } from '../auth/hide-secrets.ts';
import { abortedFault, deadlineFault } from '../faults.ts';
import { refusedByProxy } from '../network/tunnel.ts';
import { createOpenCalls } from '../open-calls.ts';
import type { ConnectionFault } from '../port.ts';
import { faultOfAnswer } from './answer-faults.ts';
import { type ExchangeFailure, type RestAnswer, type RestRequest, startExchange } from './exchange.ts';
import { createLanes, type LaneName } from './lanes.ts';
import { faultOfFailure } from './network-faults.ts';
import { createRoute, type RouteSettings } from './route.ts';

/** How to reach a REST API. */
export interface RestSettings extends RouteSettings {
  /** Makes the headers that authenticate a call. It is closed with the connection. */
  readonly authenticator?: Authenticator;
  /** Time limit in milliseconds for a new connection. Default: 5,000. */
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

const ownHeaders: CallHeaders = { accept: 'application/json', 'user-agent': 'camunda-connectors' };

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
export const createRestCalls = ({ authenticator, connectTimeout = 5_000, ...settings }: RestSettings): RestCalls => {
  const { base: address, proxy } = settings;
  const url = new URL(address);
  const way = { host: url.hostname.replace(/^\[|\]$/g, ''), isSecure: url.protocol === 'https:', proxy };
  const route = createRoute({ ...settings, connectTimeout });
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

  /** Sends the request once, within the time that is left, and gives whatever was answered. */
  const send = (
    call: RestCall,
    headers: CallHeaders | undefined,
    milliseconds: number,
  ): Promise<RestAnswer | ExchangeFailure> =>
    new Promise((resolve, reject) => {
      if (anyAborted([closing.signal, call.signal])) {
        reject(aborted(call));
        return;
      }
      const lane = lanes[call.lane ?? 'short'];
      let cancel: (() => void) | undefined;
      /** Ends the call before it has an answer. */
      const giveUp = (): void => {
        if (cancel === undefined) leaveQueue();
        else cancel();
        const isLate = remove();
        clearTimeout(timer);
        reject(isLate || !anyAborted([closing.signal, call.signal]) ? late(call) : aborted(call));
      };
      const end = (result: RestAnswer | ExchangeFailure): void => {
        remove();
        if (timer !== undefined) clearTimeout(timer);
        resolve(result);
      };
      // One timer for all calls is cheaper, but not exact.
      const isShort = milliseconds < longTimeout;
      const timer = isShort ? setTimeout(giveUp, milliseconds) : undefined;
      const remove = openCalls.add(giveUp, isShort ? Number.POSITIVE_INFINITY : milliseconds, call.signal);
      const leaveQueue = lane.enter(() => {
        const sent = headers === undefined ? ownHeaders : { ...ownHeaders, ...headers };
        cancel = startExchange(route, call, sent, connectTimeout, {
          answered: end,
          failed: end,
          // Later, when the kept socket is free: the next call would open another one.
          closed: () => process.nextTick(lane.leave),
        });
      });
    });

  /** Sends the request, once more if HTTP allows it. */
  const exchange = async (
    call: RestCall,
    headers: CallHeaders | undefined,
    left: () => number,
  ): Promise<RestAnswer> => {
    let result = await send(call, headers, left());
    if ('kind' in result && result.stale && call.isIdempotent === true) result = await send(call, headers, left());
    if ('kind' in result) throw faultOfFailure(methodOf(call), address, result, way);
    const { status } = result;
    if (status >= 200 && status < 300) {
      if (headers !== undefined) authenticator?.accepted(headers);
      return result;
    }
    if (status === 401 && headers !== undefined) authenticator?.refused(headers);
    throw faultFor(call, result, headers);
  };

  const headersFor = (source: Authenticator, call: RestCall, milliseconds: number): Promise<CallHeaders> => {
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

  return {
    address,
    call: async (call) => {
      const deadline = performance.now() + call.timeout;
      const left = (): number => Math.max(0, deadline - performance.now());
      if (authenticator === undefined) return exchange(call, undefined, left);
      const headers = await headersFor(authenticator, call, call.timeout);
      try {
        return await exchange(call, headers, left);
      } catch (error) {
        if ((error as ConnectionFault).status !== 'UNAUTHENTICATED') throw error;
        const others = await headersFor(authenticator, call, left());
        // The same credentials would be rejected again.
        if (others === headers) throw error;
        return exchange(call, others, left);
      }
    },
    closing: closing.signal,
    close: () => {
      closing.abort();
      openCalls.cancelAll();
      authenticator?.close();
      route.close();
    },
  };
};
