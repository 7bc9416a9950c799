import { anyAborted, onAbort, settleWithin } from '../../common/abort.ts';
import { gatewayService } from '../../grpc/gateway-service.ts';
import type { MethodName } from '../../grpc/protocol/description.ts';
import type { CallStatus } from '../../grpc/status-codes.ts';
import { addressText } from '../address.ts';
import { type Authenticator, type CallHeaders, headersWithin } from '../auth/authenticator.ts';
import { hideSecrets } from '../auth/hide-secrets.ts';
import { createDeferredStream } from '../deferred-stream.ts';
import { abortedFault, deadlineFault } from '../faults.ts';
import { createTlsDiagnosis, diagnosisLimit } from '../network/tls-diagnosis.ts';
import { unreachableProxy } from '../network/tunnel.ts';
import { createOpenCalls } from '../open-calls.ts';
import type { ConnectionFault, JobStream } from '../port.ts';
import { type CallResult, type Method, startCall, startStream } from './calls.ts';
import { completionFrame, decodeJob, decodeJobs } from './job-codec.ts';
import { statusFault, statusName, tlsFault } from './status-faults.ts';
import { type ClientSettings, createClient } from './transport/client.ts';

/** How to reach a gateway. */
export interface ChannelSettings extends ClientSettings {
  /** Makes the headers that authenticate a call. It is closed with the channel. */
  readonly authenticator?: Authenticator;
  /** The address of the REST API, if it is known. Errors mention it where gRPC does not get through. */
  readonly alternative?: string;
}

/** The limits of one call. */
export interface CallLimits {
  /** Time limit in milliseconds, including the time to connect and to get a token. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Takes each message when it arrives, see {@link startCall}. The call then resolves with none. */
  readonly received?: ((message: unknown) => void) | undefined;
}

/** The callbacks of a stream. */
export interface ChannelStreamCallbacks {
  opened(): void;
  message(message: unknown): void;
  ended(error: ConnectionFault): void;
}

/** Calls to a gateway over one HTTP/2 connection, which opens with the first call. */
export interface Channel {
  /** Resolves with the messages of the answer: one, or any number if the method streams them. */
  call(method: MethodName, request: object, limits: CallLimits): Promise<readonly unknown[]>;
  /**
   * Opens a stream of messages that lasts until one side ends it. `ended` is called once, with the reason; messages that
   * arrived earlier may follow it.
   */
  stream(method: MethodName, request: object, callbacks: ChannelStreamCallbacks): JobStream;
  /** Cancels all calls and closes the connection. */
  close(): void;
}

/** Time limits from this many milliseconds on need not be exact. */
const longTimeout = 5_000;

/** Time limit in milliseconds for the headers of a stream. */
const streamHeadersTimeout = 10_000;

const nothing: object = Object.freeze({});

/** The methods that every job needs, with what reads and writes their messages quicker than the general codec. */
const quickMethods: Partial<Record<MethodName, Method>> = {
  ActivateJobs: { ...gatewayService.ActivateJobs, responseDeserialize: decodeJobs },
  StreamActivatedJobs: { ...gatewayService.StreamActivatedJobs, responseDeserialize: decodeJob },
  CompleteJob: { ...gatewayService.CompleteJob, requestFrame: completionFrame, responseDeserialize: () => nothing },
};

const withoutHeaders: CallHeaders = {};

const methodOf = (name: MethodName): Method => quickMethods[name] ?? gatewayService[name];

/**
 * Prepares calls to a gateway. Each call has a deadline, and each failure is a {@link ConnectionFault}. Calls are not
 * repeated, with one exception: if the gateway rejects an access token and there is a new one, the call is sent once more.
 * That is safe, because the gateway has not processed a call without valid credentials.
 *
 * @example
 * const channel = createChannel({ address: { tls: false, host: 'localhost', port: 26500 } });
 * const [topology] = await channel.call('Topology', {}, { timeout: 10_000 });
 */
