import type { Socket } from 'node:net';
import { type ChannelCredentials, Client, type ClientOptions, credentials } from '@grpc/grpc-js';
import { type GatewayAddress, hostAndPort, isLoopback } from '../address.ts';
import type { TlsMaterial } from '../auth/tls-diagnosis.ts';

/** Settings of {@link createClient}. */
export interface ClientSettings {
  readonly address: GatewayAddress;
  /** What to trust and to show; only with TLS. */
  readonly material?: TlsMaterial;
  /**
   * Milliseconds from the first packet to a connection that is ready, before the attempt is given up. Default: 5,000.
   */
  readonly connectTimeout?: number;
}

/** gRPC's client for one gateway, made when it is asked for. */
export interface GatewayClient {
  get(): Client;
  /** Closes the connection, also one that is only being made. `get` must not be called any more. */
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
  'grpc.enable_channelz': 0,
  'grpc.service_config_disable_resolution': 1,
  // Two connections to one address must not share a socket, or closing one would leave it open.
  'grpc.use_local_subchannel_pool': 1,
  // A proxy cannot reach this machine's own loopback.
  ...(isLoopback(address.host) ? { 'grpc.enable_http_proxy': 0 } : {}),
});

const plainCredentials = (address: GatewayAddress, material: TlsMaterial): ChannelCredentials => {
  if (!address.tls) return credentials.createInsecure();
  const bytes = (pem: string | undefined): Buffer | null => (pem === undefined ? null : Buffer.from(pem));
  return credentials.createSsl(bytes(material.rootCa), bytes(material.privateKey), bytes(material.certificateChain));
};

/** Tells of every attempt to connect, and of its socket as soon as there is one. */
interface Watcher {
  attempt(): void;
  socket(socket: Socket): void;
}

/**
 * The same credentials, watched. grpc-js offers no hook into connecting but this one, and no time limit: an attempt that
 * a machine neither takes nor refuses would hold all calls, and the process, until the operating system gives up.
 */
const watched = (base: ChannelCredentials, watcher: Watcher): ChannelCredentials => {
  const createConnector: ChannelCredentials['_createSecureConnector'] = (...settings) => {
    const connector = base._createSecureConnector(...settings);
    return {
      waitForReady: () => {
        watcher.attempt();
        return connector.waitForReady();
      },
      connect: (socket) => {
        watcher.socket(socket);
        return connector.connect(socket);
      },
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  };
  return Object.create(base, { _createSecureConnector: { value: createConnector } });
};

/** gRPC's number for a channel whose connection stands. */
const ready = 2;

/**
 * Prepares gRPC's client for a gateway: one HTTP/2 connection, opened at the first call, made anew after an outage at
 * most a second after the gateway is back, and no compression, which would cost more than all the rest of a call.
 */
export const createClient = ({ address, material = {}, connectTimeout = 5_000 }: ClientSettings): GatewayClient => {
  let open: { readonly client: Client; drop(): void } | undefined;
  let limit: NodeJS.Timeout | undefined;

  const openClient = (): { readonly client: Client; drop(): void } => {
    const sockets = new Set<Socket>();
    let dropped = false;
    const isReady = (): boolean => client.getChannel().getConnectivityState(false) === ready;
    const drop = (): void => {
      const hanging = !isReady();
      dropped = true;
      open = undefined;
      clearTimeout(limit);
      client.close();
      // A connection that stands ends by itself when its last call has been cancelled. One that is being made does not.
      if (hanging) for (const socket of sockets) socket.destroy();
    };
    const watcher: Watcher = {
      attempt: () => {
        clearTimeout(limit);
        if (dropped) return;
        limit = setTimeout(() => {
          if (!isReady()) drop();
        }, connectTimeout);
        limit.unref();
      },
      socket: (socket) => {
        if (dropped) {
          socket.destroy();
          return;
        }
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      },
    };
    const client = new Client(
      `dns:${hostAndPort(address)}`,
      watched(plainCredentials(address, material), watcher),
      clientOptions(address),
    );
    return { client, drop };
  };

  return {
    get: () => {
      open ??= openClient();
      return open.client;
    },
    close: () => open?.drop(),
  };
};
