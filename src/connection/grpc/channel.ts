import { Metadata, type ServiceDefinition } from '@grpc/grpc-js';
import { anyAborted, onAbort, settleWithin } from '../../common/abort.ts';
import { addressText } from '../address.ts';
import { createTlsDiagnosis, diagnosisLimit, type TlsVerdict } from '../auth/tls-diagnosis.ts';
import type { TokenSource } from '../auth/token-source.ts';
import { abortedFault, type CallStatus, connectionFault, deadlineFault, statusFault, statusName } from '../faults.ts';
import type { ConnectionFault } from '../port.ts';
import { type Answer, type StartedStream, startCall, startStream } from './calls.ts';
import { type ClientSettings, createClient } from './client.ts';
import { withQuickCodec } from './codec.ts';
import { gatewayService } from './gateway-service.ts';
import { createCalls } from './open-calls.ts';

/** How to reach a gateway. */
export interface ChannelSettings extends ClientSettings {
  /** Access tokens, where the gateway asks for them. Closed with the channel. */
  readonly tokens?: TokenSource;
}

/** Limits of one call. */
export interface CallLimits {
  /** Milliseconds, the wait for a connection and for a token included. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/** Calls to a gateway over one HTTP/2 connection, which is made at the first call. */
export interface Channel {
  /** Resolves with the messages of the answer: one, or any number where the method streams them. */
  call(method: string, request: object, limits: CallLimits): Promise<readonly unknown[]>;
  /**
   * Opens a stream of answers that has no end of its own; `ended` comes once, with the reason. Messages that had arrived
   * before may still be told after it.
   */
  stream(method: string, request: object, handlers: ChannelStreamHandlers): StartedStream;
  /** Ends all calls and the connection. */
  close(): void;
}

/** Who is told of what a stream brings. */
export interface ChannelStreamHandlers {
  opened(): void;
  message(message: unknown): void;
  ended(error: ConnectionFault): void;
}

/** Milliseconds from which on a time limit need not be exact. */
const longTimeout = 5_000;

/** Milliseconds that a stream waits for an access token. */
const streamTokenTime = 10_000;

let service: ServiceDefinition | undefined;

const definitionOf = (method: string): ServiceDefinition[string] => {
  service ??= withQuickCodec(gatewayService());
  const definition = service[method];
  if (definition === undefined) throw new Error(`The gateway's service has no method ${method}.`);
  return definition;
};

/**
 * Prepares calls to a gateway: a deadline for each, every failure a {@link ConnectionFault}, and no repetition but one:
 * when the gateway refuses a token that it took before, the call goes out once more with a new one, because a call
 * without credentials has not been looked at.
 *
 * @example
 * const channel = createChannel({ address: { tls: false, host: 'localhost', port: 26500 } });
 * const [topology] = await channel.call('Topology', {}, { timeout: 10_000 });
 */
export const createChannel = ({ tokens, ...settings }: ChannelSettings): Channel => {
  const { address, material = {} } = settings;
  const shown = addressText(address);
  const client = createClient(settings);
  const diagnosis = address.tls ? createTlsDiagnosis(address, material) : undefined;
  const closing = new AbortController();
  const calls = createCalls();
  const withoutToken = new Metadata();
  let withToken: { readonly token: string; readonly metadata: Metadata } | undefined;

  const metadataFor = (token: string | undefined): Metadata => {
    if (token === undefined) return withoutToken;
    if (withToken?.token !== token) {
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      withToken = { token, metadata };
    }
    return withToken.metadata;
  };

  const tokenWithin = async (
    source: TokenSource,
    method: string,
    milliseconds: number,
    limits: CallLimits,
  ): Promise<string> => {
    const known = source.get();
    if (typeof known === 'string') return known;
    const token = await settleWithin(known, milliseconds, [closing.signal, limits.signal]);
    if (token === 'late') throw deadlineFault(method, shown, limits.timeout, 'no access token yet');
    if (token === 'aborted') throw abortedFault(method, shown, closing.signal.aborted);
    return token.value;
  };

  /** Makes the call once. */
  const send = (
    method: string,
    request: object,
    token: string | undefined,
    milliseconds: number,
    limits: CallLimits,
  ): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      const { signal } = limits;
      if (closing.signal.aborted || signal?.aborted === true) {
        reject(abortedFault(method, shown, closing.signal.aborted));
        return;
      }
      const settle = (answer: Answer): void => {
        const isLate = forget();
        if ('messages' in answer) {
          if (token !== undefined) tokens?.accepted(token);
          resolve(answer.messages);
          return;
        }
        if (token !== undefined && statusName(answer.status.code) === 'UNAUTHENTICATED') tokens?.refused(token);
        if (isLate) reject(deadlineFault(method, shown, limits.timeout, ''));
        else faultOf(method, answer.status, token, limits).then(reject, reject);
      };
      // gRPC's own deadlines are exact, and cost a tenth of a call.
      const isShort = milliseconds < longTimeout;
      const deadline = isShort ? Date.now() + milliseconds : undefined;
      const cancel = startCall(client.get(), definitionOf(method), request, metadataFor(token), deadline, settle);
      const forget = calls.add(cancel, isShort ? Number.POSITIVE_INFINITY : milliseconds, signal);
    });

  const sendWithToken = async (
    source: TokenSource,
    method: string,
    request: object,
    limits: CallLimits,
  ): Promise<readonly unknown[]> => {
    const deadline = performance.now() + limits.timeout;
    const left = (): number => Math.max(0, deadline - performance.now());
    const token = await tokenWithin(source, method, limits.timeout, limits);
    try {
      return await send(method, request, token, left(), limits);
    } catch (error) {
      if ((error as ConnectionFault).status !== 'UNAUTHENTICATED') throw error;
      return send(method, request, await tokenWithin(source, method, left(), limits), left(), limits);
    }
  };

  const faultOf = async (
    method: string,
    { code, details: text }: CallStatus,
    token: string | undefined,
    limits: CallLimits,
  ): Promise<ConnectionFault> => {
    const signals = [closing.signal, limits.signal];
    if (anyAborted(signals)) return abortedFault(method, shown, closing.signal.aborted);
    const status = statusName(code);
    // A gateway may echo what it was sent. grpc-js ends some texts with a heading that nothing follows.
    const details = (token === undefined ? text : text.replaceAll(token, '[hidden]'))
      .replace(/Resolution note:\s*$/, '')
      .trim();
    if (status === 'DEADLINE_EXCEEDED') return deadlineFault(method, shown, limits.timeout, details);
    if (status !== 'UNAVAILABLE' || diagnosis === undefined) return statusFault(method, shown, status, details);
    const found = await settleWithin(diagnosis.diagnose(), diagnosisLimit, signals);
    if (found === 'aborted') return abortedFault(method, shown, closing.signal.aborted);
    const verdict: TlsVerdict = found === 'late' ? { kind: 'unknown' } : found.value;
    if (verdict.kind === 'refused') {
      return connectionFault('certificate', status, { ...verdict.text, where: `${method}, ${shown}` });
    }
    if (verdict.kind === 'closed') {
      return connectionFault('transient', status, {
        what: `The gateway agrees on TLS, but then closes the connection at once (${status}: ${details}).`,
        where: `${method}, ${shown}`,
        fix: 'if it demands a client certificate, set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain) to ones that it trusts; otherwise see the state of the gateway and of what stands before it.',
      });
    }
    return statusFault(method, shown, status, details);
  };

  const stream: Channel['stream'] = (method, request, { opened, message, ended }) => {
    const closed = new AbortController();
    const limits = { timeout: streamTokenTime, signal: closed.signal };
    let call: StartedStream | undefined;
    let paused = false;

    const run = async (): Promise<ConnectionFault> => {
      const token = tokens === undefined ? undefined : await tokenWithin(tokens, method, streamTokenTime, limits);
      const signals = [closing.signal, closed.signal];
      if (anyAborted(signals)) return abortedFault(method, shown, closing.signal.aborted);
      const status = await new Promise<CallStatus>((over) => {
        const started = startStream(client.get(), definitionOf(method), request, metadataFor(token), {
          opened,
          message,
          ended: (status) => {
            forget();
            over(status);
          },
        });
        const forget = onAbort(signals, started.cancel);
        if (paused) started.pause();
        call = started;
      });
      if (token !== undefined && statusName(status.code) === 'UNAUTHENTICATED') tokens?.refused(token);
      return faultOf(method, status, token, limits);
    };

    run().then(ended, ended);
    return {
      pause: () => {
        paused = true;
        call?.pause();
      },
      resume: () => {
        paused = false;
        call?.resume();
      },
      cancel: () => {
        // What is here already is told of, also where it had to wait.
        call?.resume();
        closed.abort();
      },
    };
  };

  return {
    stream,
    call: (method, request, limits) =>
      tokens === undefined
        ? send(method, request, undefined, limits.timeout, limits)
        : sendWithToken(tokens, method, request, limits),
    close: () => {
      closing.abort();
      calls.cancelAll();
      tokens?.close();
      diagnosis?.close();
      client.close();
    },
  };
};