export const createChannel = ({ authenticator, alternative, ...settings }: ChannelSettings): Channel => {
  const { address, material = {}, proxy } = settings;
  const addressName = addressText(address);
  const client = createClient(settings);
  const diagnosis = address.tls ? createTlsDiagnosis(address, material, proxy) : undefined;
  const closing = new AbortController();
  const openCalls = createOpenCalls();

  const isAborted = ({ signal }: CallLimits): boolean => anyAborted([closing.signal, signal]);
  const aborted = (method: string): ConnectionFault => abortedFault(method, addressName, closing.signal.aborted);
  const late = (method: string, { timeout }: CallLimits, details: string): ConnectionFault =>
    deadlineFault(method, addressName, timeout, details);

  /** Waits until the call is aborted or the time is over. */
  const settle = <T>(
    work: Promise<T>,
    milliseconds: number,
    { signal }: CallLimits,
  ): ReturnType<typeof settleWithin<T>> => settleWithin(work, milliseconds, [closing.signal, signal]);

  const getHeaders = (
    source: Authenticator,
    method: string,
    milliseconds: number,
    { timeout, signal }: CallLimits,
  ): CallHeaders | Promise<CallHeaders> =>
    headersWithin(source, { milliseconds, closing: closing.signal, signal, method, address: addressName, timeout });

  const faultOf = async (
    method: string,
    { code, details: text }: CallStatus,
    headers: CallHeaders | undefined,
    limits: CallLimits,
  ): Promise<ConnectionFault> => {
    if (isAborted(limits)) return aborted(method);
    const status = statusName(code);
    // A gateway may repeat the token that it received. grpc-js ends some texts with a heading that nothing follows.
    const details = (headers === undefined ? text : hideSecrets(text, headers))
      .replace(/Resolution note:\s*$/, '')
      .trim();
    if (status === 'DEADLINE_EXCEEDED') return late(method, limits, details);
    if (status !== 'UNAVAILABLE') return statusFault(method, addressName, status, details);
    const tunnel = client.tunnel();
    if (typeof tunnel === 'object') return tunnel;
    if (proxy !== undefined && tunnel === 'unreached') return unreachableProxy(proxy, details);
    if (diagnosis === undefined) return statusFault(method, addressName, status, details, alternative);
    const verdict = await settle(diagnosis.diagnose(), diagnosisLimit, limits);
    if (verdict === 'aborted') return aborted(method);
    const known = verdict === 'late' ? ({ kind: 'unknown' } as const) : verdict.value;
    return tlsFault(method, addressName, known, details, alternative);
  };

  const noteRefusal = (status: CallStatus, headers: CallHeaders | undefined): void => {
    if (headers !== undefined && statusName(status.code) === 'UNAUTHENTICATED') authenticator?.refused(headers);
  };

  const callOnce = (
    method: MethodName,
    request: object,
    headers: CallHeaders | undefined,
    milliseconds: number,
    limits: CallLimits,
  ): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      if (isAborted(limits)) {
        reject(aborted(method));
        return;
      }
      const onResult = (result: CallResult): void => {
        const isLate = remove();
        if ('messages' in result) {
          if (headers !== undefined) authenticator?.accepted(headers);
          resolve(result.messages);
          return;
        }
        noteRefusal(result.status, headers);
        if (isLate) reject(late(method, limits, ''));
        else faultOf(method, result.status, headers, limits).then(reject, reject);
      };
      // gRPC's own deadlines are exact, but they take a tenth of the time of a call.
      const isShort = milliseconds < longTimeout;
      const timeout = isShort ? milliseconds : undefined;
      const call = { method: methodOf(method), request, headers: headers ?? withoutHeaders, timeout };
      const cancel = startCall(client, call, onResult, limits.received);
      const remove = openCalls.add(cancel, isShort ? Number.POSITIVE_INFINITY : milliseconds, limits.signal);
    });

  const callWithHeaders = async (
    source: Authenticator,
    method: MethodName,
    request: object,
    limits: CallLimits,
  ): Promise<readonly unknown[]> => {
    const deadline = performance.now() + limits.timeout;
    const left = (): number => Math.max(0, deadline - performance.now());
    const headers = await getHeaders(source, method, limits.timeout, limits);
    try {
      return await callOnce(method, request, headers, left(), limits);
    } catch (error) {
      if ((error as ConnectionFault).status !== 'UNAUTHENTICATED') throw error;
      const others = await getHeaders(source, method, left(), limits);
      // The same credentials would be rejected again.
      if (others === headers) throw error;
      return callOnce(method, request, others, left(), limits);
    }
  };

  const stream: Channel['stream'] = (method, request, { opened, message, ended }) => {
    const deferred = createDeferredStream();
    const limits = { timeout: streamHeadersTimeout, signal: deferred.closed };

    const run = async (): Promise<ConnectionFault> => {
      const headers =
        authenticator === undefined ? undefined : await getHeaders(authenticator, method, streamHeadersTimeout, limits);
      if (isAborted(limits)) return aborted(method);
      const status = await new Promise<CallStatus>((resolve) => {
        const started = startStream(client, methodOf(method), request, headers ?? withoutHeaders, {
          opened,
          message,
          ended: (status) => {
            unsubscribe();
            resolve(status);
          },
        });
        const unsubscribe = onAbort([closing.signal], started.cancel);
        const close = (): void => {
          // Messages that have arrived are still passed on, even if the stream is paused.
          started.resume();
          started.cancel();
        };
        deferred.open({ pause: started.pause, resume: started.resume, close });
      });
      noteRefusal(status, headers);
      return faultOf(method, status, headers, limits);
    };

    run().then(ended, ended);
    return deferred.stream;
  };

  return {
    stream,
    call: (method, request, limits) =>
      authenticator === undefined
        ? callOnce(method, request, undefined, limits.timeout, limits)
        : callWithHeaders(authenticator, method, request, limits),
    close: () => {
      closing.abort();
      openCalls.cancelAll();
      authenticator?.close();
      diagnosis?.close();
      client.close();
    },
  };
};
