import { createSharedAbort } from '../../common/abort.ts';
import type { Clock } from '../../common/clock.ts';
import type { Connection } from '../../connection/port.ts';
import type { Activation, Logger } from '../../connector/types.ts';
import type { RawRequest } from '../../connector/webhooks/auth-types.ts';
import type { AnyCallbackConnector } from '../../connector/webhooks/callback-types.ts';
import type { AnyWebhook } from '../../connector/webhooks/types.ts';
import type { SecretSettings } from '../secrets/provider.ts';
import type { ConnectionState } from '../send/connection-state.ts';
import type { Sender } from '../send/sender.ts';
import type { EndedCall } from '../shared/call.ts';
import type { CallTracing } from '../shared/call-tracing.ts';
import type { Emit } from '../shared/events.ts';
import { taggedLogger } from '../shared/logger.ts';
import type { AddressKeys } from './addresses/keys.ts';
import { type OpenedAddress, openAddress } from './addresses/seal.ts';
import type { CallEnd } from './call-end.ts';
import { keepRequest } from './call-requests.ts';
import { callbackAddress, callbackPrefix, callbackRoute } from './callback-address.ts';
import { callCallback } from './calls/callback-call.ts';
import { callWebhook, ownMethods, type WebhookServices } from './calls/webhook-call.ts';
import { type HttpAnswer, unavailable } from './http-answer.ts';
import { type Endpoint, type PortSharing, type RequestEnd, startServer } from './server/server.ts';
import type { ServerSettings } from './server/settings.ts';
import type { Verifier } from './types.ts';
import { handshakeMethods } from './verify/handshakes.ts';
import type { HeldCalls } from './waits/held-calls.ts';

/** What is known of a webhook when its secrets are known. */
export interface ReadyWebhook {
  readonly webhook: AnyWebhook;
  readonly verifier: Verifier;
  /** Finds the id of the event, which its repetitions share. */
  readonly deliveryIdOf: (request: RawRequest, body: unknown) => string | undefined;
}

/** What the server of a runtime needs from its start on. */
export interface InboundParts {
  readonly webhooks: readonly AnyWebhook[];
  readonly callbacks: ReadonlyMap<string, AnyCallbackConnector>;
  /** The keys for the addresses of callbacks; absent without callbacks. */
  readonly keys?: AddressKeys | undefined;
  readonly secrets: SecretSettings;
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: Emit;
  /** Absent without tracing. */
  readonly tracing?: CallTracing | undefined;
  /** Absent if health and metrics are served elsewhere, or not at all. */
  readonly probes?: Probes | undefined;
  /** Absent if no other process shares the port. */
  readonly sharing?: PortSharing | undefined;
}

/** The paths of health and metrics, which are answered also while the runtime waits for the cluster. */
export interface Probes {
  readonly paths: readonly string[];
  answer(method: string, path: string): Promise<HttpAnswer>;
}

/** What the server needs to accept calls. */
export interface InboundLink {
  readonly webhooks: readonly ReadyWebhook[];
  readonly connection: Pick<Connection, 'send' | 'correlateMessage'>;
  readonly sender: Sender;
  readonly link: ConnectionState;
  /** The calls that wait for the answers of processes; absent if no webhook waits. */
  readonly held?: HeldCalls | undefined;
}

/** The webhooks of a runtime, behind one HTTP server. */
export interface InboundServer {
  readonly url: string;
  /** The address at which the world outside reaches the server, without a slash at the end. */
  readonly publicUrl: string;
  /** That address, if it was configured. Schemes that sign it need the one that the sender uses, and not a guess. */
  readonly configuredUrl?: string | undefined;
  /** Makes the address of a callback; absent without callbacks. */
  readonly addressOf?: ((activation: Activation, connector: AnyCallbackConnector) => string) | undefined;
  /** Accepts calls from now on. Until then, they are answered with 503, or by other processes that share the port. */
  accept(link: InboundLink): Promise<void>;
  /** Accepts no more calls. Resolves when those under way are answered, or when `force` has ended them. */
  close(force: AbortSignal): Promise<void>;
}

/** Stands for the connector of an address that is not valid. */
const unknownCallback = 'callback';

/** Bytes of the body of a callback, unless the connector says otherwise. */
const defaultMaxBody = 1_048_576;

const starting: CallEnd = { answer: unavailable('The runtime is starting.'), result: 'unavailable' };

/** The methods of a webhook, and those of the handshakes of its sender. */
const methodsOf = (webhook: AnyWebhook): readonly string[] => [
  ...new Set([...ownMethods(webhook), ...(webhook.auth === 'none' ? [] : handshakeMethods(webhook.auth))]),
];

/** One endpoint of several with the same path and different methods. */
const combined = (endpoints: readonly Endpoint[]): Endpoint => {
  const [first] = endpoints;
  if (endpoints.length === 1) return first!;
  // The first method of an endpoint is its own; others may be those of handshakes.
  const of = (method: string): Endpoint =>
    endpoints.find(({ methods }) => methods[0] === method) ??
    endpoints.find(({ methods }) => methods.includes(method)) ??
    first!;
  return {
    methods: [...new Set(endpoints.flatMap(({ methods }) => methods))],
    maxBody: (method) => of(method).maxBody(method),
    handle: (request, caller) => of(request.method).handle(request, caller),
    ended: (end) => of(end.method).ended(end),
  };
};

