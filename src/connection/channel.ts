import { type ChannelCredentials, Client, type ClientOptions, credentials, Metadata } from '@grpc/grpc-js';
import { addressText, type GatewayAddress, hostAndPort, isLoopback } from './address.ts';
import { abortedFault, type CallStatus, connectionFault, deadlineFault, statusFault, statusName } from './faults.ts';
import type { TokenSource } from './oauth.ts';
import type { ConnectionFault } from './port.ts';
import { loadGatewayDefinition } from './proto.ts';
import { anyAborted, onAbort, settleWithin } from './signals.ts';
import { createTlsDiagnosis, type TlsMaterial } from './tls.ts';
import { type Answer, startCall } from './wire.ts';

/** How to reach a gateway. */
export interface ChannelSettings {
  readonly address: GatewayAddress;
  /** What to trust and to show; only with TLS. */
  readonly material?: TlsMaterial;
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
  /** Ends all calls and the connection. */
  close(): void;
}

const clientOptions = (address: GatewayAddress): ClientOptions => ({
  // A gateway takes a ping every 30 s and answers more frequent ones by hanging up.
  'grpc.keepalive_time_ms': 35_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Short, so that an outage ends for us soon after it has ended.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // The gateway bounds a batch of jobs by its own limit, which may be above gRPC's default of 4 MiB.
  'grpc.max_receive_message_length': 128 * 1024 * 1024,
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  // Two connections to one address must not share a socket, or closing one would leave it open.
  'grpc.use_local_subchannel_pool': 1,
  // A proxy cannot reach this machine's own loopback.
  ...(isLoopback(address.host) ? { 'grpc.enable_http_proxy': 0 } : {}),
});

const clientCredentials = (address: GatewayAddress, material: TlsMaterial): ChannelCredentials => {
  if (!address.tls) return credentials.createInsecure();
  const bytes = (pem: string | undefined): Buffer | null => (pem === undefined ? null : Buffer.from(pem));
  return credentials.createSsl(bytes(material.rootCa), bytes(material.privateKey), bytes(material.certificateChain));
};

/** gRPC's number for a channel that is being connected. */
const connecting = 1;

/**
 * Prepares calls to a gateway: no compression, which would cost more than all the rest of a call; a deadline for
 * each; every failure a {@link ConnectionFault}; no repetition but one: when the gateway refuses a token that it took
 * before, the call goes out once more with a new one, because a call without credentials has not been looked at.
 *
 * @example
 * const channel = createChannel({ address: { tls: false, host: 'localhost', port: 26500 } });
 * const [topology] = await channel.call('Topology', {}, { timeout: 10_000 });
 */
export const createChannel = ({ address, material = {}, tokens }: ChannelSettings): Channel => {
  const shown = addressText(address);
  const diagnosis = address.tls ? createTlsDiagnosis(address, material) : undefined;
  const closing = new AbortController();
  const withoutToken = new Metadata();
  let withToken: { readonly token: string; readonly metadata: Metadata } | undefined;
  let client: Client | undefined;

  const openClient = (): Client => {
    client ??= new Client(`dns:${hostAndPort(address)}`, clientCredentials(address, material), clientOptions(address));
    return client;
  };

  // grpc-js has no time limit for making a connection: one that a dead machine neither takes nor refuses would be
  // waited for until the operating system gives up, and every call with it.
  const forgetHangingConnection = (): void => {
    if (client?.getChannel().getConnectivityState(false) !== connecting) return;
    client.close();
    client = undefined;
  };

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
    deadline: number,
    limits: CallLimits,
  ): Promise<string> => {
    const signals = [closing.signal, limits.signal];
    const token = await settleWithin(source.get(), deadline - Date.now(), signals);
    if (token === 'late') throw deadlineFault(method, shown, limits.timeout, 'no access token yet');
    if (token === 'aborted') throw abortedFault(method, shown, closing.signal.aborted);
    return token.value;
  };

  const attempt = async (
    method: string,
    request: object,
    deadline: number,
    limits: CallLimits,
  ): Promise<Answer & { readonly token?: string }> => {
    const signals = [closing.signal, limits.signal];
    const token = tokens === undefined ? undefined : await tokenWithin(tokens, method, deadline, limits);
    if (anyAborted(signals)) throw abortedFault(method, shown, closing.signal.aborted);
    const definition = loadGatewayDefinition()[method];
    if (definition === undefined) throw new Error(`The gateway's service has no method ${method}.`);
    const started = startCall(openClient(), definition, request, metadataFor(token), deadline);
    const forget = onAbort(signals, started.cancel);
    const answer = await started.answer.finally(forget);
    if (token === undefined) return answer;
    if ('messages' in answer) tokens?.accepted(token);
    else if (statusName(answer.status.code) === 'UNAUTHENTICATED') tokens?.refused(token);
    return { ...answer, token };
  };

  const faultOf = async (
    method: string,
    { code, details: text }: CallStatus,
    token: string | undefined,
    limits: CallLimits,
  ): Promise<ConnectionFault> => {
    if (anyAborted([closing.signal, limits.signal])) return abortedFault(method, shown, closing.signal.aborted);
    const status = statusName(code);
    // A gateway may echo what it was sent. grpc-js ends some texts with a heading that nothing follows.
    const details = (token === undefined ? text : text.replaceAll(token, '[hidden]'))
      .replace(/Resolution note:\s*$/, '')
      .trim();
    if (status === 'DEADLINE_EXCEEDED') {
      forgetHangingConnection();
      return deadlineFault(method, shown, limits.timeout, details);
    }
    const verdict = status === 'UNAVAILABLE' ? await diagnosis?.diagnose() : undefined;
    if (verdict?.kind === 'refused') {
      return connectionFault('certificate', status, { ...verdict.text, where: `${method}, ${shown}` });
    }
    if (verdict?.kind === 'closed') {
      return connectionFault('transient', status, {
        what: `The gateway agrees on TLS, but then closes the connection at once (${status}).`,
        where: `${method}, ${shown}`,
        fix: 'if it demands a client certificate, set SSL_PRIVATE_KEY and SSL_CERTIFICATE_CHAIN (privateKey, certificateChain) to ones that it trusts; otherwise see the state of the gateway and of what stands before it.',
      });
    }
    return statusFault(method, shown, status, details);
  };

  return {
    call: async (method, request, limits) => {
      const deadline = Date.now() + limits.timeout;
      let answer = await attempt(method, request, deadline, limits);
      if ('status' in answer && answer.token !== undefined && statusName(answer.status.code) === 'UNAUTHENTICATED') {
        answer = await attempt(method, request, deadline, limits);
      }
      if ('status' in answer) throw await faultOf(method, answer.status, answer.token, limits);
      return answer.messages;
    },
    close: () => {
      closing.abort();
      tokens?.close();
      diagnosis?.close();
      client?.close();
      client = undefined;
    },
  };
};
