import type { Socket } from 'node:net';
import { type ChannelCredentials, Client, type ClientOptions, credentials } from '@grpc/grpc-js';
import { type GatewayAddress, hostAndPort } from '../address.ts';
import type { ProxyAddress } from '../network/proxy.ts';
import { authoritiesOf, type TlsMaterial } from '../network/tls-material.ts';
import { openTunnelOver } from '../network/tunnel.ts';
import type { ConnectionFault } from '../port.ts';
import { longestAnswer } from './calls.ts';

/** Settings of {@link createClient}. */
export interface ClientSettings {
  readonly address: GatewayAddress;
  /** Certificates and the private key; only with TLS. */
  readonly material?: TlsMaterial;
  /** The proxy through which the gateway is reached. */
  readonly proxy?: ProxyAddress | undefined;
  /** Time limit in milliseconds for one attempt to connect. Default: 5,000. */
  readonly connectTimeout?: number;
}

/** gRPC's client for one gateway. */
export interface GatewayClient {
  /** The current client. Creates one if there is none. */
  get(): Client;
  /** The state of the latest attempt to get through the proxy; a fault if the proxy refused. */
  tunnel(): 'unreached' | 'open' | ConnectionFault;
  /** Closes the connection, or aborts the attempt to connect. `get` must not be called afterwards. */
  close(): void;
}

const clientOptions = (
  address: GatewayAddress,
  { serverName }: TlsMaterial,
  proxy: ProxyAddress | undefined,
): ClientOptions => ({
  // A gateway accepts one ping every 30 s. More frequent pings make it close the connection.
  'grpc.keepalive_time_ms': 35_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Short, so that calls succeed soon after the end of an outage.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // The gateway limits the size of a batch of jobs; its limit may exceed gRPC's default of 4 MiB.
  'grpc.max_receive_message_length': longestAnswer,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.service_config_disable_resolution': 1,
  // If two connections to one address shared a socket, closing one connection would leave it open.
  'grpc.use_local_subchannel_pool': 1,
  // grpc-js would print what goes wrong with a proxy, and knows its variables in lower case only.
  'grpc.enable_http_proxy': 0,
  // Behind a proxy, grpc-js would take the proxy for the gateway.
  ...(proxy === undefined && serverName === undefined
    ? {}
    : {
        'grpc.default_authority': serverName ?? hostAndPort(address),
        'grpc.ssl_target_name_override': serverName ?? address.host,
      }),
});

const credentialsFor = (address: GatewayAddress, material: TlsMaterial): ChannelCredentials => {
  if (!address.tls) return credentials.createInsecure();
  const bytes = (pem: string | undefined): Buffer | null => (pem === undefined ? null : Buffer.from(pem));
  return credentials.createSsl(
    bytes(authoritiesOf(material)?.join('\n')),
    bytes(material.privateKey),
    bytes(material.certificateChain),
  );
};

/** The callbacks for attempts to connect. */
interface ConnectCallbacks {
  onAttempt(): void;
  /** Receives an open socket, and returns the one to speak to the gateway over. */
  onSocket(socket: Socket): Promise<Socket>;
}

/**
 * Adds callbacks to credentials. grpc-js has no other hook into connecting, and no time limit for it: if the other machine
 * neither accepted nor refused an attempt, all calls and the process would wait until the operating system gives up.
 */
const withConnectCallbacks = (base: ChannelCredentials, callbacks: ConnectCallbacks): ChannelCredentials => {
  const createConnector: ChannelCredentials['_createSecureConnector'] = (...settings) => {
    const connector = base._createSecureConnector(...settings);
    return {
      waitForReady: () => {
        callbacks.onAttempt();
        return connector.waitForReady();
      },
      connect: async (socket) => connector.connect(await callbacks.onSocket(socket)),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  };
  return Object.create(base, { _createSecureConnector: { value: createConnector } });
};

/** gRPC's number for the state of an open connection. */
const ready = 2;

/**
 * Prepares gRPC's client for a gateway. It uses one HTTP/2 connection, which opens with the first call and reopens at most
 * a second after the end of an outage. It does not use compression, which would cost more than the rest of a call.
 */
export const createClient = ({
  address,
  material = {},
  proxy,
  connectTimeout = 5_000,
}: ClientSettings): GatewayClient => {
  let tunnel: 'unreached' | 'open' | ConnectionFault = 'unreached';
  let open: { readonly client: Client; drop(): void } | undefined;
  let limit: NodeJS.Timeout | undefined;

  const openClient = (): { readonly client: Client; drop(): void } => {
    const sockets = new Set<Socket>();
    let dropped = false;
    const isReady = (): boolean => client.getChannel().getConnectivityState(false) === ready;
    const drop = (): void => {
      const isConnecting = !isReady();
      dropped = true;
      open = undefined;
      clearTimeout(limit);
      client.close();
      // An open connection ends by itself when its last call is cancelled, but an attempt to connect does not.
      if (isConnecting) for (const socket of sockets) socket.destroy();
    };
    const callbacks: ConnectCallbacks = {
      onAttempt: () => {
        clearTimeout(limit);
        tunnel = 'unreached';
        if (dropped) return;
        limit = setTimeout(() => {
          if (!isReady()) drop();
        }, connectTimeout);
        limit.unref();
      },
      onSocket: async (socket) => {
        if (dropped) socket.destroy();
        else {
          sockets.add(socket);
          socket.once('close', () => sockets.delete(socket));
        }
        if (proxy === undefined) return socket;
        try {
          const opened = await openTunnelOver(socket, address, proxy);
          tunnel = 'open';
          return opened;
        } catch (error) {
          tunnel = error as ConnectionFault;
          throw error;
        }
      },
    };
    const client = new Client(
      `dns:${hostAndPort(proxy ?? address)}`,
      withConnectCallbacks(credentialsFor(address, material), callbacks),
      clientOptions(address, material, proxy),
    );
    return { client, drop };
  };

  return {
    get: () => {
      open ??= openClient();
      return open.client;
    },
    tunnel: () => tunnel,
    close: () => open?.drop(),
  };
};