/**
 * Starts the server of a runtime. It answers 503 until {@link InboundServer.accept}, while the runtime waits for the cluster.
 *
 * Rejects with a fault of kind `configuration` if the server cannot listen.
 */
export const openInbound = async (parts: InboundParts): Promise<InboundServer> => {
  const { webhooks, callbacks, keys, secrets, settings, clock, logger, emit, tracing } = parts;
  const force = createSharedAbort();
  /** What the calls of each webhook need. Composed once, because each call would take longer than it takes to read its request. */
  const ready = new Map<AnyWebhook, WebhookServices>();
  const loggers = new Map(
    [...webhooks.map(({ name }) => name), ...callbacks.keys()].map((name) => [name, taggedLogger(logger, name)]),
  );
  const loggerOf = (name: string): Logger => loggers.get(name) ?? logger;
  let link: InboundLink | undefined;

  const ended = (connector: string, route: string, end: RequestEnd): void => {
    const { method, call, took, status, bodySize, request } = end;
    const event: EndedCall = {
      connector,
      method,
      route,
      result: call.result,
      took: Math.round(took),
      messages: call.messages ?? [],
      ...(status === undefined ? {} : { status }),
      ...(bodySize === undefined ? {} : { bodySize }),
      ...(call.error === undefined ? {} : { error: call.error }),
    };
    if (request !== undefined) keepRequest(event, request);
    emit('call:ended', event);
  };

  type Handle = Endpoint['handle'];
  /** Handles calls within spans. */
  const traced = (connector: string, route: string, handle: Handle): Handle =>
    tracing === undefined
      ? handle
      : (request, caller) => {
          const { method, headers } = request;
          const head = { connector, route, method, headers, trace: settings.callerTrace };
          return tracing.call(head, () => handle(request, caller));
        };

  const webhookEndpoint = (webhook: AnyWebhook): Endpoint => ({
    methods: methodsOf(webhook),
    maxBody: () => webhook.maxBody,
    handle: traced(webhook.name, webhook.path, async (request, caller) => {
      const services = ready.get(webhook);
      return services === undefined ? starting : callWebhook(webhook, request, caller, services);
    }),
    ended: (end) => ended(webhook.name, webhook.path, end),
  });

  /** The limit of the connector that an address belongs to. */
  const callbackBody = (opened: OpenedAddress): number => {
    const name = opened.ok ? (opened.content.connector ?? opened.content.messageName) : '';
    return callbacks.get(name)?.webhook.maxBody ?? defaultMaxBody;
  };

  /** The endpoint of one request to an address. */
  const callbackEndpoint = (sealed: string, addressKeys: AddressKeys): Endpoint => {
    let opened: OpenedAddress | undefined;
    /** Opened once, when the head of the request has arrived, because opening takes longer than the rest of a refusal. */
    const open = (): OpenedAddress => {
      opened ??= openAddress(addressKeys, sealed, clock.date());
      return opened;
    };
    return {
      methods: ['POST', 'GET', 'HEAD'],
      maxBody: () => callbackBody(open()),
      handle: traced(unknownCallback, callbackRoute, async (request) => {
        if (link === undefined) return starting;
        const services = { ...link, clock, tracing, secrets, loggerOf, connectors: callbacks, force: force.signal };
        return callCallback(open(), request, services);
      }),
      // The last part of the address is a secret.
      ended: (end) => ended(end.call.connector ?? unknownCallback, callbackRoute, end),
    };
  };

  const paths = new Set(webhooks.map(({ path }) => path));
  const endpoints = new Map(
    [...paths].map((path) => [path, combined(webhooks.filter((one) => one.path === path).map(webhookEndpoint))]),
  );
  const probeEndpoint = ({ answer }: Probes): Endpoint => ({
    methods: ['GET', 'HEAD'],
    always: true,
    maxBody: () => 0,
    handle: async ({ method, path }) => ({ answer: await answer(method, path), result: 'answered' }),
    // Probes come every few seconds and are no calls.
    ended: () => {},
  });
  const probe = parts.probes === undefined ? undefined : probeEndpoint(parts.probes);

  const find = (path: string): Endpoint | undefined => {
    if (probe !== undefined && parts.probes?.paths.includes(path) === true) return probe;
    if (keys === undefined || !path.startsWith(callbackPrefix)) return endpoints.get(path);
    return callbackEndpoint(path.slice(callbackPrefix.length), keys);
  };

  const server = await startServer({
    limits: settings.limits,
    port: settings.port,
    host: settings.host,
    sharing: parts.sharing,
    find,
    isOpen: () => link !== undefined,
    clock,
  });
  const publicUrl = settings.publicUrl ?? server.url;
  emit('server:listening', { url: server.url, publicUrl });

  return {
    url: server.url,
    publicUrl,
    configuredUrl: settings.isLocal ? publicUrl : settings.publicUrl,
    addressOf:
      keys === undefined
        ? undefined
        : (activation, connector) => callbackAddress(publicUrl, keys, activation, connector, clock.date()),
    accept: async (given) => {
      const common = { ...given, clock, tracing, force: force.signal };
      for (const { webhook, verifier, deliveryIdOf } of given.webhooks) {
        ready.set(webhook, { ...common, verifier, deliveryIdOf, logger: loggerOf(webhook.name) });
      }
      link = given;
      await server.serve();
    },
    close: (forced) => {
      const end = (): void => force.abort();
      if (forced.aborted) end();
      else forced.addEventListener('abort', end, { once: true });
      return server.close(forced);
    },
  };
};
